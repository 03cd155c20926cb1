"""What a plugin receives from the core: an authorised HTTP client, a clock, and a log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol


class Reply(Protocol):
    """An HTTP reply of any status; the plugin decides what a status means.

    Example::

        from datetime import timedelta

        from takings.plugin import RateLimited, Reply, Retry
        from takings.testing import canned


        def accepted(reply: Reply) -> bytes:
            '''Return the body, or tell the core what the status means.'''
            if reply.status_code == 429:
                raise RateLimited(timedelta(seconds=int(reply.headers.get("retry-after", "60"))))
            if reply.status_code >= 500:
                raise Retry(f"Corner Shop answered {reply.status_code}: {reply.text[:80]}")
            return reply.content


        assert accepted(canned(200, b"[]")) == b"[]"
    """

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

    Example::

        import json
        from typing import Any

        from takings.plugin import Http, Reply
        from takings.testing import canned


        def closed_days(http: Http, url: str) -> list[str]:
            '''Ask for the days; the core adds the authorisation, waits for the budget and refreshes tokens.'''
            reply = http.request(
                "GET", f"{url}/days", params={"state": "closed"}, headers={"Accept": "application/json"}
            )
            return [one["date"] for one in json.loads(reply.content)]


        class Till:
            '''Stands in for the client in a test: whatever has a fitting `request` is an `Http`.'''

            def request(self, method: str, url: str, **given: Any) -> Reply:
                return canned(200, '[{"date": "2026-11-22"}]')


        assert closed_days(Till(), "https://till.example.com") == ["2026-11-22"]
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
    r"""The text files of this connection, in a folder that the operator named; names have no path.

    A file is read whole and written whole: after a crash it is the old one or the new one.

    Example::

        from types import SimpleNamespace

        from takings.plugin import Files


        def add_line(files: Files, year: int, line: str) -> None:
            '''Add to a year's journal; a file is always written whole, so a crash never leaves half of one.'''
            name = f"{year}.journal"
            files.write(name, (files.read(name) or "; Corner Shop\n") + line + "\n")


        shelf: dict[str, str] = {}
        add_line(SimpleNamespace(read=shelf.get, write=shelf.__setitem__), 2026, "2026-11-22 takings 120.00")
        assert shelf["2026.journal"] == "; Corner Shop\n2026-11-22 takings 120.00\n"
    """

    def read(self, name: str) -> str | None:
        """Return a file's text, or None where there is none."""

    def write(self, name: str, text: str) -> None:
        """Replace a file, durable when this returns."""


class Clock(Protocol):
    """The time, as the core sees it.

    Example::

        from datetime import UTC, date, datetime
        from zoneinfo import ZoneInfo

        from takings.plugin import Clock
        from takings.testing import FixedClock


        def today_at(clock: Clock, timezone: str) -> date:
            '''Return the date where the shop is; the clock is in UTC, and never the computer's own.'''
            return clock.now().astimezone(ZoneInfo(timezone)).date()


        late = FixedClock(datetime(2026, 11, 22, 23, 30, tzinfo=UTC))
        assert today_at(late, "Australia/Melbourne") == date(2026, 11, 23)
    """

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""


class Log(Protocol):
    """A log whose lines never show a secret that the core knows.

    Example::

        from typing import Any

        from takings.plugin import Log


        def note_pages(log: Log, read: int, expected: int) -> None:
            '''Give values by name, so that they can be searched for; never put them into the message.'''
            log.info("Pages were read", read=read)
            if read < expected:
                log.warning("The till announced more pages", read=read, expected=expected)


        class Lines(list[str]):
            def info(self, message: str, **values: Any) -> None:
                self.append(message)

            warning = info


        lines = Lines()
        note_pages(lines, read=2, expected=3)
        assert lines == ["Pages were read", "The till announced more pages"]
    """

    def info(self, message: str, **values: Any) -> None:
        """Note something ordinary."""

    def warning(self, message: str, **values: Any) -> None:
        """Note something that an operator should look at."""


class Context(Protocol):
    """All that a plugin is given; it opens no sockets or files and reads no environment by itself.

    Example::

        from datetime import timedelta
        from types import SimpleNamespace

        from takings.plugin import Context, Retry
        from takings.testing import FixedClock, canned


        def server_is_fresh(context: Context, url: str) -> bool:
            '''Everything from outside comes through the context: here one call, and the time.'''
            started = context.clock.now()
            reply = context.http.request("GET", url + "/health")
            if reply.status_code != 200:
                raise Retry("The till is starting", after=timedelta(seconds=30))
            return context.clock.now() - started < timedelta(seconds=2)


        till = SimpleNamespace(request=lambda method, url: canned(200))
        assert server_is_fresh(SimpleNamespace(http=till, clock=FixedClock()), "https://till.example.com")
    """

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
