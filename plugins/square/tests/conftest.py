"""What the tests share: a running sandbox, a context with a real HTTP client, and small services."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from hypothesis import settings

from takings.plugin import Period, ReplyLost, Source, Unavailable
from takings_square.plugin import POS
from takings_square.sandbox import Sandbox

# A busy machine is no fault of an example, and every run tries the same ones.
settings.register_profile("steady", deadline=None, derandomize=True, database=None, max_examples=60)
settings.load_profile("steady")

NOW = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
SCOPES = "MERCHANT_PROFILE_READ ORDERS_READ PAYMENTS_READ ITEMS_READ"


class RealHttp:
    """The core's promise of an HTTP client, kept with httpx."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> httpx.Response:
        try:
            return self._client.request(method, url, params=params, headers=headers, content=content)
        except httpx.ConnectError as error:
            raise Unavailable("Square", str(error)) from error
        except httpx.TransportError as error:
            raise ReplyLost("Square", str(error)) from error


@dataclass
class StoppedClock:
    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment


class QuietLog:
    def info(self, message: str, **values: Any) -> None:
        pass

    def warning(self, message: str, **values: Any) -> None:
        pass


class NoFiles:
    def read(self, name: str) -> str | None:
        raise AssertionError("Square keeps no files")

    def write(self, name: str, text: str) -> None:
        raise AssertionError("Square keeps no files")


@dataclass
class RealContext:
    http: RealHttp
    clock: StoppedClock = field(default_factory=StoppedClock)
    log: QuietLog = field(default_factory=QuietLog)
    files: NoFiles = field(default_factory=NoFiles)


@dataclass
class Shop:
    """A running sandbox and what talks to it."""

    sandbox: Sandbox
    context: RealContext

    def source(self, **connection: Any) -> Source:
        return opened(self.sandbox.ready()["installation"], self.context, **connection)


def opened(installation: Mapping[str, Any], context: RealContext, **connection: Any) -> Source:
    assert POS.open is not None
    return POS.open(POS.installation(**installation), POS.connection(**connection), context)


OpenShop = Callable[..., Shop]


@pytest.fixture
def open_shop() -> Iterator[OpenShop]:
    """Give a function that starts a sandbox, stopped at NOW, with a context that is authorised there."""
    closing: list[Any] = []

    def start(*, scopes: str = SCOPES, at: datetime = NOW, **options: Any) -> Shop:
        clock = StoppedClock(at)
        sandbox = Sandbox(clock=clock.now, **options)
        token = sandbox.state.issue(scopes)["access_token"]
        client = httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=60, trust_env=False)
        closing.extend((sandbox, client))
        return Shop(sandbox, RealContext(RealHttp(client), clock))

    yield start
    for one in closing:
        one.close()


Serve = Callable[[Callable[[str, str], tuple[int, Any]]], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Give a function that starts a small service: `answer(method, path)` gives status and JSON (or bytes)."""
    servers: list[tuple[ThreadingHTTPServer, threading.Thread]] = []

    def start(answer: Callable[[str, str], tuple[int, Any]]) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, body = answer(self.command, self.path)
                data = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_POST = do_GET  # noqa: N815

            def log_message(self, *args: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def context() -> Iterator[RealContext]:
    with httpx.Client(headers={"Authorization": "Bearer x"}, timeout=60, trust_env=False) as client:
        yield RealContext(RealHttp(client))
