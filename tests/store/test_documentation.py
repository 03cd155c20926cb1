"""The reference page tells of every table."""

from __future__ import annotations

import re
from pathlib import Path

from takings.store import alert_tables, check_tables, journal, tables
from takings.store.metadata import metadata
from takings.store.migrations import VERSION_TABLE

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "database.md"


def test_every_table_is_documented_and_no_other() -> None:
    assert tables.Day.metadata is journal.CallRow.metadata is metadata
    assert check_tables.Drift.metadata is alert_tables.Digest.metadata is metadata
    section = PAGE.read_text(encoding="utf-8").split("## Tables")[1].split("\n## ")[0]
    documented = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    assert sorted(documented) == sorted([*metadata.tables, VERSION_TABLE])
