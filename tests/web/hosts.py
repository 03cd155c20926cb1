"""Sites of other people that have the pages below `/integrations`, each made with a framework of its own."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import django
from django.conf import settings
from django.core.asgi import get_asgi_application
from fastapi import FastAPI
from litestar import Litestar, asgi
from quart import Quart
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

BELOW = "/integrations"


@dataclass(frozen=True)
class Host:
    """How to make a site around the pages. Browsers see them below `prefix`; `told` is what `make_web` is told."""

    make: Callable[[ASGIApp], ASGIApp]
    prefix: str = BELOW
    told: str = ""


def in_starlette(pages: ASGIApp) -> ASGIApp:
    return Starlette(routes=[Mount(BELOW, pages)])


def in_fastapi(pages: ASGIApp) -> ASGIApp:
    site = FastAPI()
    site.mount(BELOW, pages)
    return site


def in_fastapi_behind_proxy(pages: ASGIApp) -> ASGIApp:
    """A proxy takes a prefix off the path, and the server puts it back, as uvicorn does with `--root-path`."""
    site = in_fastapi(pages)

    async def server(scope: Scope, receive: Receive, send: Send) -> None:
        await site({**scope, "root_path": "/proxy"}, receive, send)

    return server


def in_fastapi_with_root_path(pages: ASGIApp) -> ASGIApp:
    """A proxy takes a prefix off the path, and only FastAPI was told: the older way, which many sites have."""
    with warnings.catch_warnings(action="ignore"):
        site = FastAPI(root_path="/proxy")
    site.mount(BELOW, pages)

    async def proxy(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].removeprefix("/proxy")
        await site({**scope, "path": path, "raw_path": path.encode()}, receive, send)

    return proxy


def in_django(pages: ASGIApp) -> ASGIApp:
    if not settings.configured:
        settings.configure(ROOT_URLCONF=(), SECRET_KEY="of a test", ALLOWED_HOSTS=["*"])
        django.setup()
    return dispatching(pages, get_asgi_application())


def in_quart(pages: ASGIApp) -> ASGIApp:
    site = Quart(__name__)
    site.asgi_app = dispatching(pages, site.asgi_app)  # type: ignore[method-assign, assignment, arg-type]
    return site  # type: ignore[return-value]


def in_litestar(pages: ASGIApp) -> ASGIApp:
    @asgi(BELOW, is_mount=True, copy_scope=True)
    async def mounted(scope: Scope, receive: Receive, send: Send) -> None:
        await pages(scope, receive, send)

    # Annotations of this module are text, which Litestar reads among the names that it is given.
    return Litestar([mounted], signature_types=[Scope, Receive, Send], openapi_config=None)  # type: ignore[return-value]


def dispatching(pages: ASGIApp, site: ASGIApp) -> ASGIApp:
    """For frameworks that mount no ASGI applications: what is below the prefix is sent on."""

    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (scope["path"] == BELOW or scope["path"].startswith(f"{BELOW}/")):
            await pages({**scope, "root_path": scope.get("root_path", "") + BELOW}, receive, send)
            return
        await site(scope, receive, send)

    return dispatch


HOSTS = {
    "Starlette": Host(in_starlette),
    "FastAPI": Host(in_fastapi),
    "FastAPI behind a proxy": Host(in_fastapi_behind_proxy, prefix=f"/proxy{BELOW}"),
    "FastAPI with root_path": Host(in_fastapi_with_root_path, prefix=f"/proxy{BELOW}"),
    "Django": Host(in_django),
    "Quart": Host(in_quart),
    "Litestar": Host(in_litestar, told=BELOW),
}
