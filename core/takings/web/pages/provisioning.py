"""Creating an integration: a name, a point of sale and a ledger."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from takings.errors import UsageError
from takings.web.call import Call, Page

#: What is said where a question was left without an answer; nothing that can't be changed later is proposed.
_MISSING = {"name": "Enter a name.", "source": "Choose the point of sale.", "target": "Choose the ledger."}


def ask(call: Call) -> Response:
    """Ask for what an integration begins with."""
    return _form(call, {"name": "", "source": "", "target": ""}, {})


def create(call: Call) -> Response:
    """Create an integration, and go on with its setup."""
    if not call.person.can_provision:
        raise HTTPException(403)
    given = {name: call.text(name) for name in ("name", "source", "target")}
    if missing := {name: text for name, text in _MISSING.items() if not given[name].strip()}:
        return _form(call, given, missing)
    try:
        view = call.engine.provision(
            call.principal, name=given["name"], source=given["source"], target=given["target"]
        )
    except UsageError as error:
        return _form(call, given, {"name": str(error)})
    return RedirectResponse(call.setup_url(view.id), status_code=303)


def _form(call: Call, given: dict[str, str], errors: dict[str, str]) -> Response:
    if not call.person.can_provision:
        raise HTTPException(403)
    values = {
        "given": given,
        "errors": errors,
        "sources": [(id_, one.title) for id_, one in call.engine.plugins.sources().items()],
        "targets": [(id_, one.title) for id_, one in call.engine.plugins.targets().items()],
    }
    return call.page("new.html", values, status=422 if errors else 200)


PAGES = (Page(path="/new", name="new", get=ask, post=create, act="provision", whole=True),)
