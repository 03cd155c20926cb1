"""Settings models with a closed vocabulary of fields, so that each renderer can show every form.

A settings model is declared on one of three levels: installation (the operator's), connection and
integration (the owner's). The core validates and stores it; a plugin only reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

FieldKind = Literal[
    "text", "secret", "switch", "whole_number", "choice", "address", "ledger_account", "ledger_option",
    "ledger_category", "ledger_tax", "date", "folder",
]  # fmt: skip

#: Characters of a wrong value that are told.
_TOLD = 40


class Settings(BaseModel):
    """The base of every settings model: frozen; unknown names, and what is not among a field's choices, are refused.

    Example::

        from takings.plugin import Settings, option


        class Installation(Settings):
            '''What the operator sets for everybody.'''

            till_url: str = option("https://till.example.com", title="Address of the till's server", kind="address")
            client_secret: str = option("", title="Client secret", kind="secret")


        class Integration(Settings):
            '''What the owner of one integration sets.'''

            by_department: bool = option(False, title="One line for each department", kind="switch")


        assert "hush" not in repr(Installation(client_secret="hush"))
        assert Integration.model_validate({"by_department": True}).by_department
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    @field_validator("*", mode="after")
    @classmethod
    def _among_the_choices(cls, value: Any, info: ValidationInfo) -> Any:
        field = cls.model_fields[info.field_name or ""]
        extra = field.json_schema_extra
        declared: Any = extra.get("takings") if isinstance(extra, dict) else None
        if not declared or declared["kind"] != "choice" or value == field.default:
            return value
        given, choices = str(getattr(value, "value", value)), declared.get("choices", {})
        if given not in choices:
            shown = given if len(given) <= _TOLD else f"{given[:_TOLD]}…"
            told = {"given": shown or "nothing", "choices": ", ".join(choices)}
            raise PydanticCustomError("not_a_choice", "{given} is not one of the choices: {choices}", told)
        return value


#: Turns stored settings of an older version into those of the declared one: level, version stored, values. Pure.
Migrate = Callable[[str, tuple[int, int], dict[str, Any]], dict[str, Any]]


class NoSettings(Settings):
    """The settings of a level on which nothing is to be set.

    Example::

        from pydantic import ValidationError

        from takings.plugin import NoSettings

        # The levels of a declaration that are not named have it, and so refuse whatever is given.
        assert NoSettings() == NoSettings.model_validate({})
        try:
            NoSettings.model_validate({"colour": "red"})
        except ValidationError as error:
            assert "colour" in str(error)
        else:
            raise AssertionError("it took a setting that nobody declared")
    """


def option(
    default: Any = ...,
    *,
    title: str,
    help: str = "",
    kind: FieldKind = "text",
    choices: Mapping[str, str] | None = None,
    scope: str | Mapping[str, str] = "",
    show_when: Mapping[str, Any] | None = None,
    **limits: Any,
) -> Any:
    """Declare one field of a settings model.

    `choices` maps stored values to labels, for kind `choice`. `scope` names a further OAuth scope that the field
    needs once it has another value than its default, or one for each value that needs one. `show_when` names other
    fields and the values at which this one is asked for. `limits` go to pydantic (`ge`, `max_length`, …).

    Example::

        from takings.plugin import Settings, option


        class Integration(Settings):
            shape: str = option("day", title="Post", kind="choice", choices={"day": "Days", "week": "Weeks"})
            ends: int = option(7, title="Last day", kind="whole_number", le=7, show_when={"shape": "week"})
            attach: bool = option(False, title="Attach the till's report", kind="switch", scope="files.write")


        assert Integration(shape="week").ends == 7
    """
    extra: dict[str, Any] = {"kind": kind, "secret": kind == "secret"}
    if choices is not None:
        extra["choices"] = dict(choices)
    if show_when:
        extra["show_when"] = dict(show_when)
    if scope:
        extra["scope"] = scope if isinstance(scope, str) else dict(scope)
    shown = kind != "secret"
    return Field(default, title=title, description=help, json_schema_extra={"takings": extra}, repr=shown, **limits)
