"""Which OAuth scopes to ask for: those always needed, and those of settings that are in use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from takings.plugin.settings import Settings


def scopes_of(model: type[Settings], values: Mapping[str, Any]) -> list[str]:
    """Return the scopes of fields that have another value than their default."""
    found = []
    for name, field in model.model_fields.items():
        extra = field.json_schema_extra
        own = extra.get("takings") if isinstance(extra, dict) else None
        scope = own.get("scope") if isinstance(own, dict) else None
        if name not in values or values[name] == field.get_default():
            continue
        needed = scope.get(values[name]) if isinstance(scope, dict) else scope
        if isinstance(needed, str):
            found.append(needed)
    return found


def joined(always: Iterable[str], further: Iterable[str]) -> str:
    """Return scopes in one string, in order and once each."""
    return " ".join(dict.fromkeys([*always, *further]))


def missing(asked: str, granted: str) -> tuple[str, ...]:
    """Return what was asked for and not granted; a reply that names no scopes granted what was asked."""
    got = set(granted.split())
    return tuple(scope for scope in asked.split() if scope not in got) if got else ()
