"""Checks a target's plan against the day it is for: each account's movement to the cent, and the tax.

This is the core's own arithmetic: it shares nothing with the planning code of a plugin.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal

from takings.domain.day import DayKey, LineKind, Prices, TaxTotal
from takings.domain.findings import Finding, Severity, errors
from takings.domain.mapping import LedgerRef, MappedDay
from takings.domain.money import ZERO, most_rounding, show_amount
from takings.domain.taxes import posted_share
from takings.plugin.documents import Document, DocumentLine, Plan, Unit
from takings.plugin.undoing import UNDO


def check_plan(unit: Unit, plan: Plan) -> tuple[Finding, ...]:
    """Return the plan's findings, and those where it would not move the ledger by exactly what the days say."""
    if errors(plan.findings):
        return plan.findings
    if len({mapped.day.prices for mapped in unit.days}) > 1:
        return (*plan.findings, _prices_differ(unit))
    return (
        *plan.findings,
        *_check_movements(unit, plan),
        *_check_rounding(unit, plan),
        *_check_customers(unit, plan),
        *_check_keys(unit, plan),
        *_check_date(unit, plan),
        *check_tax(unit, plan.documents),
        *_unplaced_tax(unit),
        *_retaxed(unit, plan),
    )


def expected_movements(days: Iterable[MappedDay]) -> dict[str, Decimal]:
    """Return how much each ledger account must move, debit positive: with tax where the days' amounts contain it."""
    moved: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for day in days:
        for line in day.lines:
            moved[line.account.id] -= line.line.amount
        for tender in day.tenders:
            if tender.account:
                moved[tender.account.id] += tender.tender.counted
    return {account: amount for account, amount in moved.items() if amount}


def _check_movements(unit: Unit, plan: Plan) -> tuple[Finding, ...]:
    planned: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for movement in plan.movements:
        planned[movement.account] += movement.amount
    exclusive = unit.days[0].day.prices is Prices.EXCLUSIVE
    for document, line in _lines(plan) if exclusive else ():
        # The day says nothing of the tax on top of each line, and nothing of what rounds: both are checked apart.
        planned[line.account.id] += document.sign * (line.amount if line.rounds else line.tax_amount)
    expected = expected_movements(unit.days)
    currency = unit.days[0].day.site.currency
    return tuple(
        Finding(
            code="plan.movement_differs",
            what=f"The plan for {unit.key} would move the account {account} by "
            f"{show_amount(planned.get(account, ZERO), currency)}, the day says "
            f"{show_amount(expected.get(account, ZERO), currency)} {currency}",
            why="The ledger plugin's plan and the day do not agree",
            do="Report this to the author of the ledger plugin; nothing was posted",
            where="day",
            subject=account,
        )
        for account in sorted({*planned, *expected})
        if planned.get(account, ZERO) != expected.get(account, ZERO)
    )


def _lines(plan: Plan) -> Iterator[tuple[Document, DocumentLine]]:
    for document in plan.documents:
        for line in document.lines:
            yield document, line


def _check_rounding(unit: Unit, plan: Plan) -> tuple[Finding, ...]:
    """Check that what rounds a document is exactly what its total lacks, and no more than rounding can come to."""
    currency = unit.days[0].day.site.currency
    rounds = sum((document.sign * line.amount for document, line in _lines(plan) if line.rounds), ZERO)
    if unit.days[0].day.prices is not Prices.EXCLUSIVE:
        return (_rounds_wrong(unit, rounds, ZERO, currency=currency),) if rounds else ()
    lines = sum((one.line.amount for mapped in unit.days for one in mapped.lines), ZERO)
    added = sum((document.sign * line.tax_amount for document, line in _lines(plan)), ZERO)
    wanted = unit.counted - lines - added
    if rounds != wanted:
        return (_rounds_wrong(unit, rounds, wanted, currency=currency),)
    rounded = sum(1 for _, line in _lines(plan) if line.tax and not line.rounds) + sum(
        total.lines for mapped in unit.days for total in mapped.day.taxes
    )
    if abs(rounds) <= most_rounding(currency, rounded):
        return ()
    return (_tax_differs(unit, "tax", -rounds, within=False, currency=currency),)


