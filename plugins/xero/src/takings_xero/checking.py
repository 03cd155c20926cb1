"""What holds a unit back: every rule of Xero that can be known before anything is sent. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from takings.plugin import DocumentLine, Finding, LedgerRef, Prices, TenderTotal, Unit
from takings_xero import findings
from takings_xero.arranging import MANUAL_JOURNAL, Arranged
from takings_xero.ledger_index import LedgerIndex
from takings_xero.netting import tracking_name, tracking_of
from takings_xero.options import FOR_ALL, NUMBER_RULES, PAYMENTS, IntegrationSettings

#: Settings with an account that lines go to.
_ACCOUNT_SETTINGS = ("rounding_account", "variance_account", "discounts_account", "refunds_account")


def check_unit(unit: Unit, index: LedgerIndex, day: date, *, kind: str) -> Iterator[Finding]:
    """Check what concerns the unit as a whole: currency, lock dates, contact, number."""
    base = index.survey.chart.currency
    for currency in dict.fromkeys(mapped.day.site.currency for mapped in unit.days):
        if currency != base:
            yield findings.currency_differs(title(unit), currency, base)
    lock = index.survey.locked_through
    if lock and day <= lock:
        names = [name for name, locked in index.locks.items() if day.isoformat() <= locked]
        yield findings.locked(day, lock, names)
    if unit.dated is None and day.isoformat() > index.surveyed_through:
        yield findings.closed_late(title(unit), day)
    if kind == MANUAL_JOURNAL:
        return  # it has neither a contact nor a number
    if index.contact["state"] == "archived":
        yield findings.contact_archived(index.contact["name"])
    if unit.number is not None:
        yield from check_number(unit.number, unit.operation_key(kind), index)


def check_tracking(unit: Unit, index: LedgerIndex, settings: IntegrationSettings) -> Iterator[Finding]:
    """Check that each line's tracking option is there: Xero drops an unknown one without a word."""
    if settings.tracking == FOR_ALL and settings.tracking_option not in index.options:
        yield findings.tracking_gone("tracking_option", settings.tracking_option)
        return
    categories = {one.category for one in index.options.values()}
    for mapped in (mapped for day in unit.days for mapped in day.lines):
        name = tracking_name(mapped.line, settings)
        if name and settings.tracking_category not in categories:
            yield findings.tracking_gone("tracking_category", settings.tracking_category)
            return
        if name and tracking_of(mapped.line, index, settings) is None:
            yield findings.tracking_unknown(name)


def check_lines(
    lines: Iterable[DocumentLine],
    index: LedgerIndex,
    settings: IntegrationSettings,
    *,
    prices: Prices = Prices.INCLUSIVE,
) -> Iterator[Finding]:
    """Check that each line's account takes it, and that its tax rate goes with the account."""
    chosen = {getattr(settings, name): name for name in _ACCOUNT_SETTINGS}
    for line in lines:
        account = index.accounts.get(line.account.id)
        where = chosen.get(line.account.id, findings.MAP_ACCOUNTS)
        if account is None:
            yield findings.account_unknown(line.account, where)
            continue
        if not account.active:
            yield findings.account_archived(account, where)
        elif not account.takes_lines:
            yield findings.account_takes_no_lines(account, line.description, where)
        if prices is Prices.NO_TAX:
            continue
        if line.tax is None:
            yield findings.no_tax(account, line.description)
            continue
        tax = index.taxes.get(line.tax.id)
        if tax is None or not tax.active:
            yield findings.tax_unknown(line.tax)
        elif tax.kinds and account.kind not in tax.kinds:
            yield findings.tax_not_for_account(tax, account, line.description)


def check_arranged(
    arranged: Arranged, index: LedgerIndex, unit: Unit, *, settings: IntegrationSettings
) -> Iterator[Finding]:
    """Check the tenders in the places that the shape gives them: payments, lines, or left open."""
    currency = index.survey.chart.currency
    for tender in arranged.payments:
        assert tender.account is not None, "what is left open is no payment"
        yield from _check_payment_account(tender.account, tender.name, index)
    opposite = settings.shape == PAYMENTS
    for tender in arranged.as_lines:
        assert tender.account is not None, "what is left open is no line"
        yield from _check_line_account(
            tender, tender.account, index, day=title(unit), opposite=opposite, unit_prices=unit.days[0].day.prices
        )
    for tender in arranged.open_tenders:
        if arranged.kind == MANUAL_JOURNAL:
            yield findings.journal_leaves_nothing_open(tender.name)
        elif tender.amount * arranged.sign < 0:
            yield findings.open_opposite_sign(tender.name, tender.amount, currency, day=title(unit))


def _check_line_account(
    tender: TenderTotal, ref: LedgerRef, index: LedgerIndex, *, day: str, opposite: bool, unit_prices: Prices
) -> Iterator[Finding]:
    account = index.accounts.get(ref.id)
    if account is None:
        yield findings.account_unknown(ref, findings.MAP_TENDERS)
    elif not account.active:
        yield findings.account_archived(account, findings.MAP_TENDERS)
    elif not account.takes_lines:
        yield findings.tender_needs_a_line(tender.name, account, day, opposite=opposite)
    elif index.no_tax(account.id) is None and unit_prices is not Prices.NO_TAX:
        yield findings.no_free_rate(account, tender.name)


def title(unit: Unit) -> str:
    """Return how findings name the unit: its day, or first and last."""
    keys = sorted(mapped.day.key for mapped in unit.days)
    return str(keys[0]) if len(keys) == 1 else f"{keys[0]} to {keys[-1]}"


def _check_payment_account(ref: LedgerRef, tender: str, index: LedgerIndex) -> Iterator[Finding]:
    account = index.accounts.get(ref.id)
    if account is None:
        yield findings.account_unknown(ref, findings.MAP_TENDERS)
    elif not account.active:
        yield findings.account_archived(account, findings.MAP_TENDERS)
    elif not account.takes_payments:
        yield findings.account_takes_no_payments(account, tender)


def can_be_number(number: str) -> bool:
    """Whether Xero takes a number, as far as its length and characters go."""
    return len(number) <= NUMBER_RULES.longest and re.fullmatch(NUMBER_RULES.pattern, number) is not None


def check_number(number: str, key: str, index: LedgerIndex) -> Iterator[Finding]:
    """Check that Xero takes a number, and that no document but the one of this key has it."""
    if not can_be_number(number):
        yield findings.number_invalid(number)
    standing = index.numbers.get(number)
    # The unit's own document is no stranger: the core finds it by its key.
    if standing and standing.key != key:
        yield findings.number_taken(number, standing.status)
