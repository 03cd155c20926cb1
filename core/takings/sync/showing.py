"""Builds the views of integrations, days and documents from what is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from takings.domain.findings import Finding
from takings.domain.identity import read_key
from takings.domain.period import Period
from takings.domain.schedule import WEEKDAYS, Schedule
from takings.plugin.documents import Document
from takings.runner.queue import positions
from takings.store.journal import UnitRow
from takings.store.query import ask, chunks, columns, fields
from takings.store.states import DayState, RunState, UnitState
from takings.store.tables import Connection, Day, Integration, Record, Run
from takings.store.types import from_json
from takings.sync.encoding import decode_document, decode_findings
from takings.sync.integration_facts import Facts, load_facts
from takings.sync.missing import report_after
from takings.sync.opposites import named_by
from takings.sync.planning import Planned
from takings.sync.verifying import Checked
from takings.sync.windows import whatever_the_period
from takings.views import (
    ConnectionView,
    DayView,
    DocumentView,
    IntegrationView,
    LineView,
    PaymentView,
    Progress,
    RunView,
)

#: The states of days that a run leaves held, or posted in part.
LEFT = (DayState.HELD.value, DayState.PARTLY.value)


def show_integration(session: Session, row: Integration) -> IntegrationView:
    """Build the view of an integration."""
    (view,) = show_integrations(session, [row])
    return view


def show_integrations(session: Session, rows: Sequence[Integration]) -> list[IntegrationView]:
    """Build the views of integrations, by as many queries as for one."""
    facts = load_facts(session, rows)
    return [_integration(row, facts[row.id]) for row in rows]


def _integration(row: Integration, facts: Facts) -> IntegrationView:
    return IntegrationView(
        id=row.id,
        owner=row.owner,
        name=row.name,
        state=row.state,
        reason=row.reason,
        source=show_connection(facts.source),
        target=show_connection(facts.target) if facts.target else None,
        target_component=row.target_component,
        flows=tuple(row.flows),
        numbering=row.numbering,
        target_settings=row.target_settings,
        start_date=row.start_date,
        trailing_days=row.trailing_days,
        late_changes=row.late_changes,
        combining=row.combining,
        week_starts=WEEKDAYS[row.week_starts].lower(),
        closed=tuple(date.fromisoformat(one) for one in row.closed),
        pay_approved=row.pay_approved,
        schedule=show_schedule(row),
        next_due=row.next_due,
        open_codes=facts.open_codes,
        token=facts.token,
        days=facts.days,
        last_run=facts.last_run,
        last_run_state=facts.last_run_state,
    )


def show_schedule(row: Integration) -> dict[str, Any]:
    """Return an integration's schedule as it is documented, and after how many days a close is missed."""
    stored = Schedule().as_dict() | row.schedule
    return {**stored, "missing_after": report_after(row)}


def show_connection(row: Connection) -> ConnectionView:
    """Build the view of a connection."""
    return ConnectionView(
        id=row.id,
        component=row.component,
        organisation=row.organisation,
        name=row.name,
        state=row.state,
        reason=row.reason,
    )


def _of_days(row: Integration) -> Any:
    """Return the query for an integration's days with what their views are made of."""
    return (
        columns(
            Day.business_date, Day.sequence, Day.state, Day.counted_total, Day.findings, Record.revision,
            Record.canonical, UnitRow.number, UnitRow.first, UnitRow.last,
        )
        .join(Record, col(Record.id) == Day.record_id)
        .outerjoin(UnitRow, col(UnitRow.id) == Day.unit_id)
        .where(Day.integration_id == row.id)
        .order_by(col(Day.business_date), col(Day.sequence))
    )  # fmt: skip


def show_days(
    session: Session,
    row: Integration,
    period: Period | None,
    *,
    states: Sequence[str] = (),
    limit: int | None = None,
    beyond: bool = False,
) -> list[DayView]:
    """Build the views of an integration's days, in order; of the first ones where there is a limit.

    Those `beyond` a period that each sync takes in are added where it is said.
    """
    query = _of_days(row).limit(limit)
    if period:
        inside = col(Day.business_date).between(period.first, period.last)
        query = query.where(inside | whatever_the_period() if beyond else inside)
    if states:
        query = query.where(col(Day.state).in_(states))
    return [
        DayView(
            business_date=business_date,
            sequence=sequence,
            revision=revision,
            state=state,
            currency=from_json(canonical)["site"]["currency"],
            total=total,
            number=number or "",
            period=show_period(first, last),
            findings=decode_findings(findings),
        )
        for business_date, sequence, state, total, findings, revision, canonical, number, first, last
        in session.execute(query)
    ]  # fmt: skip


def show_period(first: date | None, last: date | None) -> str:
    """Return the dates of a document that holds more than one date, or an empty text."""
    return str(Period(first, last)) if first and last and first != last else ""


def show_planned(planned: Planned) -> list[DocumentView]:
    """Build the views of documents that a plan would make."""
    sequence = planned.candidates[0].key.sequence
    return [
        show_document(document, sequence=sequence, state="planned", findings=planned.findings)
        for document in planned.plan.documents
    ]


