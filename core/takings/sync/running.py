"""One sync from end to end, resumable at any point: each phase writes down what it did before the next begins.

The phases are pull (read and store); then, under the organisation's posting lock, settle (what an earlier run left
open), plan (survey, plan, confirm, write intents) and send (post, and bring units and days up to date); then count.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from takings.domain.day import DaySummary
from takings.domain.findings import errors
from takings.domain.period import Period
from takings.errors import Busy, ConfirmationNeeded, TakingsError
from takings.plugin.targets import Survey, Target
from takings.runner.port import InlineSteps, Steps, Stopped
from takings.setup.mapping_notes import rate_findings
from takings.store.journal import UnitRow
from takings.store.states import Purpose, RunState
from takings.store.tables import Integration, Run
from takings.sync.attention import OWNERS, after_clean_run, ask_for
from takings.sync.combining import combine_days
from takings.sync.confirming import (
    Confirmed,
    ask,
    documents_in,
    needs_asking,
    period_of,
    remember_confirmed,
    unconfirmed,
    waits_for_confirmation,
)
from takings.sync.counting import count_days, count_received
from takings.sync.emptiness import count_lacking, tell_empty
from takings.sync.finishing import finish_units
from takings.sync.intents import hold, write_intents
from takings.sync.joint import Joint, Services, load_joint, open_target
from takings.sync.leftovers import tell_left
from takings.sync.missing import tell_missing
from takings.sync.orders import Order
from takings.sync.paying import Paying
from takings.sync.phases import Phases, Tally
from takings.sync.posting import Posted, Poster
from takings.sync.previewing import preview, summarise_preview
from takings.sync.proposing import plan_groups, propose
from takings.sync.receiving import pull
from takings.sync.resuming import load_left, write_left
from takings.sync.runs import begin_run, end_run, fault_of_ours, mark_interrupted, problem_found, state_of
from takings.sync.settling import Settler
from takings.sync.surveying import read_survey
from takings.sync.surveys import keep_survey
from takings.sync.taking_back import TakingBack
from takings.sync.unconfirmed import tell_unconfirmed
from takings.sync.undone import finish_undos
from takings.sync.waiting import WaitingWork, load_waiting
from takings.views import Confirmation, Progress

#: How long a run waits for another one that posts to the same organisation.
_LOCK_WAIT = timedelta(seconds=30)

#: The kinds of orders that write to the ledger.
_POSTING = ("sync", "undo", "payments")

#: How long what was surveyed is believed, while a person is asked.
_FRESH = timedelta(seconds=60)


class Sync:
    """One run for one integration."""

    def __init__(self, services: Services, integration_id: str, order: Order, *, steps: Steps | None = None) -> None:
        self._services, self._integration_id, self._order = services, integration_id, order
        self.tally = Tally()
        self._do = Phases(steps or InlineSteps(), self.tally).do
        self._settled, self._run_id = False, ""
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
            request_id=self._order.request_id,
        )
        self._run_id = run.id
        state = RunState.INTERRUPTED  # what is no Exception: Ctrl-C, or the process is told to end
        try:
            self._phases(run)
            state = state_of(self.tally)
        except Stopped:
            state = RunState.QUEUED
            raise
        except ConfirmationNeeded as asked:
            state = RunState.PROBLEMS
            queued = bool(self._order.run_id)
            self.tally.findings.append(unconfirmed(asked.count, kind=self._order.kind, queued=queued))
            raise
        except TakingsError as problem:
            state = RunState.FAILED
            self._note_problem(problem)
        except Exception as fault:
            state = RunState.FAILED
            self.tally.findings.append(fault_of_ours(fault))
            raise
        finally:
            ended = end_run(self._services, run, state, tally=self.tally, worker=self._order.worker)
        return ended

    def _load(self) -> Joint:
        with self._services.database.read() as session:
            return load_joint(session, self._services, session.get_one(Integration, self._integration_id))

    def _phases(self, run: Run) -> None:
        if self._order.pulling and self._order.kind not in ("undo", "payments"):
            self._do("pull", lambda: self._pull(run))
        joint = self._load()
        if self._order.kind in _POSTING:
            self._post_confirmed(run, joint)
        if self._order.kind == "preview":
            self._do("preview", lambda: self._preview(run, joint))
        self._do("count", lambda: self._count(joint))
        if self._order.kind == "sync":
            self._clear_attention()

    def _preview(self, run: Run, joint: Joint) -> None:
        summary = summarise_preview(preview(self._services, joint, self._order.period))
        with self._services.database.write() as session:
            session.get_one(Run, run.id).survey = summary

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
        count_received(self.tally, received)

    # --- Under the posting lock -------------------------------------------------------------------------

    def _post(self, run: Run, joint: Joint) -> Confirmation | None:
        """Post what may be posted; returns the question where a person must be asked first."""
        target = open_target(self._services, joint)
        if not self._do("settle", lambda: self._settle(run, joint, target)):
            return None
        back = TakingBack(self._services, joint, target, tally=self.tally, run_id=run.id)
        if self._order.kind == "payments":
            return self._pay(run, joint, target)
        if self._order.kind == "undo":
            return self._undo(run, joint, target, back=back)
        self._send_back(run, joint, target, back=back, begun=self._do("take_back", back.reposts))
        # A run that a durable runner remembers has nobody to ask: its plan is never a question, so always JSON.
        paying = Paying(self._services, joint, target, tally=self.tally)
        planned = self._do("plan", lambda: paying.beside(self._decide(run, joint, target)))
        if isinstance(planned, Confirmation):
            return planned
        self._remembered = {}  # what is to be sent stands in the journal
        if planned:
            self._do("send", lambda: self._send(run, joint, target))
        return None

    def _pay(self, run: Run, joint: Joint, target: Target) -> Confirmation | None:
        """Post the payments of documents that were approved."""
        paying = Paying(self._services, joint, target, tally=self.tally)
        released = self._do("approvals", lambda: paying.asked_for(self._order.confirm))
        if isinstance(released, Confirmation):
            return released
        if released:
            self._do("send", lambda: self._send(run, joint, target, Purpose.PAY))
        return None

    def _undo(self, run: Run, joint: Joint, target: Target, *, back: TakingBack) -> Confirmation | None:
        """Take back what was asked for."""
        order = self._order
        begun = self._do("take_back", lambda: back.asked_for(order.scope, order.confirm))
        if isinstance(begun, Confirmation):
            return begun
        self._send_back(run, joint, target, back=back, begun=begun)
        return None

    def _send_back(self, run: Run, joint: Joint, target: Target, *, back: TakingBack, begun: Sequence[int]) -> None:
        """Take units back; what the ledger refuses is tried once more where there is another way."""
        if not begun:
            return
        self._do("send_back", lambda: self._send(run, joint, target, Purpose.UNDO))
        if not self.tally.failed and self._do("another_way", lambda: back.otherwise(begun)):
            self._do("send_another", lambda: self._send(run, joint, target, Purpose.UNDO))
        self._do("given_up", lambda: self._finish(joint))
        self._do("tell", lambda: back.tell(begun))

    def _decide(self, run: Run, joint: Joint, target: Target) -> Confirmation | bool:
        """Write down what is to be posted, and return whether there is any; or the question that comes before it."""
        waiting = load_waiting(self._services, joint, self._order, remembered=self._remembered)
        # A run plans again after a person was asked, and tells once.
        self.tally.findings += [one for one in waiting.beyond if one not in self.tally.findings]
        if not waiting.is_any:
            return False
        survey = self._survey(run, joint, target, waiting=waiting)
        if errors(survey.findings):
            return False
        self._resume(joint, target, survey, left=waiting.left)
        combined = combine_days(self._services, joint, survey, candidates=waiting.candidates, tally=self.tally)
        planned = propose(self._services, joint, target, survey=survey, combined=combined)
        with self._services.database.write() as session:
            hold(session, planned, self._services.clock.now(), mended=waiting.mended)
        posting = [one for one in planned if not one.held]
        asking = needs_asking(joint.integration, posting)
        if asking and self._is_unasked:
            self.tally.findings.append(waits_for_confirmation(documents_in(asking), period=period_of(asking)))
            posting = [one for one in posting if one not in asking]
        elif asking:
            new = [one for one in posting if not one.stands]
            lacking = count_lacking(self._services, joint, new, period=self._order.period)
            question = ask(joint, survey, posting, **lacking)
            if callable(self._order.confirm):
                return question
            if self._order.confirm != question.count:
                raise ConfirmationNeeded(question.count, str(question), given=self._order.confirm)
            # In a setup the whole period was shown with its counts; elsewhere only what was asked about.
            shown = self._order.period if self._order.trigger == "setup" else period_of(asking)
            by = Confirmed(question=question, principal=self._order.principal, run_id=run.id)
            remember_confirmed(self._services, joint, shown, by=by)
        elif posting and joint.integration.active_from is None:
            remember_confirmed(self._services, joint, None)  # all of it stands in the ledger already
        with self._services.database.write() as session:
            other = write_intents(session, joint, posting, run_id=run.id, now=self._services.clock.now())
        self.tally.findings += other
        return True

    @property
    def _is_unasked(self) -> bool:
        """Whether nobody waits for the answer: past days that nobody confirmed are then left waiting."""
        return self._order.trigger == "schedule" or (bool(self._order.run_id) and self._order.confirm is None)

    def _settle(self, run: Run, joint: Joint, target: Target) -> bool:
        self._settled, now = True, self._services.clock.now()
        with self._services.database.write() as session:
            mark_interrupted(session, joint, run.id, now=now)
        problem = Settler(self._services, joint, target).settle()
        self._finish(joint)
        if problem:
            self._note_problem(problem)
        return problem is None

    def _survey(self, run: Run, joint: Joint, target: Target, *, waiting: WaitingWork) -> Survey:
        now = self._services.clock.now()
        period = waiting.survey_period(joint.today(now))
        if self._surveyed and self._surveyed[0] == period and now - self._surveyed[1] < _FRESH:
            return self._surveyed[2]
        self._order.progress(Progress(phase="survey"))
        survey = read_survey(self._services, joint, target, period=period)
        self._surveyed = (period, now, survey)
        with self._services.database.write() as session:
            keep_survey(session, run.id, survey)
            doubtful = rate_findings(session, joint, survey.chart)
        self.tally.findings += (*survey.findings, *doubtful)
        return survey

    def _resume(self, joint: Joint, target: Target, survey: Survey, *, left: Sequence[UnitRow]) -> None:
        """Plan what is left of half-done units anew from the current mapping; what stands is never planned again."""
        if not left:
            return
        with self._services.database.read() as session:
            groups = load_left(session, joint, left)
        planned = plan_groups(self._services, joint, target, survey=survey, groups=groups) if groups else []
        with self._services.database.write() as session:
            write_left(session, joint, left, planned=planned, now=self._services.clock.now())

    def _send(self, run: Run, joint: Joint, target: Target, *purposes: Purpose) -> None:
        if not self._settled and not self._settle(run, joint, target):
            return  # taken up from a process that died while it was sending: its calls are not settled yet
        settler = Settler(self._services, joint, target)
        poster = Poster(
            self._services,
            joint,
            target,
            run_id=run.id,
            purposes=purposes or tuple(Purpose),
            progress=self._order.progress,
        )
        try:
            settler.look_up()  # units that the ledger holds already are written down as unknown
            posted: Posted = poster.post()
            if posted.unknown and posted.stopped is None:
                settler.look_up()
                posted = poster.post()
        finally:
            self._finish(joint, for_good=False)
        self.tally.add("calls", posted.calls)
        self.tally.add("operations", posted.done)
        if posted.stopped:
            self._note_problem(posted.stopped)

    def _finish(self, joint: Joint, *, for_good: bool = True) -> None:
        """Bring units and days up to date with what stands, and with what was taken back and refused (`for_good`)."""
        now = self._services.clock.now()
        with self._services.database.write() as session:
            self.tally.unit_ids += finish_units(session, joint, now)
            finished = finish_undos(session, joint, now, for_good=for_good, by=(self._order.principal, self._run_id))
        self.tally.findings += [one for one in finished.refused if one not in self.tally.findings]
        if finished.undone:
            self.tally.add("undone", finished.documents)

    def _count(self, joint: Joint) -> None:
        if self._order.watching:
            self.tally.findings += tell_missing(self._services, joint, asked=self._order.pulling)
            self.tally.findings += tell_empty(self._services, joint)
        with self._services.database.read() as session:
            if self._order.watching:
                self.tally.findings += tell_unconfirmed(session, joint, self.tally.findings)
            if self._order.kind in _POSTING and not self.tally.failed:  # one that failed says so
                self.tally.findings += tell_left(session, joint)
            if self._order.kind == "sync":
                count_days(session, joint, self._order.period, tally=self.tally)

    def _note_problem(self, problem: TakingsError) -> None:
        """Turn what stopped the run into a finding, and the integration's state where the owner must act."""
        self.tally.failed = True
        self.tally.findings.append(problem_found(problem))
        if isinstance(problem, OWNERS):
            with self._services.database.write() as session:
                ask_for(session, session.get_one(Integration, self._integration_id), str(problem))
