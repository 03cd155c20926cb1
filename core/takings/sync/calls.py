"""One call to the ledger: journaled before it is sent, settled when its reply is read or when none comes."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from takings.connect.budget import LONGEST_WAIT
from takings.errors import Instruction, Overtaken, PluginFault, ReplyLost, TakingsError
from takings.host import PluginHost
from takings.plugin.documents import Call, Outcome, Unknown
from takings.plugin.targets import Target, TargetType
from takings.store.bulk import update_many
from takings.store.journal import CallRow, OperationRow
from takings.store.query import chunks
from takings.store.states import CallState, OperationState
from takings.sync.joint import Joint
from takings.sync.operations import Pending, reset, write_outcomes

#: Kept free at the end of a key's life: for the turn in the call budget, two clocks' difference, and the way there.
_MARGIN = LONGEST_WAIT + timedelta(seconds=30)

#: How long a call whose key is dead is left alone before it is looked up: it may still be carried out.
QUIET = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCall:
    """A call that was written down, with its operations in order; `operations` of the call are resolved."""

    id: int
    call: Call
    pending: tuple[Pending, ...]
    first_sent_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of sending a call: outcomes, an instruction of the plugin, or no reply (all None).

    `repeats` is how often the same bytes went again before that was known.
    """

    outcomes: Sequence[Outcome] | None = None
    problem: TakingsError | None = None
    repeats: int = 0

    @property
    def lost(self) -> bool:
        """Whether it is unknown what became of the call."""
        return self.outcomes is None and not isinstance(self.problem, Instruction)

    @property
    def conclusive(self) -> bool:
        """Whether it tells what became of the call even when an earlier sending of the same bytes got no reply.

        An error from something before the ledger does not: the earlier sending may still be carried out.
        """
        return self.outcomes is not None and not all(isinstance(one, Unknown) for one in self.outcomes)

    @property
    def said(self) -> str:
        """What the journal keeps of it: the problem, or why outcomes are unknown."""
        unclear = {one.reason: None for one in self.outcomes or () if isinstance(one, Unknown)}
        return str(self.problem or "; ".join(unclear))


def write_call(
    session: Session, joint: Joint, pending: Sequence[Pending], *, call: Call, run_id: str, now: datetime
) -> OpenCall:
    """Journal a call in the session's transaction: its key, operations, exact bytes and time."""
    row = CallRow(
        owner=joint.integration.owner,
        organisation=joint.organisation,
        run_id=run_id,
        kind=call.kind,
        key=call.key,
        operations=[one.id for one in pending],
        body=call.body,
        state=CallState.OPEN.value,
        first_sent_at=now,
    )
    session.add(row)
    session.flush()
    assert row.id is not None
    mark_calling(session, pending, row.id)
    return OpenCall(id=row.id, call=call, pending=tuple(pending), first_sent_at=now)


def mark_calling(session: Session, pending: Sequence[Pending], call_id: int) -> None:
    """Tie operations to their call; raises Overtaken unless every one of them still waits to be sent.

    A run that lost its lock, and was overtaken by another one, stops here before it sends anything twice.
    """
    table = OperationRow.__table__  # type: ignore[attr-defined]
    waiting = 0
    for some in chunks(one.id for one in pending):
        found = session.connection().execute(
            table.update()
            .where(table.c.id.in_(some), table.c.state == OperationState.PLANNED.value)
            .values(state=OperationState.CALLING.value, call_id=call_id)
        )
        waiting += found.rowcount
    if waiting != len(pending):
        raise Overtaken


def new_key() -> str:
    """Return an idempotency key, never used before."""
    return str(uuid.uuid4())


def send(host: PluginHost, component: str, target: Target, *, call: Call) -> Answer:
    """Send a call and say what became of it; only what is not about this call escapes."""
    try:
        with host.guard(component):
            outcomes = tuple(target.execute(call))
            if len(outcomes) != len(call.operations):
                raise ValueError(f"{len(outcomes)} outcomes for {len(call.operations)} operations")
    except (Instruction, ReplyLost, PluginFault) as problem:
        return Answer(problem=problem)
    return Answer(outcomes=outcomes)


def record_answer(session: Session, open_call: OpenCall, answer: Answer, *, now: datetime) -> None:
    """Write down a reply. Any reply ends the call; without one it stays open, to be settled, and says so."""
    if answer.repeats or answer.lost:
        _note_repeats(session, open_call.id, answer)
    if answer.lost:
        return
    if answer.outcomes is not None:
        write_outcomes(session, open_call.pending, answer.outcomes, call_id=open_call.id)
    else:
        reset(session, open_call.pending)
    end_call(session, open_call.id, CallState.ANSWERED, now=now, answer=answer.said)


def _note_repeats(session: Session, call_id: int, answer: Answer) -> None:
    table = CallRow.__table__  # type: ignore[attr-defined]
    said = {"answer": answer.said[:2000]} if answer.lost else {}
    session.connection().execute(
        table.update().where(table.c.id == call_id).values(times_sent=table.c.times_sent + answer.repeats, **said)
    )


def end_call(session: Session, call_id: int, state: CallState, *, now: datetime, answer: str = "") -> None:
    """Close a call in the journal; one that is settled by looking it up still says that no reply came."""
    columns = ("state", "answered_at", *(("answer",) if state is CallState.ANSWERED else ()))
    row = {"id": call_id, "state": state.value, "answered_at": now, "answer": answer[:2000]}
    update_many(session, CallRow, [row], columns=columns)


def key_lives(target_type: TargetType, first_sent_at: datetime, now: datetime) -> bool:
    """Whether the ledger still remembers the call's key, so that the same bytes can go again under it."""
    return timedelta(0) <= now - first_sent_at < target_type.idempotency_life - _MARGIN


def may_look_up(target_type: TargetType, first_sent_at: datetime, now: datetime) -> bool:
    """Whether no sending of the call can be on its way any more, so that what the ledger lacks was not carried out.

    The same bytes may have been sent again until shortly before the key's death.
    """
    return now - first_sent_at >= target_type.idempotency_life + QUIET
