"""What the tests share: a context with a real HTTP client, and small HTTP services that answer as told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from hypothesis import settings

from takings.plugin import ReplyLost, Unavailable

# A busy machine is no fault of an example.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

NOW = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
TOKEN = "the-token-that-was-handed-out"


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
            raise Unavailable("ImPOS", str(error)) from error
        except httpx.TransportError as error:
            raise ReplyLost("ImPOS", str(error)) from error


class StoppedClock:
    def now(self) -> datetime:
        return NOW


class QuietLog:
    def info(self, message: str, **values: Any) -> None:
        pass

    def warning(self, message: str, **values: Any) -> None:
        pass


@dataclass
class RealContext:
    http: RealHttp
    clock: StoppedClock = field(default_factory=StoppedClock)
    log: QuietLog = field(default_factory=QuietLog)


@pytest.fixture
def context() -> Iterator[RealContext]:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with httpx.Client(headers=headers, timeout=60, trust_env=False) as client:
        yield RealContext(http=RealHttp(client))


@dataclass(frozen=True)
class Answer:
    """What a small service answers."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class SmallService:
    """A service on this machine; `asked` has what it was asked, in order."""

    url: str
    asked: list[str]


@pytest.fixture
def serve() -> Iterator[Callable[[Callable[[str], Answer]], SmallService]]:
    """Give a function that starts a service, which answers each path as the given function says."""
    servers: list[tuple[ThreadingHTTPServer, threading.Thread]] = []

    def start(answer: Callable[[str], Answer]) -> SmallService:
        asked: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                given = answer(self.path)
                self.send_response(given.status)
                for name, value in {"Content-Length": str(len(given.body)), **given.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(given.body)

            def log_message(self, *args: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        servers.append((server, thread))
        return SmallService(f"http://127.0.0.1:{server.server_port}", asked)

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()
