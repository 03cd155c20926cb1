"""The authoriser of an OAuth token set: renews it before it ends, once for all threads and processes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NoReturn

from takings.connect.token_endpoint import GrantRefused, TokenEndpoint
from takings.connect.token_sets import TokenSet
from takings.connect.vault import Held, Vault
from takings.errors import AuthorisationExpired, Busy, ReplyLost, Retry
from takings.plugin.context import Clock

LOCK_WAIT = timedelta(seconds=30)
#: A token renewed because the last one was refused is not renewed again for this long: it would not help.
PAUSE = timedelta(seconds=30)


def refresh_lock(authorisation_id: str) -> str:
    """Return the name of the lock under which a token set is changed."""
    return f"refresh:{authorisation_id}"


class OAuthAuthoriser:
    """Gives the header of one authorisation; one object for each in a process, shared by all threads.

    `endpoint` is called when something is to be renewed, since it needs the operator's settings. `grace` is how
    long the other system takes a refresh token after its rotation.
    """

    def __init__(
        self,
        authorisation_id: str,
        *,
        vault: Vault,
        clock: Clock,
        system: str,
        endpoint: Callable[[], TokenEndpoint],
        grace: timedelta,
    ) -> None:
        self._id, self._vault, self._clock = authorisation_id, vault, clock
        self._system, self._endpoint, self._grace = system, endpoint, grace
        self._lock = threading.Lock()
        self._held: Held | None = None
        self._forced_at: datetime | None = None

    def header(self, *, refresh_of: str | None = None) -> str:
        """Return the header's value; see `Authoriser.header`. Raises `Retry` while renewing is not possible."""
        held = self._held
        if held is not None and self._works(held, refresh_of):
            return held.header
        with self._lock:
            held = self._held  # another thread may have renewed it meanwhile
            if held is None or not self._works(held, refresh_of):
                held = self._load()
            if not self._works(held, refresh_of) and not self._just_forced(held, refresh_of):
                held = self._renewed(held, refresh_of)
            self._held = held
            return held.header

    def forget(self) -> None:
        """Drop what is remembered, so that the next call reads it anew."""
        with self._lock:
            self._held = None

    def _works(self, held: Held, refresh_of: str | None) -> bool:
        return held.header != refresh_of and held.fresh_at(self._clock.now())

    def _just_forced(self, held: Held, refresh_of: str | None) -> bool:
        recent = self._forced_at is not None and self._clock.now() < self._forced_at + PAUSE
        return recent and held.header == refresh_of and held.fresh_at(self._clock.now())

    def _load(self) -> Held:
        self._held = None
        return self._vault.load(self._id, system=self._system)

    def _renewed(self, stale: Held, refresh_of: str | None) -> Held:
        try:
            with self._vault.database.lock(refresh_lock(self._id), wait=LOCK_WAIT):
                held = self._load()  # another process may have renewed it while this one waited
                return held if self._works(held, refresh_of) else self._refresh(held, refresh_of)
        except Busy:
            # Another process has been renewing for long. What is left of the old token is good enough.
            if stale.header != refresh_of and self._clock.now() < stale.expires_at:
                return stale
            raise Retry(f"{self._system} is being asked for a new token by another process.") from None

    def _refresh(self, held: Held, refresh_of: str | None) -> Held:
        if not held.tokens.refresh:
            self._expire("it can't be renewed without a refresh token")
        endpoint = self._endpoint()
        try:
            used = held.tokens.refresh
            try:
                reply = self._asked(endpoint, used)
            except GrantRefused:
                used = held.tokens.previous_at(self._clock.now(), self._grace)
                if not used:
                    raise
                reply = self._asked(endpoint, used)
        except GrantRefused as refusal:
            self._expire(refusal.verbatim)
        now = self._clock.now()
        if refresh_of is not None:
            self._forced_at = now
        tokens = TokenSet.from_reply(reply, now=now, used=used)
        return self._vault.replace(self._id, tokens, now, scopes=str(reply.get("scope") or ""))

    def _asked(self, endpoint: TokenEndpoint, token: str) -> dict[str, Any]:
        """Ask once more after a lost reply where the same refresh token is good for it."""
        try:
            return endpoint.refresh(token)
        except ReplyLost as lost:
            if not self._grace:
                raise Retry(f"{lost} It is asked again later.", timedelta(seconds=30)) from lost
        try:
            return endpoint.refresh(token)
        except ReplyLost as lost:
            raise Retry(f"{lost} It is asked again later.", timedelta(seconds=30)) from lost

    def _expire(self, verbatim: str) -> NoReturn:
        problem = AuthorisationExpired(self._system, verbatim)
        self._vault.expire(self._id, str(problem), self._clock.now())
        raise problem
