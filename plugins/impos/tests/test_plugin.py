"""What the plugin declares, and that its documentation knows all of it."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import entry_points, version
from pathlib import Path

import pytest

from takings.plugin import ENTRY_POINT_GROUP, TokenHandedOut, WayIn
from takings_impos import findings, plugin
from takings_impos.csvcolumns import COLUMNS, ROWS

ROOT = Path(__file__).resolve().parents[3]
REFERENCE = ROOT / "docs" / "reference" / "impos-feed.md"
FILES = ROOT / "docs" / "how-to" / "impos-files.md"
CODES = sorted(set(re.findall(r'code="(impos\.[a-z0-9_]+)"', Path(findings.__file__).read_text())))


def test_the_entry_point_leads_to_the_plugin() -> None:
    (entry,) = (one for one in entry_points(group=ENTRY_POINT_GROUP) if one.name == "impos")
    assert entry.load() is plugin
    info = plugin.takings_plugin()
    assert (info.id, info.version) == (entry.name, version("takings-impos"))


def test_there_is_one_source_with_all_three_ways_in() -> None:
    (source,) = plugin.takings_sources()
    assert (source.key, source.title) == ("eod", "ImPOS")
    assert source.ways_in == frozenset(WayIn)
    assert isinstance(source.connecting, TokenHandedOut)
    assert source.connecting.presented
    assert "ImPOS support" in source.connecting.hand_to
    assert [(flow.key, flow.title) for flow in source.flows] == [("end_of_day", "Send end of day summaries")]


def test_venues_that_push_need_no_address() -> None:
    assert plugin.END_OF_DAY.installation().model_dump() == {"service_url": ""}


def test_loading_the_plugin_loads_no_server_and_no_http() -> None:
    heavy = (
        "[name for name in ('flask', 'httpx', 'takings_impos.pull', 'takings_impos.csvfile') if name in sys.modules]"
    )
    script = f"import sys, takings_impos.plugin; print({heavy})"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_plugin_imports_nothing_of_takings_but_the_contract() -> None:
    sources = (ROOT / "plugins" / "impos" / "src").rglob("*.py")
    imported = {
        module
        for file in sources
        for module in re.findall(r"^\s*(?:from|import) (takings(?:\.[a-z_.]+)?)\b", file.read_text(), re.MULTILINE)
    }
    assert imported == {"takings.plugin"}


@pytest.mark.parametrize("code", CODES)
def test_every_finding_code_is_documented(code: str) -> None:
    assert f"`{code}`" in REFERENCE.read_text()


def test_every_documented_finding_code_exists() -> None:
    documented = set(re.findall(r"^\| `(impos\.[a-z0-9_]+)`", REFERENCE.read_text(), re.MULTILINE))
    assert documented == set(CODES)


@pytest.mark.parametrize("name", [*COLUMNS, *ROWS])
def test_every_csv_column_and_row_is_documented(name: str) -> None:
    assert f"`{name}`" in FILES.read_text()
