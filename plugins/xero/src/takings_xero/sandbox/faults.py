"""Faults on purpose: an ordered list of rules, the calls that are held, and releasing them."""

from __future__ import annotations

import itertools
import threading
from typing import Any, Literal

import msgspec

Do = Literal[
    "delay",
    "status",
    "drop_before",
    "commit_then_drop",
    "drop_then_commit_later",
    "hold_before_commit",
    "hold_after_commit",
]
HOLD_LIMIT_SECONDS = 60.0


class Match(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Which calls a rule concerns; an empty match concerns every call outside /sandbox."""

    method: str | None = None
    path: str | None = None
    """Prefix of the path, letter case ignored, for example `/api.xro/2.0/Payments` or `/connect/token`."""
    resource: str | None = None
    """First part of the path behind /api.xro/2.0, for example `Invoices`."""
    tenant: str | None = None
    nth: int | None = None
    """Only the nth matching call, counted from 1 since the rule was added."""


class Rule(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One fault; `times` null means for ever."""

    do: Do
    match: Match = msgspec.field(default_factory=Match)
    times: int | None = 1
    ms: float = 0.0
    """delay: milliseconds."""
    status: int = 503
    """status: the answer; 429 and 503 get the bodies of real Xero."""
    retry_after: int | None = None
    problem: str = "minute"
    """status 429: the X-Rate-Limit-Problem."""
    seconds: float = 1.0
    """drop_then_commit_later: when the call is worked on, at most 30."""
    id: int = 0
    seen: int = 0
    used: int = 0


class Held(msgspec.Struct, kw_only=True):
    """A call that waits for its release."""

    id: int
    method: str
    path: str
    when: str
    body: str


class Faults:
    """The rules and the held calls of one sandbox; in memory only."""

    def __init__(self) -> None:
        self._lock = threading.Condition()
        self._rules: list[Rule] = []
        self._ids = itertools.count(1)
        self._held: dict[int, Held] = {}
        self._closed = False

    def add(self, rule: dict[str, Any] | Rule) -> int:
        """Append a rule and return its id; raises msgspec.ValidationError for an unknown field."""
        made = msgspec.convert(rule, Rule) if isinstance(rule, dict) else rule
        with self._lock:
            made.id = next(self._ids)
            self._rules.append(made)
            return made.id

    def clear(self, ident: int | None = None) -> None:
        """Remove one rule, or all."""
        with self._lock:
            self._rules = [rule for rule in self._rules if ident is not None and rule.id != ident]

    def rules(self) -> list[dict[str, Any]]:
        """Return the rules with how often each matched and was used."""
        with self._lock:
            return [msgspec.to_builtins(rule) for rule in self._rules]

    def pick(self, *, method: str, path: str, resource: str, tenant: str) -> Rule | None:
        """Return the first rule for a call and use it up once."""
        with self._lock:
            for rule in self._rules:
                if rule.times is not None and rule.used >= rule.times:
                    continue
                if not _matches(rule.match, method, path, resource=resource, tenant=tenant):
                    continue
                rule.seen += 1
                if rule.match.nth is not None and rule.match.nth != rule.seen:
                    continue
                rule.used += 1
                return rule
        return None

    def hold(self, *, method: str, path: str, when: str, body: str) -> bool:
        """Wait until released or 60 seconds passed; tells whether it was released."""
        with self._lock:
            ident = next(self._ids)
            self._held[ident] = Held(id=ident, method=method, path=path, when=when, body=body)
            self._lock.notify_all()
            released = self._lock.wait_for(
                lambda: self._closed or ident not in self._held, timeout=HOLD_LIMIT_SECONDS
            )
            self._held.pop(ident, None)
            return released

    def held(self, *, wait_for: int = 0, timeout: float = 0.0) -> list[dict[str, Any]]:
        """Return the held calls; waits up to `timeout` seconds until there are at least `wait_for`."""
        with self._lock:
            self._lock.wait_for(lambda: len(self._held) >= wait_for, timeout=min(timeout, 30.0))
            return [msgspec.to_builtins(call) for call in self._held.values()]

    def release(self, ident: int | None = None) -> int:
        """Release one held call, or all; returns how many."""
        with self._lock:
            going = [key for key in self._held if ident is None or key == ident]
            for key in going:
                del self._held[key]
            self._lock.notify_all()
            return len(going)

    def close(self) -> None:
        """Release everything for good."""
        with self._lock:
            self._closed = True
            self._lock.notify_all()


def _matches(match: Match, method: str, path: str, *, resource: str, tenant: str) -> bool:
    return (
        (match.method is None or match.method.upper() == method)
        and (match.path is None or path.lower().startswith(match.path.lower()))
        and (match.resource is None or match.resource.lower() == resource.lower())
        and (match.tenant is None or match.tenant == tenant)
    )
