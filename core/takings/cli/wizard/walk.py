"""Walks through a setup at a terminal, from the step that is next to the review; everything is kept on the way."""

from __future__ import annotations

from dataclasses import dataclass

from takings.cli.consenting import Asked
from takings.cli.output import note, words
from takings.cli.wizard.connecting import connect_step
from takings.cli.wizard.console import WORDS, Back, Left, ask, rows, say
from takings.cli.wizard.course import Course
from takings.cli.wizard.handing import token_step
from takings.cli.wizard.mapping import mapping_step
from takings.cli.wizard.review import Ended, Jump, review_step
from takings.cli.wizard.steps import fields_step, notice_step, waiting_step
from takings.errors import StaleAnswer, TakingsError
from takings.views import RunView, SetupView, StepKind, StepState, StepView

REVIEW = "review"


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """How a walk ended: `left` before its end, `by_force` with Ctrl-C; or finished, with the first sync's `run`."""

    left: bool = False
    by_force: bool = False
    run: RunView | None = None


def walk(course: Course, browser: Asked, *, begin: str = "") -> Walked:
    """Walk through the steps, from the next one or `begin`, until the person leaves or the setup is finished."""
    view = course.view()
    if begin:
        course.step(begin)  # raises where there is none
    say(f"Setting up {view.integration_name}: {view.source} to {view.target}.")
    say(WORDS)
    try:
        return _Walk(course, browser).go(begin or view.current)
    except (Left, KeyboardInterrupt) as left:
        say(f"Everything answered so far is kept. Go on with: {course.command}")
        return Walked(left=True, by_force=not isinstance(left, Left) or left.by_force)


class _Walk:
    """A walk; `_return_to` is the review while a step is changed from there, `_waited` what was asked for already."""

    def __init__(self, course: Course, browser: Asked) -> None:
        self._course, self._browser = course, browser
        self._return_to = ""
        self._waited = False

    def go(self, key: str) -> Walked:
        while True:
            if not key:
                key = self._overview()
            step = self._course.step(key)
            _head(step)
            try:
                after = self._step(step)
            except Back:
                key, self._return_to = self._return_to or step.previous or key, ""
            except Jump as jump:
                key, self._return_to = jump.key, REVIEW
            except StaleAnswer as stale:
                say(f"! {stale}", indent="  ")
            except TakingsError as problem:
                say(f"! {problem}", indent="  ")
                ask("Enter shows the step again")
            else:
                if isinstance(after, Ended):
                    return Walked(run=after.run)
                key, self._return_to = self._return_to or self._waiting(step) or after, ""

    def _waiting(self, step: StepView) -> str:
        """Return the step behind this one where it waits for the codes; they are asked for once by themselves."""
        following = next((one for one in self._course.view().steps if one.key == step.next), None)
        if self._waited or following is None or following.kind is not StepKind.MAPPING:
            return ""
        if following.state is not StepState.CANNOT_START:
            return ""
        self._waited = True
        self._course.submit(following.key, action="refresh")
        return following.key

    def _step(self, step: StepView) -> str | Ended:
        if step.state is StepState.CANNOT_START:
            return waiting_step(self._course, step)
        match step.kind:
            case StepKind.CONNECT:
                return connect_step(self._course, step, self._browser)
            case StepKind.TOKEN:
                return token_step(self._course, step)
            case StepKind.MAPPING:
                return mapping_step(self._course, step)
            case StepKind.NOTICE:
                return notice_step(self._course, step)
            case StepKind.REVIEW:
                return review_step(self._course, step)
        return fields_step(self._course, step)

    def _overview(self) -> str:
        """Show where every step stands; returns the one that the person picks."""
        view = self._course.view()
        say()
        say("Everything is set up." if view.complete else "This is what is left to do.")
        say_steps(view)
        while True:
            text = ask("A step's number, or q to leave", help="Steps that wait for others can be asked again.")
            if text.isdecimal() and 1 <= int(text) <= len(view.steps):
                return view.steps[int(text) - 1].key
            say("Type the number of a step.", indent="  ")


def say_steps(view: SetupView) -> None:
    """Show the steps with their states."""
    rows([(n, one.title, words(one.state), one.reason) for n, one in enumerate(view.steps, 1)])


def _head(step: StepView) -> None:
    note("")
    say(f"Step {step.number} of {step.total}: {step.title}")
    if step.help:
        say(step.help)
    if step.reason and step.state is not StepState.CANNOT_START:
        say(step.reason)