def _check_customers(unit: Unit, plan: Plan) -> tuple[Finding, ...]:
    """Check that documents for customers move on exactly what the days' payment methods and payments say of each."""
    made: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for document in plan.documents:
        if document.customer:
            for line in document.lines:
                made[line.account.id] += document.sign * line.amount
    if not made:
        return ()
    expected = customers_of(unit.days)
    currency = unit.days[0].day.site.currency
    return tuple(
        Finding(
            code="plan.customers_differ",
            what=f"The plan for {unit.key} moves {show_amount(made.get(account, ZERO), currency)} from {account} to "
            f"customers, the day says {show_amount(expected.get(account, ZERO), currency)} {currency}",
            why="The ledger plugin's plan and the day do not agree",
            do="Report this to the author of the ledger plugin; nothing was posted",
            where="day",
            subject=account,
        )
        for account in sorted({*made, *expected})
        if made.get(account, ZERO) != expected.get(account, ZERO)
    )


def customers_of(days: Iterable[MappedDay]) -> dict[str, Decimal]:
    """Return what of each clearing account is owed by customers that the source names, less what they paid on it."""
    moved: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for day in days:
        for tender in day.tenders:
            if tender.account:
                for share in tender.tender.customers:
                    moved[tender.account.id] += share.amount
        for line in day.lines:
            if line.line.kind is LineKind.ACCOUNT_PAYMENT and line.line.customer.strip():
                moved[line.account.id] -= line.line.amount
    return {account: amount for account, amount in moved.items() if amount}


def _check_keys(unit: Unit, plan: Plan) -> tuple[Finding, ...]:
    keys = [operation.key for operation in plan.operations]
    known = set(keys)
    missing = sorted({need for operation in plan.operations for need in operation.depends_on} - known)
    # What waits for an approval depends on the document that is approved, and nothing else depends on it.
    waiting = {operation.key for operation in plan.operations if operation.waits}
    missing += [one.key for one in plan.operations if one.waits and not one.depends_on]
    missing += [key for one in plan.operations if not one.waits for key in one.depends_on if key in waiting]
    if len(known) == len(keys) and not missing:
        return ()
    return (_keys_wrong(unit.key, missing, []),)


def _check_date(unit: Unit, plan: Plan) -> tuple[Finding, ...]:
    """Check that what adjusts a day is dated as the unit says: its own date may be closed."""
    if unit.dated is None or all(document.day == unit.dated for document in plan.documents):
        return ()
    return (
        Finding(
            code="plan.date_differs",
            what=f"The plan for {unit.key} is not dated {unit.dated}",
            why="An adjustment has a date of its own, and the ledger plugin's plan does not keep to it",
            do="Report this to the author of the ledger plugin; nothing was posted",
            where="day",
            subject=unit.key,
        ),
    )


def check_undo(unit: str, plan: Plan) -> tuple[Finding, ...]:
    """Return the findings of a plan that takes a unit back, and those where its keys are not those of an undo."""
    if errors(plan.findings):
        return plan.findings
    keys = [operation.key for operation in plan.operations]
    strange = [key for key in keys if not key.startswith(f"{unit}/{UNDO}")]
    missing = sorted({need for operation in plan.operations for need in operation.depends_on} - set(keys))
    if len(set(keys)) == len(keys) and not missing and not strange:
        return plan.findings
    return (*plan.findings, _keys_wrong(unit, missing, strange))


def _prices_differ(unit: Unit) -> Finding:
    return Finding(
        code="unit.prices_differ",
        what=f"The days {_named(unit)} are not all with tax in their amounts, or all without",
        why="One document has its prices with tax, without it, or knows no tax; it can't be of two sorts",
        do="Post these days one by one, or have the POS send them all alike",
        where="day",
        subject=unit.key,
    )


