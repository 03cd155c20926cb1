"""The steps that only ask fields: what to send, settings; and notices, which ask nothing."""

from __future__ import annotations

from typing import Any

from takings.cli.problems import sentence
from takings.cli.wizard.asking import ask_fields
from takings.cli.wizard.console import Back, Left, agrees, ask, rows, say
from takings.cli.wizard.course import Course
from takings.views import StepResult, StepView


def fields_step(course: Course, step: StepView) -> str:
    """Ask the fields of a step until its answers hold; returns the next step."""
    given: dict[str, Any] = {}
    only: tuple[str, ...] = ()
    while True:
        answer_fields(course, step, given, only=only)
        if "show" in step.actions and not _numbers_are_good(course, step, given):
            only = ()
            continue
        result = course.submit(step.key, given, version=step.version)
        if result.saved:
            return result.next
        step, only = after_errors(result)


def answer_fields(course: Course, step: StepView, given: dict[str, Any], *, only: tuple[str, ...] = ()) -> None:
    """Ask fields; what was answered when the person leaves or goes back is kept for later."""
    try:
        if not step.fields and step.connect is None:
            ask("Nothing is asked here; Enter goes on")
        ask_fields(step.fields, given, only=only)
    except (Left, Back):
        if given:
            course.submit(step.key, given, action="later")
        raise


def after_errors(result: StepResult) -> tuple[StepView, tuple[str, ...]]:
    """Say what is wrong with no field in particular; returns the step as it is now, and the fields to ask again."""
    names = {one.name for one in result.step.fields}
    for name, text in result.errors.items():
        if name not in names:
            say(f"! {text}", indent="  ")
    wrong = tuple(one.name for one in result.step.fields if one.error)
    if not wrong:
        ask("Enter asks again")
    return result.step, wrong


def _numbers_are_good(course: Course, step: StepView, given: dict[str, Any]) -> bool:
    """Show the numbers that the answers give, and let the person agree; wrong answers are told later."""
    shown = course.submit(step.key, given, action="show")
    if not shown.step.numbers:
        return True
    say()
    say("The next documents would be numbered:")
    rows([(one.business_date, one.number or "by the ledger") for one in shown.step.numbers], indent="    ")
    for one in shown.step.numbers:
        for finding in one.findings:
            say(f"! {sentence(finding)}", indent="  ")
    try:
        return agrees("Keep these answers", help="no asks the fields of this step again.")
    except (Left, Back):
        course.submit(step.key, given, action="later")
        raise


def notice_step(course: Course, step: StepView) -> str:
    """Show a notice."""
    say(step.text)
    ask("Enter goes on")
    return course.submit(step.key, version=step.version).next


def waiting_step(course: Course, step: StepView) -> str:
    """Say what a step waits for, and ask again when the person wants; returns the first step that can be done."""
    say(f"Cannot start yet. {step.reason}")
    can_ask = "refresh" in step.actions
    while (
        ask("r asks again whether it can, Enter goes on" if can_ask else "Enter goes on").lower() == "r" and can_ask
    ):
        result = course.submit(step.key, action="refresh")
        for problem in result.errors.values():
            say(f"! {problem}", indent="  ")
        if result.step.state != step.state:
            return step.key
        say(f"Cannot start yet. {result.step.reason}")
    return course.view().current
