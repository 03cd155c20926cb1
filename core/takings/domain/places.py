"""Where the lines and payment methods of a day go: as they were posted, or as they would be by the mapping. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from takings.domain.adjusting import PostedTender, source_code
from takings.domain.catalogue import DimensionKind
from takings.domain.day import DaySummary, Line, Tender
from takings.domain.mapping import Choice, LedgerRef, MappedDay, MappingTable, place_line

#: What stands in place of a choice while a code has none.
OPEN = "open"

#: The kind, account and tax code of a line, as the source says them.
_Source = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The ledger account that a line or payment method goes to, and its tax rate, as people read them."""

    choice: str
    account: str = ""
    tax: str = ""

    @property
    def shown(self) -> str:
        """The account, or the decision that stands in place of it; nothing while it is open."""
        if self.account or self.choice == OPEN:
            return self.account
        return self.choice.replace("_", " ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """Where what was posted of a day went: lines by what the source says of them, tenders by their codes.

    `lines` is None where an older version did not keep it; `record` is the content that was posted last.
    """

    record: int
    lines: Mapping[_Source, Place] | None
    tenders: Mapping[str, Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The places of a day's content, of the record with this id; nothing is `posted` of a day that waits."""

    table: MappingTable
    record: int
    posted: Posted | None = None

    def line(self, line: Line, day: DaySummary) -> Place:
        """Return where a line of the day went, or else would go."""
        if self.posted and self.posted.lines is not None and line.amount:
            if found := self.posted.lines.get(_source(line)):
                return found
            if self.posted.record == self.record:
                return Place(choice=Choice.DO_NOT_POST.value)
        return planned_line(line, day, self.table)

    def tender(self, tender: Tender) -> Place:
        """Return where a payment method of the day went, or else would go."""
        if self.posted and tender.counted:
            if found := self.posted.tenders.get(tender.code):
                return found
            if self.posted.record == self.record:
                return Place(choice=Choice.DO_NOT_POST.value)
        return planned_tender(tender, self.table)

    def posted_lines(self, was: DaySummary) -> list[Line]:
        """Return the lines of a content that were posted; of what an older version posted, those that would be."""
        if self.posted and self.posted.lines is not None:
            known = self.posted.lines
            return [one for one in was.lines if _source(one) in known]
        left_out = Choice.DO_NOT_POST.value
        return [one for one in was.lines if planned_line(one, was, self.table).choice != left_out]


def planned_line(line: Line, day: DaySummary, table: MappingTable) -> Place:
    """Return where a line would go by the mapping and the settings that rule it."""
    entry, mapped = table.get(DimensionKind.ACCOUNT, line.account), place_line(line, day, table)
    choice = entry.choice.value if entry else Choice.POST.value if mapped else OPEN
    return (
        Place(choice=choice, account=_text(mapped.account), tax=_text(mapped.tax)) if mapped else Place(choice=choice)
    )


def planned_tender(tender: Tender, table: MappingTable) -> Place:
    """Return where a payment method would go by the mapping."""
    entry = table.get(DimensionKind.TENDER, tender.code)
    return Place(choice=entry.choice.value, account=_text(entry.ref)) if entry else Place(choice=OPEN)


def tender_places(tenders: Iterable[PostedTender]) -> dict[str, Place]:
    """Return where payment methods stand by all that was posted for a day: an adjustment may have moved them."""
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for one in tenders:
        sums[source_code(one), _text(one.account)] += one.amount
    standing: dict[str, list[str]] = defaultdict(list)
    for (code, account), amount in sums.items():
        if amount:
            standing[code].append(account)
    return {code: _together(accounts) for code, accounts in standing.items()}


def _together(accounts: list[str]) -> Place:
    named = ", ".join(one for one in accounts if one)
    return Place(choice=Choice.POST.value if named else Choice.LEAVE_OPEN.value, account=named)


def encode_places(mapped: MappedDay) -> list[dict[str, Any]]:
    """Write where each line of a day goes as JSON: the lines of an account and a rate together."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for one in mapped.lines:
        key = (one.account.id, one.tax.id if one.tax else "")
        row = found.setdefault(key, {"account": _text(one.account), "tax": _text(one.tax), "of": []})
        if (source := list(_source(one.line))) not in row["of"]:
            row["of"].append(source)
    return list(found.values())


def decode_places(rows: Iterable[Mapping[str, Any]]) -> dict[_Source, Place]:
    """Read what `encode_places` wrote."""
    return {
        (kind, account, tax): Place(choice=Choice.POST.value, account=row["account"], tax=row["tax"])
        for row in rows
        for kind, account, tax in row["of"]
    }


def _source(line: Line) -> _Source:
    return line.kind.value, line.account, line.tax_code


def _text(ref: LedgerRef | None) -> str:
    return str(ref) if ref else ""
