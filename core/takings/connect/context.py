"""What a plugin is given: the authorised HTTP client of its connection, a clock, and a log without secrets."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from takings.connect.budget import CallBudget, Progress
from takings.connect.components import origin
from takings.connect.http import HttpPool, HttpReply
from takings.connect.redaction import Secrets
from takings.errors import Instruction
from takings.plugin.context import Clock, Files

_log = logging.getLogger("takings.connect")


class Authoriser(Protocol):
    """Gives the Authorization header of a connection."""

    def header(self, *, refresh_of: str | None = None) -> str | None:
        """Return the header's value, or None where nothing is sent.

        `refresh_of` is a value that was refused: it is renewed first where that can be done, and returned again
        where not. Raises `AuthorisationExpired` or `Disconnected` when the owner has to connect again.
        """


class Unauthorised:
    """An authoriser for systems that want no Authorization header."""

    def header(self, *, refresh_of: str | None = None) -> str | None:
        """Return None."""
        return None


class Refusing:
    """An authoriser of a connection that can't be used: it raises the same instruction at each call."""

    def __init__(self, problem: Callable[[], Instruction]) -> None:
        self._problem = problem

    def header(self, *, refresh_of: str | None = None) -> str | None:
        """Raise the instruction."""
        raise self._problem()


class AuthorisedHttp:
    """The HTTP client that a plugin gets: authorises calls, keeps to the budget, and learns from its replies."""

    def __init__(
        self,
        pool: HttpPool,
        authoriser: Authoriser,
        *,
        system: str,
        budget: CallBudget | None = None,
        secrets: Secrets | None = None,
        progress: Progress | None = None,
        origins: frozenset[str] = frozenset(),
    ) -> None:
        self._pool, self._authoriser, self._system = pool, authoriser, system
        self._origins = origins
        self._budget, self._progress = budget, progress
        self._secrets = secrets or Secrets()

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> HttpReply:
        """Send one request; after a 401 that a fresh token may mend, once more with one.

        The authorisation goes to the addresses of the operator's settings only, wherever a reply may point.
        """
        if self._origins and origin(url) not in self._origins:
            raise ValueError(f"the address {origin(url)} is none of those in the settings of {self._system}")
        value = self._authoriser.header()
        reply = self._send(method, url, params=params, headers=headers, content=content, authorisation=value)
        if reply.status_code != 401 or value is None or _lacks_scope(reply):
            return reply
        renewed = self._authoriser.header(refresh_of=value)
        if renewed == value:
            return reply
        return self._send(method, url, params=params, headers=headers, content=content, authorisation=renewed)

    def _send(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
        content: bytes | None,
        authorisation: str | None,
    ) -> HttpReply:
        sent = dict(headers or {})
        if authorisation is not None:
            sent["Authorization"] = authorisation
            self._secrets.learn(authorisation, authorisation.partition(" ")[2])
        if self._budget is None:
            return self._timed(method, url, params=params, headers=sent, content=content)
        with self._budget.call(self._progress):
            reply = self._timed(method, url, params=params, headers=sent, content=content)
            self._budget.learn(reply.status_code, reply.headers)
            return reply

    def _timed(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str],
        content: bytes | None,
    ) -> HttpReply:
        begun = time.monotonic()
        reply = self._pool.send(method, url, params=params, headers=headers, content=content, system=self._system)
        if _log.isEnabledFor(logging.DEBUG):
            parts = urlsplit(url)
            took = (time.monotonic() - begun) * 1000
            line = f"{method} {parts.scheme}://{parts.netloc}{parts.path} {reply.status_code} in {took:.0f} ms"
            _log.debug("%s", self._secrets.hide(line))
        return reply


class PluginLog:
    """A plugin's log: lines go to the logger `takings.plugin.<plugin>`, with secrets blanked."""

    def __init__(self, component: str, secrets: Secrets) -> None:
        self._logger = logging.getLogger(f"takings.plugin.{component.partition(':')[0]}")
        self._secrets = secrets

    def info(self, message: str, **values: Any) -> None:
        """Note something ordinary."""
        self._write(logging.INFO, message, values)

    def warning(self, message: str, **values: Any) -> None:
        """Note something that an operator should look at."""
        self._write(logging.WARNING, message, values)

    def _write(self, level: int, message: str, values: dict[str, Any]) -> None:
        if self._logger.isEnabledFor(level):
            self._logger.log(level, "%s", self._secrets.line(message, values))


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginContext:
    """All that a plugin is given for one connection."""

    http: AuthorisedHttp
    clock: Clock
    log: PluginLog
    files: Files


def _lacks_scope(reply: HttpReply) -> bool:
    # A fresh token has the same scopes, so it is not asked for. One ledger's manual spells it "insufficent".
    said = reply.headers.get("WWW-Authenticate", "") + reply.text[:4096]
    return "insufficient_scope" in said or "insufficent_scope" in said
