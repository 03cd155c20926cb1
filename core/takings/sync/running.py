"""One sync from end to end, resumable at any point: each phase writes down what it did before the next begins.

Pull and store; then, under the organisation's posting lock: settle what an earlier run left open, assess, survey,
plan, confirm, write intents, post, and bring units and days up to date.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from sqlmodel import Session, select

from takings.domain.day import DaySummary
from takings.domain.findings import Finding, Severity, errors
from takings.domain.money import ZERO
from takings.domain.period import Period
from takings.errors import (
    AuthorisationExpired,
    ConfirmationNeeded,
    Disconnected,
    Misconfigured,
    PluginFault,
    TakingsError,
)
from takings.plugin.targets import Survey, Target
from takings.store.journal import UnitRow
from takings.store.states import DayState, IntegrationState, RunState
from takings.store.tables import Day, Integration, Run
from takings.sync.encoding import decode_findings, summarise_survey
from takings.sync.finishing import count_payments, finish_units
from takings.sync.intents import hold, open_units, write_intents
from takings.sync.joint import Joint, ProgressCall, Services, load_joint, load_table, no_progress, open_target
from takings.sync.numbers import NumberBook
from takings.sync.planning import Candidate, Planned, load_candidates, plan_units
from takings.sync.posting import Posted, Poster
from takings.sync.receiving import pull
from takings.sync.rechecking import recheck_days
from takings.sync.runs import begin_run, end_run, mark_interrupted
from takings.sync.settling import Settler
from takings.sync.units import hold_unit, is_settled, replan_unit
from takings.views import Confirmation, Progress

#: How long a run waits for another one that posts to the same organisation.
_LOCK_WAIT = timedelta(seconds=30)

Confirm = Callable[[Confirmation], bool] | int | None


@dataclass(slots=True, kw_only=True)
class Order:
    """What a sync is asked to do; `asked` is the period that somebody named, if one did."""

    period: Period
    asked: bool
    confirm: Confirm = None
    trigger: str = "manual"
    principal: str = "local"
    pulling: bool = True
    progress: ProgressCall = no_progress


@dataclass(slots=True, kw_only=True)
class Tally:
    """What a run counts, and what it found."""

    counts: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    unit_ids: list[int] = field(default_factory=list)
    failed: bool = False

    def add(self, name: str, by: int) -> None:
        """Count."""
        self.counts[name] = self.counts.get(name, 0) + by


class Sync:
    """One run for one integration."""

    def __init__(self, services: Services, integration_id: str, order: Order) -> None:
        self._services, self._integration_id, self._order = services, integration_id, order
        self.tally = Tally()
        self._remembered: dict[int, DaySummary] = {}

    def run(self) -> Run:
        """Run all phases; problems become findings of the run, a missing confirmation is raised."""
        joint = self._load()
        joint.connected_target  # noqa: B018 - raises before anything is read
        run = begin_run(
            self._services,
            joint,
            trigger=self._order.trigger,
            principal=self._order.principal,
            period=self._order.period,
        )
        state = RunState.FAILED
        try:
            self._phases(run)
            state = self._state()
        except ConfirmationNeeded:
            state = RunState.PROBLEMS
            raise
        except TakingsError as problem:
            self._note_problem(problem)
        finally:
            ended = end_run(self._services, run, state=state, counts=self.tally.counts, findings=self.tally.findings)
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
            self._pull(run)
        joint = self._load()
        with self._services.database.lock(f"post:{joint.organisation}", wait=_LOCK_WAIT):
            with self._services.database.write() as session:
                mark_interrupted(session, joint, run.id, self._services.clock.now())
                recheck_days(session, joint, self._services.clock.now(), states=(DayState.HELD,))
            self._post(run, joint)
        self._count_days(joint)

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

    def _post(self, run: Run, joint: Joint) -> None:
        target = open_target(self._services, joint)
        if not self._settle(joint, target):
            return
        with self._services.database.read() as session:
            table = load_table(session, joint)
            candidates = load_candidates(session, joint, table, self._order.period, remembered=self._remembered)
            left = open_units(session, joint)
        if not candidates and not left:
            return
        survey = self._survey(run, joint, target, candidates, left)
        if errors(survey.findings):
            return
        self._resume(joint, target, survey, left)
        planned = self._plan(joint, target, survey, candidates)
        posting = self._confirm(joint, survey, planned)
        now = self._services.clock.now()
        with self._services.database.write() as session:
            hold(session, [one for one in planned if one.held], now)
            write_intents(session, joint, posting, run_id=run.id, now=now)
        self._send(run, joint, target)

    def _settle(self, joint: Joint, target: Target) -> bool:
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
        self._order.progress(Progress(phase="survey"))
        with self._services.host.guard(joint.integration.target_component):
            survey = target.survey(Period(min(dates), max(dates)), joint.target_settings)
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
        for unit in left:
            with self._services.database.read() as session:
                if not is_settled(session, unit):
                    continue
                ids = session.exec(select(Day.id).where(Day.unit_id == unit.id)).all()
                table = load_table(session, joint)
                candidates = load_candidates(
                    session, joint, table, None, day_ids=[id_ for id_ in ids if id_ is not None]
                )
            if not candidates:
                continue  # a code that it uses lost its mapping: the day keeps its findings
            planned = self._plan(joint, target, survey, candidates)[0]
            now = self._services.clock.now()
            with self._services.database.write() as session:
                row = session.get_one(UnitRow, unit.id)
                if planned.held:
                    hold_unit(session, row, planned, now)
                else:
                    replan_unit(session, joint, row, planned, now)

    def _confirm(self, joint: Joint, survey: Survey, planned: Sequence[Planned]) -> list[Planned]:
        """Return what may be posted: days before the start date only when somebody confirms their count.

        A scheduled run asks nobody, and leaves such days waiting.
        """
        posting = [one for one in planned if not one.held]
        start = joint.integration.start_date
        asking = [
            one
            for one in posting
            if not one.stands and (start is None or one.candidates[0].key.business_date < start)
        ]
        if not asking:
            standing = [one.first for one in posting if one.stands]
            if standing and start is None:  # the ledger itself shows that these days were confirmed once
                self._activate(joint, Period(min(standing), max(standing)))
            return posting
        if self._order.trigger == "schedule":
            self.tally.findings.append(_waits_for_confirmation(len(asking)))
            return [one for one in posting if one not in asking]
        days = [one.first for one in posting]
        period = Period(min(days), max(days))
        question = Confirmation(
            integration=joint.integration.name,
            organisation=survey.chart.organisation_name,
            period=str(period),
            currency=survey.chart.currency,
            count=len(posting),
            total=sum((_total(one) for one in posting), ZERO),
            held=len(planned) - len(posting) + self._held_before(joint),
        )
        confirm = self._order.confirm
        agreed = confirm(question) if callable(confirm) else confirm == question.count
        if not agreed:
            raise ConfirmationNeeded(question.count, str(question))
        self._activate(joint, period)
        return posting

    def _held_before(self, joint: Joint) -> int:
        with self._services.database.read() as session:
            return len(_days(session, joint, DayState.HELD, self._order.period))

    def _activate(self, joint: Joint, period: Period) -> None:
        with self._services.database.write() as session:
            row = session.get_one(Integration, joint.integration.id)
            row.start_date = min(row.start_date or period.first, period.first)
            row.state = IntegrationState.ACTIVE.value
            row.reason = ""
            session.add(row)

    def _send(self, run: Run, joint: Joint, target: Target) -> None:
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

    def _count_days(self, joint: Joint) -> None:
        with self._services.database.read() as session:
            for state in (DayState.HELD, DayState.CHANGED, DayState.PARTLY, DayState.NOTHING):
                days = _days(session, joint, state, self._order.period)
                self.tally.counts[state.value] = len(days)
                if state is DayState.CHANGED:
                    self.tally.findings += [one for day in days for one in decode_findings(day.findings)]
            payments = count_payments(session, self.tally.unit_ids)
        self.tally.counts |= {"documents": len(self.tally.unit_ids), "payments": payments}

    def _note_problem(self, problem: TakingsError) -> None:
        """Turn what stopped the run into a finding, and the integration's state where the owner must act."""
        self.tally.failed = True
        self.tally.findings.append(
            Finding(
                code=f"run.{_snake(type(problem).__name__)}",
                what=str(problem),
                why="The run ended before everything was posted; nothing is lost, and the next sync goes on",
                where=getattr(problem, "field", ""),
                verbatim=getattr(problem, "verbatim", ""),
            )
        )
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


def _total(planned: Planned) -> Decimal:
    return sum((document.total for document in planned.plan.documents), ZERO)


def _still_unknown(calls: int) -> Finding:
    return Finding(
        code="call.outcome_unknown",
        what=f"What became of {calls} call{'s' if calls != 1 else ''} to the ledger is not known yet",
        why="No reply came, and the ledger may still carry it out, so it is not looked up at once",
        do="Sync again in a few minutes",
        severity=Severity.WARNING,
    )


def _waits_for_confirmation(count: int) -> Finding:
    return Finding(
        code="run.waits_for_confirmation",
        what=f"{count} day{'s' if count != 1 else ''} before the start date wait to be confirmed",
        why="Nothing of the past is posted before somebody has seen its counts and totals",
        do="Run: takings sync, and confirm",
        severity=Severity.WARNING,
    )


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
