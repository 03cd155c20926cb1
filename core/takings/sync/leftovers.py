"""Says at the end of a run what it leaves half done: unknown outcomes, refused payments, days taken back in part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, col

from takings.domain.findings import Finding
from takings.domain.period import Period
from takings.plugin.kinds import OperationKind
from takings.store.journal import OperationRow, UnitRow
from takings.store.query import ask, chunks, columns, fields
from takings.store.states import DayState, Decision, OperationState, Purpose, UnitState
from takings.store.tables import Day
from takings.sync.joint import Joint
from takings.sync.refusals import tell_refused

#: How many days a sentence names.
_NAMED = 5

_OPEN = (OperationState.CALLING.value, OperationState.UNKNOWN.value)

_ROW, _UNIT, _DAY = fields(OperationRow), fields(UnitRow), fields(Day)
_UNKNOWN = (
    columns(_ROW.id, _UNIT.first, _UNIT.last)
    .join(_UNIT.id.table, _UNIT.id == _ROW.unit_id)
    .where(
        _ROW.organisation == bindparam("organisation"),
        _ROW.state.in_(_OPEN),
        _UNIT.integration_id == bindparam("of"),
    )
    .order_by(_UNIT.first)
)
_SHARED = columns(_ROW.key).where(
    _ROW.organisation == bindparam("organisation"), _ROW.state.in_(_OPEN), _ROW.unit_id.is_(None)
)
_NEEDED = (
    columns(_ROW.depends_on)
    .join(_UNIT.id.table, _UNIT.id == _ROW.unit_id)
    .where(
        _ROW.organisation == bindparam("organisation"),
        _ROW.state.in_((OperationState.PLANNED.value, *_OPEN)),
        _UNIT.integration_id == bindparam("of"),
    )
)
_UNDOING = (
    columns(_DAY.business_date, _DAY.sequence, _DAY.unit_id, _DAY.decision)
    .where(_DAY.integration_id == bindparam("of"), _DAY.state == DayState.UNDOING.value)
    .order_by(_DAY.business_date, _DAY.sequence)
)


def tell_left(session: Session, joint: Joint) -> list[Finding]:
    """Say what is not known of an integration's calls, which payments were refused, and what is to be taken back."""
    return [*_tell_unknown(session, joint), *tell_refused(session, joint), *_tell_undoing(session, joint)]


def _tell_unknown(session: Session, joint: Joint) -> list[Finding]:
    mine = {"of": joint.integration.id, "organisation": joint.organisation}
    rows = ask(session, _UNKNOWN, **mine).all()
    count = len(rows) + _unknown_shared(session, joint)
    if not count:
        return []
    days = dict.fromkeys(str(Period(first, last)) for _, first, last in rows)
    about = f" for {_named(days)}" if days else ""
    return [
        Finding(
            code="call.outcome_unknown",
            what=f"Whether the ledger carried out {_several(count, 'operation')}{about} is not known yet",
            why="No clear reply came, and the ledger may still carry them out, so nothing is sent again before that "
            "is known",
            do="Sync again in a few minutes: the next sync looks them up in the ledger first",
            where="day",
        )
    ]


def _unknown_shared(session: Session, joint: Joint) -> int:
    """Count what units share and nothing is known of, where a unit of this integration waits for it."""
    shared = set(ask(session, _SHARED, organisation=joint.organisation).scalars())
    if not shared:
        return 0
    mine = {"of": joint.integration.id, "organisation": joint.organisation}
    return len(shared & {key for needs in ask(session, _NEEDED, **mine).scalars() for key in needs})


def _tell_undoing(session: Session, joint: Joint) -> list[Finding]:
    found = ask(session, _UNDOING, of=joint.integration.id).all()
    if not found:
        return []
    names = [f"{day.business_date.isoformat()}/{day.sequence}" for day in found]
    left, refused = _left(session, joint)
    stuck = [day for day in found if day.unit_id in refused and day.decision.get("decision") != Decision.REPOST.value]
    what = f"{_named(names)} {'is' if len(names) == 1 else 'are'} taken back in part"
    return [
        Finding(
            code="undo.not_finished",
            what=what + (f"; left: {left}" if left else ""),
            why="The run ended before the ledger had let go of everything that was posted",
            do=_how_it_goes_on(len(stuck), len(found) - len(stuck), is_refused=bool(refused)),
            where="day",
            subject=names[0] if len(names) == 1 else "",
        )
    ]


def _how_it_goes_on(stuck: int, others: int, *, is_refused: bool) -> str:
    """Say what takes the rest back: of a day that is not to be posted anew, a sync leaves what was refused."""
    if not stuck:
        return ("Mend what the ledger says, then sync" if is_refused else "Sync") + " again, which goes on with it"
    rest = "; the next sync goes on with the others" if others else ""
    return f"Mend what the ledger says, then undo it again{rest}"


def _left(session: Session, joint: Joint) -> tuple[str, set[int]]:
    """Return what is not carried out of the undos of an integration, by the titles of its kinds.

    With it are the ids of the units of which the ledger refused a part, of one that adjusts that which it adjusts.
    """
    undoing = columns(UnitRow.id, UnitRow.adjusts).where(
        UnitRow.integration_id == joint.integration.id, UnitRow.state == UnitState.UNDOING.value
    )
    bases = {id_: adjusts or id_ for id_, adjusts in session.execute(undoing)}
    left: Counter[str] = Counter()
    refused: set[int] = set()
    for ids in chunks(list(bases)):
        rows = session.execute(
            columns(OperationRow.unit_id, OperationRow.kind, OperationRow.state).where(
                col(OperationRow.unit_id).in_(ids),
                OperationRow.purpose == Purpose.UNDO.value,
                OperationRow.state != OperationState.DONE.value,
            )
        )
        for unit_id, kind, state in rows:
            left[kind] += 1
            refused |= {bases[unit_id]} if state == OperationState.REFUSED.value else set()
    return ", ".join(f"{count} × {_title(joint.target_type.kinds, kind)}" for kind, count in left.items()), refused


def _title(kinds: Iterable[OperationKind], key: str) -> str:
    return next((one.title for one in kinds if one.key == key), key)


def _named(names: Iterable[str] | Mapping[str, Any]) -> str:
    known = list(names)
    more = len(known) - _NAMED
    return ", ".join(known[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _several(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
