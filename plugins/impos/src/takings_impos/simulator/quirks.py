"""Is responsible for the awkward days real venues have, by name, and for when they come.

A quirk changes a finished record. All keep the balance identity but `unbalanced`, and all keep the record
readable but `broken`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from .amend import largest_tender, move_tender, refund_line
from .money import ZERO, amount_of, cents, portion, text
from .venues import Record, Tender, Venue

TWO_CLOSES, CLOSED, REVISED = "two-closes", "closed", "revised"
LONG_NAME = "Bistro & Grill " + "très " * 60
FORMULA = '=HYPERLINK("http://x")'
_NONE: Mapping[int, str] = MappingProxyType({})


def _new_paymethod(record: Record, venue: Venue) -> None:
    add_paymethod(record, Tender("DIDI", "DiDi Food"), cents(88_000))


def add_paymethod(record: Record, tender: Tender, amount: Decimal) -> None:
    """Let a further paymethod take over so much, at most half, of what the largest tender took."""
    source = largest_tender(record)
    moved = min(amount, portion(amount_of(source["recorded"]), 500))
    move_tender(source, -moved)
    taken = {"count": max(1, int(moved / 47)), "recorded": text(moved), "counted": text(moved)}
    record["payments"].append({"paymethod": tender.code, "name": tender.name, **taken})


def _negative(record: Record, venue: Venue) -> None:
    total = sum((amount_of(tender["counted"]) for tender in record["payments"]), ZERO)
    refund = total + cents(438_302)
    refund_line(record["sales"][0], refund, dict(venue.rates))
    move_tender(_card(record, venue), -refund)


def _unbalanced(record: Record, venue: Venue) -> None:
    first = record["payments"][0]
    first["counted"] = text(amount_of(first["counted"]) + 10)


def _negative_tender(record: Record, venue: Venue) -> None:
    tenders = record["payments"]
    small = next((tender for tender in tenders if tender["paymethod"] == "AMEX"), tenders[-1])
    moved = amount_of(small["recorded"]) + cents(6_490)
    other = largest_tender({"payments": [tender for tender in tenders if tender is not small]})
    move_tender(small, -moved)
    move_tender(other, moved)


def _labels(record: Record, venue: Venue) -> None:
    record["sales"][1]["department"] = LONG_NAME
    record["sales"][-1]["department"] = FORMULA
    record["closed_by"] = "Zoë 🍻"
    record["terminals"] = ["POS1", "@SUM(A1)", "+61"]
    record["payments"][0]["name"] = "Cash, 💵\t“notes” & coins"
    account = venue.others["account_payments"].code
    customer = "-2+3 <b>O'Brien</b> & Sons; Pty, Ltd"
    record["account_payments"].append({"account": account, "customer": customer, "amount": "12.00"})
    move_tender(_card(record, venue), Decimal(12))


def _variance(record: Record, venue: Venue) -> None:
    first = record["payments"][0]
    counted = amount_of(first["recorded"]) - 50
    record["variance"]["amount"] = "-50.00"
    first["counted"] = text(counted)


def _no_tax_code(record: Record, venue: Venue) -> None:
    del record["sales"][0]["tax_code"]


def _broken(record: Record, venue: Venue) -> None:
    record["sales"][0]["gross"] = 1200


def _card(record: Record, venue: Venue) -> Record:
    tenders: list[Record] = record["payments"]
    return next((tender for tender in tenders if tender["paymethod"] == venue.tip_tender), tenders[0])


CHANGES: dict[str, Callable[[Record, Venue], None]] = {
    "new-paymethod": _new_paymethod,
    "negative": _negative,
    "unbalanced": _unbalanced,
    "negative-tender": _negative_tender,
    "labels": _labels,
    "variance": _variance,
    "no-tax-code": _no_tax_code,
    "broken": _broken,
}
QUIRKS = (*CHANGES, TWO_CLOSES, CLOSED, REVISED)

# Days of the month, as in the sample month of the Anchor Hotel.
ALL_AWKWARD: Mapping[int, str] = MappingProxyType(
    {
        8: "variance",
        9: "new-paymethod",
        12: "negative",
        15: "unbalanced",
        18: TWO_CLOSES,
        20: REVISED,
        21: CLOSED,
        25: "negative-tender",
        27: "labels",
    }
)
A_FEW_AWKWARD: Mapping[int, str] = MappingProxyType({day: ALL_AWKWARD[day] for day in (9, 18, 21)})
SCHEDULES: dict[str, Mapping[int, str]] = {"none": _NONE, "few": A_FEW_AWKWARD, "all": ALL_AWKWARD}


class UnknownQuirkError(ValueError):
    """A quirk was named that nobody wrote."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no quirk {name!r}; there are {', '.join(QUIRKS)}")


@dataclass
class Quirks:
    """When which quirk comes: every month on a day of the month, and on single dates."""

    monthly: Mapping[int, str] = field(default_factory=lambda: _NONE)
    dated: dict[date, tuple[str, ...]] = field(default_factory=dict)

    def add(self, day: date, name: str) -> None:
        """Put a quirk on a date; raises UnknownQuirkError."""
        if name not in QUIRKS:
            raise UnknownQuirkError(name)
        self.dated[day] = (*self.dated.get(day, ()), name)

    def on(self, day: date) -> tuple[str, ...]:
        """Name the quirks of a trading day."""
        monthly = self.monthly.get(day.day)
        return (*((monthly,) if monthly else ()), *self.dated.get(day, ()))
