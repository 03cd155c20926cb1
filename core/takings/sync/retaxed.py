"""What of a day a setting gave another tax: kept beside its content, for its share of a document. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from takings.domain.mapping import LedgerRef, MappedDay
from takings.domain.money import ZERO, round_amount
from takings.plugin.documents import Document, Retaxed

#: Where it is kept beside the content.
RETAXED = "retaxed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What of a day stands on an account at a rate that a setting gave it, in place of the rate `matched`."""

    setting: str
    account: str
    tax: str
    matched: str
    name: str
    amount: Decimal


def encode_changed(mapped: MappedDay) -> dict[str, Any]:
    """Write what settings gave another rate on a mapped day; nothing where there is nothing."""
    found: dict[tuple[str, ...], tuple[str, Decimal]] = {}
    for one in mapped.lines:
        if not one.retaxed_by:
            continue
        key = (one.retaxed_by, one.account.id, _id(one.tax), _id(one.matched_tax))
        name, amount = found.get(key, (one.line.category or one.line.name, ZERO))
        found[key] = (name, amount + one.line.amount)
    rows = [
        {
            "setting": setting,
            "account": account,
            "tax": tax,
            "matched": matched,
            "name": name,
            "amount": f"{amount:f}",
        }
        for (setting, account, tax, matched), (name, amount) in found.items()
        if amount
    ]
    return {RETAXED: rows} if rows else {}


def decode_changed(row: Mapping[str, Any]) -> list[Changed]:
    """Read it beside a day's content, where it was kept."""
    return [Changed(**{**one, "amount": Decimal(one["amount"])}) for one in row.get(RETAXED, ())]


class MatchedTaxes:
    """How a document's lines would be taxed as their codes are matched."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._sums: dict[tuple[str, str], tuple[LedgerRef | None, Decimal, Decimal]] = {}
        for line in (line for document in documents for line in document.lines):
            if line.retaxed:
                key = (line.retaxed.setting, _id(line.retaxed.tax))
                _, amount, tax = self._sums.get(key, (None, ZERO, ZERO))
                self._sums[key] = (line.retaxed.tax, amount + line.amount, tax + line.retaxed.tax_amount)

    def of(self, one: Changed, currency: str) -> Retaxed:
        """Return the tax at the matched rate of what a day has, as the part that it has of the document's."""
        ref, amount, tax = self._sums.get((one.setting, one.matched), (None, ZERO, ZERO))
        share = round_amount(one.amount * tax / amount, currency) if amount else ZERO
        return Retaxed(setting=one.setting, tax=ref, tax_amount=share)


def _id(ref: LedgerRef | None) -> str:
    return ref.id if ref else ""
