"""Reads a file of answers: a TOML table for each step, checked against the steps before any is used."""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time
from pathlib import Path
from typing import Any

from takings.cli.wizard.report import place
from takings.errors import UsageError
from takings.views import SetupView, StepKind, StepSummary, StepView

#: What a section can say besides the fields of its step.
EXTRA: Mapping[StepKind, tuple[str, ...]] = {
    StepKind.TOKEN: ("make",),
    StepKind.REVIEW: ("retrieve", "confirm"),
}
#: The name that stands for every code without a decision, and the answer that takes each one's best suggestion.
ALL, SUGGESTION = "*", "suggestion"

_LARGEST = 1_000_000


class FromEnvironment(str):
    """A value that was read from the environment; it is never shown."""

    __slots__ = ()


class WrongAnswers(UsageError):
    """A file of answers has something that the setup does not know; `where` and what it is are in the sentence."""


def load(file: str) -> dict[str, Any]:
    """Read a file of answers, `-` from standard input; raises `UsageError` for what is no TOML."""
    try:
        text = sys.stdin.read(_LARGEST + 1) if file == "-" else Path(file).read_text("utf-8")
        if len(text) > _LARGEST:
            raise UsageError(f"{file} is too large for a file of answers.")
        return tomllib.loads(text)
    except OSError as error:
        raise UsageError(f"The file {file} can't be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"The file {file} is not text in UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"The file {file} is not TOML: {error}.") from error


def sections(given: Mapping[str, Any], view: SetupView) -> dict[str, dict[str, Any]]:
    """Return the answers by step; raises `WrongAnswers` for a section that no step has."""
    keys = [one.key for one in view.steps]
    found: dict[str, dict[str, Any]] = {}
    for key in keys:
        section = _at(given, key.split("."))
        if section is not None:
            found[key] = {name: _plain(value, place(key, name)) for name, value in section.items()}
    for path, value in _leaves(given, keys):
        known = ", ".join(f"[{key}]" for key in keys)
        raise WrongAnswers(f"[{path}] = {shown(value)}: no step of this setup is called {path}; there are: {known}.")
    return found


def _at(given: Mapping[str, Any], path: Sequence[str]) -> Mapping[str, Any] | None:
    value: Any = given
    for part in path:
        value = value.get(part) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else None


def _leaves(given: Mapping[str, Any], keys: Sequence[str], path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Give what stands outside of every section."""
    for name, value in given.items():
        here = ".".join((*path, name))
        if here in keys and isinstance(value, Mapping):
            continue
        inside = any(key.startswith(f"{here}.") for key in keys)
        if inside and isinstance(value, Mapping):
            yield from _leaves(value, keys, (*path, name))
        else:
            yield here, value


def _plain(value: Any, where: str) -> Any:
    """Return a value as steps are answered; `{env = "NAME"}` is read from the environment, for secrets."""
    if isinstance(value, Mapping) and set(value) == {"env"}:
        name = str(value["env"])
        if name not in os.environ:
            raise WrongAnswers(f"{where} = {{env = {name!r}}}: there is no environment variable {name}.")
        return FromEnvironment(os.environ[name])
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, str | bool | int):
        return value
    raise WrongAnswers(f"{where} = {shown(value)}: give a text, a number, a date, true or false.")


def shown(value: Any) -> str:
    """Return a value as it stands in a file, shortened."""
    if isinstance(value, FromEnvironment):
        return "(from the environment)"
    text = f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def check_names(step: StepSummary | StepView, whole: StepView, section: Mapping[str, Any]) -> None:
    """Raise `WrongAnswers` for the first name of a section that its step does not have, as far as that is known."""
    known: Sequence[str] | None = [*(one.name for one in whole.fields), *EXTRA.get(step.kind, ())]
    if step.kind is StepKind.MAPPING:
        known = [ALL, *(row.code for row in whole.table.rows)] if whole.table and whole.table.rows else None
    if known is None:
        return
    for name, value in section.items():
        if name not in known:
            what = "code" if step.kind is StepKind.MAPPING else "answer"
            there = f"there are: {', '.join(known)}" if known else "this step asks nothing"
            raise WrongAnswers(f"{place(step.key, name)} = {shown(value)}: there is no such {what} here; {there}.")
    for name in ("make", "retrieve"):
        if name in EXTRA.get(step.kind, ()) and not isinstance(section.get(name, False), bool):
            raise WrongAnswers(f"{place(step.key, name)} = {shown(section[name])}: say true or false.")
