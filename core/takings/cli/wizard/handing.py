"""The token step: the Auth Token is made, shown once, handed over, and waited for."""

from __future__ import annotations

from takings.cli.output import note
from takings.cli.wizard.console import agrees, ask, say
from takings.cli.wizard.course import Course
from takings.views import StepView, TokenStepView


def token_step(course: Course, step: StepView) -> str:
    """Make the token where there is none, and see whether it is used; returns the next step."""
    token = _part(step)
    if token.state == "none":
        if agrees(f"Make the {token.title} now", help=f"{token.hand_to} It is shown once.".strip()):
            step = _make(course, step)
    else:
        say(_standing(token))
    while True:
        text = ask(f"Authorised? r asks {token.system}, n makes another {token.title}, Enter goes on").lower()
        if text == "n":
            step = _make(course, step)
        elif text == "r":
            result = course.submit(step.key, action="refresh")
            for problem in result.errors.values():
                say(f"! {problem}", indent="  ")
            step = result.step
            say(_standing(_part(step)))
        elif not text:
            result = course.submit(step.key)
            if result.saved:
                return result.next
            for problem in result.errors.values():
                say(f"! {problem}", indent="  ")
            return step.next


def _part(step: StepView) -> TokenStepView:
    assert step.token is not None, "a token step has a token's state"
    return step.token


def _make(course: Course, step: StepView) -> StepView:
    """Make a token and show it, this once."""
    course.submit(step.key, action="make_token")
    made = course.step(step.key, reveal=True)
    token = _part(made)
    say(f"The {token.title}, shown this once:")
    note(f"  {token.token}")
    if token.hand_to:
        say(token.hand_to)
    return made


def _standing(token: TokenStepView) -> str:
    if token.state == "used":
        return f"{token.system} uses the {token.title}: it is authorised."
    if token.state == "none":
        return f"There is no {token.title} yet."
    return f"The {token.title} ({token.hint}) was handed out; {token.system} has not used it yet."
