"""A small ledger on the loopback interface: OAuth with rotating refresh tokens, organisations, call limits."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

CLIENT_ID, CLIENT_SECRET = "app-1", "app-secret-of-the-operator"
LIFE = 1800


@dataclass
class Grant:
    """One issued token set."""

    user: str
    scope: str
    access: str
    refresh: str
    access_until: datetime
    refresh_until: datetime | None = None
    revoked: bool = False


@dataclass
class Answer:
    """What the ledger does with calls besides the ordinary."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class Ledger:
    """The server's state; tests change it and read what was asked."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.lock = threading.RLock()
        self.codes: dict[str, tuple[str, str, str, str]] = {}
        self.grants: list[Grant] = []
        self.organisations: dict[str, list[dict[str, str]]] = {}
        self.grace = timedelta(minutes=30)
        self.token_delay = 0.0
        self.call_delay = 0.0
        self.token_answers: list[Answer] = []
        self.call_answers: list[Answer] = []
        self.lost_token_replies = 0
        self.token_calls: list[dict[str, str]] = []
        self.calls: list[tuple[str, str, str]] = []
        self.log: list[str] = []
        self.in_flight = self.most_in_flight = 0
        self.minute_left: int | None = None
        self.day_left: int | None = None
        self.server = _Server(("127.0.0.1", 0), _Handler)
        self.server.ledger = self
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self._thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()

    def consent(self, address: str, *, user: str = "ann") -> tuple[str, str]:
        """Do what the owner's browser does at the consent page: returns state and code."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = (user, asked["redirect_uri"], asked["code_challenge"], asked["scope"])
        return asked["state"], code

    def expire_access(self) -> None:
        for grant in self.grants:
            grant.access_until = self.now()

    # --- what the server does ---------------------------------------------------------------------------

    def token(self, form: dict[str, str], client: str) -> Answer:
        if client != f"{CLIENT_ID}:{CLIENT_SECRET}":
            return _json(401, {"error": "invalid_client"})
        with self.lock:
            if form["grant_type"] == "authorization_code":
                return self._exchange(form)
            return self._refresh(form)

    def _exchange(self, form: dict[str, str]) -> Answer:
        found = self.codes.pop(form.get("code", ""), None)
        if found is None:
            return _json(400, {"error": "invalid_grant"})
        user, redirect_uri, challenge, scope = found
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if (
            base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != challenge
            or redirect_uri != form["redirect_uri"]
        ):
            return _json(400, {"error": "invalid_grant", "error_description": "verifier or address differ"})
        for grant in self.grants:
            if grant.user == user:
                grant.refresh_until = self.now()
        return self._issue(user, scope)

    def _refresh(self, form: dict[str, str]) -> Answer:
        old = next((one for one in self.grants if one.refresh == form["refresh_token"]), None)
        if old is None or old.revoked or (old.refresh_until is not None and self.now() >= old.refresh_until):
            return _json(400, {"error": "invalid_grant", "error_description": "the refresh token is dead"})
        if old.refresh_until is None:
            old.refresh_until = self.now() + self.grace
        return self._issue(old.user, old.scope)

    def _issue(self, user: str, scope: str) -> Answer:
        grant = Grant(
            user=user,
            scope=scope,
            access=f"access-{secrets.token_urlsafe(12)}",
            refresh=f"refresh-{secrets.token_urlsafe(12)}",
            access_until=self.now() + timedelta(seconds=LIFE),
        )
        self.grants.append(grant)
        reply = {"access_token": grant.access, "expires_in": LIFE, "token_type": "Bearer", "user": user}
        return _json(200, reply | {"refresh_token": grant.refresh, "scope": scope})

    def revoke(self, form: dict[str, str]) -> Answer:
        user = next(one.user for one in self.grants if one.refresh == form["token"])
        for grant in self.grants:
            grant.revoked = grant.revoked or grant.user == user
        return Answer(200)

    def call(self, method: str, path: str, authorisation: str) -> Answer:
        with self.lock:
            self.calls.append((method, path, authorisation))
            if self.call_answers:
                return self.call_answers.pop(0)
            grant = next((one for one in self.grants if f"Bearer {one.access}" == authorisation), None)
            if path.startswith("/plain/"):
                return Answer(200, self._headers(), b"plain")
            if grant is None or grant.revoked or self.now() >= grant.access_until:
                return Answer(401, body=b'{"Detail":"TokenExpired"}')
            if path == "/connections":
                return _json(200, self.organisations.get(grant.user, []))
            if method == "DELETE":
                link = path.rpartition("/")[2]
                mine = self.organisations[grant.user]
                self.organisations[grant.user] = [one for one in mine if one["link"] != link]
                return Answer(204)
            return Answer(200, self._headers(), b"{}")

    def _headers(self) -> dict[str, str]:
        found = {}
        if self.minute_left is not None:
            self.minute_left = max(0, self.minute_left - 1)
            found["X-Minute-Left"] = str(self.minute_left)
        if self.day_left is not None:
            self.day_left = max(0, self.day_left - 1)
            found["X-Day-Left"] = str(self.day_left)
        return found


class _Server(ThreadingHTTPServer):
    ledger: Ledger
    daemon_threads = True
    request_queue_size = 64


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    timeout = 10
    wbufsize = 65_536  # head and body in one packet: as two they would wait for the client's delayed acknowledgement

    def _serve(self) -> None:
        ledger = self.server.ledger
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = urlsplit(self.path).path
        with ledger.lock:
            ledger.in_flight += 1
            ledger.most_in_flight = max(ledger.most_in_flight, ledger.in_flight)
            ledger.log.append(f"{self.command} {path}")
        try:
            answer = self._answer(ledger, path, body)
        finally:
            with ledger.lock:
                ledger.in_flight -= 1
        if answer is None:
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def _answer(self, ledger: Ledger, path: str, body: bytes) -> Answer | None:
        if path == "/drop":
            return None
        if path not in {"/token", "/revoke"}:
            time.sleep(ledger.call_delay)
            return ledger.call(self.command, path, self.headers.get("Authorization", ""))
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        client = base64.b64decode(self.headers.get("Authorization", "Basic ").split()[1]).decode()
        if path == "/revoke":
            return ledger.revoke(form)
        with ledger.lock:
            ledger.token_calls.append(form)
            given = ledger.token_answers.pop(0) if ledger.token_answers else None
        time.sleep(ledger.token_delay)
        answer = given or ledger.token(form, client)
        with ledger.lock:
            if ledger.lost_token_replies:
                ledger.lost_token_replies -= 1
                return None
        return answer

    # The names are the standard library's.
    do_GET = do_POST = do_DELETE = do_PUT = do_HEAD = _serve  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def _json(status: int, value: Any) -> Answer:
    return Answer(status, {"Content-Type": "application/json"}, json.dumps(value).encode())
