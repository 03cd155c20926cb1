"""One call of a page: who asks, what was sent, and the ways to answer."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from starlette.datastructures import FormData, QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from takings.engine import Engine
from takings.views import Principal
from takings.web import csrf
from takings.web.assets import BRAND
from takings.web.principal import WebPrincipal
from takings.web.site import Site


@dataclass(kw_only=True)
class Call:
    """What a page works with; made anew for each call."""

    site: Site
    request: Request
    someone: WebPrincipal | None
    form: FormData
    request_id: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def engine(self) -> Engine:
        """The engine behind the site."""
        return self.site.engine

    @property
    def person(self) -> WebPrincipal:
        """Who asks; answers 401 where nobody is signed in."""
        if self.someone is None:
            raise HTTPException(401)
        return self.someone

    @property
    def principal(self) -> Principal:
        """Who asks, as the engine knows it."""
        return replace(self.person.for_engine, request_id=self.request_id)

    @property
    def ref(self) -> str:
        """The id of the integration in the address."""
        return str(self.request.path_params["ref"])

    @property
    def query(self) -> QueryParams:
        """What stands behind the question mark."""
        return self.request.query_params

    @property
    def csrf(self) -> str:
        """A token for the forms of this page; empty where nobody is signed in."""
        return csrf.make_token(self.site.csrf_key, self.someone.session_id) if self.someone else ""

    def text(self, name: str) -> str:
        """Return a field of the form as text; empty where it was not sent."""
        value = self.form.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    def url(self, page: str, /, **params: Any) -> str:
        """Return the path of a page."""
        return self.site.url(self.request.scope, page, **params)

    def setup_url(self, ref: str, key: str = "") -> str:
        """Return the path of a step of the setup, or of the one to go on with."""
        return f"{self.url('home', ref=ref)}/setup" + (f"/{key}" if key else "")

    def asset(self, name: str) -> str:
        """Return the path of a static file."""
        return self.url("static", digest=self.site.assets.digest(name), name=name)

    def may(self, act: str) -> bool:
        """Whether the host lets this person do an act."""
        return self.someone is not None and self.site.allow(self.someone, act)

    def page(self, template: str, values: Mapping[str, Any] | None = None, *, status: int = 200) -> Response:
        """Answer with a page."""
        return HTMLResponse(self.site.render(template, {"call": self, **(values or {})}), status_code=status)

    def go(self, page: str, /, *, done: str = "", **params: Any) -> Response:
        """Send the browser on to a page, which it then gets by GET; `done` names the message that it shows."""
        return RedirectResponse(self.url(page, **params) + (f"?done={done}" if done else ""), status_code=303)

    @cached_property
    def kinds(self) -> Mapping[str, str]:
        """What the ledgers call the kinds of documents and writes."""
        return {one.key: one.title for target in self.engine.plugins.targets().values() for one in target.kinds}

    @property
    def has_brand(self) -> bool:
        """Whether the host set colours of its own."""
        return BRAND in self.site.assets


Handler = Callable[[Call], Response]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One address: who answers it, and what the host is asked before its form is taken.

    `public` pages answer without anybody signed in; `whole` ones are not for people who may reach one integration.
    """

    path: str
    name: str
    get: Handler | None = None
    post: Handler | None = None
    act: str = ""
    public: bool = False
    whole: bool = False
