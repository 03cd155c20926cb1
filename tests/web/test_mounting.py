"""One callable below any prefix: every link, form and file leads back below it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send
from tests.support.chain import Venue
from tests.web.site import Browser, id_of, make_test_web

from takings.web.mount import MountShim


def behind_proxy(app: ASGIApp, root: str) -> ASGIApp:
    """A server that was told its root path, behind a proxy that takes it off the path."""

    async def called(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "root_path": root}, receive, send)

    return called


def forgetful(app: ASGIApp, prefix: str) -> ASGIApp:
    """A host that takes the prefix off the path, adds a slash, and leaves root_path empty."""

    async def called(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].removeprefix(prefix).rstrip("/") + "/"
        await app({**scope, "path": path, "root_path": ""}, receive, send)

    return called


def dispatched(app: ASGIApp, prefix: str) -> ASGIApp:
    """A host without mounting: a few lines send everything below a prefix on."""

    async def called(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "root_path": scope.get("root_path", "") + prefix}, receive, send)

    return called


HOSTS: dict[str, tuple[str, str, Callable[[ASGIApp], ASGIApp]]] = {
    "bare": ("", "", lambda app: app),
    "mounted": ("/shop", "", lambda app: Starlette(routes=[Mount("/shop", app)])),
    "mounted twice": (
        "/a/b",
        "",
        lambda app: Starlette(routes=[Mount("/a", Starlette(routes=[Mount("/b", app)]))]),
    ),
    "dispatched": ("/shop", "", lambda app: dispatched(app, "/shop")),
    "forgetful": ("/shop", "/shop", lambda app: forgetful(app, "/shop")),
}


@pytest.mark.parametrize("host", HOSTS)
def test_every_link_of_a_page_leads_somewhere(host: str, month: Venue):
    prefix, told, wrap = HOSTS[host]
    browser = Browser(wrap(make_test_web(month.engine, prefix=told)))
    seen, waiting = set(), [f"{prefix}/", f"{prefix}/i/{id_of(month)}"]
    while waiting and len(seen) < 40:
        path = waiting.pop()
        seen.add(path)
        answer = browser.get(path)
        if "/setup" in path:
            continue
        assert answer.status_code in (200, 303), path
        for found in re.findall(r'(?:href|src|action)="([^"#]+)"', answer.text):
            target = found.replace("&amp;", "&")
            assert target.startswith(f"{prefix}/"), (path, target)
            if target not in seen and f'action="{found}"' not in answer.text and "/ledger" not in target:
                waiting.append(target)
    assert len(seen) > 20


@pytest.mark.parametrize("host", HOSTS)
def test_forms_and_redirects_stay_below_the_prefix(host: str, month: Venue):
    prefix, told, wrap = HOSTS[host]
    browser = Browser(wrap(make_test_web(month.engine, prefix=told)), "other")
    browser.get(f"{prefix}/new")
    made = browser.post(
        f"{prefix}/new", {"name": f"Kiosk {host}", "source": "impos:eod", "target": "xero:accounting"}
    )
    assert made.headers["location"].startswith(f"{prefix}/i/")
    assert browser.get(f"{prefix}/nothing").status_code == 404


def test_the_prefix_alone_is_the_dashboard(month: Venue):
    browser = Browser(dispatched(make_test_web(month.engine), "/shop"))
    assert "Integrations" in browser.get("/shop").text


@pytest.mark.parametrize(
    ("scope", "prefix", "expected"),
    [
        ({"path": "/shop/x", "root_path": "/shop"}, "", ("/shop", "/shop/x")),
        ({"path": "/x", "root_path": "/proxy"}, "", ("/proxy", "/proxy/x")),
        ({"path": "/shopX", "root_path": "/shop"}, "", ("/shop", "/shop/shopX")),
        (
            {"path": "/shop/x", "root_path": "/proxy/shop", "app_root_path": "/proxy"},
            "",
            ("/proxy/shop", "/proxy/shop/x"),
        ),
        ({"path": "/x/", "root_path": "", "raw_path": b"/shop/x"}, "/shop", ("/shop", "/shop/x")),
        ({"path": "/x/", "root_path": "", "raw_path": b"/shopX/x"}, "/shop", ("/shop", "/shop/x/")),
        ({"path": "/", "root_path": "", "raw_path": b"/shop"}, "shop/", ("/shop", "/shop")),
        ({"path": "/a%b", "root_path": "", "raw_path": b"/shop/a%25b?q=1"}, "/shop", ("/shop", "/shop/a%b")),
    ],
    ids=str,
)
def test_paths_are_put_right(scope: dict[str, Any], prefix: str, expected: tuple[str, str]):
    seen: list[Scope] = []

    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope)

    given = {"type": "http", "router": object(), "endpoint": object(), "path_params": {"a": 1}, **scope}
    kept = dict(given)
    import asyncio

    asyncio.run(MountShim(inner, prefix)(given, None, None))  # type: ignore[arg-type]
    assert (seen[0]["root_path"], seen[0]["path"]) == expected
    assert not {"router", "endpoint", "path_params"} & set(seen[0])
    assert given == kept


@pytest.mark.parametrize("origin", ["", "shop.example", "https://shop.example/path", "ftp://x", "https://x?y"])
def test_an_origin_that_is_none_is_refused(origin: str, month: Venue):
    with pytest.raises(ValueError, match="is not an origin"):
        make_test_web(month.engine, public_base_url=origin)
