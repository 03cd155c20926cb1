"""Puts what was posted for a day beside what the source says now, line by line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlmodel import Session, col, select

from takings.domain.catalogue import DimensionKind
from takings.domain.day import DaySummary
from takings.domain.difference import changed_besides
from takings.domain.mapping import MappingTable
from takings.domain.money import ZERO
from takings.store.journal import UnitRow
from takings.store.states import DayState, Decision
from takings.store.tables import Day, Run
from takings.sync.confirmed import confirmable
from takings.sync.deciding import allowed
from takings.sync.encoding import decode_findings
from takings.sync.joint import Joint
from takings.sync.records import load_day
from takings.views import DecisionView, DifferenceLineView, DifferenceView

#: What an amount is of: its kind, code and tax code.
_Place = tuple[str, str, str]


def compare_day(session: Session, joint: Joint, day: Day, *, table: MappingTable) -> DifferenceView:
    """Build the comparison of one day; of one that was never posted everything is new."""
    now = load_day(session, day.record_id)
    before = load_day(session, day.posted_record_id) if day.posted_record_id else None
    unit = session.get(UnitRow, day.unit_id) if day.unit_id else None
    lines, changes = _lines(before, now, table), changed_besides(before, now) if before else ()
    locked = _locked_through(session, joint)
    posted_on = unit.last if unit else day.business_date
    return DifferenceView(
        integration=joint.integration.name,
        business_date=day.business_date,
        sequence=day.sequence,
        state=day.state,
        currency=now.site.currency,
        number=unit.number if unit else "",
        posted_revision=before.revision if before else 0,
        revision=now.revision,
        posted_total=before.counted_total if before else ZERO,
        total=now.counted_total,
        differs=bool(changes) or any(one.change for one in lines),
        changes=changes,
        lines=tuple(sorted(lines, key=lambda one: not one.change)),
        allowed=_allowed(day, now, locked=locked is not None and posted_on <= locked),
        decision=show_decision(day),
        locked_through=locked,
        findings=decode_findings(day.findings),
    )


def show_decision(day: Day) -> DecisionView | None:
    """Build the view of what was decided about a day."""
    names = ("decision", "by", "at", "reason", "account")
    return DecisionView(**{name: day.decision[name] for name in names}) if day.decision else None


def _allowed(day: Day, now: DaySummary, *, locked: bool) -> tuple[str, ...]:
    state = DayState(day.state)
    found = [decision for decision in Decision if allowed(day, decision)]
    forbidden = {
        Decision.REPOST: locked and state not in (DayState.UNDONE, DayState.HELD),
        Decision.POST_DIFFERENCE: not now.difference,
        Decision.POST_ANYWAY: not confirmable(day.findings),
        Decision.RECONSIDER: not day.decision,
    }
    return tuple(decision.value for decision in found if not forbidden.get(decision))


def _lines(before: DaySummary | None, now: DaySummary, table: MappingTable) -> list[DifferenceLineView]:
    names: dict[_Place, str] = {}
    old = _amounts(before, names, table) if before else {}
    new = _amounts(now, names, table)
    return [
        DifferenceLineView(
            kind=place[0],
            code=place[1],
            name=names.get(place, ""),
            tax_code=place[2],
            place=_goes_to(place, table),
            posted=old.get(place, ZERO),
            now=new.get(place, ZERO),
            change=new.get(place, ZERO) - old.get(place, ZERO),
        )
        for place in dict.fromkeys((*old, *new))
    ]


def _amounts(day: DaySummary, names: dict[_Place, str], table: MappingTable) -> dict[_Place, Decimal]:
    amounts: dict[_Place, Decimal] = {}
    for line in day.lines:
        place = ("account", line.account, table.tax_code(line))
        amounts[place] = amounts.get(place, ZERO) + line.amount
        names.setdefault(place, line.category or line.name)
    for tax in day.taxes:
        place = ("tax", tax.tax_code or tax.account, "")
        amounts[place] = amounts.get(place, ZERO) + tax.amount
    for tender in day.tenders:
        place = ("payment_method", tender.code, "")
        amounts[place] = amounts.get(place, ZERO) + tender.counted
        names.setdefault(place, tender.name)
    return amounts


def _goes_to(place: _Place, table: MappingTable) -> str:
    kinds = {"account": DimensionKind.ACCOUNT, "tax": DimensionKind.TAX, "payment_method": DimensionKind.TENDER}
    entry = table.get(kinds[place[0]], place[1])
    return str(entry.ref) if entry and entry.ref else ""


def _locked_through(session: Session, joint: Joint) -> date | None:
    """Return up to when the ledger was closed as the last run saw it."""
    surveys = session.exec(
        select(Run.survey)
        .where(Run.integration_id == joint.integration.id, col(Run.survey).is_not(None))
        .order_by(col(Run.started_at).desc())
        .limit(5)
    )
    told = next((one["locked_through"] for one in surveys if one and "locked_through" in one), None)
    return date.fromisoformat(told) if told else None
