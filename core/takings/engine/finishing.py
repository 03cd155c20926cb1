"""The last step of a setup: the review, Retrieve Data Now, and Save & Exit."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

from takings.domain.period import Period
from takings.domain.schedule import Schedule, next_due
from takings.engine.running import Running
from takings.engine.stepping import Asked, Stepping, later
from takings.setup import reviewing, submitting
from takings.setup.assembly import REVIEW
from takings.setup.drafts import note_answers
from takings.setup.lookup import find_integration
from takings.setup.presenting import Picture, fields_of, show_step
from takings.setup.submitting import Outcome
from takings.store.states import IntegrationState
from takings.views import IntegrationView, Principal, StepResult


class Finishing(Stepping, Running):
    """What can be done from the review."""

    def _preview(self, asked: Asked) -> StepResult:
        """Fetch the days from the start date on, and count what a first sync would post; posts nothing."""
        result = self._do(asked, submitting.submit, stay=True)
        if not result.saved:
            return result
        self._do(replace(asked, version=""), later, stay=True)
        with self.database.read() as session:
            picture = self._picture(session, asked.principal, asked.ref)
            today = picture.facts.joint.today(self.clock.now())
            _, start, _ = reviewing.read_when(_values(picture, asked), today)
        period = Period(min(start or today, today), today)
        run = self.request_run(asked.principal, asked.ref, kind=reviewing.PREVIEW, period=period)
        return self._result(asked, Outcome(), stay=True, run=run.id)

    def _show_when(self, asked: Asked) -> StepResult:
        """Show what the times come to; nothing is stored."""
        with self.database.read() as session:
            picture = self._picture(session, asked.principal, asked.ref)
            _, _, wrong = reviewing.read_when(_values(picture, asked), picture.facts.joint.today(self.clock.now()))
        return self._result(asked, Outcome(wrong=wrong), stay=True, typed=True)

    def _save(self, asked: Asked) -> StepResult:
        """Save & Exit: the setup is finished, and nothing is sent now."""
        return self._finish(asked, retrieve=False)

    def _retrieve(self, asked: Asked) -> StepResult:
        """Retrieve Data Now: the setup is finished, and the first sync begins."""
        return self._finish(asked, retrieve=True)

    def _finish(self, asked: Asked, *, retrieve: bool) -> StepResult:
        answers = {name: value for name, value in asked.given.items() if name != reviewing.CONFIRM}
        confirm = _count(asked.given.get(reviewing.CONFIRM))
        read = replace(asked, given=answers)
        result = self._do(read, submitting.submit, stay=True)
        if not result.saved:
            return result
        schedule, start, today, wrong = self._answered(read)
        if start < today and retrieve and confirm is None:
            wrong = wrong or {
                reviewing.CONFIRM: "Look at what would be sent first, then confirm the number of documents."
            }
        if wrong:
            self._do(replace(read, version=""), later, stay=True)
            return self._result(asked, Outcome(wrong=wrong), stay=True)
        self.finish_setup(asked.principal, asked.ref, schedule, start=start)
        if not retrieve:
            return self._result(read, Outcome())
        run = self.request_run(
            asked.principal,
            asked.ref,
            period=Period(min(start, today), today),
            confirm=confirm,
            trigger="setup",
        )
        return self._result(read, Outcome(), run=run.id)

    def finish_setup(self, principal: Principal, ref: str, schedule: Schedule, *, start: date) -> IntegrationView:
        """Let the integration run by its schedule: days from today on are posted by themselves.

        Days between an earlier start date and today are read, and wait until somebody has confirmed them.
        """
        now = self.clock.now()
        with self.database.write() as session:
            row = find_integration(session, principal.owner, ref)
            row.schedule = {**row.schedule, **schedule.as_dict()}
            today = self._joint(session, principal, ref).today(now)
            row.history_from = start
            row.start_date = start if start >= today else row.start_date or today
            row.active_from = row.active_from or today
            if row.state == IntegrationState.DRAFT.value:
                row.state, row.reason = IntegrationState.ACTIVE.value, ""
            row.next_due = next_due(schedule, now)
            session.add(row)
            note_answers(session, row, REVIEW, drafts={}, done=True, principal=principal.name, now=now)
            self._audit(session, principal, "integration.set_up", row=row)
            session.flush()
            return self._one(session, row)

    def _answered(self, asked: Asked) -> tuple[Schedule, date, date, dict[str, str]]:
        """Return schedule, start date and today, and what still stands in the way."""
        with self.database.read() as session:
            picture = self._picture(session, asked.principal, asked.ref)
            values = _values(picture, asked)
            review = show_step(session, picture, asked.step).review
        assert review is not None, "the last step is the review"
        today = picture.facts.joint.today(self.clock.now())
        schedule, start, errors = reviewing.read_when(values, today)
        if review.open_steps:
            titles = ", ".join(one.title for one in picture.steps if one.key in review.open_steps)
            errors[""] = f"Complete first: {titles}."
        return schedule or Schedule(), start or today, today, errors


def _count(given: Any) -> int | None:
    """Read the number of documents that was confirmed; None for anything else."""
    text = "" if given is None else str(given).strip()
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def _values(picture: Picture, asked: Asked) -> dict[str, Any]:
    """Return the review's values: what is stored, what was kept, what is given now."""
    values = {one.name: one.value for one in fields_of(picture, asked.step)}
    given = {name: value for name, value in asked.given.items() if value not in (None, "")}
    return {**values, **picture.facts.drafts.get(asked.step.key, {}), **given}
