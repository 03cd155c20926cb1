"""Runs one run of the queue: claims it, does its phases, and writes down how it ended whatever happens."""

from __future__ import annotations

import logging
import os
import socket
import uuid
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime, timedelta

from takings.domain.findings import Finding
from takings.domain.period import Period
from takings.errors import Busy, ConfirmationNeeded, PostingDisabled, TakingsError
from takings.plugin.sources import WayIn
from takings.runner import queue
from takings.runner.port import InlineSteps, Steps, Stopped
from takings.store.states import IntegrationState, RunState
from takings.store.tables import Integration, Run
from takings.sync.joint import Services, load_joint
from takings.sync.orders import Order
from takings.sync.phases import Tally
from takings.sync.running import Sync
from takings.sync.runs import end_run, fault_of_ours, problem_found
from takings.sync.undoing import UndoScope
from takings.sync.verify_runs import CHECKED_BACK, CheckOrder, Verify
from takings.sync.windows import usual_period
from takings.views import Progress

_LOG = logging.getLogger("takings.runner")

#: Progress is written at most this often.
_PROGRESS = timedelta(seconds=1)


def worker_name() -> str:
    """Return a name that no other start of any worker has."""
    return f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"


class Executor:
    """Runs runs for one worker, in any number of threads."""

    def __init__(self, services: Services, worker: str) -> None:
        self._services, self.worker = services, worker

    def execute(self, run_id: str, steps: Steps | None = None) -> bool:
        """Run a run; returns False when it could not be begun now, since another of its organisation is going on.

        A run that has ended, or that another worker has, is left alone. Raises nothing of what goes wrong in the run.
        """
        with self._services.database.read() as session:
            waiting = session.get(Run, run_id)
            if waiting is None:  # deleted with its integration
                return True
            organisation = queue.organisation_of(session, waiting)
        with suppress(Busy), self._services.database.lock(f"run:{organisation}"):
            # From here on no other worker is alive at this run, whatever its last sign of life.
            with self._services.database.write() as session:
                run = queue.claim(session, run_id, worker=self.worker, now=self._now())
            if run is not None:
                self._run(run, steps or InlineSteps())
            return True
        return False

    def beat(self, run_ids: list[str]) -> None:
        """Say that this worker is alive and at these runs."""
        with self._services.database.write() as session:
            queue.beat(session, run_ids, worker=self.worker, now=self._now())

    def _now(self) -> datetime:
        return self._services.clock.now()

    def _run(self, run: Run, steps: Steps) -> None:
        if run.order.get("attempts", 0) > queue.MOST_TAKEOVERS:
            self._end(run, RunState.FAILED, _given_up())
            return
        try:
            self._begun(run, steps)
        except (Stopped, ConfirmationNeeded):
            return  # it is in the queue again, or its finding says what is to be confirmed
        except PostingDisabled as problem:
            self._end(run, RunState.CANCELLED, problem_found(problem))
        except TakingsError as problem:  # before the run began; later ones are findings of it
            self._end(run, RunState.FAILED, problem_found(problem))
        except Exception as fault:
            _LOG.exception("run %s of integration %s failed", run.id, run.integration_id)
            self._end(run, RunState.FAILED, fault_of_ours(fault))

    def _begun(self, run: Run, steps: Steps) -> None:
        if run.kind == "verify":
            Verify(self._services, run.integration_id, self._check_order(run), steps=steps).run()
        else:
            Sync(self._services, run.integration_id, self._order(run), steps=steps).run()

    def _check_order(self, run: Run) -> CheckOrder:
        with self._services.database.read() as session:
            joint = load_joint(session, self._services, session.get_one(Integration, run.integration_id))
        period, documents = queue.period_of_order(run.order), run.order.get("documents")
        if period is None and documents is None and run.trigger == queue.SCHEDULED:
            today = joint.today(self._now())
            period = Period(today - CHECKED_BACK, today)
        return CheckOrder(
            period=period,
            documents=documents,
            trigger=run.trigger,
            principal=run.principal,
            progress=_KeptProgress(self._services, run.id, self.worker),
            run_id=run.id,
            worker=self.worker,
        )

    def _order(self, run: Run) -> Order:
        with self._services.database.read() as session:
            joint = load_joint(session, self._services, session.get_one(Integration, run.integration_id))
            named = queue.period_of_order(run.order)
            period = named or usual_period(session, joint, self._now())
        integration = joint.integration
        if run.kind == "sync" and integration.state == IntegrationState.PAUSED.value:
            raise PostingDisabled(integration.name, "paused", integration.reason)
        return Order(
            period=period,
            kind=run.kind,
            scope=UndoScope.from_dict(run.order.get("scope", {})),
            confirm=run.order.get("confirm"),
            trigger=run.trigger,
            principal=run.principal,
            pulling=WayIn.PULL in joint.source_type.ways_in and run.order.get("pull", True),
            watching=named is None,
            progress=_KeptProgress(self._services, run.id, self.worker),
            run_id=run.id,
            worker=self.worker,
        )

    def _end(self, run: Run, state: RunState, finding: Finding) -> None:
        """End a run that has not written its own end."""
        with self._services.database.read() as session:
            row = session.get(Run, run.id)  # none where it was deleted with its integration
        if row is not None and row.state == RunState.RUNNING.value:
            end_run(self._services, run, state, tally=Tally(findings=[finding]), worker=self.worker)


class _KeptProgress:
    """Keeps how far a run is in its row, so that any process can show it."""

    def __init__(self, services: Services, run_id: str, worker: str) -> None:
        self._services, self._run_id, self._worker = services, run_id, worker
        self._kept_at: datetime | None = None

    def __call__(self, progress: Progress) -> None:
        now = self._services.clock.now()
        if self._kept_at is not None and now - self._kept_at < _PROGRESS:
            return
        self._kept_at = now
        with self._services.database.write() as session:
            queue.note_progress(session, self._run_id, asdict(progress), worker=self._worker, now=now)


def _given_up() -> Finding:
    return Finding(
        code="run.worker_died",
        what=f"{queue.MOST_TAKEOVERS + 1} workers died at this run, and it is not tried again by itself",
        why="Each of them ended in the middle of it, as when the machine has too little memory",
        do="Look into the log of the worker and of the system, then sync again",
    )
