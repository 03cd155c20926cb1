"""Arranges a unit's money as one document: its kind, its sign, what are lines and what are payments. Pure.

Every shape moves every account by the same amounts. In the shape with payments, a payment method whose sign is
opposite to the document's becomes a line on its own account, because Xero takes positive payments only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from takings.plugin import ZERO, DocumentLine, LedgerRef, TenderTotal
from takings_xero.ledger_index import LedgerIndex
from takings_xero.options import BALANCED, JOURNAL

INVOICE, CREDIT_NOTE, MANUAL_JOURNAL = "invoice", "creditnote", "journal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arranged:
    """One document: with a `sign` of -1 its lines and payments stand turned round, as on a credit note.

    `as_lines` are the tenders that stand among the lines, `open_tenders` those left open on it.
    """

    kind: str
    sign: int
    lines: tuple[DocumentLine, ...]
    payments: tuple[TenderTotal, ...]
    as_lines: tuple[TenderTotal, ...]
    open_tenders: tuple[TenderTotal, ...]

    @property
    def total(self) -> Decimal:
        """The document's total, tax included."""
        return sum((line.amount for line in self.lines), ZERO)

    @property
    def tax(self) -> Decimal:
        """The tax in it."""
        return sum((line.tax_amount for line in self.lines), ZERO)


def arrange(
    shape: str, lines: tuple[DocumentLine, ...], tenders: tuple[TenderTotal, ...], *, index: LedgerIndex
) -> Arranged:
    """Return the document that a unit becomes."""
    if shape in (BALANCED, JOURNAL):
        return _balanced(MANUAL_JOURNAL if shape == JOURNAL else INVOICE, lines, tenders, index=index)
    return _with_payments(lines, tenders, index)


def _balanced(
    kind: str, lines: tuple[DocumentLine, ...], tenders: tuple[TenderTotal, ...], *, index: LedgerIndex
) -> Arranged:
    """Put every tender among the lines; what is left open is the document's total, and decides its sign."""
    posted = tuple(one for one in tenders if one.account is not None)
    left = tuple(one for one in tenders if one.account is None)
    all_lines = (*lines, *_tender_lines(posted, index))
    total = sum((line.amount for line in all_lines), ZERO)
    sign = -1 if total < 0 and kind == INVOICE else 1
    return Arranged(
        kind=CREDIT_NOTE if sign < 0 else kind,
        sign=sign,
        lines=_turned(all_lines, sign),
        payments=(),
        as_lines=posted,
        open_tenders=left,
    )


def _with_payments(lines: tuple[DocumentLine, ...], tenders: tuple[TenderTotal, ...], index: LedgerIndex) -> Arranged:
    total = sum((line.amount for line in lines), ZERO)
    sign = -1 if total < 0 else 1
    posted = [one for one in tenders if one.account is not None]
    opposite = tuple(one for one in posted if one.amount * sign < 0)
    return Arranged(
        kind=CREDIT_NOTE if sign < 0 else INVOICE,
        sign=sign,
        lines=_turned((*lines, *_tender_lines(opposite, index)), sign),
        payments=tuple(replace(one, amount=sign * one.amount) for one in posted if one.amount * sign > 0),
        as_lines=opposite,
        open_tenders=tuple(one for one in tenders if one.account is None),
    )


def _tender_lines(tenders: Iterable[TenderTotal], index: LedgerIndex) -> list[DocumentLine]:
    """Turn tenders into lines: what was taken is a negative line, which debits its account."""
    return [
        DocumentLine(
            account=one.account,
            tax=index.no_tax(one.account.id),
            description=one.name,
            amount=-one.amount,
            tax_amount=ZERO,
        )
        for one in tenders
        if one.account is not None
    ]


def _turned(lines: tuple[DocumentLine, ...], sign: int) -> tuple[DocumentLine, ...]:
    if sign > 0:
        return lines
    return tuple(line.turned() for line in lines)


def moved_by(
    arranged: Arranged, payments: Iterable[tuple[LedgerRef, Decimal]], mapped: Iterable[str]
) -> dict[str, Decimal]:
    """Return what a document does to each account, debit positive; Accounts Receivable is not a mapped one."""
    moved: dict[str, Decimal] = dict.fromkeys(mapped, ZERO)
    for line in arranged.lines:
        moved[line.account.id] = moved.get(line.account.id, ZERO) - arranged.sign * line.amount
    for account, amount in payments:
        moved[account.id] = moved.get(account.id, ZERO) + arranged.sign * amount
    return moved
