"""The pages of a setup: one for each step, whatever the two plugins declared it to be made of."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response

from takings.errors import StaleAnswer
from takings.views import StepKind, StepResult, StepState, StepView
from takings.web.call import Call, Page
from takings.web.compressing import smaller
from takings.web.pages.setup_answers import Answered, read_answers
from takings.web.pages.setup_showing import conflict_values, shown_values
from takings.web.principal import act_of

#: Which template shows a kind of step.
_TEMPLATES = {
    StepKind.CONNECT: "setup/connect.html",
    StepKind.FLOWS: "setup/fields.html",
    StepKind.TOKEN: "setup/token.html",
    StepKind.MAPPING: "setup/mapping.html",
    StepKind.NOTICE: "setup/notice.html",
    StepKind.SETTINGS: "setup/fields.html",
    StepKind.REVIEW: "setup/review.html",
}

#: After these the step is loaded anew, with a message about what was done.
_STAYING = {"use_suggestions": "suggested", "fill": "filled", "undo": "undone", "match": "kept", "refresh": "read"}


def begin(call: Call) -> Response:
    """Go to the step that is next; to the list of the steps where none can be worked on."""
    view = call.engine.setup(call.principal, call.ref)
    return _to(call, view.current) if view.current else call.go("home", ref=call.ref)


def show(call: Call) -> Response:
    """Show a step; a token that was just made is in it this once."""
    step = call.engine.setup_step(call.principal, call.ref, _key(call), reveal="made" in call.query)
    if step.token is not None and step.token.state != "none" and "replace" in call.query:
        return call.page("setup/replace_token.html", {"step": step, "from_review": _from_review(call)})
    return _page(call, step, from_review=_from_review(call))


def answer(call: Call) -> Response:
    """Take the answers to a step, or do what its button says."""
    given, key = read_answers(call.form), _key(call)
    if (further := act_of(given.action, key)) and not call.may(further):
        raise HTTPException(403, "You are not allowed to do this here.")
    if given.action == "make_token" and not call.text("confirmed"):
        step = call.engine.setup_step(call.principal, call.ref, key)
        if step.token is not None and step.token.state != "none":
            return call.page("setup/replace_token.html", {"step": step, "from_review": given.from_review})
    if given.action == "continue":
        _look_whether_authorised(call, key)
    try:
        result = call.engine.submit_step(
            call.principal, call.ref, key, values=given.values, version=given.version, action=given.action
        )
    except StaleAnswer as stale:
        return _conflict(call, stale.theirs, given)
    return _after(call, given, result)


def ask(call: Call) -> Response:
    """Say where a step stands after the point of sale was asked once more; the script does so while it waits."""
    key = _key(call)
    before = call.engine.setup_step(call.principal, call.ref, key)
    if before.token is None and before.state is not StepState.CANNOT_START:
        raise HTTPException(404)
    call.engine.look_for_codes(call.principal, call.ref)
    step = call.engine.setup_step(call.principal, call.ref, key)
    return JSONResponse({"state": _waiting_state(step)})


def _look_whether_authorised(call: Call, key: str) -> None:
    """Ask the point of sale once before going on: where the token is entered by now, its tables come next."""
    step = call.engine.setup_step(call.principal, call.ref, key)
    if step.token is not None and step.token.state not in ("none", "used"):
        call.engine.look_for_codes(call.principal, call.ref)


def _conflict(call: Call, theirs: object, given: Answered) -> Response:
    assert isinstance(theirs, StepView), "what is stale is a step"
    return call.page("setup/conflict.html", conflict_values(theirs, given), status=409)


def _after(call: Call, given: Answered, result: StepResult) -> Response:
    step, action = result.step, given.action
    if not result.saved:
        return _page(call, step, from_review=given.from_review, wrong=result.errors, confirmed=given.values)
    if action in ("show", "check_numbers"):
        return _page(call, step, from_review=given.from_review)
    if action in _STAYING or action in ("make_token", "preview"):
        return _to(call, step.key, **_told(step, action), **_mark(given.from_review))
    if action == "later":
        return call.go("home", ref=step.integration, done="kept_for_later")
    return _finished(call, result) if step.kind is StepKind.REVIEW else _onward(call, given, result)


def _told(step: StepView, action: str) -> dict[str, str]:
    if action == "make_token":
        return {"made": "1"}
    return {"done": _STAYING[action]} if action in _STAYING and step.token is None else {}


def _finished(call: Call, result: StepResult) -> Response:
    """Go to the run that was begun, else to the dashboard, or as near to it as this person may."""
    if result.run:
        return call.go("run", ref=result.step.integration, run=result.run)
    if call.person.integration:
        return call.go("home", ref=result.step.integration, done="set_up")
    return call.go("dashboard", done="set_up")


def _onward(call: Call, given: Answered, result: StepResult) -> Response:
    """Go on with what is open; back to the review where only one answer was to be changed."""
    if result.next and result.next != result.step.key:
        mark = _mark(given.from_review and result.next != "review")
        return _to(call, result.next, **mark)
    if given.from_review:
        return _to(call, "review")
    return call.go("home", ref=result.step.integration, done="saved")


def _page(
    call: Call,
    step: StepView,
    *,
    from_review: bool,
    wrong: dict[str, str] | None = None,
    confirmed: dict[str, str] | None = None,
) -> Response:
    waits = step.state is StepState.CANNOT_START and step.kind is not StepKind.REVIEW
    template = "setup/waiting.html" if waits else _TEMPLATES[step.kind]
    values = shown_values(call, step, from_review=from_review, wrong=wrong or {}, given=confirmed or {})
    values["waiting_state"] = _waiting_state(step)
    return smaller(call.request, call.page(template, values, status=422 if wrong else 200))


def _waiting_state(step: StepView) -> str:
    return step.token.state if step.token is not None else step.state.value


def _to(call: Call, key: str, **query: str) -> Response:
    address = call.setup_url(call.ref, quote(key, safe=""))
    return RedirectResponse(address + (f"?{urlencode(query)}" if query else ""), status_code=303)


def _key(call: Call) -> str:
    return str(call.request.path_params["key"])


def _from_review(call: Call) -> bool:
    return call.query.get("from", "") == "review"


def _mark(from_review: bool) -> dict[str, str]:
    return {"from": "review"} if from_review else {}


PAGES = (
    Page(path="/i/{ref}/setup", name="setup", get=begin),
    Page(path="/i/{ref}/setup/{key}", name="step", get=show, post=answer, act="configure"),
    Page(path="/i/{ref}/setup/{key}/ask", name="ask", post=ask, act="configure"),
)
