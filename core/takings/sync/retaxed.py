"""How the lines of a document would be taxed as their codes are matched, where settings gave others. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from takings.domain.adjusting import PostedLine
from takings.domain.mapping import LedgerRef
from takings.domain.money import ZERO, round_amount
from takings.plugin.documents import Document, Retaxed


class MatchedTaxes:
    """What the matched rates come to on a document, for the share that one of its days has in it."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._sums: dict[tuple[str, str], tuple[Decimal, Decimal]] = {}
        for line in (line for document in documents for line in document.lines):
            if line.retaxed:
                key = (line.retaxed.setting, _id(line.retaxed.tax))
                amount, tax = self._sums.get(key, (ZERO, ZERO))
                self._sums[key] = (amount + line.amount, tax + line.retaxed.tax_amount)

    def of(self, one: PostedLine, currency: str) -> Retaxed | None:
        """Return the tax at the matched rate of what a day has, as the part that it has of the document's."""
        if not one.retaxed_by:
            return None
        amount, tax = self._sums.get((one.retaxed_by, _id(one.matched_tax)), (ZERO, ZERO))
        share = round_amount(one.amount * tax / amount, currency) if amount else ZERO
        return Retaxed(setting=one.retaxed_by, tax=one.matched_tax, tax_amount=share)


def _id(ref: LedgerRef | None) -> str:
    return ref.id if ref else ""
