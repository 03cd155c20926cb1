"""Connecting by consent at the other system: the way there, the way back, and what may go wrong on it."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from takings.connect.refusals import ConsentDenied
from takings.errors import NotFound, TakingsError
from takings.views import ConnectView, IntegrationView, OrganisationView, Principal
from takings.views.history import BegunConnect
from takings.web.call import Call, Page
from takings.web.site import CALLBACK

_FIELDS = ("state", "code", "error", "error_description")


def reconnect(call: Call) -> Response:
    """Begin to connect; the page that follows has the link to the other system.

    A redirect would not do: browsers hold a form to our own site until its last redirect.
    """
    side = call.text("side") or "target"
    if side not in ("source", "target"):
        raise HTTPException(400)
    view = call.engine.integration(call.principal, call.ref)
    address = call.engine.begin_connect(
        call.principal, view.id, call.site.callback_url(call.request.scope), side=side
    )
    return call.page("leaving.html", {"view": view, "address": address, "system": _title(call, view, side)})


def _title(call: Call, view: IntegrationView, side: str) -> str:
    plugins = call.engine.plugins
    if side == "source":
        return plugins.source(view.source.component).title
    return plugins.target(view.target_component).title


def callback(call: Call) -> Response:
    """Take people back from the other system."""
    given = {name: call.query.get(name, "") for name in _FIELDS}
    if call.someone is None:
        return _without_session(call, given)
    if not given["state"]:
        return call.page("told.html", _told("Nothing to finish", "Other systems send people back to this address."))
    return _finish(call, call.principal, given)


def _without_session(call: Call, given: dict[str, str]) -> Response:
    """Come back once more from our own site: a strict cookie is not sent when another site leads here."""
    if "again" not in call.query:
        query = urlencode({**{name: value for name, value in given.items() if value}, "again": "1"})
        return call.page("again.html", {"address": f"{call.request.scope['path']}?{query}"})
    if call.site.operator is None:
        raise HTTPException(401)
    return _for_operator(call, call.site.operator, given)


def _for_operator(call: Call, operator: Principal, given: dict[str, str]) -> Response:
    """Finish what the command line began: whoever holds its state was sent there by it."""
    if not given["state"]:
        nothing = _told("Nothing to finish", "Other systems send people back to this address.")
        return call.page("told.html", nothing, status=400)
    try:
        found = call.engine.finish_connect(operator, **given)
        if len(found.organisations) != 1:
            names = ", ".join(one.name for one in found.organisations) or "none"
            name = call.engine.integration(operator, found.integration).name
            text = f"Choose one: takings connect {name} --organisation NAME. It reaches: {names}."
            return call.page("told.html", _told("Which organisation?", text))
        only = found.organisations[0]
        view = call.engine.choose_organisation(operator, found, only.id)
    except TakingsError as error:
        return call.page("told.html", _told("That did not work", str(error)), status=400)
    text = f"{view.name} is connected to {only.name}. This page can be closed."
    return call.page("told.html", _told("Connected", text))


def _finish(call: Call, principal: Principal, given: dict[str, str]) -> Response:
    begun = call.engine.begun_connect(principal, given["state"])
    if begun is not None and not call.person.may_reach(begun.integration):
        raise HTTPException(404)
    try:
        found = call.engine.finish_connect(principal, **given)
        if len(found.organisations) == 1:
            view = call.engine.choose_organisation(principal, found, found.organisations[0].id)
            return connected(call, view, begun.side if begun else "target")
    except ConsentDenied as denied:
        return _again(call, "It was not connected", str(denied), begun=begun, status=200)
    except TakingsError as error:
        return _again(call, "That did not work", str(error), begun=begun, status=400)
    if not found.organisations:
        text = "No organisation was chosen there. Try again, and choose the one that takes these takings."
        return _again(call, "Nothing was connected", text, begun=begun, status=200)
    return call.page("organisations.html", {"found": found, "side": begun.side if begun else "target", "wrong": {}})


def choose(call: Call) -> Response:
    """Join one of several organisations."""
    integration, side = call.text("integration"), call.text("side")
    if not call.person.may_reach(integration):
        raise HTTPException(404)
    found = ConnectView(
        integration=integration, authorisation_id=call.text("authorisation"), component="", organisations=()
    )
    begun = BegunConnect(integration=integration, side="source" if side == "source" else "target")
    try:
        view = call.engine.choose_organisation(call.principal, found, call.text("organisation"))
    except NotFound as error:
        if error.kind != "organisation":
            raise
        return _choose_again(call, found, begun.side)
    except TakingsError as error:
        return _again(call, "That did not work", str(error), begun=begun, status=400)
    return connected(call, view, begun.side)


def _choose_again(call: Call, found: ConnectView, side: str) -> Response:
    """Ask once more which organisation it is, where none was chosen or one that is not reached."""
    reached = call.engine.oauth.organisations(found.authorisation_id, owner=call.principal.owner)
    organisations = tuple(OrganisationView(id=one.id, name=one.name) for one in reached)
    wrong = {"organisation": "Choose one of the organisations."}
    values = {"found": replace(found, organisations=organisations), "side": side, "wrong": wrong}
    return call.page("organisations.html", values, status=422)


def connected(call: Call, view: IntegrationView, side: str) -> Response:
    """Go on after a connection was made: with the setup where that is under way, else to the integration."""
    if view.state == "draft":
        return RedirectResponse(call.setup_url(view.id, f"connect.{side}") + "?done=connected", status_code=303)
    return call.go("home", ref=view.id, done="connected")


def _again(call: Call, title: str, text: str, *, begun: object, status: int) -> Response:
    return call.page("told.html", {**_told(title, text), "begun": begun}, status=status)


def _told(title: str, text: str) -> dict[str, object]:
    return {"title": title, "text": text, "begun": None}


PAGES = (
    Page(path="/i/{ref}/reconnect", name="reconnect", post=reconnect, act="connect"),
    Page(path=CALLBACK, name="callback", get=callback, public=True),
    Page(path="/oauth/choose", name="choose", post=choose, act="connect"),
)
