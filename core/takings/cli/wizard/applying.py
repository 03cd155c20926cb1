"""Answers the steps of a setup from a file, in order and without a question; the same twice changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from takings.cli.wizard.answers import ALL, SUGGESTION, check_names, sections, shown
from takings.cli.wizard.course import Course
from takings.cli.wizard.report import Report, report
from takings.cli.wizard.review import CONFIRM, in_words
from takings.cli.wizard.running import execute
from takings.views import StepKind, StepResult, StepState, StepView

if TYPE_CHECKING:
    from takings.views import RunView

Section = dict[str, Any]


def apply(course: Course, given: Mapping[str, Any]) -> Report:
    """Answer what the file answers; raises `WrongAnswers`, before anything is stored, for what no step knows."""
    return _Applied(course, given).everything()


class _Applied:
    """One file being applied; `errors` are the answers that were not taken, by step and name."""

    def __init__(self, course: Course, given: Mapping[str, Any]) -> None:
        self._course = course
        self._sections = sections(given, course.view())
        self._errors: dict[str, dict[str, str]] = {}
        self._token = ""
        self._run: RunView | None = None

    def everything(self) -> Report:
        steps = self._course.view().steps
        for one in steps:
            if one.key in self._sections:
                check_names(one, self._course.step(one.key), self._sections[one.key])
        for one in steps:
            section = self._sections.get(one.key)
            if one.kind is StepKind.NOTICE:
                self._notice(one.key)
            elif section is not None:
                self._step(self._course.step(one.key), section)
        return report(self._course.view(), self._errors, token=self._token, run=self._run)

    def _step(self, step: StepView, section: Section) -> None:
        match step.kind:
            case StepKind.CONNECT:
                self._connect(step, section)
            case StepKind.TOKEN:
                self._hand_over(step, section)
            case StepKind.MAPPING:
                self._map(step, section)
            case StepKind.REVIEW:
                self._review(step, section)
            case _:
                self._fields(step, section)

    def _note(self, step: StepView, result: StepResult, section: Section) -> None:
        """Keep what was not taken, each with the value that was given."""
        if result.errors:
            self._errors[step.key] = {
                name: _with(step, section, name, text=text) for name, text in result.errors.items()
            }

    def _notice(self, key: str) -> None:
        """A notice asks nothing."""
        if self._course.step(key).state is StepState.NOT_STARTED:
            self._course.submit(key)

    def _fields(self, step: StepView, section: Section) -> None:
        if step.state is StepState.COMPLETED and _stands(step, section):
            return
        self._note(step, self._course.submit(step.key, section), section)

    def _connect(self, step: StepView, section: Section) -> None:
        how = step.connect
        assert how is not None, "a connect step says what it connects"
        if how.how == "consent" and (how.state != "connected" or how.missing_scopes):
            side = " --side source" if how.side == "source" else ""
            ref = self._course.command.removeprefix("takings setup ")
            self._errors[step.key] = {"": f"{how.system} needs consent in a browser: takings connect {ref}{side}"}
            return
        self._fields(step, section)

    def _hand_over(self, step: StepView, section: Section) -> None:
        assert step.token is not None, "a token step has a token's state"
        if section.get("make") and step.token.state == "none":
            self._course.submit(step.key, action="make_token")
            shown_once = self._course.step(step.key, reveal=True).token
            self._token = shown_once.token if shown_once else ""
        if self._course.step(step.key).state is not StepState.COMPLETED:
            self._note(step, self._course.submit(step.key), section)

    def _map(self, step: StepView, section: Section) -> None:
        if step.state is StepState.CANNOT_START and "refresh" in step.actions:
            self._note(step, self._course.submit(step.key, action="refresh"), section)
            step = self._course.step(step.key)
        if step.state is StepState.CANNOT_START:
            return
        check_names(step, step, section)
        codes = {code: str(answer) for code, answer in section.items() if code != ALL}
        result = self._course.submit(step.key, codes)
        if ALL in section and not result.saved:
            refused = {code: text for code, text in result.errors.items() if code in codes}
            result = self._all_others(step, str(section[ALL]))
            if refused:
                self._errors[step.key] = {
                    code: _with(step, section, code, text=text) for code, text in refused.items()
                }
                return
        self._note(step, result, section)

    def _all_others(self, step: StepView, answer: str) -> StepResult:
        """Give every code without a decision the same answer, or its best suggestion."""
        if answer == SUGGESTION:
            self._course.submit(step.key, action="use_suggestions")
            return self._course.submit(step.key)
        filled = self._course.submit(step.key, {"fill": answer}, action="fill")
        return filled if filled.errors else self._course.submit(step.key)

    def _review(self, step: StepView, section: Section) -> None:
        if step.state is StepState.CANNOT_START:
            return
        answers = {name: value for name, value in section.items() if name not in ("retrieve", CONFIRM)}
        retrieve, confirm = bool(section.get("retrieve")), section.get(CONFIRM)
        if not retrieve:
            if step.state is not StepState.COMPLETED or not _stands(step, answers):
                self._note(step, self._course.submit(step.key, answers, action="save"), section)
            return
        given = {**answers, **({} if confirm is None else {CONFIRM: str(confirm)})}
        result = self._course.submit(step.key, given, action="retrieve")
        if CONFIRM in result.errors:
            self._ask_for_confirmation(step, answers)
            return
        self._note(step, result, section)
        if result.saved:
            self._run = execute(self._course, result.run)

    def _ask_for_confirmation(self, step: StepView, answers: Section) -> None:
        """Count what would be sent, and say the number that confirms it; nothing is sent."""
        result = self._course.submit(step.key, answers, action="preview")
        if not result.saved:
            self._note(step, result, answers)
            return
        run = execute(self._course, result.run)
        review = self._course.step(step.key).review
        if review is None or review.preview is None or review.preview.run != run.id:
            self._errors[step.key] = {"retrieve": f"The days could not be counted: the run is {run.state}."}
            return
        text = f"{in_words(review.preview)} If that is right, confirm it with: {CONFIRM} = {review.preview.documents}"
        self._errors[step.key] = {CONFIRM: text}


def _with(step: StepView, section: Section, name: str, *, text: str) -> str:
    """Add what was given to what is wrong with it, unless it is a secret."""
    secret = any(one.name == name and one.kind == "secret" for one in step.fields)
    return f"{text} It says {shown(section[name])}." if name in section and not secret else text


def _stands(step: StepView, section: Section) -> bool:
    """Tell whether the answers are what stands there already; a secret is always given again."""
    standing = {one.name: one for one in step.fields}
    return all(
        name in standing and standing[name].kind != "secret" and standing[name].value == value
        for name, value in section.items()
    )
