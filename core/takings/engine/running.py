"""The part of the engine that runs things by itself: schedules, the queue of runs, and the workers that do them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session

from takings.domain.period import Period
from takings.domain.schedule import Schedule, next_due
from takings.engine.alerting import Alerting
from takings.errors import NotFound, PostingDisabled, UsageError
from takings.plugin.sources import WayIn
from takings.runner import checks, due, queue
from takings.runner.executing import Executor, worker_name
from takings.runner.inline import Execute, InlineRunner
from takings.runner.port import Runner, Steps, Waiting
from takings.runner.scheduling import Scheduler
from takings.setup.lookup import find_integration
from takings.store.states import IntegrationState
from takings.store.tables import Integration, Run
from takings.sync import showing
from takings.sync.joint import Joint, ProgressCall, no_progress
from takings.sync.missing import missing_days
from takings.sync.orders import Order
from takings.sync.running import Sync
from takings.sync.windows import usual_period
from takings.views import IntegrationView, Principal, RunView

#: How long a worker that stops waits for the phases under way.
GRACE = timedelta(seconds=30)

#: How often it is looked whether somebody is to be told of something, in seconds.
ALERTS_EVERY = 60.0

_KINDS = ("sync", "fetch", "preview", "verify")


class Running(Alerting):
    """Schedules, the queue, and workers."""

    _runner: Runner | None = None

    def set_schedule(
        self,
        principal: Principal,
        ref: str,
        schedule: Schedule,
        *,
        missing_after: int | None = None,
    ) -> IntegrationView:
        """Say when an integration runs by itself; a draft does not before its first sync was confirmed.

        A close that has not arrived `missing_after` days later is reported as missing (0 to 60; None leaves it).
        """
        if missing_after is not None and not 0 <= missing_after <= 60:
            raise UsageError(f"A close can be missed after 0 to 60 days, not {missing_after}.")
        with self.database.write() as session:
            row = find_integration(session, principal.owner, ref)
            row.schedule = {**row.schedule, **schedule.as_dict()}
            if missing_after is not None:
                row.schedule = {**row.schedule, "missing_after": missing_after}
            row.next_due = next_due(schedule, self.clock.now())
            session.add(row)
            self._audit(session, principal, "integration.scheduled", row=row)
            session.flush()
            return self._one(session, row)

    def request_run(
        self,
        principal: Principal,
        ref: str,
        *,
        kind: str = "sync",
        period: Period | None = None,
        confirm: int | None = None,
        pull: bool = True,
        trigger: str = "manual",
    ) -> RunView:
        """Put a run into the queue, for the workers of any process; the same twice is one.

        `kind` is `sync`; `fetch`, which posts nothing; `preview`, which counts besides what a sync would post; or
        `verify`, which compares the ledger with what was posted, of all times where no period is named.
        Days of the past are posted only if they are as many as `confirm` says; without it they wait, and others go.
        Without `pull` the source is not asked first: what is stored is worked on.
        """
        if kind not in _KINDS:
            raise UsageError(f"There is no kind of run {kind}; there are: {', '.join(_KINDS)}.")
        self._taken(period)
        with self.database.write() as session:
            joint = self._joint(session, principal, ref)
            _check(joint, kind)
            run = queue.enqueue(
                session,
                joint.integration,
                kind=kind,
                trigger=trigger,
                principal=principal.name,
                order=queue.encode_order(period, confirm) | ({} if pull else {"pull": False}),
                now=self.clock.now(),
            )
            self._audit_run(session, principal, run)
            organisation = queue.organisation_of(session, run)
            view = showing.show_run(session, run)
        if self._runner is not None:
            self._runner.submit(run.id, organisation)
        return view

    def run(self, principal: Principal, run_id: str) -> RunView:
        """Show one run."""
        with self.database.read() as session:
            return showing.show_run(session, _find(session, principal, run_id))

    def cancel_run(self, principal: Principal, run_id: str) -> RunView:
        """Take a run back that no worker has begun."""
        with self.database.write() as session:
            row = _find(session, principal, run_id)
            if not queue.cancel(session, row.id, self.clock.now()):
                raise UsageError(f"The run {row.id} is not waiting any more; it is {row.state}.")
            session.refresh(row)
            integration = session.get_one(Integration, row.integration_id)
            self._audit(session, principal, "run.cancelled", row=integration, details={"run": row.id})
            return showing.show_run(session, row)

    def fetch(
        self,
        principal: Principal,
        ref: str,
        period: Period | None = None,
        *,
        progress: ProgressCall | None = None,
    ) -> RunView:
        """Read the source and store what it has, now; posts nothing."""
        self._taken(period)
        with self.database.read() as session:
            joint = self._joint(session, principal, ref)
            _check(joint, "fetch")
            order = Order(
                period=period or usual_period(session, joint, self.clock.now()),
                kind="fetch",
                principal=principal.name,
                request_id=principal.request_id,
                watching=period is None,
                progress=progress or no_progress,
            )
        run = Sync(self._services, joint.integration.id, order).run()
        with self.database.read() as session:
            return showing.show_run(session, run)

    def missing_days(self, principal: Principal, ref: str, period: Period) -> tuple[date, ...]:
        """Return the dates of a period whose close should have arrived and has not."""
        with self.database.read() as session:
            joint = self._joint(session, principal, ref)
            return missing_days(session, joint.integration, period, today=joint.today(self.clock.now()))

    # --- What workers call; it concerns all owners -------------------------------------------------------------

    def tick(self, limit: int = due.BATCH) -> list[str]:
        """Put a run into the queue for each integration that is due, and return their ids.

        Any number of processes may do this at once. Times that were missed come up once.
        """
        begun = due.tick(self.database, self.clock.now(), limit)
        if self._runner is not None:
            for one in begun:
                self._runner.submit(one.run_id, one.organisation)
        return [one.run_id for one in begun]

    def tick_checks(self, limit: int = due.BATCH) -> list[str]:
        """Put the checks into the queue that are due, and those that ledgers' notifications lead to.

        Returns the ids of their runs. Any number of processes may do this at once.
        """
        begun = checks.tick(self.database, self.clock.now(), limit)
        if self._runner is not None:
            for one in begun:
                self._runner.submit(one.run_id, one.organisation)
        return [one.run_id for one in begun]

    def execute_run(self, run_id: str, steps: Steps | None = None) -> bool:
        """Run a run of the queue in this thread; returns False when its organisation is busy with another one."""
        return Executor(self._services, worker_name()).execute(run_id, steps)

    def waiting_runs(self, limit: int = 100) -> list[str]:
        """Return the ids of runs that a worker can begin now, in their order, one of each organisation."""
        with self.database.read() as session:
            return [one.run_id for one in queue.waiting_runs(session, self.clock.now(), limit)]

    @contextmanager
    def running(
        self,
        *,
        workers: int = 4,
        scheduled: bool = True,
        grace: timedelta = GRACE,
        told: Callable[[RunView], None] | None = None,
    ) -> Iterator[InlineRunner]:
        """Run what is in the queue in threads of this process, and with `scheduled` what becomes due, until the end.

        At the end each run stops after the phase under way, and goes on when a worker takes it up again. `told` is
        called, in its thread, after each run. No workers means that nothing is run here.
        """
        executor = Executor(self._services, worker_name())
        execute = self._executing(executor, told)
        runner = InlineRunner(execute=execute, look=self._look, beat=executor.beat, workers=workers)
        if not workers:
            yield runner
            return
        schedulers = (
            Scheduler(self._tick_all, runner),
            Scheduler(self._tell, runner, interval=ALERTS_EVERY, name="takings-alerts"),
        )
        runner.start()
        self._runner = runner
        for scheduler in schedulers if scheduled else ():
            scheduler.start()
        try:
            yield runner
        finally:
            for scheduler in schedulers if scheduled else ():
                scheduler.stop()
            self._runner = None
            runner.stop(grace)

    def run_due(
        self,
        *,
        workers: int = 4,
        told: Callable[[RunView], None] | None = None,
        ended: threading.Event | None = None,
    ) -> None:
        """Run what is due and what waits in the queue, and return when that is done or `ended` is set."""
        with self.running(workers=workers, scheduled=False, told=told) as runner:
            while len(self.tick()) == due.BATCH:
                pass
            while len(self.tick_checks()) >= due.BATCH:
                pass
            runner.drain(ended)
        self.send_alerts()

    def _tell(self) -> list[Waiting]:
        self.send_alerts()
        return []

    def _tick_all(self) -> list[Waiting]:
        now = self.clock.now()
        return [*due.tick(self.database, now), *checks.tick(self.database, now)]

    def _look(self, limit: int, without: Any) -> list[Waiting]:
        with self.database.read() as session:
            return queue.waiting_runs(session, self.clock.now(), limit, without=without)

    def _executing(self, executor: Executor, told: Callable[[RunView], None] | None) -> Execute:
        """Return what runs one run of the queue, and tells how it ended."""

        def execute(run_id: str, steps: Steps) -> bool:
            begun = executor.execute(run_id, steps)
            if begun and told is not None:
                with self.database.read() as session:
                    row = session.get(Run, run_id)
                    if row is not None and row.worker == executor.worker and row.ended_at is not None:
                        told(showing.show_run(session, row))
            return begun

        return execute


def _find(session: Session, principal: Principal, run_id: str) -> Run:
    row = session.get(Run, run_id)
    if row is None or row.owner != principal.owner:
        raise NotFound("run", run_id)
    return row


def _check(joint: Joint, kind: str) -> None:
    """Refuse at once what a worker would refuse later."""
    integration = joint.integration
    if kind == "sync" and integration.state == IntegrationState.PAUSED.value:
        raise PostingDisabled(integration.name, "paused", integration.reason)
    if kind != "fetch":
        joint.connected_target  # noqa: B018 - raises when there is none
    if kind == "fetch" and WayIn.PULL not in joint.source_type.ways_in:
        raise UsageError(f"{joint.source_type.title} can't be asked for days: it sends them, or gives files.")
