"""A venue in the fault machine: what the model knows of its days, and what the ledger may and must hold of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from tests.faults.changing import dearer, sums
from tests.support.takings_of import Takings, takings_of

#: Days that a venue can have.
MOST = 4

LIVE = ("AUTHORISED", "PAID")


@dataclass
class Books:
    """Every revision of each day that was sent, the newest last, and which days somebody wanted out of the ledger."""

    accounts: Mapping[tuple[str, str], str]
    days: list[list[dict[str, Any]]] = field(default_factory=list)
    taken_back: set[int] = field(default_factory=set)

    @property
    def whole(self) -> Takings:
        """All days that there could be."""
        return takings_of(MOST)

    def close(self) -> dict[str, Any]:
        """Close the next day and return its record."""
        record = self.whole.records[len(self.days)]
        self.days.append([record])
        return record

    def amend(self, day: int, by: int) -> dict[str, Any]:
        """Change a day and return its record."""
        record = dearer(self.days[day][-1], by)
        self.days[day].append(record)
        return record

    def totals(self, day: int) -> set[Decimal]:
        """Return what a day's documents can come to: what some revision says, or nothing."""
        return {self._total([revision]) for revision in self.days[day]} | {Decimal(0)}

    def _total(self, records: Sequence[dict[str, Any]]) -> Decimal:
        expected = replace(self.whole, records=tuple(records)).expected(self.accounts)
        return sum(expected.lines.values(), Decimal(0))

    def assert_nothing_doubled(self, dump: Mapping[str, list[Any]]) -> None:
        """Assert that nothing stands twice, and that each day comes to what one of its revisions says, or nothing."""
        papers = (*dump["Invoices"], *dump["CreditNotes"], *dump["Payments"])
        twice = [name for name, n in Counter(one["Reference"] for one in papers).items() if n > 1]
        assert not twice, f"twice in the ledger: {twice}"
        assert len(dump["Contacts"]) <= 1
        assert not dump["CreditNotes"]
        found = _standing(dump)
        for day, revisions in enumerate(self.days):
            name = revisions[0]["trading_day"]
            assert found[name] in self.totals(day), f"{name} comes to {found[name]}, not one of {self.totals(day)}"

    def behind(self, dump: Mapping[str, list[Any]]) -> set[str]:
        """Return the days that the ledger holds otherwise than their newest revision says."""
        found = _standing(dump)
        return {one[0]["trading_day"] for one in self.days if found[one[0]["trading_day"]] != self._total([one[-1]])}

    def assert_right(self, dump: Mapping[str, list[Any]], states: Mapping[str, str]) -> None:
        """Assert that the ledger holds the newest revision of each day that is posted, and no day is lost."""
        posted = []
        for day, revisions in enumerate(self.days):
            state = states[revisions[0]["trading_day"]]
            assert state == "posted" or (state in ("undone", "never") and day in self.taken_back), (day, state)
            if state == "posted":
                posted.append(revisions[-1])
        expected = replace(self.whole, records=tuple(posted)).expected(self.accounts)
        invoices = [one for one in dump["Invoices"] if one["Status"] in LIVE]
        payments = [one for one in dump["Payments"] if one["Status"] == "AUTHORISED"]
        lines = sums((line["AccountID"], line["LineAmount"]) for one in invoices for line in one["LineItems"])
        assert lines == expected.lines
        assert sums((one["Account"]["AccountID"], one["Amount"]) for one in payments) == expected.paid


def _standing(dump: Mapping[str, list[Any]]) -> dict[str, Decimal]:
    """Add up what stands of each day."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for one in dump["Invoices"]:
        if one["Status"] in LIVE:
            found[_date(one)] += Decimal(str(one["Total"]))
    return found


def _date(paper: Mapping[str, Any]) -> str:
    """Return the date in a key: it says which day a document is of, however it is dated."""
    return str(paper["Reference"]).split("/")[2].partition(".")[0]
