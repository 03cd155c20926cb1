"""What a plugin receives from the core: an authorised HTTP client, a clock, and a log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol


class Reply(Protocol):
    """An HTTP reply of any status; the plugin decides what a status means."""

    @property
    def status_code(self) -> int:
        """The HTTP status."""

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, looked up without regard to case."""

    @property
    def content(self) -> bytes:
        """The whole body, decompressed."""

    @property
    def text(self) -> str:
        """The whole body as text."""


class Http(Protocol):
    """An HTTP client that carries the connection's authorisation and keeps to the call budgets.

    Raises `Unavailable` when nothing was sent, `ReplyLost` when a request was sent and no reply came back, and
    `AuthorisationExpired` when no valid token can be had. An expired token is refreshed and the call repeated once.
    """

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> Reply:
        """Send one request to an absolute address and return its reply, whatever its status."""


class Files(Protocol):
    """The text files of this connection, in a folder that the operator named; names have no path.

    A file is read whole and written whole: after a crash it is the old one or the new one.
    """

    def read(self, name: str) -> str | None:
        """Return a file's text, or None where there is none."""

    def write(self, name: str, text: str) -> None:
        """Replace a file, durable when this returns."""


class Clock(Protocol):
    """The time, as the core sees it."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""


class Log(Protocol):
    """A log whose lines never show a secret that the core knows."""

    def info(self, message: str, **values: Any) -> None:
        """Note something ordinary."""

    def warning(self, message: str, **values: Any) -> None:
        """Note something that an operator should look at."""


class Context(Protocol):
    """All that a plugin is given; it opens no sockets or files and reads no environment by itself."""

    @property
    def http(self) -> Http:
        """The authorised client of this connection."""

    @property
    def files(self) -> Files:
        """The files of this connection; for components whose installation settings have a `folder` field."""

    @property
    def clock(self) -> Clock:
        """The clock."""

    @property
    def log(self) -> Log:
        """The log."""
