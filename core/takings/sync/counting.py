"""What a run tells of the days of its period when it is through."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, func
from sqlmodel import Session, select

from takings.domain.period import Period
from takings.store.journal import OperationRow, UnitRow
from takings.store.query import ask, chunks, columns, fields
from takings.store.states import DayState
from takings.store.tables import Day
from takings.sync.encoding import decode_findings
from takings.sync.joint import Joint
from takings.sync.phases import Tally
from takings.sync.receiving import Received
from takings.sync.windows import whatever_the_period

#: The states whose days are counted.
_TOLD = (
    DayState.HELD, DayState.CHANGED, DayState.PARTLY, DayState.NOTHING,
)  # fmt: skip

_DAY, _UNIT, _OPERATION = fields(Day), fields(UnitRow), fields(OperationRow)
_DOCUMENTS = columns(_UNIT.documents, _UNIT.taken_over).where(_UNIT.id.in_(bindparam("ids", expanding=True)))
_SENT = columns(func.count(_OPERATION.id)).where(
    _OPERATION.organisation == bindparam("organisation"),
    _OPERATION.key.in_(bindparam("keys", expanding=True)),
    _OPERATION.call_id.is_not(None),
)
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
    tally.counts |= count_made(session, joint, tally.unit_ids)


def count_made(session: Session, joint: Joint, unit_ids: Sequence[int]) -> dict[str, int]:
    """Count the documents of these units and their payments, and apart (`taken_over`) those that stood there already.

    Of the payments on these only those count that were sent.
    """
    made, payments, stood = 0, 0, 0
    doubtful: list[str] = []
    for some in chunks(unit_ids, 100):
        for documents, taken_over in ask(session, _DOCUMENTS, ids=some):
            keys = [one["key"] for document in documents for one in document["payments"]]
            if taken_over:
                stood, doubtful = stood + len(documents), doubtful + keys
            else:
                made, payments = made + len(documents), payments + len(keys)
    for keys in chunks(doubtful):
        payments += ask(session, _SENT, organisation=joint.organisation, keys=keys).scalar_one()
    return {"documents": made, "payments": payments, **({"taken_over": stood} if stood else {})}


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
