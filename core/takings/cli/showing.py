"""Shows integrations, documents, days and runs as tables; used by more than one command."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from takings.cli.output import money, say, table, words
from takings.cli.problems import in_short, name_of
from takings.domain.combining import TITLES, Combining
from takings.domain.schedule import Schedule
from takings.views import ConnectionView, DayView, DocumentView, IntegrationView, RunView


def say_integration(view: IntegrationView) -> None:
    """Write one integration with its settings."""
    say(f"{view.name} is {words(view.state)}." + (f" {view.reason}" if view.reason else ""))
    rows = [
        ("Id", view.id),
        ("Point of sale", connection(view.source)),
        ("Ledger", connection(view.target) if view.target else f"{view.target_component}, not connected"),
        ("Sends", ", ".join(view.flows) or "nothing"),
        ("Auth Token", words(view.token)),
        ("Numbers", _settings(view.numbering)),
        ("Settings", _settings(view.target_settings)),
        ("Start date", view.start_date or "none"),
        ("Reads again", f"the last {view.trailing_days} days"),
        ("Late changes", view.late_changes),
        ("One document for", _combining(view)),
        ("Pays approved drafts", "by itself" if view.pay_approved else "when somebody asks"),
        ("Closed on", ", ".join(str(one) for one in view.closed) or "no date"),
        ("Syncs", Schedule.from_dict(view.schedule)),
        ("Codes without a decision", view.open_codes),
        ("Days", counts(view.days)),
        ("Last run", moment(view.last_run)),
    ]
    for label, value in rows:
        say(f"  {label + ':':<26}{value}")
    if view.missing_scopes:
        lacks = ", ".join(view.missing_scopes)
        say(
            f"These settings need a further permission of the ledger: {lacks}. Nothing is posted before it is given. "
            f"With: takings connect {shlex.quote(view.name)}"
        )


def _combining(view: IntegrationView) -> str:
    starts = f", from {view.week_starts.capitalize()} on" if view.combining == Combining.WEEK else ""
    return TITLES[Combining(view.combining)] + starts


def connection(view: ConnectionView) -> str:
    """Return what a connection is, in one line."""
    named = f" {view.name}" if view.name else ""
    reason = f": {view.reason}" if view.reason else ""
    return f"{view.component}{named} ({words(view.state)}{reason})"


def counts(days: dict[str, int]) -> str:
    """Return counts by state or by what was counted, like `29 posted, 2 held` or `1 document, 3 payments`."""
    return ", ".join(f"{number} {_counted(state, number)}" for state, number in days.items() if number) or "none"


def _counted(name: str, number: int) -> str:
    return words(name.removesuffix("s") if number == 1 else name)


def documents_table(documents: Sequence[DocumentView]) -> None:
    """Write documents: date, number, total, tax and payments; a credit note's total and tax are below zero."""
    rows = [
        (
            name_of(one),
            one.number or "(by the ledger)",
            words(one.kind),
            money(one.signed_total, one.currency),
            money(one.signed_tax, one.currency),
            len(one.payments),
            one.currency,
            words(one.state),
        )
        for one in documents
    ]
    headings = ("Date", "Number", "Kind", "Total", "Tax", "Payments", "Currency", "State")
    table(headings, rows, right=("Total", "Tax", "Payments"))


def days_table(days: Sequence[DayView]) -> None:
    """Write days: date, close, revision, state, total and document number, and the codes of what is wrong.

    The number of a document that holds more dates than this one is followed by them.
    """
    rows = [
        (
            one.business_date,
            one.sequence,
            one.revision,
            words(one.state),
            money(one.total, one.currency),
            f"{one.number} ({one.period})".strip() if one.period else one.number,
            in_short(one),
        )
        for one in days
    ]
    headings = ("Date", "Close", "Revision", "State", "Total", "Number", "Findings")
    width = len(headings) if any(one.findings for one in days) else len(headings) - 1
    table(headings[:width], [row[:width] for row in rows], right=("Close", "Revision", "Total"))


def runs_table(runs: Sequence[RunView]) -> None:
    """Write runs: when, what for, how each ended."""
    rows = [
        (
            moment(one.started_at),
            one.integration,
            one.kind,
            one.trigger,
            words(one.state) + (f", place {one.position}" if one.position else ""),
            one.period,
            counts(one.counts),
        )
        for one in runs
    ]
    table(("Started", "Integration", "Kind", "Trigger", "State", "Period", "Counts"), rows)


def moment(value: object) -> str:
    """Return an instant to the second, in UTC, or `never`."""
    return str(value)[:19] + " UTC" if value else "never"


def _settings(values: dict[str, object]) -> str:
    return ", ".join(f"{name}={value}" for name, value in values.items()) or "defaults"
