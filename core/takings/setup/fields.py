"""Turns settings models into fields to ask, and answers into values; one list serves every face. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from takings.plugin.settings import Settings
from takings.plugin.targets import Chart
from takings.views import ChoiceView, FieldView

#: What a switch can be called in a form or a file.
_TRUE, _FALSE = ("true", "on", "yes", "1"), ("false", "off", "no", "0", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What became of answers: values that hold, and an error for each field that does not."""

    values: dict[str, Any]
    errors: dict[str, str]


def describe(
    model: type[Settings],
    stored: Mapping[str, Any],
    *,
    names: Iterable[str] | None = None,
    chart: Chart | None = None,
    group: str = "",
) -> tuple[FieldView, ...]:
    """Return the fields of a model (or those named) with what is stored, else their defaults."""
    wanted = model.model_fields if names is None else {name: model.model_fields[name] for name in names}
    return tuple(
        _field(name, info, stored.get(name), is_stored=name in stored, chart=chart, group=group)
        for name, info in wanted.items()
    )


def declared_of(info: FieldInfo) -> dict[str, Any]:
    """Return what `option` noted of a field."""
    extra = info.json_schema_extra
    own = extra.get("takings") if isinstance(extra, dict) else None
    return own if isinstance(own, dict) else {}


def _field(name: str, info: FieldInfo, stored: Any, *, is_stored: bool, chart: Chart | None, group: str) -> FieldView:
    declared = declared_of(info)
    kind, default = str(declared.get("kind", "text")), _json(info.get_default())
    secret = kind == "secret"
    shown = declared.get("show_when")
    return FieldView(
        name=name,
        label=info.title or name,
        help=info.description or "",
        kind=kind,
        required=info.is_required(),
        value=None if secret else stored if is_stored else default,
        default=None if secret else default,
        is_set=bool(stored) if secret else is_stored,
        choices=_choices(kind, declared, chart, stored=stored),
        group=group,
        show_when={key: _as_tuple(value) for key, value in shown.items()} if shown else None,
    )


def _json(value: Any) -> Any:
    if value is PydanticUndefined:
        return None
    return value.isoformat() if hasattr(value, "isoformat") else value


def _as_tuple(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list | tuple | set | frozenset) else (value,)


def _choices(kind: str, declared: Mapping[str, Any], chart: Chart | None, *, stored: Any) -> tuple[ChoiceView, ...]:
    if kind == "choice":
        return tuple(ChoiceView(value=value, label=label) for value, label in declared.get("choices", {}).items())
    if kind == "ledger_account" and chart is not None:
        return tuple(
            ChoiceView(value=one.id, label=f"{one.code} {one.name}".strip(), group=one.kind)
            for one in chart.accounts
            if (one.active and one.takes_lines) or one.id == stored
        )
    if kind == "ledger_tax" and chart is not None:
        return tuple(
            ChoiceView(value=one.id, label=f"{one.name} ({one.rate.normalize():f} %)")
            for one in chart.taxes
            if one.active or one.id == stored
        )
    if kind == "ledger_option" and chart is not None:
        return tuple(
            ChoiceView(value=one.id, label=one.name, group=one.category_name)
            for one in chart.options
            if one.active or one.id == stored
        )
    if kind == "ledger_category" and chart is not None:
        named = {one.category: one.category_name or one.category for one in chart.options if one.active}
        return tuple(ChoiceView(value=id_, label=name) for id_, name in named.items())
    return ()


def read(fields: Iterable[FieldView], given: Mapping[str, Any]) -> Answers:
    """Read answers as people, forms and files give them; what is not given keeps its value.

    A secret that is left empty stays as it is. Fields that are not shown are left out.
    """
    fields = tuple(fields)
    values: dict[str, Any] = {}
    errors = {name: "There is no such field here." for name in given if name not in {one.name for one in fields}}
    for one in fields:
        try:
            values[one.name] = _value(one, given[one.name]) if one.name in given else one.value
        except ValueError as problem:
            errors[one.name] = str(problem)
    kept = {one.name: one for one in fields}
    shown = {name: value for name, value in values.items() if kept[name].counts(values)}
    errors = {name: text for name, text in errors.items() if name not in kept or kept[name].counts(values)}
    for name, value in list(shown.items()):
        field = kept[name]
        if field.kind == "secret" and value in (None, ""):
            del shown[name]
            missing = field.required and not field.is_set
        else:
            missing = field.required and value in (None, "")
        if missing:
            errors.setdefault(name, f"Enter the {_lower(field.label)}.")
    return Answers(values=shown, errors=errors)


