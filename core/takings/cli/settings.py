"""The options that set an integration up or change it, read into one dictionary."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import update_wrapper
from typing import Any

import click

from takings.cli.values import WholeNumber

_PAIR = "NAME=VALUE"


def settings_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of an integration's settings; the command takes those that were given as `changes`."""

    def call(*args: Any, **values: Any) -> Any:
        given = {
            "numbering": values.pop("numbering"),
            "numbering_settings": read_settings(values.pop("numbering_set"), "--numbering-set"),
            "target_settings": read_settings(values.pop("target_set"), "--set"),
            "trailing_days": values.pop("trailing_days"),
        }
        changes = {name: value for name, value in given.items() if value not in (None, {})}
        return function(*args, changes=changes, **values)

    call = update_wrapper(call, function)
    for option in (
        click.option("--trailing-days", type=WholeNumber(0), help="How many days are read again."),
        click.option("--set", "target_set", multiple=True, metavar=_PAIR, help="A setting of the ledger."),
        click.option("--numbering-set", multiple=True, metavar=_PAIR, help="A setting of the numbering."),
        click.option("--numbering", metavar="COMPONENT", help="Who numbers the documents. [default: builtin:ledger]"),
    ):
        call = option(call)
    return call


def read_settings(given: Iterable[str], option: str) -> dict[str, Any]:
    """Return the settings given as `NAME=VALUE`; a value that begins with `[` or `{` is read as JSON.

    All others stay text: the settings' model turns it into what it needs. Raises click's `UsageError`.
    """
    found: dict[str, Any] = {}
    for one in given:
        name, equals, text = one.partition("=")
        if not equals or not name.strip():
            raise click.UsageError(f"{option} takes NAME=VALUE, not {one}.")
        found[name.strip()] = _value(name, text)
    return found


def _value(name: str, text: str) -> Any:
    if not text.lstrip().startswith(("[", "{")):
        return text
    try:
        return json.loads(text)
    except ValueError as error:
        raise click.UsageError(f"The value of {name} is not JSON: {error}.") from error
