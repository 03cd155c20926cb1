"""Settings models with a closed vocabulary of fields, so that each renderer can show every form.

A settings model is declared on one of three levels: installation (the operator's), connection and
integration (the owner's). The core validates and stores it; a plugin only reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

FieldKind = Literal[
    "text", "secret", "switch", "whole_number", "choice", "address", "ledger_account", "date", "folder"
]  # fmt: skip


class Settings(BaseModel):
    """The base of every settings model: frozen, and unknown names are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


#: Turns stored settings of an older version into those of the declared one: level, version stored, values. Pure.
Migrate = Callable[[str, tuple[int, int], dict[str, Any]], dict[str, Any]]


class NoSettings(Settings):
    """The settings of a level on which nothing is to be set."""


def option(
    default: Any = ...,
    *,
    title: str,
    help: str = "",
    kind: FieldKind = "text",
    choices: Mapping[str, str] | None = None,
    scope: str = "",
    show_when: Mapping[str, Any] | None = None,
    **limits: Any,
) -> Any:
    """Declare one field of a settings model.

    `choices` maps stored values to labels, for kind `choice`. `scope` names a further OAuth scope that the
    field needs once it has another value than its default. `show_when` names other fields and the values at which
    this one is asked for. `limits` go to pydantic (`ge`, `max_length`, …).
    """
    extra: dict[str, Any] = {"kind": kind, "secret": kind == "secret"}
    if choices is not None:
        extra["choices"] = dict(choices)
    if show_when:
        extra["show_when"] = dict(show_when)
    if scope:
        extra["scope"] = scope
    shown = kind != "secret"
    return Field(default, title=title, description=help, json_schema_extra={"takings": extra}, repr=shown, **limits)