def show_held(planned: Planned) -> list[DayView]:
    """Build the views of the days that a plan holds."""
    return [
        DayView(
            business_date=day.business_date,
            sequence=day.sequence,
            revision=day.revision,
            state=DayState.HELD.value,
            currency=day.site.currency,
            total=day.counted_total,
            number="",
            period=show_period(planned.first, planned.last),
            findings=planned.findings,
        )
        for day in (one.mapped.day for one in planned.candidates)
    ]


def show_document(
    document: Document,
    *,
    sequence: int,
    state: str,
    number: str = "",
    link: str = "",
    findings: tuple[Finding, ...] = (),
) -> DocumentView:
    """Build the view of a document."""
    return DocumentView(
        period=_period_of(document),
        customer=document.customer,
        key=document.key,
        business_date=document.day,
        sequence=sequence,
        kind=document.kind,
        number=document.number or ("" if document.reverses else number),
        currency=document.currency,
        total=document.total,
        tax=document.tax,
        state=state,
        lines=tuple(
            LineView(
                description=line.description,
                account=str(line.account),
                tax=str(line.tax) if line.tax else "",
                amount=line.amount,
                tax_amount=line.tax_amount,
            )
            for line in document.lines
        ),
        payments=tuple(
            PaymentView(payment_method=one.label, account=str(one.account), amount=one.amount)
            for one in document.payments
        ),
        link=link,
        sign=document.sign,
        findings=findings,
    )


def number_for(number: str, state: str, documents: int) -> str:
    """Return what a unit's documents without a number of their own are called by.

    Of several that do not all stand yet, those have one that stand.
    """
    return "" if documents > 1 and state in (UnitState.POSTING.value, UnitState.PARTLY.value) else number


def show_checked(checked: Checked) -> DocumentView:
    """Build the view of a posted document, with where the ledger differs."""
    document = checked.posting.document
    return show_document(
        document,
        sequence=sequence_of(document.key.rpartition("/")[0]),
        number=checked.posting.number or named_by(checked.posting.receipt),
        state=checked.inspection.status or checked.inspection.standing.value,
        link=checked.inspection.link,
        findings=checked.differences,
    )


def _period_of(document: Document) -> str:
    """Return the dates of a document where they are not just its own: of several, or of the one that it adjusts."""
    read = read_key(document.key.rpartition("/")[0])
    if read is None or read.first[0] == read.last[0] == document.day:
        return ""
    return str(Period(read.first[0], read.last[0]))


def sequence_of(unit_key: str) -> int:
    """Return which close of its date a unit is for, the first one where it is for several."""
    read = read_key(unit_key)
    return read.first[1] if read else 1


def show_runs(session: Session, runs: Sequence[Run]) -> list[RunView]:
    """Build the views of runs, without their documents, by as many queries as for one."""
    wanted = select(Integration).where(col(Integration.id).in_({run.integration_id for run in runs}))
    names = {row.id: row.name for row in session.exec(wanted)}
    places = positions(session, runs)
    return [_run(run, names[run.integration_id], places.get(run.id, 0)) for run in runs]


def show_run(
    session: Session, run: Run, *, documents: Sequence[DocumentView] = (), held: Sequence[DayView] = ()
) -> RunView:
    """Build the view of a run."""
    name = session.get_one(Integration, run.integration_id).name
    view = _run(run, name, positions(session, [run]).get(run.id, 0))
    return replace(view, documents=tuple(documents), held=tuple(held))


def _run(run: Run, integration: str, position: int) -> RunView:
    running = run.state == RunState.RUNNING.value
    return RunView(
        id=run.id,
        integration=integration,
        kind=run.kind,
        trigger=run.trigger,
        principal=run.principal,
        state=run.state,
        period=str(Period(run.first, run.last)) if run.first and run.last else "",
        due_at=run.due_at,
        position=position,
        progress=Progress(**run.progress) if running and run.progress else None,
        counts=run.counts,
        findings=decode_findings(run.findings),
        started_at=run.started_at,
        ended_at=run.ended_at,
    )


_UNIT = fields(UnitRow)
_UNITS = columns(_UNIT.key, _UNIT.number, _UNIT.state, _UNIT.documents, _UNIT.taken_over).where(
    _UNIT.integration_id == bindparam("of"), _UNIT.id.in_(bindparam("ids", expanding=True))
)


def show_units(
    session: Session, row: Integration, unit_ids: Sequence[int], *, made: bool = False
) -> list[DocumentView]:
    """Build the views of the documents of units, without their lines: of all, or only of those that a run `made`."""
    views: list[DocumentView] = []
    for some in chunks(unit_ids, 100):
        for unit in ask(session, _UNITS, of=row.id, ids=some):
            if made and unit.taken_over:
                continue
            views += [
                show_document(
                    decode_document(document, lines=False),
                    sequence=sequence_of(unit.key),
                    number=number_for(unit.number, unit.state, len(unit.documents)),
                    state=UnitState.POSTED.value if document.get("reverses") else unit.state,
                )
                for document in unit.documents
            ]
    return sorted(views, key=lambda view: (view.business_date, view.sequence))
