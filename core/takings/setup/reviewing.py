"""The review: the answers so far, when to send, what a first sync would post, and what is worth knowing before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlmodel import Session, col, select

from takings.domain.findings import Finding, Severity
from takings.domain.schedule import WEEKDAYS, Schedule, clock_change, mistakes
from takings.domain.starting import unfit_start
from takings.host import PluginHost
from takings.setup.assembly import StepDef
from takings.setup.facts import Facts
from takings.setup.numbering_shown import numbering_row
from takings.setup.standing import Stands, open_steps
from takings.store.states import RunState
from takings.store.tables import Run
from takings.views import ChoiceView, FieldView, PreviewSummary, ReviewStepView, StepKind, SummaryRow

#: The kind of run that fetches days and counts what a first sync would post.
PREVIEW = "preview"
WHEN = "When to send"
#: The answer that confirms how many documents of the past a first sync posts.
CONFIRM = "confirm"

_EVERY = (
    ChoiceView(value="day", label="Every day"),
    ChoiceView(value="hour", label="Every hour"),
    ChoiceView(value="week", label="Every week"),
    ChoiceView(value="month", label="Every month"),
    ChoiceView(value="manual", label="Only when I say so"),
)


def stored_answers(facts: Facts, now: datetime) -> dict[str, Any]:
    """Return what is stored of the review, else what is proposed: the venue's own time zone, four in the morning."""
    integration = facts.joint.integration
    schedule = Schedule.from_dict({"every": "day", "at": "04:00", "timezone": zone_of(facts), **integration.schedule})
    first = integration.history_from or integration.start_date or facts.joint.today(now)
    return {
        "start_date": first.isoformat(),
        "timezone": schedule.timezone,
        "every": schedule.every.value,
        "at": f"{schedule.at:%H:%M}",
        "minute": schedule.at.minute,
        "weekday": str(schedule.weekday),
        "day": schedule.day,
    }


def zone_of(facts: Facts) -> str:
    """Return the venue's time zone as far as it is known: the source's, else the organisation's, else UTC."""
    source = str(facts.joint.integration.schedule.get("timezone", ""))
    return source or (facts.chart.chart.timezone if facts.chart else "") or "UTC"


def review_fields(values: Mapping[str, Any]) -> tuple[FieldView, ...]:
    """Return what the review asks."""
    fields = (
        FieldView(
            name="start_date",
            label="Start date",
            kind="date",
            help="Nothing before this trading day is read or sent",
        ),
        FieldView(
            name="timezone",
            label="Time zone",
            kind="zone",
            help="The venue's: the sync time below is meant in it",
        ),
        FieldView(name="every", label="Send", kind="choice", choices=_EVERY),
        FieldView(
            name="at",
            label="Sync time",
            kind="time",
            help="Two hours or more after the venue closes its day",
            show_when={"every": ("day", "week", "month")},
        ),
        FieldView(name="minute", label="Minute of the hour", kind="whole_number", show_when={"every": ("hour",)}),
        FieldView(
            name="weekday",
            label="Weekday",
            kind="choice",
            choices=tuple(ChoiceView(value=str(n), label=name) for n, name in enumerate(WEEKDAYS)),
            show_when={"every": ("week",)},
        ),
        FieldView(
            name="day",
            label="Day of the month",
            kind="whole_number",
            help="31 means the last day of shorter months too",
            show_when={"every": ("month",)},
        ),
    )
    return tuple(replace(one, value=values.get(one.name), default=values.get(one.name), group=WHEN) for one in fields)


def read_when(values: Mapping[str, Any], today: date) -> tuple[Schedule | None, date | None, dict[str, str]]:
    """Read schedule and start date out of the answers, with an error at each wrong field.

    A start date far from today is a slip, like a year typed halfway: each month since then would be asked for.
    """
    errors: dict[str, str] = {}
    start: date | None = None
    try:
        start = date.fromisoformat(str(values.get("start_date", "")))
    except ValueError:
        errors["start_date"] = "Enter a date like 2026-10-31."
    if start is not None and (wanted := unfit_start(start, today)):
        errors["start_date"], start = wanted, None
    hourly = values.get("every") == "hour"
    given = {
        "every": values.get("every"),
        "at": f"00:{_number(values.get('minute'), 0):02d}" if hourly else str(values.get("at") or "04:00"),
        "weekday": _number(values.get("weekday"), 0),
        "day": _number(values.get("day"), 1),
        "timezone": str(values.get("timezone") or ""),
    }
    if not given["timezone"]:
        errors["timezone"] = "Choose the venue's time zone."
    renamed = {"at": "minute"} if hourly else {}
    errors |= {renamed.get(name, name): text for name, text in mistakes(given).items()}
    return (None if errors else Schedule.from_dict(given)), start, errors


def _number(value: Any, otherwise: int) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return otherwise