def _value(field: FieldView, given: Any) -> Any:
    if isinstance(given, str):
        given = given.strip()
    chosen = field.kind == "choice" or field.kind.startswith("ledger_")
    reader = _choice if chosen else {"switch": _switch, "whole_number": _whole}.get(field.kind)
    if reader is not None:
        return reader(field, given)
    return "" if given is None else given if isinstance(given, str) else _json(given)


def _switch(field: FieldView, given: Any) -> bool:
    if isinstance(given, bool):
        return given
    text = str(given).lower()
    if text not in (*_TRUE, *_FALSE):
        raise ValueError(f"Say yes or no, not {given}.")
    return text in _TRUE


def _whole(field: FieldView, given: Any) -> int:
    text = "" if given is None else str(given)
    if re.fullmatch(r"[+-]?[0-9]{13,}", text):
        raise ValueError("Enter a number of at most 12 digits.")
    if isinstance(given, bool) or not re.fullmatch(r"[+-]?[0-9]{1,12}", text):
        raise ValueError(f"Enter a whole number, not {text}." if text else "Enter a whole number.")
    return int(text)


def _choice(field: FieldView, given: Any) -> str:
    text = "" if given is None else str(given)
    known = {one.value for one in field.choices}
    empty = field.kind != "choice" or field.default in (None, "")
    if text in known or (text == "" and empty and not field.required):
        return text
    fitting = [one.value for one in field.choices if text.casefold() in _called(one)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise ValueError(f"{text} names {len(fitting)} of the choices; give the id.")
    there = f": {', '.join(one.value for one in field.choices)}" if field.kind == "choice" else ""
    raise ValueError(f"{text} is not one of the choices{there}." if text else f"Choose one{there}.")


def _called(choice: ChoiceView) -> set[str]:
    label = choice.label.casefold()
    # An account by its code or its name, a tax rate without its percentage.
    return {label, *label.split(" ", 1), label.rpartition(" (")[0] or label}


def check(model: type[Settings], values: Mapping[str, Any]) -> dict[str, str]:
    """Return a plain sentence for each value that a settings model refuses."""
    try:
        model.model_validate(values)
    except ValidationError as problem:
        return {_place(one): sentence(model, one) for one in problem.errors(include_url=False)}
    return {}


def _place(problem: Any) -> str:
    return str(problem["loc"][0]) if problem["loc"] else ""


def sentence(model: type[Settings], problem: Any) -> str:
    """Say in plain words what pydantic found at a settings model."""
    info = model.model_fields.get(_place(problem))
    label = _lower(info.title) if info and info.title else _place(problem)
    context, help_ = problem.get("ctx", {}), f" {info.description.rstrip('.')}." if info and info.description else ""
    said = {
        "missing": f"Enter the {label}.",
        "string_too_short": f"Enter the {label}.",
        "string_too_long": f"Use at most {context.get('max_length')} characters.",
        "greater_than_equal": f"It must be {context.get('ge')} or more.",
        "less_than_equal": f"It must be {context.get('le')} or less.",
        "greater_than": f"It must be more than {context.get('gt')}.",
        "less_than": f"It must be less than {context.get('lt')}.",
        "string_pattern_mismatch": f"This can't be the {label}.{help_}",
        "extra_forbidden": "There is no such setting.",
        "date_from_datetime_parsing": "Enter a date like 2026-10-31.",
        "date_parsing": "Enter a date like 2026-10-31.",
    }.get(problem["type"])
    text = said or str(problem["msg"]).removeprefix("Value error, ")
    return text if text.endswith(".") else f"{text}."


def _lower(label: str) -> str:
    """Begin a label in lower case inside a sentence, unless it is an abbreviation."""
    return label if label[1:2].isupper() else f"{label[:1].lower()}{label[1:]}"


def with_answers(
    fields: Iterable[FieldView], given: Mapping[str, Any], errors: Mapping[str, str]
) -> tuple[FieldView, ...]:
    """Show fields with what was typed and what is wrong with it; a secret is never shown again."""
    return tuple(
        replace(
            one,
            value=given[one.name] if one.name in given and one.kind != "secret" else one.value,
            error=errors.get(one.name, ""),
        )
        for one in fields
    )
