"""What every answer to a setup step goes through: read the picture, act in one transaction, show what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from takings.engine.base import EngineBase
from takings.errors import NotFound, StaleAnswer
from takings.setup import submitting
from takings.setup.assembly import StepDef
from takings.setup.lookup import find_integration
from takings.setup.presenting import Picture, Typed, show_step, take, version_of
from takings.setup.standing import next_step
from takings.setup.submitting import Outcome, Submitted
from takings.sync.rechecking import recheck_days
from takings.views import NumberSample, Principal, StepKind, StepResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One submission: who answers which step of which integration, and what; `version` as what was seen has it."""

    principal: Principal
    ref: str
    step: StepDef
    given: Mapping[str, Any]
    version: str = ""


Act = Callable[[Session, Picture, Submitted], Outcome]


class Stepping(EngineBase):
    """The common part of all actions on steps."""

    def _picture(self, session: Session, principal: Principal, ref: str) -> Picture:
        return take(session, self.plugins, self._joint(session, principal, ref), now=self.clock.now())

    def _asked(self, principal: Principal, ref: str, key: str, *, given: Mapping[str, Any], version: str) -> Asked:
        """Find the step that is answered; raises `StaleAnswer` where it is not as it was when it was shown."""
        with self.database.read() as session:
            picture = self._picture(session, principal, ref)
            step = find_step(picture, key)
            asked = Asked(principal=principal, ref=ref, step=step, given=given, version=version)
            _check_version(session, picture, asked)
        return asked

    def _do(self, asked: Asked, act: Act, *, stay: bool = False) -> StepResult:
        """Act on a step in one transaction and show what came of it; with `stay` it is the next step too."""
        step = asked.step
        with self.database.write() as session:
            # Of two answers at once the second one waits here, and then finds the step changed.
            session.refresh(find_integration(session, asked.principal.owner, asked.ref), with_for_update=True)
            picture = self._picture(session, asked.principal, asked.ref)
            _check_version(session, picture, asked)
            outcome = act(session, picture, Submitted(step=step, given=asked.given, principal=asked.principal))
            session.flush()
            if step.kind in (StepKind.MAPPING, StepKind.SETTINGS):
                recheck_days(session, picture.facts.joint, self.clock.now())
        return self._result(asked, outcome, stay=stay)

    def _result(
        self,
        asked: Asked,
        outcome: Outcome,
        *,
        stay: bool = False,
        run: str = "",
        numbers: tuple[NumberSample, ...] = (),
        typed: bool = False,
    ) -> StepResult:
        """Show the step as it is now; with `typed`, or where something is wrong, with what was just answered."""
        step, kept = asked.step, typed or bool(outcome.wrong or numbers)
        with self.database.read() as session:
            picture = self._picture(session, asked.principal, asked.ref)
            answered = Typed(given=asked.given if kept else {}, errors=outcome.wrong, findings=outcome.findings)
            shown = show_step(session, picture, step, typed=answered, numbers=numbers)
        stays = stay or bool(outcome.wrong)
        after = step.key if stays else next_step(picture.steps, picture.found, after=step.key)
        return StepResult(saved=not outcome.wrong, step=shown, next=after, errors=outcome.wrong, run=run)


def _check_version(session: Session, picture: Picture, asked: Asked) -> None:
    step = asked.step
    if asked.version and version_of(session, picture, step) != asked.version:
        raise StaleAnswer(step.title, show_step(session, picture, step), asked.given)


def find_step(picture: Picture, key: str) -> StepDef:
    """Return a step by its key; raises `NotFound` with those there are."""
    found = picture.step(key)
    if found is None:
        raise NotFound("step", key, tuple(one.key for one in picture.steps))
    return found


def later(session: Session, picture: Picture, asked: Submitted) -> Outcome:
    """Keep answers as they are, to come back to them."""
    submitting.keep_for_later(session, picture, asked)
    return Outcome()
