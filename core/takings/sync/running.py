"""One sync from end to end, resumable at any point: each phase writes down what it did before the next begins.

The phases are pull (read and store); then, under the organisation's posting lock, settle (what an earlier run left
open), plan (survey, plan, confirm, write intents) and send (post, and bring units and days up to date); then count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from takings.domain.day import DaySummary
from takings.domain.findings import Finding, Severity, errors
from takings.domain.period import Period
from takings.errors import (
    AuthorisationExpired,
    Busy,
    ConfirmationNeeded,
    Disconnected,
    Misconfigured,
    PluginFault,
    TakingsError,
)
from takings.plugin.targets import Survey, Target
from takings.runner.port import InlineSteps, Steps, Stopped
from takings.store.journal import UnitRow
from takings.store.query import columns
from takings.store.states import DayState, IntegrationState, RunState
from takings.store.tables import Day, Integration, Run
from takings.sync.attention import after_clean_run
from takings.sync.confirming import ask, needs_asking, period_of, remember_confirmed, waits_for_confirmation
from takings.sync.encoding import decode_findings, summarise_survey
from takings.sync.finishing import count_payments, finish_units
from takings.sync.intents import hold, open_units, posted_elsewhere, write_intents
from takings.sync.joint import Joint, ProgressCall, Services, load_joint, load_table, no_progress, open_target
from takings.sync.missing import tell_missing
from takings.sync.numbers import NumberBook
from takings.sync.phases import Phases, Tally
from takings.sync.planning import Candidate, Planned, load_candidates, plan_units
from takings.sync.posting import Posted, Poster
from takings.sync.previewing import preview, summarise_preview
from takings.sync.receiving import pull
from takings.sync.rechecking import recheck_days
from takings.sync.runs import begin_run, end_run, fault_of_ours, mark_interrupted, problem_found
from takings.sync.settling import Settler
from takings.sync.units import hold_unit, plannable, replan_unit
from takings.sync.windows import with_waiting
from takings.views import Confirmation, Progress

#: How long a run waits for another one that posts to the same organisation.
_LOCK_WAIT = timedelta(seconds=30)

#: How long what was surveyed is believed, while a person is asked.
_FRESH = timedelta(seconds=60)

Confirm = Callable[[Confirmation], bool] | int | None


@dataclass(slots=True, kw_only=True)
class Order:
    """What a run is asked to do.

    `kind` is `sync`; `fetch` reads the source and posts nothing; `preview` does so and counts what a sync would post.

    `run_id` and `worker` are those of a queued run that was claimed. `watching`, where nobody named a period, posts
    what waits from before it too, and tells of closes that are missing.
    """

    period: Period
    kind: str = "sync"
    confirm: Confirm = None
    trigger: str = "manual"
    principal: str = "local"
    pulling: bool = True
    watching: bool = False
    progress: ProgressCall = no_progress
    run_id: str = ""
    worker: str = ""


class Sync:
    """One run for one integration."""

    def __init__(self, services: Services, integration_id: str, order: Order, steps: Steps | None = None) -> None:
        self._services, self._integration_id, self._order = services, integration_id, order
        self.tally = Tally()
        self._do = Phases(steps or InlineSteps(), self.tally).do
        self._settled = False
        self._remembered: dict[int, DaySummary] = {}
        self._surveyed: tuple[Period, datetime, Survey] | None = None

    def run(self) -> Run:
        """Run all phases; problems become findings of the run, a missing confirmation is raised."""
        joint = self._load()
        if self._order.kind != "fetch":
            joint.connected_target  # noqa: B018 - raises before anything is read
        run = begin_run(
            self._services,
            joint,
            kind=self._order.kind,
            trigger=self._order.trigger,
            principal=self._order.principal,
            period=self._order.period,
            run_id=self._order.run_id,
        )
        state = RunState.INTERRUPTED  # what is no Exception: Ctrl-C, or the process is told to end
        try:
            self._phases(run)
            state = self._state()
        except Stopped:
            state = RunState.QUEUED
            raise
        except ConfirmationNeeded as asked:
            state = RunState.PROBLEMS
            if self._order.run_id:  # nobody is there to be told
                self.tally.findings.append(waits_for_confirmation(asked.count))
            raise
        except TakingsError as problem:
            state = RunState.FAILED
            self._note_problem(problem)
        except Exception as fault:
            state = RunState.FAILED
            self.tally.findings.append(fault_of_ours(fault))
            raise
        finally:
            ended = end_run(self._services, run, state, self.tally, worker=self._order.worker)
        return ended

    def _state(self) -> RunState:
        if self.tally.failed:
            return RunState.FAILED
        unsolved = sum(self.tally.counts.get(name, 0) for name in ("held", "changed", "partly"))
        return RunState.PROBLEMS if unsolved or errors(self.tally.findings) else RunState.DONE

    def _load(self) -> Joint:
        with self._services.database.read() as session:
            return load_joint(session, self._services, session.get_one(Integration, self._integration_id))

    def _phases(self, run: Run) -> None:
        if self._order.pulling:
            self._do("pull", lambda: self._pull(run))
        joint = self._load()
        if self._order.kind == "sync":
            self._post_confirmed(run, joint)
        if self._order.kind == "preview":
            self._do("preview", lambda: self._preview(run, joint))
        self._do("count", lambda: self._count(joint))
        if self._order.kind == "sync":
            self._clear_attention()

    def _preview(self, run: Run, joint: Joint) -> None:
        summary = summarise_preview(preview(self._services, joint, self._order.period))
        with self._services.database.write() as session:
            row = session.get_one(Run, run.id)
            row.survey = summary
            session.add(row)

    def _post_confirmed(self, run: Run, joint: Joint) -> None:
        with self._posting(joint):
            question = self._post(run, joint)
        while question is not None and callable(self._order.confirm):
            # A person may take long to answer: others may post meanwhile, so everything is planned again after it.
            if not self._order.confirm(question):
                raise ConfirmationNeeded(question.count, str(question))
            self._order.confirm = question.count
            with self._posting(joint):
                question = self._post(run, joint)

    @contextmanager
    def _posting(self, joint: Joint) -> Iterator[None]:
        """Hold the organisation's posting lock."""
        try:
            with self._services.database.lock(f"post:{joint.organisation}", wait=_LOCK_WAIT):
                yield
        except Busy:
            raise Busy(joint.connected_target.name or joint.organisation) from None

    def _clear_attention(self) -> None:
        """A run without a problem shows that nothing needs the owner's attention any more."""
        if self.tally.failed:
            return
        with self._services.database.write() as session:
            after_clean_run(session, session.get_one(Integration, self._integration_id))

    def _pull(self, run: Run) -> None:
        received = pull(
            self._services,
            self._integration_id,
            self._order.period,
            run_id=run.id,
            progress=self._order.progress,
        )
        self._remembered = received.days
        self.tally.findings += received.findings
        self.tally.add("received", len(received.results))
        for result in received.results:
            name = {"stored": "new", "conflict": "conflicts"}.get(result.result, result.result)
            self.tally.add(name, 1)
            self.tally.findings += result.findings

    # --- Under the posting lock -------------------------------------------------------------------------

    def _post(self, run: Run, joint: Joint) -> Confirmation | None:
        """Post what may be posted; returns the question where a person must be asked first."""
        target = open_target(self._services, joint)
        if not self._do("settle", lambda: self._settle(run, joint, target)):
            return None
        # A run that a durable runner remembers has nobody to ask: its plan is never a question, so always JSON.
        planned = self._do("plan", lambda: self._decide(run, joint, target))
        if isinstance(planned, Confirmation):
            return planned
        if planned:
            self._do("send", lambda: self._send(run, joint, target))
        return None

    def _decide(self, run: Run, joint: Joint, target: Target) -> Confirmation | bool:
        """Write down what is to be posted, and return whether there is any; or the question that comes before it."""
        with self._services.database.read() as session:
            table, period = load_table(session, joint), self._order.period
            if self._order.watching:
                period = with_waiting(session, joint.integration, period)
            candidates = load_candidates(session, joint, table, period, remembered=self._remembered)
            left = plannable(session, open_units(session, joint))
        if not candidates and not left:
            return False
        survey = self._survey(run, joint, target, candidates, left)
        if errors(survey.findings):
            return False
        self._resume(joint, target, survey, left)
        planned = self._plan(joint, target, survey, candidates)
        with self._services.database.write() as session:
            planned = posted_elsewhere(session, joint, planned)
            hold(session, [one for one in planned if one.held], self._services.clock.now())
        posting = [one for one in planned if not one.held]
        asking = needs_asking(joint.integration, posting)
        if asking and self._is_unasked:
            self.tally.findings.append(waits_for_confirmation(len(asking)))
            posting = [one for one in posting if one not in asking]
        elif asking:
            question = ask(joint, survey, posting, held=self._held(joint))
            if callable(self._order.confirm):
                return question
            if self._order.confirm != question.count:
                raise ConfirmationNeeded(question.count, str(question), given=self._order.confirm)
            # In a setup the whole period was shown with its counts; elsewhere only what is about to be posted.
            shown = self._order.period if self._order.trigger == "setup" else period_of(posting)
            remember_confirmed(self._services, joint, shown)
        elif posting and joint.integration.start_date is None:
            remember_confirmed(self._services, joint, None)  # all of it stands in the ledger already
        with self._services.database.write() as session:
            write_intents(session, joint, posting, run_id=run.id, now=self._services.clock.now())
        return True

    @property
    def _is_unasked(self) -> bool:
        """Whether nobody waits for the answer: past days that nobody confirmed are then left waiting."""
        return self._order.trigger == "schedule" or (bool(self._order.run_id) and self._order.confirm is None)

    def _settle(self, run: Run, joint: Joint, target: Target) -> bool:
        self._settled = True
        now = self._services.clock.now()
        with self._services.database.write() as session:
            mark_interrupted(session, joint, run.id, now)
            recheck_days(session, joint, now, states=(DayState.HELD,))
        problem, waiting = Settler(self._services, joint, target).settle()
        with self._services.database.write() as session:
            self.tally.unit_ids += finish_units(session, joint, self._services.clock.now())
        if waiting:
            self.tally.findings.append(_still_unknown(waiting))
        if problem:
            self._note_problem(problem)
        return problem is None

    def _survey(
        self, run: Run, joint: Joint, target: Target, candidates: Sequence[Candidate], left: Sequence[UnitRow]
    ) -> Survey:
        dates = [one.key.business_date for one in candidates]
        dates += [day for unit in left for day in (unit.first, unit.last)]
        period, now = Period(min(dates), max(dates)), self._services.clock.now()
        if self._surveyed and self._surveyed[0] == period and now - self._surveyed[1] < _FRESH:
            return self._surveyed[2]
        self._order.progress(Progress(phase="survey"))
        with self._services.host.guard(joint.integration.target_component):
            survey = target.survey(period, joint.target_settings)
        self._surveyed = (period, now, survey)
        with self._services.database.write() as session:
            row = session.get_one(Run, run.id)
            row.survey = summarise_survey(survey)
            session.add(row)
        self.tally.findings += survey.findings
        return survey

    def _plan(self, joint: Joint, target: Target, survey: Survey, candidates: Sequence[Candidate]) -> list[Planned]:
        with self._services.database.read() as session:
            book = NumberBook(session, self._services.host, joint, [one.key.business_date for one in candidates])
        return plan_units(self._services, joint, target, survey=survey, candidates=candidates, book=book)

    def _resume(self, joint: Joint, target: Target, survey: Survey, left: Sequence[UnitRow]) -> None:
        """Plan what is left of half-done units anew from the current mapping; what stands is never planned again."""
        if not left:
            return
        with self._services.database.read() as session:
            units = {unit.id: unit for unit in left}
            days = dict(session.execute(columns(Day.id, Day.unit_id).where(col(Day.unit_id).in_(units))).all())
            candidates = load_candidates(session, joint, load_table(session, joint), None, day_ids=list(days))
        planned = self._plan(joint, target, survey, candidates) if candidates else []
        now = self._services.clock.now()
        with self._services.database.write() as session:
            for one in planned:
                row = session.get_one(UnitRow, days[one.candidates[0].day_id])
                if one.held:
                    hold_unit(session, row, one, now)
                else:
                    replan_unit(session, joint, row, one, now)

    def _held(self, joint: Joint) -> int:
        with self._services.database.read() as session:
            return len(_days(session, joint, DayState.HELD, self._order.period))

    def _send(self, run: Run, joint: Joint, target: Target) -> None:
        if not self._settled and not self._settle(run, joint, target):
            return  # taken up from a process that died while it was sending: its calls are not settled yet
        settler = Settler(self._services, joint, target)
        poster = Poster(self._services, joint, target, run_id=run.id, progress=self._order.progress)
        try:
            settler.look_up()  # units that the ledger holds already are written down as unknown
            posted: Posted = poster.post()
            if posted.unknown and posted.stopped is None:
                settler.look_up()
                posted = poster.post()
        finally:
            with self._services.database.write() as session:
                self.tally.unit_ids += finish_units(session, joint, self._services.clock.now())
        self.tally.add("calls", posted.calls)
        self.tally.add("operations", posted.done)
        if posted.stopped:
            self._note_problem(posted.stopped)

    # --- What it came to ---------------------------------------------------------------------------------

    def _count(self, joint: Joint) -> None:
        if self._order.watching:
            self.tally.findings += tell_missing(self._services, joint)
        if self._order.kind != "sync":
            return
        with self._services.database.read() as session:
            for state in (DayState.HELD, DayState.CHANGED, DayState.PARTLY, DayState.NOTHING):
                days = _days(session, joint, state, self._order.period)
                self.tally.counts[state.value] = len(days)
                if state is DayState.CHANGED:
                    told = set(self.tally.findings)
                    found = [one for day in days for one in decode_findings(day.findings)]
                    self.tally.findings += [one for one in found if one not in told]
            payments = count_payments(session, self.tally.unit_ids)
        self.tally.counts |= {"documents": len(self.tally.unit_ids), "payments": payments}

    def _note_problem(self, problem: TakingsError) -> None:
        """Turn what stopped the run into a finding, and the integration's state where the owner must act."""
        self.tally.failed = True
        self.tally.findings.append(problem_found(problem))
        if isinstance(problem, (AuthorisationExpired, Disconnected, Misconfigured, PluginFault)):
            with self._services.database.write() as session:
                row = session.get_one(Integration, self._integration_id)
                if row.state == IntegrationState.ACTIVE.value:
                    row.state = IntegrationState.NEEDS_ATTENTION.value
                row.reason = str(problem)
                session.add(row)


def _days(session: Session, joint: Joint, state: DayState, period: Period) -> list[Day]:
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


def _still_unknown(calls: int) -> Finding:
    return Finding(
        code="call.outcome_unknown",
        what=f"What became of {calls} call{'s' if calls != 1 else ''} to the ledger is not known yet",
        why="No reply came, and the ledger may still carry it out, so it is not looked up at once",
        do="Sync again in a few minutes",
        severity=Severity.WARNING,
    )
