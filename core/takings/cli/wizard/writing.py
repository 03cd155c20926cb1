"""Writes a file of answers from what stands: read again, it sets another integration up in the same way."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from takings.cli.text import clean
from takings.cli.wizard.course import Course
from takings.views import ChoiceView, FieldView, MappingView, StepKind, StepState, StepView

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def write(course: Course) -> str:
    """Return the answers as TOML, without secrets; a step that was not answered yet is named in a remark."""
    view = course.view()
    title = (
        f"# How {clean(view.integration_name)} is set up, {clean(view.source)} to {clean(view.target)}.\n"
        "# Use it with: takings setup INTEGRATION --answers FILE\n"
    )
    sections = ("\n".join(_section(course.step(one.key))) for one in view.steps)
    return "\n".join([title, *(f"{one}\n" for one in sections)])


def _section(step: StepView) -> Iterator[str]:
    yield f"# {clean(step.title)}"
    if step.kind is StepKind.NOTICE:
        yield "# Nothing is asked here."
        return
    answered = step.state is StepState.COMPLETED
    lines = [f"{key(name)} = {said}" for name, said in _answers(step)]
    if step.kind is not StepKind.MAPPING and not answered and step.token is None:
        lines = []
    if not lines and not answered:
        yield f"# [{header(step.key)}] was not answered yet."
        return
    yield f"[{header(step.key)}]"
    yield from lines


def _answers(step: StepView) -> Iterator[tuple[str, str]]:
    if step.token is not None and step.token.state != "none":
        yield "make", "true"
    if step.table is not None:
        for row in sorted(step.table.rows, key=lambda one: (one.category, one.code)):
            if row.choice != "open":
                yield row.code, _decision(row, step.table.candidates)
    values = {one.name: one.value for one in step.fields}
    for field in step.fields:
        if field.kind != "secret" and field.value is not None and field.counts(values):
            yield field.name, _value(field)


def _decision(row: MappingView, candidates: tuple[ChoiceView, ...]) -> str:
    """Write a decision by the code that people know, or by the id where the code names several."""
    if row.choice != "post":
        return text(row.choice)
    wanted = row.ref_code or row.ref_name
    others = [one for one in candidates if one.value != row.ref_id and wanted.casefold() in _names(one)]
    if not wanted or others or wanted in ("do_not_post", "leave_open"):
        return f"{text(row.ref_id)}  # {clean(f'{row.ref_code} {row.ref_name}'.strip())}"
    return f"{text(wanted)}  # {clean(row.ref_name)}" if row.ref_name not in ("", wanted) else text(wanted)


def _names(choice: ChoiceView) -> set[str]:
    label = choice.label.casefold()
    return {choice.value.casefold(), label, *label.split(" ", 1)}


def _value(field: FieldView) -> str:
    """Write what a field has; an account of the ledger by its code and name, which another ledger may have too."""
    value: Any = field.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if field.kind == "date":
        return str(date.fromisoformat(value)) if value else text("")
    labels = [one.label for one in field.choices if one.value == value]
    named = field.kind in ("ledger_account", "ledger_tax") and labels
    if named and sum(one.label == labels[0] for one in field.choices) == 1:
        return text(labels[0])
    return text(str(value))


def header(step: str) -> str:
    """Return a step's key as a header of TOML."""
    return ".".join(key(part) for part in step.split("."))


def key(name: str) -> str:
    """Return a name as a key of TOML."""
    return name if _BARE.fullmatch(name) else text(name)


def text(value: str) -> str:
    """Return a text as a basic string of TOML, which escapes as JSON does, and the delete character besides."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
