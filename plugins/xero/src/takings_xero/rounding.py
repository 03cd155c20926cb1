"""The line that rounds a document whose prices are without tax: what was counted, less what Xero comes to. Pure.

Xero adds tax to each line and rounds it; the point of sale rounded its own. The cents between the two go without tax
to a rounding account, so that the document's total is what was counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from takings.plugin import ZERO, DocumentLine, Finding, LedgerAccount, LedgerRef, LineKind, Prices, Unit
from takings_xero import findings
from takings_xero.ledger_index import LedgerIndex
from takings_xero.options import IntegrationSettings


def with_rounding(
    lines: tuple[DocumentLine, ...], unit: Unit, index: LedgerIndex, *, settings: IntegrationSettings
) -> tuple[DocumentLine, ...]:
    """Return the lines with the one that rounds them, where prices without tax don't come to what was counted."""
    amount, account = _lacking(lines, unit), _account(index, settings)
    if not amount or account is None:
        return lines
    line = DocumentLine(
        account=LedgerRef(id=account.id, code=account.code, name=account.name),
        tax=index.no_tax(account.id),
        description="Rounding of tax",
        amount=amount,
        tax_amount=ZERO,
        rounds=True,
    )
    return (*lines, line)


def check_rounding(
    lines: Sequence[DocumentLine], unit: Unit, index: LedgerIndex, *, settings: IntegrationSettings
) -> Iterator[Finding]:
    """Say where cents have to be rounded and no account takes them; `lines` are those of the takings."""
    if _lacking(lines, unit) and _account(index, settings) is None:
        yield findings.no_rounding_account()


def _lacking(lines: Sequence[DocumentLine], unit: Unit) -> Decimal:
    if unit.days[0].day.prices is not Prices.EXCLUSIVE:
        return ZERO
    return unit.counted - sum((line.amount for line in lines), ZERO)


def _account(index: LedgerIndex, settings: IntegrationSettings) -> LedgerAccount | None:
    """Return the account of the settings, or Xero's own for rounding, which any code can have."""
    if settings.rounding_account:
        return index.accounts.get(settings.rounding_account)
    own = (one for one in index.accounts.values() if one.role == LineKind.ROUNDING and one.active)
    return next(own, None)
