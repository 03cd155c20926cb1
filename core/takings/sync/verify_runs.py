"""One check of what was posted, as a run: reads documents back, compares them, and keeps what it found."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from takings.domain.findings import Finding, Severity
from takings.domain.money import ZERO
from takings.domain.period import Period
from takings.errors import AuthorisationExpired, Disconnected, Misconfigured, PluginFault, TakingsError
from takings.runner.port import InlineSteps, Steps, Stopped
from takings.store.states import RunState
from takings.store.tables import Integration, Run
from takings.sync.approving import Unpaid, load_unpaid, tell, tell_days, with_inspections
from takings.sync.attention import ask_for
from takings.sync.drafts import keep_approvals
from takings.sync.drift import Scope, keep_drift
from takings.sync.joint import Joint, ProgressCall, Services, load_joint, no_progress, open_target
from takings.sync.phases import Phases, Tally
from takings.sync.runs import begin_run, end_run, fault_of_ours, problem_found
from takings.sync.verifying import Checked, load_for_verify, still_posted, verify_postings

#: How far back a check by itself looks: a financial year, and the month in which its books are closed.
CHECKED_BACK = timedelta(days=400)

#: How many differences a run tells of; all of them are kept by document.
MOST_FINDINGS = 200

#: What of a problem only a person can mend.
_FOR_A_PERSON = (AuthorisationExpired, Disconnected, Misconfigured, PluginFault)


@dataclass(slots=True, kw_only=True)
class CheckOrder:
    """What a check is asked for: a period (None: everything), or the keys of single documents.

    `run_id` and `worker` are those of a queued run that was claimed.
    """

    period: Period | None = None
    documents: Collection[str] | None = None
    trigger: str = "manual"
    principal: str = "local"
    progress: ProgressCall = no_progress
    run_id: str = ""
    worker: str = ""


class Verify:
    """One check for one integration."""

    def __init__(
        self, services: Services, integration_id: str, order: CheckOrder, *, steps: Steps | None = None
    ) -> None:
        self._services, self._integration_id, self._order = services, integration_id, order
        self.tally = Tally()
        self._do = Phases(steps or InlineSteps(), self.tally).do

    def run(self) -> Run:
        """Check; problems become findings of the run."""
        with self._services.database.read() as session:
            joint = load_joint(session, self._services, session.get_one(Integration, self._integration_id))
        order = self._order
        run = begin_run(
            self._services,
            joint,
            kind="verify",
            trigger=order.trigger,
            principal=order.principal,
            period=self._period(joint),
            run_id=order.run_id,
        )
        state = RunState.INTERRUPTED  # what is no Exception: Ctrl-C, or the process is told to end
        try:
            self._do("verify", lambda: self._check(run, joint))
            state = RunState.PROBLEMS if self.tally.counts.get("differing") else RunState.DONE
        except Stopped:
            state = RunState.QUEUED
            raise
        except TakingsError as problem:
            state = RunState.FAILED
            self._note(problem)
        except Exception as fault:
            state = RunState.FAILED
            self.tally.findings.append(fault_of_ours(fault))
            raise
        finally:
            ended = end_run(self._services, run, state, tally=self.tally, worker=order.worker)
        return ended

    def _check(self, run: Run, joint: Joint) -> bool:
        order = self._order
        checked = check(self._services, joint, order)
        differing = [one for one in checked if one.differences]
        found = [finding for one in differing for finding in one.differences]
        self.tally.findings += found[:MOST_FINDINGS]
        if len(found) > MOST_FINDINGS:
            self.tally.findings.append(_more(len(found) - MOST_FINDINGS))
        self.tally.counts |= {
            "checked": len(checked),
            "payments": sum(len(one.posting.document.payments) for one in checked),
            "differing": len(differing),
        }
        now = self._services.clock.now()
        self.tally.findings += tell(_unpaid(self._services, joint, checked), ready=True)
        with self._services.database.write() as session:
            scope = Scope(period=order.period, at=now, run_id=run.id, partial=order.documents is not None)
            keep_drift(session, session.get_one(Integration, joint.integration.id), checked, scope=scope)
            row = session.get_one(Run, run.id)
            row.survey = _summary(joint, checked)
            session.add(row)
        return True

    def _period(self, joint: Joint) -> Period:
        """Return the dates that the run is about; of single documents and of everything, those of the documents."""
        if self._order.period is not None:
            return self._order.period
        postings = load_for_verify(self._services, joint, None, documents=self._order.documents)
        today = joint.today(self._services.clock.now())
        days = [one.document.day for one in postings] or [today]
        return Period(min(days), max(days))

    def _note(self, problem: TakingsError) -> None:
        self.tally.failed = True
        self.tally.findings.append(problem_found(problem))
        if isinstance(problem, _FOR_A_PERSON):
            with self._services.database.write() as session:
                ask_for(session, session.get_one(Integration, self._integration_id), str(problem))


def check(services: Services, joint: Joint, order: CheckOrder) -> list[Checked]:
    """Read the documents back and compare them with what still counts as posted."""
    postings = load_for_verify(services, joint, order.period, documents=order.documents)
    if not postings:
        return []
    target = open_target(services, joint)
    checked = verify_postings(services, joint, target, postings=postings, progress=order.progress)
    keep_approvals(services, joint, [(one.posting.document, one.inspection) for one in checked])
    tell_days(services, joint, _unpaid(services, joint, checked))
    with services.database.read() as session:
        return still_posted(session, joint, checked)


def _unpaid(services: Services, joint: Joint, checked: Sequence[Checked]) -> list[Unpaid]:
    """Return the drafts, and what their payments wait for, among documents that were read."""
    inspections = {one.posting.document.key: one.inspection for one in checked}
    with services.database.read() as session:
        unpaid = [one for one in load_unpaid(session, joint) if one.document.key in inspections]
    return with_inspections(unpaid, inspections)


def keep_checked(services: Services, joint: Joint, checked: Sequence[Checked], *, period: Period | None) -> None:
    """Keep what a check found that is no run."""
    with services.database.write() as session:
        row = session.get_one(Integration, joint.integration.id)
        keep_drift(session, row, checked, scope=Scope(period=period, at=services.clock.now()))


def _summary(joint: Joint, checked: Sequence[Checked]) -> dict[str, Any]:
    documents = [one.posting.document for one in checked]
    return {
        "organisation": joint.connected_target.name,
        "currency": documents[0].currency if documents else "",
        "documents": len(documents),
        "payments": sum(len(one.payments) for one in documents),
        "total": f"{sum((one.posting.taken for one in checked), ZERO):f}",
        "tax": f"{sum((one.sign * one.tax for one in documents), ZERO):f}",
        "differing": sum(bool(one.differences) for one in checked),
    }


def _more(count: int) -> Finding:
    return Finding(
        code="verify.more",
        what=f"There {'is 1 more difference' if count == 1 else f'are {count} more differences'}",
        why="A run tells of so many only; each document's differences are kept with it",
        do="Look at the drift of the integration",
        where="verify",
        severity=Severity.INFO,
    )
