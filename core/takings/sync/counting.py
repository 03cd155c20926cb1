"""What a run tells of the days of its period when it is through."""

from __future__ import annotations

from sqlalchemy import bindparam
from sqlmodel import Session, select

from takings.domain.period import Period
from takings.store.query import ask, columns, fields
from takings.store.states import DayState
from takings.store.tables import Day
from takings.sync.encoding import decode_findings
from takings.sync.finishing import count_payments
from takings.sync.joint import Joint
from takings.sync.phases import Tally
from takings.sync.receiving import Received
from takings.sync.windows import whatever_the_period

#: The states whose days are counted.
_TOLD = (
    DayState.HELD, DayState.CHANGED, DayState.PARTLY, DayState.NOTHING,
)  # fmt: skip

_DAY = fields(Day)
_OF_PERIOD = columns(_DAY.state, _DAY.findings).where(
    _DAY.integration_id == bindparam("of"),
    _DAY.state.in_([state.value for state in _TOLD]),
    _DAY.business_date.between(bindparam("first"), bindparam("last")) | whatever_the_period(),
)


def count_days(session: Session, joint: Joint, period: Period, *, tally: Tally) -> None:
    """Count the days that need somebody, of a period and beyond it, and the documents and payments of the run."""
    rows = ask(session, _OF_PERIOD, of=joint.integration.id, first=period.first, last=period.last).all()
    states = [state for state, _ in rows]
    tally.counts |= {state.value: states.count(state.value) for state in _TOLD}
    told = set(tally.findings)
    found = [one for state, told_ in rows if state == DayState.CHANGED for one in decode_findings(told_)]
    tally.findings += [one for one in found if one not in told]
    payments = count_payments(session, tally.unit_ids)
    tally.counts |= {"documents": len(tally.unit_ids), "payments": payments}


def count_received(tally: Tally, received: Received) -> None:
    """Count the records that were read, by what became of them."""
    tally.findings += received.findings
    tally.add("received", len(received.results))
    for result in received.results:
        name = {"stored": "new", "conflict": "conflicts"}.get(result.result, result.result)
        tally.add(name, 1)
        tally.findings += result.findings


def days_in(session: Session, joint: Joint, state: DayState, *, period: Period) -> list[Day]:
    """Return the days of a period that are in a state."""
    return list(
        session.exec(
            select(Day).where(
                Day.integration_id == joint.integration.id,
                Day.state == state.value,
                Day.business_date >= period.first,
                Day.business_date <= period.last,
            )
        )
    )
