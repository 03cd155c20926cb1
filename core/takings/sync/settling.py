"""Finds out what became of calls whose reply was never recorded: by the same call again, or by looking it up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import String, bindparam, cast, or_, update
from sqlmodel import Session, select

from takings.errors import Instruction, TakingsError
from takings.plugin.documents import Call
from takings.plugin.targets import Target
from takings.store.bulk import update_many
from takings.store.journal import CallRow, OperationRow
from takings.store.query import ask, chunks, columns, fields
from takings.store.states import CallState, OperationState
from takings.sync.calls import Answer, OpenCall, end_call, key_lives, may_look_up, record_answer, send
from takings.sync.joint import Joint, Services
from takings.sync.operations import (
    KEPT_BACK,
    Pending,
    load_operations,
    load_receipts,
    reset,
    resolve,
    write_found,
)
from takings.sync.placing import placed_found

_ROW, _CALL = fields(OperationRow), fields(CallRow)
_KEPT = (
    _ROW.organisation == bindparam("of"),
    _ROW.state == OperationState.REFUSED.value,
    or_(*(cast(_ROW.findings, String).like(f'%"{code}"%') for code in KEPT_BACK)),
)
_KEPT_BACK = columns(_ROW.id).where(*_KEPT).limit(1)
_DOUBTED = update(_ROW.id.table).where(*_KEPT).values(state=OperationState.UNKNOWN.value)
_OPEN_CALLS = (
    columns(_CALL.id, _CALL.key, _CALL.kind, _CALL.operations, _CALL.body, _CALL.first_sent_at)
    .where(_CALL.organisation == bindparam("of"), _CALL.state == CallState.OPEN.value)
    .order_by(_CALL.id)
)


class Settler:
    """Settles one organisation's open calls and unknown operations, under its posting lock."""

    def __init__(self, services: Services, joint: Joint, target: Target) -> None:
        self._services, self._joint, self._target = services, joint, target
        self._component = joint.integration.target_component

    def settle(self) -> TakingsError | None:
        """Settle what can be settled now; returns why it stopped. Calls that must wait are left to a later run."""
        for open_call in self._load():
            now = self._services.clock.now()
            if now < open_call.first_sent_at:
                self._distrust_clock(open_call, now)
            elif key_lives(self._joint.target_type, open_call.first_sent_at, now):
                answer = self._send_again(open_call)
                if isinstance(answer.problem, Instruction):
                    return answer.problem
            elif may_look_up(self._joint.target_type, open_call.first_sent_at, now):
                self._give_to_look_up(open_call)
        self._doubt_again()
        self.look_up()
        return None

    def _doubt_again(self) -> None:
        """Look again at what stood voided or several times in the ledger: somebody may have put it right there."""
        values = {"of": self._joint.organisation}
        with self._services.database.read() as session:
            if ask(session, _KEPT_BACK, **values).first() is None:
                return
        with self._services.database.write() as session:
            session.connection().execute(_DOUBTED, values)

    def _load(self) -> list[OpenCall]:
        with self._services.database.read() as session:
            rows = ask(session, _OPEN_CALLS, of=self._joint.organisation).all()
            return [self._open_call(session, row) for row in rows]

    def _open_call(self, session: Session, row: Any) -> OpenCall:
        pending = load_operations(session, self._joint.organisation, ids=row.operations)
        needed = {key for one in pending for key in one.operation.depends_on}
        receipts = load_receipts(session, self._joint.organisation, needed)
        operations = tuple(resolve(one.operation, receipts) for one in pending)
        return OpenCall(
            id=row.id,
            call=Call(key=row.key, kind=row.kind, operations=operations, body=row.body),
            pending=tuple(pending),
            first_sent_at=row.first_sent_at,
        )

    def _send_again(self, open_call: OpenCall) -> Answer:
        """Send the same bytes under the same key; an error leaves the call open, since it may stand already."""
        self._note_sending(open_call)
        answer = send(self._services.host, self._component, self._target, call=open_call.call)
        if answer.conclusive:
            with self._services.database.write() as session:
                record_answer(session, open_call, answer, now=self._services.clock.now())
        return answer

    def _distrust_clock(self, open_call: OpenCall, now: datetime) -> None:
        """The clock was set back, so the age of the call's key can't be told: take it for dead from now on."""
        dead = now - self._joint.target_type.idempotency_life
        with self._services.database.write() as session:
            update_many(session, CallRow, [{"id": open_call.id, "first_sent_at": dead}], columns=("first_sent_at",))

    def _note_sending(self, open_call: OpenCall) -> None:
        with self._services.database.write() as session:
            times = session.exec(select(CallRow.times_sent).where(CallRow.id == open_call.id)).one()
            update_many(session, CallRow, [{"id": open_call.id, "times_sent": times + 1}], columns=("times_sent",))

    def _give_to_look_up(self, open_call: OpenCall) -> None:
        with self._services.database.write() as session:
            reset(session, open_call.pending, OperationState.UNKNOWN)
            end_call(session, open_call.id, CallState.SETTLED, now=self._services.clock.now())

    def look_up(self) -> None:
        """Ask the ledger which operations of unknown outcome it holds, and write that down."""
        with self._services.database.read() as session:
            unknown = load_operations(session, self._joint.organisation, state=OperationState.UNKNOWN)
        for kind in self._joint.target_type.kinds:
            group = [one for one in unknown if one.operation.kind == kind.key]
            for some in chunks(group, kind.max_count):
                self._look_up(kind.key, some)

    def _look_up(self, kind: str, group: Sequence[Pending]) -> None:
        with self._services.database.read() as session:
            needed = {key for one in group for key in one.operation.depends_on}
            receipts = load_receipts(session, self._joint.organisation, needed)
        able = [one for one in group if all(key in receipts for key in one.operation.depends_on)]
        unable = [one for one in group if not all(key in receipts for key in one.operation.depends_on)]
        # What depends on another one of the same kind is looked up after that one.
        asked = {one.key for one in able}
        later = [one for one in unable if not asked.isdisjoint(one.operation.depends_on)]
        unable = [one for one in unable if one not in later]
        with self._services.host.guard(self._component):
            found = self._target.find(kind, [resolve(one.operation, receipts) for one in able]) if able else ()
        with self._services.database.write() as session:
            write_found(session, able, placed_found(found, self._joint))
            # What depends on something that does not stand can't stand either.
            reset(session, unable)
        if later:
            self._look_up(kind, later)
