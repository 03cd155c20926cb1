"""Gives each call an id that stands in the log, the audit trail and on error pages, so that people can quote it."""

from __future__ import annotations

import uuid

from starlette.types import Scope

_NAME = "takings.request_id"


def request_id_of(scope: Scope) -> str:
    """Return the id of a call; it is made at the first time of asking."""
    found = scope.get(_NAME)
    if not isinstance(found, str):
        found = scope[_NAME] = uuid.uuid4().hex[:16]
    return found
