"""The journal passes the conformance kit, through its entry point."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from takings_journal.entries import name_of, read_all

kit: Any = pytest.importorskip("takings.testing.target", reason="takings is installed without its conformance kit")


class TestJournal(kit.TargetConformance):  # type: ignore[misc]
    component = "journal:beancount"

    def stand_in(self, sandbox: Any, folder: Path) -> AbstractContextManager[Mapping[str, Any]]:
        return nullcontext({"files": folder / "files"})

    def made_by_hand(self, ready: Mapping[str, Any], chart: Any, day: date, *, total: Decimal) -> str:
        (journal,) = (one for one in ready["files"].rglob("*.beancount") if "accounts" not in one.name)
        clearing, sales = (next(one.id for one in chart.accounts if one.id.startswith(root))
                           for root in ("Assets:Clearing", "Income:"))  # fmt: skip
        text = f'{day} * "Takings by hand"\n  {clearing}  {total} {chart.currency}\n  {sales}\n'
        journal.write_text(f"{journal.read_text('utf-8')}\n{text}", "utf-8")
        return name_of(next(one for one in read_all(text)))
