"""The connect steps: consent in a browser, a token typed in, or nothing but settings."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from takings.cli.consenting import Asked, by_consent
from takings.cli.wizard.console import Left, ask, say
from takings.cli.wizard.course import Course
from takings.cli.wizard.steps import after_errors, answer_fields
from takings.errors import TakingsError
from takings.views import ConnectStepView, StepView


def connect_step(course: Course, step: StepView, browser: Asked) -> str:
    """Connect one side; returns the next step."""
    how = _how(step)
    if how.help:
        say(how.help)
    if how.how == "consent":
        step = _consent(course, step, browser)
    elif how.state == "connected":
        say(f"Connected to {how.name or how.organisation or how.system}.")
    if how.how != "consent" and not step.fields:
        ask("Enter goes on" if how.state == "connected" else f"Enter connects {how.system}")
    given: dict[str, Any] = {}
    only: tuple[str, ...] = ()
    while True:
        answer_fields(course, step, given, only=only)
        result = course.submit(step.key, given, version=step.version)
        if result.saved:
            return result.next
        step, only = after_errors(result)


def _how(step: StepView) -> ConnectStepView:
    assert step.connect is not None, "a connect step says what it connects"
    return step.connect


def _consent(course: Course, step: StepView, browser: Asked) -> StepView:
    """Let the person consent until the side is connected, with every permission that is needed."""
    while True:
        how = _how(step)
        if how.state == "connected" and not how.missing_scopes:
            say(f"Connected to {how.name or how.organisation or how.system}.")
            text = ask(
                "Enter goes on, r connects it again", help="Connecting again must be to the same organisation."
            )
            if text.lower() != "r":
                return step
        else:
            say(how.reason or step.reason or f"Access to {how.system} is given in a browser on this machine.")
            ask(f"Enter opens {how.system}", help="The answer comes to this machine; leave the command running.")
        try:
            _ask_in_browser(course, how, browser)
        except (TakingsError, click.UsageError) as problem:
            say(f"! {problem}", indent="  ")
        except (KeyboardInterrupt, click.Abort):
            raise Left(by_force=True) from None
        step = course.step(step.key)


def _ask_in_browser(course: Course, how: ConnectStepView, browser: Asked) -> None:
    view = course.engine.integration(course.who, course.ref)
    asked = browser if how.side == "target" else replace(browser, organisation="")
    by_consent(course.engine, course.who, view, side=how.side, asked=asked)
