"""`make_web`: all pages as one ASGI callable, to be mounted by a host below any prefix."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from takings.engine import Engine
from takings.web.api.app import Api, BesidePages
from takings.web.assets import Assets
from takings.web.branding import Branding
from takings.web.call import Page
from takings.web.endpoint import route_of
from takings.web.errors import Errors
from takings.web.front import Front
from takings.web.headers import SecurityHeaders
from takings.web.mount import MountShim
from takings.web.pages import PAGES
from takings.web.principal import Allow, FindPrincipal, allow_all
from takings.web.site import Site
from takings.web.templates import make_environment


def make_web(  # noqa: PLR0913 - what a host decides, named
    engine: Engine,
    *,
    principal: FindPrincipal,
    public_base_url: str,
    prefix: str = "",
    csrf_key: bytes = b"",
    branding: Branding | None = None,
    templates_dir: str | Path | None = None,
    allow: Allow = allow_all,
    login_url: str = "",
    frame_ancestors: str = "'none'",
) -> ASGIApp:
    """Return the pages as one ASGI callable; it sets no cookie and needs no lifespan.

    `principal` finds out who asks, from the scope; it may block. `public_base_url` is the origin that browsers see,
    like `https://shop.example`. `prefix` is needed only below a host that does not set `root_path`. `csrf_key` must
    be the same in all processes that serve the site; by default it is made at random. `templates_dir` has templates
    that replace ours. Raises ValueError for an address that is none.
    """
    site = make_site(
        engine,
        principal=principal,
        public_base_url=public_base_url,
        csrf_key=csrf_key,
        branding=branding,
        templates_dir=templates_dir,
        allow=allow,
        login_url=login_url,
    )
    return assemble(site, PAGES, prefix=prefix, frame_ancestors=frame_ancestors)


def make_site(  # noqa: PLR0913 - as above
    engine: Engine,
    *,
    principal: FindPrincipal,
    public_base_url: str,
    csrf_key: bytes = b"",
    branding: Branding | None = None,
    templates_dir: str | Path | None = None,
    allow: Allow = allow_all,
    login_url: str = "",
    can_sign_out: bool = False,
) -> Site:
    """Return what all pages share."""
    parts = urlsplit(public_base_url)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/") or parts.query:
        raise ValueError(f"{public_base_url!r} is not an origin, like https://shop.example")
    look = branding or Branding()
    return Site(
        engine=engine,
        find_principal=principal,
        public_base_url=public_base_url,
        csrf_key=csrf_key or secrets.token_bytes(32),
        environment=make_environment(look, templates_dir),
        assets=Assets(look),
        branding=look,
        allow=allow,
        login_url=login_url,
        can_sign_out=can_sign_out,
    )


def assemble(site: Site, pages: Sequence[Page], *, prefix: str = "", frame_ancestors: str = "'none'") -> ASGIApp:
    """Put a site's pages behind everything that guards them."""
    routes = [route_of(site, page) for page in pages]
    site.router.routes.extend(routes)
    site.router.default = _no_such_page
    public = [route for route, page in zip(routes, pages, strict=True) if page.public]
    guarded = Errors(Front(_Root(site.router), site, public), site)
    both = BesidePages(Api(site), guarded)
    return MountShim(SecurityHeaders(both, frame_ancestors=frame_ancestors), prefix)


class _Root:
    """Answers the prefix alone, without a slash, as the page below it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == scope["root_path"]:
            scope["path"] += "/"
        await self._app(scope, receive, send)


async def _no_such_page(scope: Scope, receive: Receive, send: Send) -> None:
    raise HTTPException(404)
