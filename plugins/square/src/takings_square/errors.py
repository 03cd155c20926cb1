"""Is responsible for what Square's refusals mean to the core, grouped by what recovers from them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec

from takings.plugin import AuthorisationExpired, Instruction, Misconfigured, RateLimited, Reply, Retry, retry_after

SYSTEM = "Square"

_PASSING = frozenset({408, 425, 500, 502, 503, 504})
_LONGEST_VERBATIM = 300


# --- Passes by itself ----------------------------------------------------------------------------------------


def unreadable(path: str, problem: object) -> Retry:
    """Half an answer, or one of something in between: as a rule it is whole the next time."""
    return Retry(f"{SYSTEM}'s answer to {path} could not be read: {problem}")


def going_in_a_circle(path: str) -> Retry:
    """The same cursor came twice, so that the list would never end."""
    return Retry(f"{SYSTEM}'s pages of {path} go in a circle.", timedelta(minutes=5))


# --- The operator or owner has to change a setting -----------------------------------------------------------


def no_location(known: list[str]) -> Misconfigured:
    """There is no single location to read."""
    if not known:
        return Misconfigured("location_id", f"the {SYSTEM} account has no active location")
    return Misconfigured("location_id", f"name one of the active locations: {', '.join(sorted(known))}")


def location_unusable(ident: str, missing: str) -> Misconfigured:
    """The location lacks what its days are told by."""
    return Misconfigured("location_id", f"the location {ident} has no usable {missing}; set it in {SYSTEM}")


# --- Any reply other than 200 --------------------------------------------------------------------------------


def instruction(reply: Reply, path: str, now: datetime) -> Instruction:
    """Return what a reply other than 200 means for the core."""
    status, said = reply.status_code, verbatim(reply)
    wait = retry_after(reply.headers.get("Retry-After", ""), now)
    if status in (401, 403):
        return AuthorisationExpired(SYSTEM, said)
    if status == 429:
        return RateLimited(wait or timedelta(seconds=30))
    if status in _PASSING:
        return Retry(f"{SYSTEM} answered {status} to {path}. {said}".strip(), wait or timedelta(seconds=5))
    if status == 404 or 300 <= status < 400:
        return Misconfigured("api_url", f"there is no {path} at that address (it answered {status})")
    return Misconfigured("api_url", f"{SYSTEM} answered {status} to {path}: {said}")


def verbatim(reply: Reply) -> str:
    """Return Square's own words: code and detail of each error, else the start of the body."""
    try:
        said: Any = msgspec.json.decode(reply.content)
        told = [f"{one.get('code', '')}: {one.get('detail', '')}".strip(": ") for one in said["errors"]]
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError, AttributeError):
        return reply.text[:_LONGEST_VERBATIM]
    return " ".join(told)[:_LONGEST_VERBATIM]
