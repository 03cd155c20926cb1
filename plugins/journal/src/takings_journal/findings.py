"""What holds a day back or needs a look, in plain words: every finding of this plugin."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from takings.plugin import Finding, LedgerRef, Severity, Unit, show_amount

MAP_ACCOUNTS, MAP_TENDERS, MAP_TAXES = "map:account", "map:tender", "map:tax"


def title(unit: Unit) -> str:
    """Return how findings name the unit: its day, or first and last."""
    keys = sorted(mapped.day.key for mapped in unit.days)
    return str(keys[0]) if len(keys) == 1 else f"{keys[0]} to {keys[-1]}"


def chart_line(name: str, number: int, line: str) -> Finding:
    """A line of the chart file that is not understood."""
    return Finding(
        code="journal.chart_line",
        what=f"Line {number} of {name} is not understood",
        why="An account or tax rate that it may declare can't be mapped",
        do="Write it as the page about the journal shows",
        where=f"{name}:{number}",
        severity=Severity.WARNING,
        verbatim=line.strip()[:200],
        subject=name,
    )


def chart_missing(name: str, journal: str) -> Finding:
    """The journal has transactions of ours, and its chart file is gone."""
    return Finding(
        code="journal.chart_missing",
        what=f"{name} is missing beside {journal}",
        why="Without it nobody knows which accounts the journal has, and a new one might lack some of them",
        do="Put the file back; or write an empty one and open the journal's accounts in it",
        where=name,
        subject=name,
    )


def other_journal(name: str, stated: str, wanted: str) -> Finding:
    """The chart file says that it belongs to another journal: it was copied or renamed."""
    return Finding(
        code="journal.other_journal",
        what=f"{name} says that it is the chart of the journal {stated!r}, not of {wanted!r}",
        why="It was copied or renamed, and posting to the wrong journal would be noticed late",
        do=f'Where it is meant, write in it: custom "journal" "{wanted}"',
        where=name,
        subject=name,
    )


def connected_to_another(connected: str, stated: str) -> Finding:
    """The connection's settings name another journal than it was connected to."""
    return Finding(
        code="journal.connected_to_another",
        what=f"The integration was connected to the journal {connected!r}, and its settings now name {stated!r}",
        why="What was posted to one would be looked for in the other",
        do=f"Connect it again to {connected!r}, or set up another integration for {stated!r}",
        where="connect",
        subject=stated,
    )


def currency_differs(unit: Unit, theirs: str, ours: str) -> Finding:
    """The day is in another currency than the journal."""
    return _day(
        "journal.currency_differs",
        unit,
        f"{title(unit)} is in {theirs}, the journal in {ours}",
        why="Takings are never converted",
        do="Post this venue to a journal in its own currency",
    )


def no_rounding_account() -> Finding:
    """Cents of tax have to be rounded, and there is no account for them."""
    return Finding(
        code="journal.no_rounding_account",
        what="There is no account for the cents by which the journal's tax differs from the point of sale's",
        why="The prices are without tax, so both add it and round",
        do='Give an account of the chart file role: "rounding", or choose a rounding account',
        where="rounding_account",
        subject="rounding_account",
    )


def unbalanced(unit: Unit, difference: Decimal, currency: str) -> Finding:
    """Lines and tenders differ, which no transaction can hold."""
    return _day(
        "journal.unbalanced",
        unit,
        f"The payment methods of {title(unit)} come to {show_amount(difference, currency)} {currency} "
        "more than its lines",
        why="A transaction must balance",
        do="Correct the day in the POS, so that it sends a new revision",
    )


def locked(unit: Unit, day: date, through: date) -> Finding:
    """The day is on or before the journal's lock date."""
    return _day(
        "journal.locked",
        unit,
        f"{day} can't be posted: the journal is locked through {through}",
        why='The chart file says so with custom "locked"',
        do="Take that line back there, or never post the day",
    )


def number_taken(number: str, key: str) -> Finding:
    """Another transaction has the number."""
    return Finding(
        code="journal.number_taken",
        what=f"The journal has a transaction with the number {number} already",
        why=f"It is the one with the key {key}" if key else "Somebody wrote it by hand",
        do="Choose another prefix for this venue's numbers",
        where="advanced",
        subject=number,
    )


def account_unknown(ref: LedgerRef | str, where: str) -> Finding:
    """A mapped account is not opened in the chart file; the words are those of bean-check."""
    id_ = ref.id if isinstance(ref, LedgerRef) else ref
    return Finding(
        code="journal.account_unknown",
        what=f"The account {id_} is not opened in the chart file",
        why="Beancount takes no posting to an account that is not open",
        do="Open it there, or choose another account",
        where=where,
        verbatim=f"Invalid reference to unknown account '{id_}'",
        subject=id_,
    )


def account_not_open(account: str, day: date, where: str) -> Finding:
    """The account is opened later, or closed already."""
    return Finding(
        code="journal.account_not_open",
        what=f"The account {account} is not open on {day}",
        why="The chart file opens it later, or closes it before",
        do="Change its date there, or choose another account",
        where=where,
        subject=account,
    )


def account_other_currency(account: str, currency: str, where: str) -> Finding:
    """The account is opened for other currencies."""
    return Finding(
        code="journal.account_other_currency",
        what=f"The account {account} takes no {currency}",
        why="The chart file opens it for other currencies only",
        do=f"Add {currency} to its open line, or choose another account",
        where=where,
        subject=account,
    )


def tax_unknown(ref: LedgerRef | str) -> Finding:
    """A mapped tax rate is not in the chart file."""
    id_ = ref.id if isinstance(ref, LedgerRef) else ref
    return Finding(
        code="journal.tax_unknown",
        what=f"The tax rate {id_} is not in the chart file",
        why="Without it nobody knows how much tax an amount contains",
        do='Add it there as custom "tax", or choose another rate',
        where=MAP_TAXES,
        subject=id_,
    )


def stands_twice(key: str) -> Finding:
    """A transaction that is to be taken back stands more than once."""
    return Finding(
        code="journal.undo_twice",
        what=f"The journal has the transaction {key} more than once",
        why="It was copied there by hand, and which one is right can't be told from here",
        do="Remove the surplus one from the journal, then undo again",
        where="ledger",
        subject=key,
    )


def edited(key: str) -> Finding:
    """A transaction that is to be taken back was changed by hand."""
    return Finding(
        code="journal.undo_edited",
        what=f"The transaction {key} was changed in the journal after it was posted",
        why="A reversal of what was posted would leave what was changed",
        do="Remove the transaction from the journal by hand; then undo again",
        where="ledger",
        subject=key,
    )


def _day(code: str, unit: Unit, what: str, *, why: str, do: str) -> Finding:
    return Finding(code=code, what=what, why=why, do=do, where="day", subject=title(unit))
