"""Finds out which program asks, by the key that it sends."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import Scope

from takings.engine import Engine
from takings.web.principal import FindPrincipal, WebPrincipal


def principal_by_key(engine: Engine, otherwise: FindPrincipal) -> FindPrincipal:
    """Return what finds out who asks: whoever sends an Authorization header, by nothing but the key in it."""

    def find(scope: Scope) -> WebPrincipal | None:
        given = Headers(scope=scope).get("authorization")
        if given is None:
            return otherwise(scope)
        scheme, _, key = given.partition(" ")
        found = engine.principal_of_key(key.strip()) if scheme.lower() == "bearer" else None
        if found is None:
            return None
        return WebPrincipal(owner=found.owner, name=found.name, session_id="", can_provision=True, is_program=True)

    return find
