"""The reference page names every finding code and setting, and its transaction is one that Beancount accepts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from beancount import loader

import takings_journal
from takings_journal.default_chart import default_chart
from takings_journal.entries import read_entries
from takings_journal.inspecting import inspect_entries
from takings_journal.options import ConnectionSettings, InstallationSettings, IntegrationSettings

SOURCES = Path(takings_journal.__file__).parent
PAGE = Path(__file__).parents[3] / "docs" / "reference" / "journal.md"


@pytest.fixture
def page() -> str:
    if not PAGE.exists():
        pytest.skip("the documentation is not beside the plugin")
    return PAGE.read_text("utf-8")


def test_every_finding_code_is_on_the_page_and_no_other(page: str) -> None:
    codes = {code for file in SOURCES.glob("*.py") for code in re.findall(r'"(journal\.[a-z_]+)"', file.read_text())}
    assert len(codes) > 10
    assert set(re.findall(r"^\| `(journal\.[a-z_]+)` \|", page, re.MULTILINE)) == codes


@pytest.mark.parametrize("model", [InstallationSettings, ConnectionSettings, IntegrationSettings])
def test_every_setting_is_on_the_page(page: str, model: type[InstallationSettings]) -> None:
    assert all(f"| `{name}` |" in page for name in model.model_fields)


def test_the_transaction_on_the_page_is_one(page: str) -> None:
    (block,) = re.findall(r"^```beancount\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    _, errors, _ = loader.load_string(default_chart("takings") + block)
    assert errors == []
    (entry,) = read_entries(block)
    found = inspect_entries(entry.key, [entry], 1, currency="AUD")
    assert (str(found.total), str(found.tax), len(found.payments)) == ("110.00", "10.00", 1)
