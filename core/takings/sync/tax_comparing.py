"""Compares the tax of documents with what the point of sale states, with what settings changed line by line. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from takings.domain.day import DaySummary, Line
from takings.domain.findings import Finding, Severity
from takings.domain.mapping import LedgerRef, MappedDay
from takings.domain.money import ZERO, show_amount
from takings.domain.taxes import posted_share
from takings.plugin.documents import Document, DocumentLine
from takings.views.taxes import TaxChange, TaxComparison


def compare_taxes(documents: Iterable[tuple[Document, str]], stated: Decimal | None) -> TaxComparison | None:
    """Compare what documents (each with its number) have of tax with what is stated; None where there are none."""
    known = list(documents)
    if not known:
        return None
    changes = tuple(
        _change(document, number, line) for document, number in known for line in document.lines if line.retaxed
    )
    posted = sum((document.sign * document.tax for document, _ in known), ZERO)
    changed = sum((one.difference for one in changes), ZERO)
    return TaxComparison(
        stated=stated,
        changed=changed,
        rounding=None if stated is None else posted - stated - changed,
        posted=posted,
        changes=changes,
    )


def _change(document: Document, number: str, line: DocumentLine) -> TaxChange:
    assert line.retaxed is not None, "only what was changed is told"
    return TaxChange(
        document=number or document.number or document.key,
        line=line.description,
        account=str(line.account),
        setting=line.retaxed.setting,
        amount=document.sign * line.amount,
        matched=_named(line.retaxed.tax),
        matched_tax=document.sign * line.retaxed.tax_amount,
        posted=_named(line.tax),
        posted_tax=document.sign * line.tax_amount,
    )


def _named(tax: LedgerRef | None) -> str:
    return (tax.name or tax.id) if tax else ""


def changed_finding(compared: TaxComparison | None, currency: str) -> tuple[Finding, ...]:
    """Say of a whole preview what settings change of the tax, setting by setting."""
    if compared is None or not compared.changes:
        return ()
    sums: dict[str, Decimal] = {}
    for one in compared.changes:
        sums[one.setting] = sums.get(one.setting, ZERO) + one.difference
    parts = ", ".join(f"'{setting}' {show_amount(amount, currency)}" for setting, amount in sums.items())
    return (
        Finding(
            code="tax.changed",
            what=f"Settings change the tax of these days by {show_amount(compared.changed, currency)} {currency}",
            why=f"They give kinds of lines another tax than the point of sale's: {parts}",
            severity=Severity.INFO,
            where="settings",
            subject="preview",
        ),
    )


def stated_tax(days: Iterable[tuple[DaySummary, Iterable[Line]]]) -> Decimal | None:
    """Return the tax that the point of sale states for the lines that are posted of these days; None where none."""
    shares = []
    for day, posted in days:
        lines = list(posted)
        shares += [posted_share(total, day, lines) for total in day.taxes]
    return sum(shares, ZERO) if shares else None


def stated_for(days: Iterable[MappedDay]) -> Decimal | None:
    """Return the tax that the point of sale states for these mapped days; None where it states none."""
    return stated_tax((mapped.day, [one.line for one in mapped.lines]) for mapped in days)