def _named(unit: Unit) -> str:
    """Say which days a unit is for, as a sentence names them: its close, or its first and last one."""
    keys = sorted(mapped.day.key for mapped in unit.days)
    return str(keys[0]) if len(keys) == 1 else f"{keys[0]} to {keys[-1]}"


def _rounds_wrong(unit: Unit, rounds: Decimal, wanted: Decimal, *, currency: str) -> Finding:
    return Finding(
        code="plan.rounding_differs",
        what=f"The plan for {unit.key} rounds by {show_amount(rounds, currency)} {currency}, and "
        f"{show_amount(wanted, currency)} lack to what was counted",
        why="The ledger plugin's plan and the day do not agree",
        do="Report this to the author of the ledger plugin; nothing was posted",
        where="day",
        subject=unit.key,
    )


def _keys_wrong(unit: str, missing: list[str], strange: list[str]) -> Finding:
    problem = "uses one key twice"
    if missing or strange:
        problem = f"depends on {', '.join(missing)}" if missing else f"uses the key {strange[0]}"
    return Finding(
        code="plan.keys_wrong",
        what=f"The plan for {unit} {problem}",
        why="The ledger plugin made operations that can't be told apart or ordered",
        do="Report this to the author of the ledger plugin; nothing was posted",
        where="day",
        subject=unit,
    )


def check_tax(unit: Unit, documents: Iterable[Document]) -> tuple[Finding, ...]:
    """Compare the ledger's tax with the source's own, per ledger tax rate.

    Up to half of the currency's smallest amount for each line that either side rounded is what rounding does, and is
    shown; more holds.
    """
    documents = tuple(documents)
    ledger, lines = _ledger_tax(documents)
    source, source_lines, refs = _source_tax(unit.days)
    currency = unit.days[0].day.site.currency
    found = []
    # A rate that the mapping gives no line is the plan's own invention; a source without tax codes has no rates.
    strange = ledger.keys() - refs.keys() if refs or not unit.days[0].day.charges_tax else set()
    for tax in sorted({*source, *strange}):
        difference = ledger.get(tax, ZERO) - source.get(tax, ZERO)
        bound = most_rounding(currency, lines.get(tax, 0) + source_lines.get(tax, 0))
        if difference:
            within = abs(difference) <= bound
            found.append(
                _tax_differs(unit, str(refs.get(tax, tax)), difference, within=within, currency=currency, id_=tax)
            )
    return tuple(found)


def _ledger_tax(documents: Iterable[Document]) -> tuple[dict[str, Decimal], dict[str, int]]:
    amounts: dict[str, Decimal] = defaultdict(lambda: ZERO)
    lines: dict[str, int] = defaultdict(int)
    for document in documents:
        for line in document.lines:
            # What a setting changed is compared as the source has it; the change itself is shown apart.
            tax, amount = (line.retaxed.tax, line.retaxed.tax_amount) if line.retaxed else (line.tax, line.tax_amount)
            if tax:
                amounts[tax.id] += document.sign * amount
                lines[tax.id] += 1
    return amounts, lines


def _source_tax(days: Iterable[MappedDay]) -> tuple[dict[str, Decimal], dict[str, int], dict[str, LedgerRef]]:
    amounts: dict[str, Decimal] = defaultdict(lambda: ZERO)
    lines: dict[str, int] = defaultdict(int)
    refs: dict[str, LedgerRef] = {}
    for mapped in days:
        by_code: dict[tuple[str, str], str] = {}
        for line in mapped.lines:
            tax_ref = line.matched_tax if line.retaxed_by else line.tax
            if tax_ref:
                refs[tax_ref.id] = tax_ref
                by_code[line.tax_code, ""] = tax_ref.id
                by_code["", line.line.account] = tax_ref.id
        for total in mapped.day.taxes:
            tax = by_code.get((total.tax_code, total.account))
            if tax is not None:
                amounts[tax] += posted_share(total, mapped.day, (one.line for one in mapped.lines))
                lines[tax] += total.lines
    return amounts, lines, refs


