"""The sign-in of `takings serve`: a cookie whose digest is in the database, and links that lead to one."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Scope

from takings.engine import Engine
from takings.engine.links import SIGNED_IN_FOR
from takings.errors import NotFound
from takings.web.call import Call, Page
from takings.web.principal import WebPrincipal

COOKIE = "takings_session"


def principal_by_cookie(engine: Engine) -> Callable[[Scope], WebPrincipal | None]:
    """Return what finds out who is signed in."""

    def find(scope: Scope) -> WebPrincipal | None:
        secret = Request(scope).cookies.get(COOKIE, "")
        found = engine.signed_in(secret) if secret else None
        if found is None:
            return None
        return WebPrincipal(
            owner=found.owner,
            name=found.name,
            session_id=secret,
            integration=found.integration,
            can_provision=not found.integration,
        )

    return find


def ask_sign_in(call: Call) -> Response:
    """Show a button: opening a link alone signs nobody in, so that a preview of it does not use it up."""
    if not call.engine.sign_in_waits(call.request.path_params["token"]):
        return call.page("link_gone.html", {"what": "sign-in"}, status=404)
    return call.page("sign_in.html", {"integration": ""})


def sign_in(call: Call) -> Response:
    """Use a sign-in link up."""
    try:
        secret = call.engine.sign_in(call.request.path_params["token"])
    except NotFound:
        return call.page("link_gone.html", {"what": "sign-in"}, status=404)
    return _signed_in(call, secret, call.url("dashboard"))


def ask_link(call: Call) -> Response:
    """Show what a set-up link is for, with a button."""
    try:
        found = call.engine.open_setup_link(call.request.path_params["token"], use=False)
    except NotFound:
        return call.page("link_gone.html", {"what": "set-up"}, status=404)
    return call.page("sign_in.html", {"integration": found.name})


def open_link(call: Call) -> Response:
    """Sign in for the integration of a set-up link."""
    token = call.request.path_params["token"]
    try:
        integration = call.engine.open_setup_link(token).integration
        secret = call.engine.sign_in_by_link(token)
    except NotFound:
        return call.page("link_gone.html", {"what": "set-up"}, status=404)
    return _signed_in(call, secret, call.url("home", ref=integration))


def how_to(call: Call) -> Response:
    """Say how to sign in; nobody can guess a password that there is not."""
    return call.page("how_to_sign_in.html", {"done": call.query.get("done", "")})


def sign_out(call: Call) -> Response:
    """End the session."""
    call.engine.sign_out(call.person.session_id)
    answer = call.go("how_to_sign_in", done="signed_out")
    answer.delete_cookie(COOKIE, path=_path(call))
    return answer


def _signed_in(call: Call, secret: str, onward: str) -> Response:
    answer = RedirectResponse(onward, status_code=303)
    answer.set_cookie(
        COOKIE,
        secret,
        max_age=int(SIGNED_IN_FOR.total_seconds()),
        path=_path(call),
        secure=call.site.public_base_url.startswith("https://"),
        httponly=True,
        samesite="lax",
    )
    return answer


def _path(call: Call) -> str:
    return str(call.request.scope["root_path"]) or "/"


PAGES = (
    Page(path="/sign-in", name="how_to_sign_in", get=how_to, public=True),
    Page(path="/sign-in/{token}", name="sign_in", get=ask_sign_in, post=sign_in, public=True),
    Page(path="/link/{token}", name="link", get=ask_link, post=open_link, public=True),
    Page(path="/sign-out", name="sign_out", post=sign_out),
)
