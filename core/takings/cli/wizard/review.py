"""The review at a terminal: the answers, when to send, what a first sync would post, and the two ways to end."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from takings.cli.output import money, several, words
from takings.cli.problems import sentence
from takings.cli.wizard.console import Left, ask, rows, say
from takings.cli.wizard.course import Course
from takings.cli.wizard.running import execute
from takings.cli.wizard.steps import after_errors, answer_fields
from takings.views import PreviewSummary, ReviewStepView, RunView, StepResult, StepView

CONFIRM = "confirm"
_HELP = (
    "r is Retrieve Data Now: the first sync begins, and later ones come by themselves. s is Save & Exit: nothing is "
    "sent now. p fetches the days and counts what would be sent, w asks again when to send, a number opens that step."
)


class Jump(Exception):
    """The person wants to change a step, and come back to the review."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The setup is finished: with `run`, the first sync was made."""

    run: RunView | None = None


def review_step(course: Course, step: StepView) -> Ended:
    """Review, and end the setup in one of its two ways; raises `Jump` to a step that is to be changed."""
    return _Review(course, step).end()


class _Review:
    """A review under way: `given` are the answers to when to send."""

    def __init__(self, course: Course, step: StepView) -> None:
        self._course, self._step = course, step
        self._given: dict[str, Any] = {}
        self._ended: Ended | None = None

    @property
    def _part(self) -> ReviewStepView:
        assert self._step.review is not None, "the last step is the review"
        return self._step.review

    def end(self) -> Ended:
        self._summary()
        self._when()
        self._preview()
        actions: dict[str, Callable[[], None]] = {
            "r": self._retrieve,
            "s": self._save,
            "p": self._preview,
            "w": self._when,
        }
        while self._ended is None:
            say()
            text = ask("r Retrieve Data Now, s Save & Exit, p preview, w when, or a number to change", help=_HELP)
            if (act := actions.get(text.lower())) is not None:
                act()
            elif text.isdecimal() and 1 <= int(text) <= len(self._part.summary):
                raise Jump(self._part.summary[int(text) - 1].step)
            else:
                say("Type one of the letters, or the number of a line above.", indent="  ")
        return self._ended

    def _summary(self) -> None:
        rows([(n, one.label, one.value) for n, one in enumerate(self._part.summary, 1)])
        if self._part.organisation_timezone:
            say(f"{self._part.organisation} keeps its books in {self._part.organisation_timezone}.")

    def _when(self) -> None:
        """Ask when to send until the answers hold; they are stored at the end of the review."""
        answer_fields(self._course, self._step, self._given)
        self._submit("later")
        self._warn()

    def _warn(self) -> None:
        for one in self._part.warnings:
            say(f"! {sentence(one)}", indent="  ")

    def _submit(self, action: str, **more: Any) -> StepResult:
        result = self._course.submit(self._step.key, {**self._given, **more}, action=action)
        self._step = result.step
        return result

    def _accepted(self, action: str, **more: Any) -> StepResult | None:
        """Submit; where answers are wrong, ask those again and try once more, or give up for what is elsewhere."""
        while not (result := self._submit(action, **more)).saved:
            wrong = set(result.errors) - {""}
            if wrong == {CONFIRM} or not wrong:
                for text in result.errors.values():
                    say(f"! {text}", indent="  ")
                self._say_open()
                return None
            step, only = after_errors(result)
            answer_fields(self._course, step, self._given, only=only)
        return result

    def _preview(self) -> None:
        """Fetch the days from the start date on, and show what would be sent; posts nothing."""
        say()
        say("Fetching the days, to count what would be sent …")
        result = self._accepted("preview")
        if result is None:
            return
        run = self._run(result.run)
        self._step = self._course.step(self._step.key)
        if self._part.preview is not None and self._part.preview.run == run.id:
            say_preview(self._part.preview, self._course.ref)
            self._say_open()
        else:
            say(f"That did not work: the run is {words(run.state)}.")
            for one in run.findings:
                say(f"! {sentence(one)}", indent="  ")

    def _say_open(self) -> None:
        """Name the steps that the days have opened again: they brought codes that nobody has decided on."""
        for n, one in enumerate(self._part.summary, 1):
            if one.step in self._part.open_steps:
                say(f"! {one.label}: {one.value}. Type {n} to complete it.", indent="  ")

    def _run(self, run_id: str) -> RunView:
        try:
            return execute(self._course, run_id)
        except KeyboardInterrupt:
            raise Left(by_force=True) from None

    def _save(self) -> None:
        if self._accepted("save") is not None:
            self._ended = Ended()

    def _retrieve(self) -> None:
        result: StepResult | None = self._submit("retrieve")
        if result is not None and CONFIRM in result.errors:
            confirm = self._confirmed()
            result = self._accepted("retrieve", **{CONFIRM: confirm}) if confirm else None
        elif result is not None and not result.saved:
            result = self._accepted("retrieve")
        if result is not None:
            self._ended = Ended(run=self._run(result.run))

    def _confirmed(self) -> str:
        """Let the person type how many documents of the past are sent; empty when that was not agreed to."""
        if self._part.preview is None:
            self._preview()
        preview = self._part.preview
        if preview is None or not preview.documents:
            return "0" if preview is not None else ""
        say(f"{in_words(preview)} Days of the past are sent only when you say how many documents they are.")
        text = ask("Type the number of documents to confirm", help="Anything else sends nothing.")
        if text == str(preview.documents):
            return text
        say("Nothing was sent: that is not the number.")
        return ""


def in_words(preview: PreviewSummary) -> str:
    """Say what a first sync would post, as it is confirmed."""
    total = f"{preview.currency} {money(preview.total, preview.currency)}"
    return (
        f"{several(preview.documents, 'document')} and {several(preview.payments, 'payment')}, {total} in all with "
        f"{money(preview.tax, preview.currency)} tax, would go to {preview.organisation} for {preview.period}."
    )


def say_preview(preview: PreviewSummary, integration: str) -> None:
    """Show what a first sync would post."""
    if not (preview.documents or preview.held or preview.nothing):
        say(f"No day of {preview.period} has come yet; nothing would be sent.")
    else:
        say(in_words(preview))
    if preview.held:
        say(f"{several(preview.held, 'day')} would be held; the reasons: takings days {shlex.quote(integration)}")
    if preview.nothing:
        say(f"{several(preview.nothing, 'day')} with nothing to post.")
    for one in preview.findings:
        say(f"! {sentence(one)}", indent="  ")
