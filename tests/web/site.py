"""The pages in one process: an application, and a client that keeps to what a browser would do."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.requests import Request
from starlette.types import ASGIApp, Scope
from tests.support.chain import Venue

from takings.engine import Engine
from takings.web import WebPrincipal, make_web

OWNER = "customer-17"
ORIGIN = "https://shop.example"
KEY = b"k" * 32

WHO = "x-test-who"
PEOPLE = {
    "kim": WebPrincipal(owner=OWNER, name="kim", session_id="session of kim", can_provision=True),
    "other": WebPrincipal(owner="customer-99", name="ola", session_id="session of ola", can_provision=True),
}


def find_principal(scope: Scope) -> WebPrincipal | None:
    """Stand for a host's session: a header says who is signed in."""
    who = Request(scope).headers.get(WHO, "")
    if who.startswith("only:"):
        return WebPrincipal(owner=OWNER, name="guest", session_id="session of guest", integration=who[5:])
    return PEOPLE.get(who)


def make_test_web(engine: Engine, **settings: Any) -> ASGIApp:
    """The pages with the test's principals."""
    given: dict[str, Any] = {"principal": find_principal, "public_base_url": ORIGIN, "csrf_key": KEY, **settings}
    return make_web(engine, **given)


@dataclass
class Browser:
    """A person at the pages: it keeps who is signed in, and sends forms with the token of the last page."""

    app: ASGIApp
    who: str = "kim"
    base: str = ORIGIN
    headers: dict[str, str] = field(default_factory=dict)
    last: httpx.Response | None = None

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {WHO: self.who, **self.headers, **more.pop("headers", {})}

        async def call() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url=self.base) as client:
                return await client.request(method, path, headers=headers, **more)

        self.last = asyncio.run(call())
        return self.last

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.request("GET", path, **more)

    def post(self, path: str, form: Mapping[str, str] | None = None, **more: Any) -> httpx.Response:
        """Send a form as the page that was last loaded would, with its token."""
        token = token_in(self.last.text) if self.last is not None else ""
        return self.request("POST", path, data={"_csrf": token, **(form or {})}, **more)

    def follow(self, answer: httpx.Response) -> httpx.Response:
        """Go where an answer sends the browser."""
        assert answer.status_code == 303, answer.text
        return self.get(answer.headers["location"])


def browse(venue: Venue, who: str = "kim", **settings: Any) -> Browser:
    """A browser on the pages of a venue's engine."""
    return Browser(make_test_web(venue.engine, **settings), who)


def token_in(text: str) -> str:
    """The token that the forms of a page carry; empty where there is none."""
    found = re.search(r'name="_csrf" value="([^"]*)"', text)
    return html.unescape(found[1]) if found else ""


def id_of(venue: Venue) -> str:
    """The id of a venue's integration."""
    return venue.engine.integration(venue.principal, venue.name).id
