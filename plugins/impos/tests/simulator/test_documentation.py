"""The how-to page names everything that the simulator can be told."""

from __future__ import annotations

from pathlib import Path

import pytest

from takings_impos.simulator import QUIRKS, VENUES, Options
from takings_impos.simulator.command import _parser
from takings_impos.simulator.faults import FAULTS
from takings_impos.simulator.server import make_app

PAGE = Path(__file__).resolve().parents[4] / "docs" / "how-to" / "impos-simulator.md"


@pytest.fixture(scope="module")
def page() -> str:
    if not PAGE.exists():
        pytest.skip("docs/how-to/impos-simulator.md is not at hand (tests run outside the repository)")
    return PAGE.read_text("utf-8")


def test_every_option_is_documented(page: str) -> None:
    options = {name for action in _parser()._actions for name in action.option_strings}
    assert [name for name in sorted(options - {"-h", "--help"}) if f"`{name}" not in page] == []


def test_every_venue_quirk_and_fault_is_documented(page: str) -> None:
    names = [f"--venue {key}" for key in VENUES] + [*QUIRKS, *FAULTS]
    assert [name for name in names if f"`{name}`" not in page] == []


def test_every_control_call_is_documented(page: str) -> None:
    rules = {rule.rule for rule in make_app(Options()).url_map.iter_rules()}
    calls = {rule for rule in rules if rule.startswith("/simulator") and "static" not in rule}
    assert [call for call in sorted(calls) if f"{call}`" not in page] == []
