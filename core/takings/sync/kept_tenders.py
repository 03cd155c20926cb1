"""Which tenders of a half-posted unit stay where they were posted: those paid, and those among its lines. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from takings.domain.money import ZERO

#: A day, and a code and an account of one of its tenders.
_Place = tuple[int, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Payment:
    """A payment of a document, with the sign of the takings."""

    key: str
    account: str
    amount: Decimal
    label: str


def kept_tenders(
    old: Sequence[dict[str, Any]],
    new: Sequence[dict[str, Any]],
    *,
    posted: Iterable[dict[str, Any]],
    planned: Iterable[dict[str, Any]],
    done: set[str],
) -> dict[int, list[dict[str, Any]]]:
    """Return each day's tenders as the ledger will hold them, where a unit's `posted` document stands already.

    What is among the lines of the document stands with it, and a payment stands once it is done: a new mapping moves
    neither. Nor does it fill what was left open, unless the new plan has a payment for it.
    """
    paid, to_pay = _payments(old, posted), _payments(new, planned)
    stand: dict[int, dict[str, dict[str, Any]]] = defaultdict(dict)
    for row in old:
        coming = {one["code"]: to_pay.get(_place(row, one)) for one in _of_day(new, row["day"])}
        for one in row["tenders"]:
            payment = paid.get(_place(row, one))
            if (payment is None or payment in done) if one["account"] else coming.get(one["code"]) is None:
                stand[row["day"]][one["code"]] = one
    return {row["day"]: _merged(stand[row["day"]], row["tenders"]) for row in new}


def standing_codes(row: dict[str, Any], posted: Iterable[dict[str, Any]], done: set[str]) -> set[str]:
    """Return the codes of a day's tenders that stand, where its unit's `posted` document does."""
    paid = _payments([row], posted)
    payments = {one["code"]: paid.get(_place(row, one)) for one in row["tenders"] if one["account"]}
    return {code for code, payment in payments.items() if payment is None or payment in done}


def _of_day(rows: Iterable[dict[str, Any]], day: int) -> list[dict[str, Any]]:
    return [one for row in rows if row["day"] == day for one in row["tenders"]]


def _merged(stand: dict[str, dict[str, Any]], new: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put what stands in its place, and at the end what is not to be posted any more and stands all the same."""
    codes = {one["code"] for one in new}
    gone = [one for code, one in stand.items() if code not in codes and one["account"]]
    return [*(stand.get(one["code"], one) for one in new), *gone]


def _place(row: dict[str, Any], tender: dict[str, Any]) -> _Place:
    return row["day"], tender["code"], tender["account"]["id"] if tender["account"] else ""


def _payments(rows: Sequence[dict[str, Any]], documents: Iterable[dict[str, Any]]) -> dict[_Place, str]:
    """Return the key of the payment that each tender became, by its place; one among the lines has none."""
    payments = [
        _Payment(
            key=one["key"],
            account=one["account"]["id"],
            amount=document.get("sign", 1) * Decimal(one["amount"]),
            label=one.get("label", ""),
        )
        for document in documents
        for one in document["payments"]
    ]
    over_all: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in rows:
        for tender in row["tenders"]:
            over_all[_place(row, tender)[1:]] += Decimal(tender["amount"])
    found: dict[_Place, str] = {}
    for row in rows:
        for tender in row["tenders"]:
            place = _place(row, tender)
            free = [one for one in payments if one.account == place[2]]
            if payment := _payment(tender, free, taken=set(found.values()), over_all=over_all[place[1:]]):
                found[place] = payment.key
    return found


def _payment(
    tender: dict[str, Any], payments: Sequence[_Payment], *, taken: set[str], over_all: Decimal
) -> _Payment | None:
    """Return a tender's payment: of the day or of all days together, and rather one of its name.

    Where a label says more than the name, it is of one day alone. Payments have the sign of their document, so that
    one of another amount is the tender's only if it has its sign.
    """
    amount, names = Decimal(tender["amount"]), tuple(one for one in (tender["name"], tender["code"]) if one)
    fitting = [
        one
        for one in payments
        if one.amount == amount or (one.amount == over_all and (one.label in names or not one.label.endswith(names)))
    ]
    if fitting:
        return min(fitting, key=lambda one: (not one.label.endswith(names), one.amount != amount, one.key in taken))
    return next((one for one in payments if (one.amount < ZERO) == (amount < ZERO)), None)
