"""Holds planned units that somebody should look at first, unless somebody did: unusual sizes, and others' documents.

What was confirmed stays in the day's decision, for the record that was confirmed; a new revision is looked at anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Text, bindparam, func, type_coerce
from sqlmodel import Session, col

from takings.domain.brakes import EVIDENCE, UNUSUAL_SIZE, is_confirmed, is_unusual, unusual_size, usual_size
from takings.domain.findings import Finding
from takings.plugin.targets import StandingDocument, Survey
from takings.store.journal import OperationRow, UnitRow
from takings.store.query import ask, chunks, columns, fields
from takings.store.states import DayState
from takings.store.tables import Day
from takings.sync.confirmed import as_confirmed, confirmed_of, covers, decided_before
from takings.sync.joint import Joint
from takings.sync.planning import Planned
from takings.sync.strangers import Strangers, looks_posted, venue_of

Sizes = Mapping[date, Decimal]

_DAY = fields(Day)
_SIZES = columns(_DAY.business_date, _DAY.counted_total).where(
    _DAY.integration_id == bindparam("of"),
    _DAY.business_date.between(bindparam("first"), bindparam("last")),
    _DAY.state != DayState.NEVER.value,
)


def guard_units(session: Session, joint: Joint, survey: Survey, *, planned: Sequence[Planned]) -> list[Planned]:
    """Add to each unit what somebody should look at; what was confirmed is kept as good to know."""
    guarded = [one for one in planned if not one.stands and one.plan.documents and one.candidates[0].adjusts is None]
    found: dict[str, list[Finding]] = defaultdict(list)
    for one, size in _unusual(session, joint, guarded):
        found[one.unit.key].append(size)
    for one, stranger in _strangers(session, joint, survey, planned=guarded):
        found[one.unit.key].append(looks_posted(one, stranger, survey.chart.currency))
    concerned = [one for one in guarded if one.unit.key in found or one.beside]
    if not concerned:
        return list(planned)
    decisions = _decisions(session, concerned)
    for one in concerned:
        found[one.unit.key] += _decided_before(one, decisions)
    return [_with(one, found.get(one.unit.key, ()), decisions) for one in planned]


def _decided_before(planned: Planned, decisions: Mapping[int, dict[str, Any]]) -> list[Finding]:
    return [
        finding
        for one in planned.candidates
        for finding in decided_before(decisions.get(one.day_id, {}), one.record_id, one.beside, day=str(one.key))
    ]


def _with(planned: Planned, found: Sequence[Finding], decisions: Mapping[int, dict[str, Any]]) -> Planned:
    if not found:
        return planned
    kept = [
        (confirmed_of(decisions.get(candidate.day_id, {}), candidate.record_id), candidate.beside)
        for candidate in planned.candidates
    ]
    confirmed = [one for mine, beside in kept if covers(mine, beside) for one in mine]
    return replace(planned, findings=(*planned.findings, *(as_confirmed(one, confirmed) for one in found)))


def _decisions(session: Session, planned: Sequence[Planned]) -> dict[int, dict[str, Any]]:
    ids = [candidate.day_id for one in planned for candidate in one.candidates]
    found: dict[int, dict[str, Any]] = {}
    for some in chunks(ids):
        rows = session.execute(columns(Day.id, Day.decision).where(col(Day.id).in_(some)))
        found |= dict(rows.all())
    return found


# --- Sizes ----------------------------------------------------------------------------------------------------


def load_sizes(session: Session, integration_id: str, first: date, *, last: date) -> Sizes:
    """Return what each date came to that can be told from the closes, from eight weeks before `first` on."""
    rows = ask(session, _SIZES, of=integration_id, first=first - EVIDENCE, last=last)
    sizes: dict[date, Decimal] = {}
    for day, total in rows:
        sizes[day] = sizes.get(day, Decimal(0)) + total
    return sizes


def _unusual(session: Session, joint: Joint, planned: Sequence[Planned]) -> list[tuple[Planned, Finding]]:
    """Say which units have a day of an unusual size; those posted anew were looked at by who decided it."""
    first = [one for one in planned if one.candidates[0].generation == 1]
    dates = [candidate.key.business_date for one in first for candidate in one.candidates]
    if not dates:
        return []
    sizes = load_sizes(session, joint.integration.id, min(dates), last=max(dates))
    found = []
    for one in first:
        for candidate in one.candidates:
            day = candidate.mapped.day
            finding = size_finding(day.business_date, sizes, day.site.currency) if day.counted_total else None
            if finding:
                found.append((one, finding))
    confirmed = _confirmed(session, joint, min(dates), last=max(dates)) if found else {}
    return [(one, size) for one, size in found if not _is_confirmed(size, sizes, confirmed)]


def _is_confirmed(finding: Finding, sizes: Sizes, confirmed: Sizes) -> bool:
    day = date.fromisoformat(finding.subject)
    return is_confirmed(day, sizes[day], confirmed)


def _confirmed(session: Session, joint: Joint, first: date, *, last: date) -> Sizes:
    """Return the days around a period whose size somebody confirmed."""
    decision = type_coerce(Day.__table__.c.decision, Text)  # type: ignore[attr-defined]
    rows = session.execute(
        columns(Day.business_date, Day.counted_total).where(
            Day.integration_id == joint.integration.id,
            Day.business_date >= first - EVIDENCE,
            Day.business_date <= last,
            Day.state != DayState.NEVER.value,
            decision.like(f'%"{UNUSUAL_SIZE}"%'),
        )
    )
    sizes: dict[date, Decimal] = {}
    for day, total in rows:  # a date may have several closes, and its size is that of all
        sizes[day] = sizes.get(day, Decimal(0)) + total
    return sizes


def size_finding(day: date, sizes: Sizes, currency: str) -> Finding | None:
    """Return the finding of a day of an unusual size."""
    usual = usual_size(day, sizes)
    if usual is None or not is_unusual(day, sizes):
        return None
    return unusual_size(day, sizes[day], usual, currency=currency)


# --- Documents of others --------------------------------------------------------------------------------------


def _strangers(
    session: Session, joint: Joint, survey: Survey, *, planned: Sequence[Planned]
) -> list[tuple[Planned, StandingDocument]]:
    if not planned:
        return []
    strangers = Strangers(survey, venue_of(planned[0].unit.key))
    found = [(one, stranger) for one in planned for stranger in strangers.of(one)]
    if not found:
        return []
    known = _made_here(session, joint, [stranger for _, stranger in found])
    return [(one, stranger) for one, stranger in found if stranger.id not in known]


def _made_here(session: Session, joint: Joint, documents: Sequence[StandingDocument]) -> Collection[str]:
    """Return the ids of those documents this database posted itself, also those whose key was changed by hand."""
    days = [one.day for one in documents]
    rows = session.execute(
        columns(OperationRow.receipt)
        .join(UnitRow, col(OperationRow.unit_id) == UnitRow.id)
        .where(
            UnitRow.organisation == joint.organisation,
            func.coalesce(UnitRow.dated, UnitRow.last) >= min(days) - EVIDENCE,
            UnitRow.first <= max(days),
        )
    )
    posted = {receipt["id"] for (receipt,) in rows if receipt.get("id")}
    return {one.id for one in documents} & posted