def _tax_differs(unit: Unit, tax: str, difference: Decimal, *, within: bool, currency: str, id_: str = "") -> Finding:
    amount = f"{show_amount(abs(difference), currency)} {currency} {'more' if difference > 0 else 'less'}"
    if within:
        return Finding(
            code="tax.rounding",
            what=f"The ledger will compute {amount} of {tax} than the POS states for {_named(unit)}",
            why="Both round each of their lines; the difference is within what that can come to",
            severity=Severity.INFO,
            where="day",
            subject=tax,
        )
    return Finding(
        code="tax.differs",
        what=f"The ledger would compute {amount} of {tax} than the POS states for {_named(unit)}",
        why="That is more than rounding can come to, so a tax code is mapped to a rate that does not fit"
        + (f". Mapped to this one: {codes}" if (codes := ", ".join(_codes_at(unit, id_))) else ""),
        do="Map the POS's tax codes to the ledger's rates of the same percentage",
        where="map",
        subject=tax,
    )


def _codes_at(unit: Unit, tax: str) -> list[str]:
    """Name the tax codes of the unit's days that are mapped to a rate."""
    lines = [line for mapped in unit.days for line in mapped.lines]
    at = ((line.tax_code, line.matched_tax if line.retaxed_by else line.tax) for line in lines)
    return sorted({code for code, ref in at if code and ref and ref.id == tax})


def _retaxed(unit: Unit, plan: Plan) -> tuple[Finding, ...]:
    """Say of each setting that changed the tax of some lines what it comes to."""
    changes: dict[str, list[tuple[Document, DocumentLine]]] = defaultdict(list)
    for document, line in _lines(plan):
        if line.retaxed:
            changes[line.retaxed.setting].append((document, line))
    currency = unit.days[0].day.site.currency
    return tuple(_changed_by(unit, setting, lines, currency=currency) for setting, lines in changes.items())


def _changed_by(unit: Unit, setting: str, lines: list[tuple[Document, DocumentLine]], *, currency: str) -> Finding:
    matched = sum((document.sign * line.retaxed.tax_amount for document, line in lines if line.retaxed), ZERO)
    posted = sum((document.sign * line.tax_amount for document, line in lines), ZERO)
    amount = sum((document.sign * line.amount for document, line in lines), ZERO)
    named = ", ".join(dict.fromkeys(line.description for _, line in lines))
    return Finding(
        code="tax.changed",
        what=f"'{setting}' gives {show_amount(amount, currency)} {currency} of {_named(unit)} another tax: "
        f"{show_amount(posted, currency)} in place of {show_amount(matched, currency)}",
        why=f"The setting says so, whatever the tax codes are matched to: {named}",
        severity=Severity.INFO,
        where="day",
        subject=setting,
    )


def _unplaced_tax(unit: Unit) -> tuple[Finding, ...]:
    """Say which of the source's tax totals belong to no line, so that they could be compared with nothing."""
    found = []
    for mapped in unit.days:
        day = mapped.day
        codes = {line.tax_code for line in day.lines} | {mapped_line.tax_code for mapped_line in mapped.lines}
        accounts = {line.account for line in day.lines}
        for total in day.taxes:
            if not total.tax_code and not total.account:
                continue  # it is for all lines
            placed = total.account in accounts if total.account else total.tax_code in codes
            if total.amount and not placed:
                found.append(_unplaced(day.key, total, day.site.currency))
    return tuple(found)


def _unplaced(key: DayKey, total: TaxTotal, currency: str) -> Finding:
    label = total.tax_code or total.account
    return Finding(
        code="tax.unplaced",
        what=f"{key} states {show_amount(total.amount, currency)} {currency} of the tax {label}, but no line of it",
        why="A tax that belongs to no line can't be compared with the ledger's",
        do="Have the POS's support look at the day",
        where="day",
        subject=label,
    )
