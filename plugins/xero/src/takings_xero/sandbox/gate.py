"""What stands before every call: path spelling, counting, faults on purpose, cut connections, late commits."""

from __future__ import annotations

import io
import socket
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from takings_xero.sandbox.api import PREFIX, from_problem
from takings_xero.sandbox.faults import Rule
from takings_xero.sandbox.problems import Problem, RateLimited, ServerError
from takings_xero.sandbox.world import World

Result = tuple[str, list[tuple[str, str]], bytes]

LATEST_COMMIT_SECONDS = 30.0
OFFLINE = "The Xero API is temporarily unavailable"
_OWN = ("/sandbox", "/favicon")
_RESOURCES = (
    "Accounts",
    "Contacts",
    "CreditNotes",
    "Invoices",
    "ManualJournals",
    "Organisation",
    "Payments",
    "TaxRates",
    "TrackingCategories",
)
_NAMES = {name.lower(): name for name in _RESOURCES}


class Cut(ConnectionAbortedError):
    """The connection of this call is to be cut without an answer."""


class Gate:
    """WSGI middleware around the Flask app."""

    def __init__(self, world: World, inner: WSGIApplication) -> None:
        self._world = world
        self._inner = inner
        self._late: list[threading.Timer] = []

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Let a call through, or do to it what a fault rule says."""
        body = _read(environ)
        path = environ["PATH_INFO"] = _spelled(environ["PATH_INFO"])
        if path == "/" or path.startswith(_OWN):
            return self._inner(environ, start_response)
        resource = _resource(path)
        self._world.counters.started(f"{environ['REQUEST_METHOD']} {resource}", len(body))
        try:
            status, headers, answer = self._faulted(environ, path, resource, body=body)
        except Cut:
            self._world.counters.ended(None, 0)
            _cut(environ)
            raise
        except BaseException:
            self._world.counters.ended(500, 0)
            raise
        self._world.counters.ended(int(status[:3]), len(answer))
        start_response(status, headers)
        return [answer]

    def close(self) -> None:
        """Forget the calls that were to be committed later."""
        for timer in self._late:
            timer.cancel()
            timer.join(2)

    def _faulted(self, environ: WSGIEnvironment, path: str, resource: str, *, body: bytes) -> Result:
        method, world = environ["REQUEST_METHOD"], self._world
        tenant = environ.get("HTTP_XERO_TENANT_ID", "")
        rule = world.faults.pick(method=method, path=path, resource=resource, tenant=tenant)
        delay = world.switches.latency_ms / 1000
        if rule is None:
            return self._run(environ, body, delay)
        match rule.do:
            case "delay":
                return self._run(environ, body, delay + rule.ms / 1000)
            case "status":
                return _answered(rule)
            case "drop_before":
                raise Cut
            case "drop_then_commit_later":
                self._commit_later(dict(environ), body, min(rule.seconds, LATEST_COMMIT_SECONDS))
                raise Cut
            case "commit_then_drop":
                self._run(environ, body, delay)
                raise Cut
        text = body.decode("utf-8", "replace")
        if rule.do == "hold_before_commit":
            world.faults.hold(method=method, path=path, when="before_commit", body=text)
            return self._run(environ, body, delay)
        result = self._run(environ, body, delay)
        world.faults.hold(method=method, path=path, when="after_commit", body=text)
        return result

    def _commit_later(self, environ: WSGIEnvironment, body: bytes, seconds: float) -> None:
        timer = threading.Timer(seconds, self._run, args=(environ, body, 0.0))
        timer.daemon = True
        self._late = [late for late in self._late if late.is_alive()] + [timer]
        timer.start()

    def _run(self, environ: WSGIEnvironment, body: bytes, delay: float) -> Result:
        environ["wsgi.input"] = io.BytesIO(body)
        environ["sandbox.body"] = body
        if environ["PATH_INFO"].startswith(PREFIX):
            # Inside, so that the wait counts as a call in work at the organisation.
            environ["sandbox.delay"] = delay
        elif delay:
            time.sleep(delay)
        return collect(self._inner, environ)


def collect(app: WSGIApplication, environ: WSGIEnvironment) -> Result:
    """Run a WSGI app to its end."""
    said: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[..., object]:
        said[:] = [status, headers]
        return lambda data: None

    parts = app(environ, start_response)
    try:
        body = b"".join(parts)
    finally:
        close = getattr(parts, "close", None)
        if close is not None:
            close()
    return said[0], said[1], body


def _read(environ: WSGIEnvironment) -> bytes:
    whole, length = environ.get("wsgi.input_terminated"), int(environ.get("CONTENT_LENGTH") or 0)
    body = bytes(environ["wsgi.input"].read(-1 if whole else length))
    if len(body) < length and not whole:
        raise Cut  # whoever sent it died on the way: no server acts on half a request
    environ |= {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
    return body


def _spelled(path: str) -> str:
    # Letter case does not matter to Xero; behind the prefix it may belong to a document's number.
    if path.lower().startswith(PREFIX):
        return PREFIX + path[len(PREFIX) :]
    return path.lower() if not path.lower().startswith("/sandbox") else path


def _resource(path: str) -> str:
    if path.startswith(PREFIX):
        parts = [part for part in path[len(PREFIX) :].split("/") if part]
        return _NAMES.get(parts[0].lower(), parts[0]) if parts else ""
    return path.strip("/").split("/")[-1] if not path.startswith("/connections") else "connections"


def _answered(rule: Rule) -> Result:
    problem: Problem
    if rule.status == 429:
        problem = RateLimited(rule.problem, rule.retry_after)
        spent = {"minute": "X-MinLimit-Remaining", "day": "X-DayLimit-Remaining"}.get(rule.problem)
        if spent:
            problem.headers[spent] = "0"
    elif rule.status == 500:
        problem = ServerError()
    else:
        problem = Problem(OFFLINE if rule.status == 503 else "", content_type="text/plain; charset=utf-8")
        problem.status = rule.status
        if rule.retry_after is not None:
            problem.headers["Retry-After"] = str(rule.retry_after)
    status, headers, body = from_problem(problem)
    return f"{status} Fault", list(headers.items()), body


def _cut(environ: WSGIEnvironment) -> None:
    connection = environ.get("werkzeug.socket")
    if isinstance(connection, socket.socket):
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            # The client has gone already, which is what was wanted.
            return
