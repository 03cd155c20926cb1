"""Asks the fields of a step one by one, each in the way of its kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import available_timezones

from takings.cli.wizard.console import Back, ask, rows, say
from takings.cli.wizard.searching import SHOWN, search
from takings.views import ChoiceView, FieldView

#: What is typed to take all that is left as it stands, and to empty a field.
REST, EMPTY = ".", "-"


class _Rest(Exception):
    """The person takes all that is left of the step as it stands."""


_FORMS = {"date": "YYYY-MM-DD", "time": "HH:MM", "whole_number": "a whole number", "address": "an address"}
_YES = {"y": True, "yes": True, "n": False, "no": False}
_FEW = 9


def ask_fields(fields: Sequence[FieldView], given: dict[str, Any], *, only: Sequence[str] = ()) -> None:
    """Ask the fields that count, or those named in `only`, and put each answer into `given` at once.

    `b` at a field goes to the one before it; raises `Back` at the first.
    """
    asked: list[FieldView] = []
    while (field := _next(fields, given, asked, only=only)) is not None:
        try:
            answer = _ask(field, given)
        except Back:
            if not asked:
                raise
            asked.pop()
            continue
        except _Rest:
            return
        asked.append(field)
        if answer is not None:
            given[field.name] = answer


def _next(
    fields: Sequence[FieldView], given: Mapping[str, Any], asked: Sequence[FieldView], *, only: Sequence[str]
) -> FieldView | None:
    values = values_of(fields, given)
    done = {one.name for one in asked}
    wanted = (one for one in fields if not only or one.name in only)
    return next((one for one in wanted if one.name not in done and one.counts(values)), None)


def values_of(fields: Sequence[FieldView], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what each field has or was given."""
    return {one.name: given.get(one.name, one.value) for one in fields}


def _ask(field: FieldView, given: Mapping[str, Any]) -> Any:
    """Return an answer, or None to leave what stands there."""
    say()
    say(field.label)
    if field.help:
        say(field.help if field.help.endswith(".") else f"{field.help}.", indent="  ")
    if field.error:
        say(f"! {field.error}", indent="  ")
    value = given.get(field.name, field.value)
    if field.kind == "secret":
        return ask("  Not shown while you type", default="keep" if field.is_set else "", hidden=True) or None
    if field.kind == "switch":
        return _switch(field, value)
    if field.kind == "zone":
        return _zone(field, value)
    if field.choices:
        return _choice(field, value)
    form = _FORMS.get(field.kind, field.kind.replace("_", " "))
    return _text(field, value, _prompt(field, form, _shown(value)))


def _prompt(field: FieldView, question: str, default: str) -> str:
    optional = "" if field.required else f" {EMPTY} empties it."
    text = ask(
        f"  {question}", default=default, help=f"{REST} takes all that is left of this step as it stands.{optional}"
    )
    if text == REST:
        raise _Rest
    return text


def _shown(value: Any) -> str:
    return "" if value is None else str(value)


def _text(field: FieldView, value: Any, text: str) -> Any:
    if not text:
        return None if value is None else value
    if text == EMPTY and not field.required:
        return ""
    return text[1:] if text in (f"\\{REST}", f"\\{EMPTY}") else text


def _switch(field: FieldView, value: Any) -> Any:
    while True:
        text = _prompt(field, "yes or no", "yes" if value else "no").lower()
        if not text:
            return bool(value)
        if text in _YES:
            return _YES[text]
        say("Answer yes or no.", indent="  ")


def _choice(field: FieldView, value: Any) -> Any:
    """Ask for one of the choices: short lists are shown at once, long ones are searched."""
    standing = next((one for one in field.choices if one.value == value), None)
    shown = list(field.choices) if len(field.choices) <= _FEW else []
    while True:
        rows([(n, one.label) for n, one in enumerate(shown, 1)], indent="    ")
        many = "number, or part of a code or name" if len(field.choices) > _FEW else "number"
        text = _prompt(field, many, standing.label if standing else "")
        if not text:
            return value
        if text == EMPTY and not field.required:
            return ""
        if (picked := numbered(shown, text)) is not None:
            return picked.value
        shown = find(field.choices, text) or shown


def _zone(field: FieldView, value: Any) -> Any:
    zones = [ChoiceView(value=name, label=name) for name in sorted(available_timezones())]
    shown: list[ChoiceView] = []
    while True:
        rows([(n, one.label) for n, one in enumerate(shown, 1)], indent="    ")
        text = _prompt(field, "a place, or part of its name", _shown(value))
        if not text:
            return value
        if (picked := numbered(shown, text)) is not None:
            return picked.value
        exact = next((one for one in zones if one.value.casefold() == text.casefold()), None)
        if exact is not None:
            return exact.value
        shown = find(zones, text.replace(" ", "_")) or shown


def numbered(shown: Sequence[ChoiceView], text: str) -> ChoiceView | None:
    """Return the one of the shown choices whose number was typed."""
    return shown[int(text) - 1] if text.isdecimal() and 1 <= int(text) <= len(shown) else None


def find(choices: Sequence[ChoiceView], text: str) -> list[ChoiceView]:
    """Search, and say so when there is nothing, or more than can be shown."""
    found = search(choices, text)
    if not found:
        say(f"Nothing here is called {text}.", indent="  ")
    elif len(found) > SHOWN:
        say(f"{len(found)} fit; type more of it to see the others.", indent="  ")
    return found[:SHOWN]
