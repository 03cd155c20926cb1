"""Posts the journal's planned operations: in full batches, in order of what depends on what, some calls at once.

The database is written by one thread only: a commit before each call and one after it. Calls go out on as many
threads as the ledger allows at once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import timedelta

from takings.clock import wait as wait_for
from takings.domain.findings import Finding
from takings.errors import Instruction, RateLimited, RefusedAsWhole, Retry, TakingsError
from takings.plugin.documents import Call, Done, Refused
from takings.plugin.kinds import OperationKind
from takings.plugin.targets import Target
from takings.store.states import OperationState, Purpose
from takings.sync.calls import (
    Answer,
    OpenCall,
    key_lives,
    new_key,
    record_answer,
    send,
    write_call,
)
from takings.sync.joint import Joint, ProgressCall, Services, no_progress
from takings.sync.operations import Pending, load_operations, load_receipts, resolve
from takings.sync.placing import placed_outcomes
from takings.sync.work import Work
from takings.views import Progress

#: How many passing faults are waited out in one run before it gives up.
_FAULTS = 6

#: The longest wait inside a run; what needs longer goes on in the next run.
_PATIENCE = timedelta(seconds=90)

#: Seconds before the same bytes are sent again after a lost reply.
_RESENDING = (0.0, 0.2, 1.0)


@dataclass(slots=True, kw_only=True)
class Posted:
    """What posting came to; `stopped` says why it ended before everything was sent."""

    calls: int = 0
    done: int = 0
    stopped: TakingsError | None = None
    unknown: bool = False


class Poster:
    """Posts one organisation's planned operations, under its posting lock."""

    def __init__(
        self,
        services: Services,
        joint: Joint,
        target: Target,
        *,
        run_id: str,
        purposes: Collection[Purpose] = tuple(Purpose),
        progress: ProgressCall = no_progress,
    ) -> None:
        self._purposes = purposes
        self._services, self._joint, self._target = services, joint, target
        self._run_id, self._progress = run_id, progress
        self._kinds: dict[str, OperationKind] = {kind.key: kind for kind in joint.target_type.kinds}
        self._largest = {kind.key: kind.max_count for kind in joint.target_type.kinds}
        self._component = joint.integration.target_component
        self._faults = 0
        self._halves: deque[list[Pending]] = deque()
        self._receipts: dict[str, dict[str, str]] = {}
        self._work = Work((), (), tuple(self._kinds))
        self.posted = Posted()

    def post(self) -> Posted:
        """Send everything that is planned, until nothing is left or something stops it."""
        total = self._load()
        width = self._joint.target_type.budget.concurrent or 4
        flying: dict[Future[Answer], OpenCall] = {}
        with ThreadPoolExecutor(max_workers=width, thread_name_prefix="post") as pool:
            while True:
                while not self.posted.stopped and len(flying) < width:
                    open_call = self._next_call()
                    if open_call is None:
                        break
                    flying[pool.submit(self._deliver, open_call)] = open_call
                if not flying:
                    return self.posted
                for future in wait(flying, return_when=FIRST_COMPLETED).done:
                    self._finish(flying.pop(future), future.result())
                self._progress(Progress(phase="post", done=self.posted.done, total=total))

    def _load(self) -> int:
        with self._services.database.read() as session:
            planned = load_operations(
                session,
                self._joint.organisation,
                state=OperationState.PLANNED,
                integration_id=self._joint.integration.id,
                purposes=self._purposes,
            )
            needed = {key for one in planned for key in one.operation.depends_on}
            self._receipts = load_receipts(session, self._joint.organisation, needed)
        self._work = Work(planned, self._receipts, tuple(self._kinds))
        return len(planned)

    def _next_call(self) -> OpenCall | None:
        batch = self._halves.popleft() if self._halves else self._work.take(self._largest)
        if not batch:
            return None
        batch, call = self._prepare(batch)
        with self._services.database.write() as session:
            open_call = write_call(
                session, self._joint, batch, call=call, run_id=self._run_id, now=self._services.clock.now()
            )
        self.posted.calls += 1
        return open_call

    def _prepare(self, batch: list[Pending]) -> tuple[list[Pending], Call]:
        """Write the exact bytes of a call, with as many operations as its kind's size allows."""
        kind = self._kinds[batch[0].operation.kind]
        while True:
            operations = tuple(resolve(one.operation, self._receipts) for one in batch)
            with self._services.host.guard(self._component):
                body = self._target.prepare(kind.key, operations)
            if len(body) <= kind.max_bytes or len(batch) == 1:
                return batch, Call(key=new_key(), kind=kind.key, operations=operations, body=body)
            half = len(batch) // 2
            self._halves.append(batch[half:])
            batch = batch[:half]

    def _deliver(self, open_call: OpenCall) -> Answer:
        """Send a call; while no reply comes and the key lives, send the same bytes again under the same key."""
        lost = None
        for repeats, pause in enumerate(_RESENDING):
            if pause:
                wait_for(self._services.clock, pause)
            answer = send(self._services.host, self._component, self._target, call=open_call.call)
            if not answer.lost:
                # Once a reply was lost, an error says nothing about the first sending: the call stays open.
                return replace(answer if lost is None or answer.conclusive else lost, repeats=repeats)
            lost = replace(lost or answer, repeats=repeats)
            if not key_lives(self._joint.target_type, open_call.first_sent_at, self._services.clock.now()):
                break
        assert lost is not None
        return lost

    def _finish(self, open_call: OpenCall, answer: Answer) -> None:
        if isinstance(answer.problem, RefusedAsWhole) and len(open_call.pending) == 1:
            finding = _refused_alone(open_call.pending[0], answer.problem)
            answer = replace(answer, outcomes=(Refused(findings=(finding,)),), problem=None)
        if answer.outcomes is not None:
            answer = replace(answer, outcomes=placed_outcomes(answer.outcomes, self._joint))
        with self._services.database.write() as session:
            record_answer(session, open_call, answer, now=self._services.clock.now())
        if answer.outcomes is not None:
            self._count(open_call, answer)
        elif isinstance(answer.problem, RefusedAsWhole):
            # Halved until the culprit is alone; whatever else waits goes on in full calls.
            half = len(open_call.pending) // 2
            self._halves += [list(open_call.pending[:half]), list(open_call.pending[half:])]
        elif isinstance(answer.problem, Instruction):
            self._work.give_back(open_call.pending)
            self._obey(answer.problem)
        else:
            self.posted.stopped = answer.problem
            self.posted.unknown = True

    def _count(self, open_call: OpenCall, answer: Answer) -> None:
        for one, outcome in zip(open_call.pending, answer.outcomes or (), strict=True):
            if isinstance(outcome, Done):
                self._receipts[one.key] = dict(outcome.receipt)
                self._work.done(one.key)
                self.posted.done += 1
            else:
                self.posted.unknown |= not isinstance(outcome, Refused)
                self._work.failed(one.key)

    def _obey(self, problem: Instruction) -> None:
        """Do what the plugin says about a call that was not accepted: wait and go on, or stop."""
        self._faults += 1
        if isinstance(problem, (Retry, RateLimited)) and problem.after <= _PATIENCE and self._faults <= _FAULTS:
            self._progress(Progress(phase="wait", note=str(problem)))
            wait_for(self._services.clock, problem.after.total_seconds())
            return
        self.posted.stopped = problem


def _refused_alone(one: Pending, problem: RefusedAsWhole) -> Finding:
    return Finding(
        code="ledger.refused",
        what=f"The ledger refused the {one.operation.kind} {one.key}",
        why="It gave no reason that is known here; its own words are kept",
        do="Mend what its words name, then sync again",
        where="day",
        verbatim=problem.verbatim,
        subject=one.key,
    )
