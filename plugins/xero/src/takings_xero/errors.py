"""What an answer of Xero that is no success tells the core to do.

Grouped by recovery: connect again, mend a setting, wait, try again. The last class is a fault of this plugin.
"""

from __future__ import annotations

from datetime import timedelta

import msgspec

from takings.plugin import (
    AuthorisationExpired,
    Disconnected,
    Instruction,
    Misconfigured,
    RateLimited,
    Reply,
    Retry,
    Unavailable,
)
from takings_xero.shapes import Problem

SYSTEM = "Xero"

# X-Rate-Limit-Problem: (the core's scope, how long to wait where Xero does not say).
_LIMITS = {
    "minute": ("minute", timedelta(seconds=60)),
    "day": ("day", timedelta(hours=1)),
    "appminute": ("app", timedelta(seconds=60)),
    "concurrent": ("concurrent", timedelta(seconds=1)),
}
_problems = msgspec.json.Decoder(Problem)


class QueryRefused(Exception):
    """Xero could not read a query of this plugin: a fault of the plugin, which no user can mend."""

    def __init__(self, path: str, verbatim: str) -> None:
        super().__init__(f"Xero refused the query of {path}: {verbatim}")


def problem_of(reply: Reply) -> Problem:
    """Read an error reply; one that is no JSON gives its text as the message."""
    try:
        return _problems.decode(reply.content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Problem(message=reply.text.strip()[:500])


def instruction(reply: Reply) -> Instruction | None:
    """Return what the core should do, where the status alone says that nothing of the call was accepted.

    None for the statuses that need a closer look: a success, 400, 413, and 5xx but 503.
    """
    status = reply.status_code
    verbatim = problem_of(reply).text if status in {401, 403, 503} else ""
    if status == 401:
        return _unauthorised(reply, verbatim)
    if status == 403:
        return Disconnected(SYSTEM, verbatim)
    if status in {404, 405} or 300 <= status < 400:
        return Misconfigured("api_url", f"it answered {status}; the accounting API of Xero is not at this address")
    if status == 412:
        return Misconfigured("api_url", "Xero answered 412: something on the way speaks a TLS older than 1.2")
    if status == 429:
        return rate_limited(reply)
    if status == 503:
        return Unavailable(SYSTEM, verbatim or "it answered 503", retry_after(reply) or timedelta(minutes=5))
    return None


def reading_failed(reply: Reply, path: str) -> Exception:
    """Return what to raise for a read that did not answer 200."""
    known = instruction(reply)
    if known is not None:
        return known
    verbatim = problem_of(reply).text
    if reply.status_code >= 500 or reply.status_code == 408:
        return Retry(f"Xero answered {reply.status_code}: {verbatim}", timedelta(seconds=30))
    return QueryRefused(path, verbatim or f"it answered {reply.status_code}")


def rate_limited(reply: Reply) -> RateLimited:
    """Read a 429, whose body is empty: everything stands in its headers."""
    problem = (reply.headers.get("X-Rate-Limit-Problem") or "minute").strip().lower()
    scope, usual = _LIMITS.get(problem, (problem, timedelta(seconds=60)))
    return RateLimited(retry_after(reply) or usual, scope)


def retry_after(reply: Reply) -> timedelta | None:
    """Return the seconds of Retry-After, where it gives some."""
    given = (reply.headers.get("Retry-After") or "").strip()
    return timedelta(seconds=max(1, int(given))) if given.isdecimal() else None


def _unauthorised(reply: Reply, verbatim: str) -> Instruction:
    challenge = (reply.headers.get("WWW-Authenticate") or "").lower()
    # Xero's documents spell it "insufficent_scope".
    if (
        "insufficient_scope" in challenge
        or "insufficent_scope" in challenge
        or "AuthorizationUnsuccessful" in verbatim
    ):
        return Misconfigured(
            "scopes",
            "the authorisation lacks a scope that this call needs; connect again, and tick all that Xero asks. "
            f"It said: {verbatim}",
        )
    return AuthorisationExpired(SYSTEM, verbatim)
