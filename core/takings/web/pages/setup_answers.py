"""Reads the form of a setup step: its answers by field or code, the action, and where to go afterwards."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import FormData

#: What the names of controls begin with, so that no plugin's field can be taken for one of ours.
FIELD, ROW, USE = "field:", "row:", "use:"

#: The code by which an answer to a table means all rows without a decision, and the tick that confirms a count.
FILL, CONFIRM = "fill", "confirm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One form: what was answered, what is to be done with it, and whether the review comes next."""

    values: dict[str, str]
    action: str
    version: str
    from_review: bool


def read_answers(form: FormData) -> Answered:
    """Read a form as the pages send it; of a name that comes twice the last one counts, so that a tick wins."""
    texts = {name: value for name, value in form.items() if isinstance(value, str)}
    action = texts.get("action", "") or "continue"
    values: dict[str, str] = {}
    for name, value in texts.items():
        for prefix in (FIELD, ROW):
            if name.startswith(prefix):
                values[name.removeprefix(prefix)] = value
    for name, value in texts.items():
        if name.startswith(USE):
            action, values[name.removeprefix(USE)] = "match", value
    if action == FILL:
        values[FILL] = texts.get(FILL, "")
    if texts.get(CONFIRM):
        values[CONFIRM] = texts[CONFIRM]
    return Answered(
        values=values, action=action, version=texts.get("version", ""), from_review=texts.get("from", "") == "review"
    )
