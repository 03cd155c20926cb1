"""The setup step by step: the same steps as on the command line and in the pages."""

from __future__ import annotations

from dataclasses import replace

from takings.errors import StaleAnswer
from takings.views import SetupView, StepResult, StepView
from takings.web.api.bodies import Answer
from takings.web.api.operation import Ask, Operation
from takings.web.api.problems import Refused, problem
from takings.web.api.shapes import Refusal, StaleStep, StepRefusal
from takings.web.principal import act_of

_MAKE_TOKEN = "make_token"  # noqa: S105 - an action's name


def show_setup(ask: Ask) -> SetupView:
    """List the steps of an integration's setup, and the one to go on with."""
    return ask.engine.setup(ask.principal, ask.ref)


def show_step(ask: Ask) -> StepView:
    """Show one step whole."""
    return ask.engine.setup_step(ask.principal, ask.ref, ask.path("key"))


def answer_step(ask: Ask, body: Answer) -> StepResult:
    """Answer a step, or do one of its further actions; a token that is made stands in this answer, once."""
    key = ask.path("key")
    if (further := act_of(body.action, key)) and not ask.site.allow(ask.person, further):
        raise Refused(403, "refused", "You are not allowed to do this here.")
    try:
        result = ask.engine.submit_step(
            ask.principal, ask.ref, key, values=dict(body.values), version=body.version, action=body.action
        )
    except StaleAnswer as stale:
        raise _stale(stale, body) from stale
    if not result.saved:
        told = problem("answers_refused", " ".join(result.errors.values()), _first(result))
        raise Refused(422, told.kind, told.message, field=told.field, content=StepRefusal(error=told, result=result))
    if body.action == _MAKE_TOKEN:
        return replace(result, step=ask.engine.setup_step(ask.principal, ask.ref, key, reveal=True))
    return result


def _first(result: StepResult) -> str:
    """Return the first field with an error; the step as a whole has none."""
    return next((name for name in result.errors if name), "")


def _stale(stale: StaleAnswer, body: Answer) -> Refused:
    assert isinstance(stale.theirs, StepView), "a stale answer has the step as it stands"
    told = problem("stale_answer", str(stale))
    content = StaleStep(error=told, theirs=stale.theirs, yours=dict(body.values))
    return Refused(409, told.kind, told.message, content=content)


_SETUP = "/integrations/{ref}/setup"
OPERATIONS = (
    Operation(method="GET", path=_SETUP, answer=show_setup),
    Operation(method="GET", path=f"{_SETUP}/{{key}}", answer=show_step),
    Operation(
        method="POST",
        path=f"{_SETUP}/{{key}}",
        answer=answer_step,
        act="configure",
        further={409: StaleStep | Refusal, 422: StepRefusal | Refusal},
    ),
)