def build_review(
    session: Session, host: PluginHost, steps: Sequence[StepDef], *, facts: Facts, found: dict[str, Stands]
) -> ReviewStepView:
    """Return the review of what is stored."""
    chart = facts.chart.chart if facts.chart else None
    runs = session.exec(
        select(Run)
        .where(Run.integration_id == facts.joint.integration.id, Run.kind == PREVIEW)
        .order_by(col(Run.started_at).desc())
        .limit(1)
    ).all()
    newest = runs[0] if runs else None
    busy = newest is not None and newest.state in (RunState.QUEUED.value, RunState.RUNNING.value)
    return ReviewStepView(
        summary=(*_summary(steps, facts), numbering_row(session, host, facts)),
        open_steps=() if facts.was_active else open_steps(steps, found),
        preview=_preview(newest) if newest is not None and newest.survey and not busy else None,
        fetching=newest.id if newest is not None and busy else "",
        problems=_problems(newest) if newest is not None and not newest.survey and not busy else (),
        organisation=chart.organisation_name if chart else "",
        organisation_timezone=chart.timezone if chart else "",
        source_timezone=str(facts.joint.integration.schedule.get("timezone", "")),
        warnings=(),
        next_due=facts.joint.integration.next_due,
    )


def _problems(run: Run) -> tuple[Finding, ...]:
    """Say why days could not be fetched and counted."""
    return tuple(Finding.from_dict(one) for one in run.findings)


def _preview(run: Run) -> PreviewSummary:
    kept = run.survey or {}
    return PreviewSummary(
        run=run.id,
        at=run.ended_at or run.started_at,
        organisation=kept["organisation"],
        period=kept["period"],
        currency=kept["currency"],
        documents=kept["documents"],
        payments=kept["payments"],
        total=Decimal(kept["total"]),
        tax=Decimal(kept["tax"]),
        held=kept["held"],
        nothing=kept["nothing"],
        # The run asked the source for days: that none is known here says nothing but that there are none.
        findings=tuple(Finding.from_dict(one) for one in kept["findings"] if one["code"] != "preview.no_days"),
    )


def _summary(steps: Sequence[StepDef], facts: Facts) -> list[SummaryRow]:
    found = []
    for step in steps:
        value = _value(step, facts)
        if value:
            found.append(SummaryRow(step=step.key, label=step.title, value=value))
    return found


def _value(step: StepDef, facts: Facts) -> str:
    joint = facts.joint
    if step.kind is StepKind.CONNECT:
        connection = joint.target_connection if step.side == "target" else joint.source_connection
        return (connection.name or connection.organisation or connection.state) if connection else ""
    if step.kind is StepKind.FLOWS:
        titles = {flow.key: flow.title for flow in joint.source_type.flows}
        return ", ".join(titles.get(key, key) for key in joint.integration.flows) or "Nothing"
    if step.kind is StepKind.TOKEN:
        return {"none": "Not made", "handed_out": "Handed out", "used": "In use"}[facts.handed.value]
    if step.kind is StepKind.MAPPING:
        codes = facts.codes[step.dimension]
        return f"{codes.total - codes.open} of {codes.total} matched"
    if step.kind is StepKind.SETTINGS:
        return "Set" if step.key in facts.done or facts.was_active else "Defaults"
    return ""


def start_warnings(start: date | None, facts: Facts) -> list[Finding]:
    """Return what is worth knowing of a start date: that the ledger is locked beyond it."""
    locked = facts.chart.chart.locked_through if facts.chart else None
    if start is None or locked is None or start > locked:
        return []
    opens = locked + timedelta(days=1)
    return [
        Finding(
            code="setup.start_locked",
            what=f"{facts.joint.target_type.title} is locked through {locked}, and the start date is {start}",
            why=f"Nothing dated on or before the lock date can be posted, so the days before {opens} would be held",
            do=f"Begin on {opens} or later, or ask whoever closed the books to move the lock date",
            where="start_date",
            severity=Severity.WARNING,
            subject=str(start),
        )
    ]


def time_warnings(schedule: Schedule, facts: Facts, now: datetime) -> list[Finding]:
    """Return what is worth knowing of a schedule: clock changes, and an organisation in another time zone."""
    change = clock_change(schedule, facts.joint.today(now))
    found = [change] if change else []
    other = facts.chart.chart.timezone if facts.chart else ""
    if other and other != schedule.timezone:
        found.append(
            Finding(
                code="setup.timezones_differ",
                what=f"{facts.joint.target_type.title} keeps its books in {other}, and the sync time is meant in "
                f"{schedule.timezone or 'UTC'}",
                why="Documents get the venue's trading day as their date, whatever the ledger's time zone",
                do="Choose the venue's own time zone here",
                where="timezone",
                severity=Severity.INFO,
            )
        )
    return found
