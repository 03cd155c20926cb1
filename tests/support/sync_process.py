"""A process that runs one sync and may kill itself on the way: `python -m tests.support.sync_process`.

It imports everything once, reads orders from stdin, a line of JSON each, and forks a process for each sync, so that
dozens of them don't pay for starting an interpreter. Each is a process of its own and dies by SIGKILL like any other.
"""

from __future__ import annotations

import json
import os
import signal
import ssl
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import h11
import httpcore
import httpx
from sqlalchemy.orm import configure_mappers

import takings_impos.files
import takings_xero.target
from takings.connect.installation import Installation
from takings.domain.period import Period
from takings.engine import Engine
from takings.errors import TakingsError
from takings.host import PluginHost
from takings.store.secrets import KeyRing
from takings.views import LOCAL

Work = Callable[[dict[str, Any]], None]

#: Imported before the first fork, as each sync needs them.
LOADED = (h11, httpcore, takings_impos.files, takings_xero.target)


class ShiftedClock:
    """The machine's clock, put forward by `offset` seconds."""

    def __init__(self, offset: float = 0.0) -> None:
        self.offset = offset

    def now(self) -> datetime:
        """Return the shifted instant, in UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.offset)


#: Loading the machine's certificates for each engine would take longer than its sync; nothing here is called by TLS.
_PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def plain_transport() -> httpx.HTTPTransport:
    """Return a transport for calls to this machine."""
    return httpx.HTTPTransport(verify=_PLAIN, trust_env=False)


class Trip(httpx.BaseTransport):
    """Kills its own process at the nth creating call of a resource.

    `when` is `before` it is sent, `lost` when no reply came, or `read` when the whole reply was read.
    """

    def __init__(self, resource: str, when: str, nth: int = 1, method: str = "PUT") -> None:
        self._inner = plain_transport()
        self._path, self._when, self._nth, self._method = f"/{resource}", when, nth, method
        self._lock = threading.Lock()
        self._seen = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request on, or die."""
        struck = self._strikes(request)
        if struck and self._when == "before":
            die()
        try:
            response = self._inner.handle_request(request)
            if struck and self._when == "read":
                response.read()
                die()
        except httpx.TransportError:
            if struck and self._when == "lost":
                die()
            raise
        return response

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()

    def _strikes(self, request: httpx.Request) -> bool:
        path = request.url.path
        named = path.endswith(self._path) or (self._method == "POST" and f"{self._path}/" in path)
        if request.method != self._method or not named:
            return False
        with self._lock:
            self._seen += 1
            return self._seen == self._nth


def die() -> NoReturn:
    """End this process as `kill -9` does."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("a killed process went on")


@cache
def plugins() -> PluginHost:
    """Load every plugin, once."""
    return PluginHost.load()


def run(order: dict[str, Any]) -> None:
    """Open an engine, sync as ordered, and write what it came to."""
    trip = order.get("trip")
    result: dict[str, Any]
    time.sleep(max(0.0, order.get("start_at", 0.0) - time.time()))
    with Engine(
        order["database"],
        plugins(),
        keys=KeyRing.from_text(order["keys"]),
        clock=ShiftedClock(order.get("offset", 0.0)),
        transport=Trip(**trip) if trip else plain_transport(),
        installation=Installation(order["installation"]),
    ) as engine:
        period = Period(date.fromisoformat(order["first"]), date.fromisoformat(order["last"]))
        try:
            if order.get("undo"):
                view = engine.undo(LOCAL, order["name"], period, confirm=lambda _: True)
            else:
                pull = order.get("pull", False)
                view = engine.sync(LOCAL, order["name"], period, confirm=lambda _: True, pull=pull)
            result = {"state": view.state, "findings": [str(one) for one in view.findings], "counts": view.counts}
        except TakingsError as problem:
            result = {"state": type(problem).__name__, "findings": [str(problem)], "counts": {}}
    Path(order["result"]).write_text(json.dumps(result))


def _fork(order: dict[str, Any], work: Work) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        quiet = os.open(os.devnull, os.O_RDONLY)
        os.dup2(quiet, 0)
        os.dup2(2, 1)
        work(order)
        code = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
        sys.stderr.flush()
    finally:
        os._exit(code)


def _wait(pid: int, timeout: float) -> int | None:
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return None


def _answer(order: dict[str, Any], work: Work) -> Any:
    if "wait" in order:
        return _wait(order["wait"], order["timeout"])
    return _poll(order["poll"]) if "poll" in order else _fork(order, work)


def _poll(pid: int) -> bool:
    """Say whether a process has ended, and leave it to be waited for."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def main(work: Work = run) -> None:
    """Serve orders until stdin closes; `work` does one."""
    configure_mappers()
    plugins()
    sys.stdout.write('"ready"\n')
    sys.stdout.flush()
    for line in sys.stdin:
        order = json.loads(line)
        sys.stdout.write(json.dumps(_answer(order, work)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
