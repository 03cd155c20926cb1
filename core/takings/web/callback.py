"""`GET /oauth/callback`: finishes an authorisation that another process began on the same database."""

from __future__ import annotations

from html import escape

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send

from takings.engine import Engine
from takings.errors import TakingsError
from takings.views import Principal

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>takings: {title}</title>
<h1>{title}</h1>
<p>{text}</p>
</html>
"""
_FIELDS = ("state", "code", "error", "error_description")


class Callback:
    """The endpoint, as an ASGI application of its own."""

    def __init__(self, engine: Engine, principal: Principal) -> None:
        self._engine, self._principal = engine, principal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Finish the authorisation and answer with a page."""
        request = Request(scope, receive)
        given = {name: request.query_params.get(name, "") for name in _FIELDS}
        answer: Response = await run_in_threadpool(self._finish, given)
        await answer(scope, receive, send)

    def _finish(self, given: dict[str, str]) -> Response:
        if not given["state"]:
            return _page(400, "Nothing to finish", "This address takes the answer of an authorisation.")
        try:
            found = self._engine.finish_connect(self._principal, **given)
            if len(found.organisations) != 1:
                names = ", ".join(one.name for one in found.organisations) or "none"
                called = self._engine.integration(self._principal, found.integration).name
                again = f"Choose one: takings connect {called} --organisation NAME. It reaches: {names}."
                return _page(200, "Which organisation?", again)
            only = found.organisations[0]
            view = self._engine.choose_organisation(self._principal, found, only.id)
        except TakingsError as error:
            return _page(400, "That did not work", str(error))
        return _page(200, "Connected", f"{view.name} is connected to {only.name}. This page can be closed.")


def _page(status: int, title: str, text: str) -> Response:
    return HTMLResponse(_PAGE.format(title=escape(title), text=escape(text)), status_code=status)
