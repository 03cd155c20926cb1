"""Prepares a setup step for its template: errors with their places, fields with conditions, rows with options."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from markupsafe import Markup

from takings.views import FieldView, MappingView, StepView, SuggestionView, TableView
from takings.web.call import Call
from takings.web.options import NO_OPTIONS, option_list, with_selected
from takings.web.pages.setup_answers import CONFIRM, FIELD, FILL, ROW, Answered
from takings.web.zones import zone_choices

#: Links in the summary of what is wrong; eighty of them would fill four screens.
MOST_LINKS = 10

#: Options on one page; above them each row offers its suggestions, and the whole list on a page of its own.
MOST_OPTIONS = 40_000

_FEW = 5
_POST = "post:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One field for the macros: `widget` is how it is drawn, `condition` when it counts, in words and as JSON."""

    field: FieldView
    id: str
    widget: str
    value: str
    options: Markup = NO_OPTIONS
    condition: str = ""
    when: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a table: its options, what is wrong, and the suggestion that one button takes."""

    view: MappingView
    id: str
    value: str
    options: Markup
    error: str
    best: SuggestionView | None
    strength: str
    was: str
    decided: str


def shown_values(
    call: Call, step: StepView, *, from_review: bool, wrong: Mapping[str, str], given: Mapping[str, str]
) -> dict[str, Any]:
    """Return what the template of a step is drawn from."""
    shown = [_shown(step, one) for one in step.fields]
    rows = table_rows(step.table, only=call.query.get("row", "")) if step.table else []
    places = {one.field.name: one.id for one in shown} | {row.view.code: row.id for row in rows}
    places |= {FILL: "fill", CONFIRM: "confirm"}
    problems = [(places.get(name, ""), text) for name, text in {**_errors_of(step), **wrong}.items()]
    values: dict[str, Any] = {
        "step": step,
        "groups": [(group, list(members)) for group, members in groupby(shown, key=lambda one: one.field.group)],
        "problems": problems[:MOST_LINKS] if wrong else [],
        "more_problems": max(0, len(problems) - MOST_LINKS) if wrong else 0,
        "from_review": from_review,
        "errors": dict(wrong),
        "given": dict(given),
    }
    if step.table is not None or step.token is not None:
        values["zone"] = call.engine.overview_of(call.principal, step.integration, days=1).timezone
    if step.table is not None:
        values |= {"rows": rows, "fill_options": _options(step.table), "whole": len(rows) == len(step.table.rows)}
        values |= {"most_options": MOST_OPTIONS}
    if step.review is not None:
        values |= _review_values(step)
        if step.review.fetching:
            values["fetching"] = call.engine.run(call.principal, step.review.fetching)
    return values


def _errors_of(step: StepView) -> dict[str, str]:
    """Return what is wrong in the order of the page: at fields, then at rows."""
    found = {one.name: one.error for one in step.fields if one.error}
    return found | (step.table.errors if step.table else {})


def _review_values(step: StepView) -> dict[str, Any]:
    review = step.review
    assert review is not None
    values = {one.name: one.value for one in step.fields}
    start = _date(values.get("start_date"))
    counted = review.preview
    # A count of other days than those that would be sent is no help.
    stale = bool(counted and start and not counted.period.startswith(start.isoformat()))
    other = review.organisation_timezone
    return {
        "start": start,
        "zone": str(values.get("timezone") or "UTC"),
        "zones_differ": bool(other) and other != values.get("timezone"),
        "stale": stale,
        "to_confirm": bool(counted and counted.documents and not stale and "retrieve" in step.actions),
        "counted_period": _in_words(counted.period) if counted else "",
    }


def _in_words(period: str) -> str:
    """Return a period for people, like `1 Oct 2026 to 5 Nov 2026`."""
    return " to ".join(f"{day.day} {day:%b %Y}" if (day := _date(part)) else part for part in period.split(" to "))


def _date(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def _shown(step: StepView, field: FieldView) -> Shown:
    value = "" if field.value is None else str(field.value)
    widget = _widget(field, value)
    options = NO_OPTIONS
    if widget in ("select", "zone"):
        choices: Iterable[Any] = field.choices
        if widget == "zone":
            review = step.review
            choices = zone_choices(
                source=review.source_timezone if review else "",
                ledger=review.organisation_timezone if review else "",
                current=value,
            )
        options = with_selected(option_list(choices), value)
    words, when = _condition(step.fields, field)
    bare = field.kind not in ("switch", "choice", "zone") and field.default in (None, "")
    return Shown(
        field=field,
        id=f"field-{field.name}",
        widget=widget,
        value=value,
        options=options,
        condition=words,
        when=when,
        optional=bare and not field.required,
    )


def _widget(field: FieldView, value: str) -> str:
    if field.kind == "choice":
        return "radios" if len(field.choices) <= _FEW else "select"
    if field.kind == "date":
        return "date" if not value or _date(value) else "text"  # a date control would hide what was typed
    if field.kind == "time":
        return "time" if len(value) == 5 and value[2] == ":" and value.replace(":", "").isdigit() else "text"
    if field.kind.startswith("ledger_"):
        return "select"
    return (
        field.kind
        if field.kind in ("secret", "switch", "zone")
        else {"whole_number": "number"}.get(field.kind, "text")
    )


def _condition(fields: Iterable[FieldView], field: FieldView) -> tuple[str, str]:
    """Return when a field counts: for people, and for the script."""
    if not field.show_when:
        return "", ""
    by_name = {one.name: one for one in fields}
    parts = []
    for name, wanted in field.show_when.items():
        other = by_name.get(name)
        if other is not None:
            parts.append(f"“{other.label}” is {' or '.join(_said(other, value) for value in wanted)}")
    needed = {FIELD + name: [_plain(one) for one in wanted] for name, wanted in field.show_when.items()}
    return f"Counts only where {' and '.join(parts)}." if parts else "", json.dumps(needed)


def _said(field: FieldView, value: Any) -> str:
    if isinstance(value, bool):
        return "ticked" if value else "not ticked"
    return f"“{next((one.label for one in field.choices if one.value == value), value)}”"


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def table_rows(table: TableView, *, only: str = "") -> list[Row]:
    """Return the rows for the page, or the one that was asked for with everything that it can be."""
    views = [one for one in table.rows if not only or one.code == only] or list(table.rows)
    short = len(views) * len(table.candidates) > MOST_OPTIONS
    options = NO_OPTIONS if short else _options(table)
    labels = {one.value: one.label for one in table.candidates}
    places = {one.code: n for n, one in enumerate(table.rows, 1)}
    return [_row(table, one, options, labels=labels, place=places[one.code], short=short) for one in views]


def _row(
    table: TableView, view: MappingView, options: Markup, *, labels: Mapping[str, str], place: int, short: bool
) -> Row:
    stored = _POST + view.ref_id if view.choice == "post" else "" if view.choice == "open" else view.choice
    value = table.drafts.get(view.code, stored)
    error = table.errors.get(view.code, "")
    best = view.suggestions[0] if view.suggestions and not stored else None
    if short:
        options = _short_options(table, view, value, labels=labels)
    gone = view.choice == "post" and view.ref_id not in labels
    said = {one.value: one.label for one in table.choices}
    return Row(
        view=view,
        id=f"row-{place}",
        value=value,
        options=with_selected(options, value) if value else options,
        error=error,
        best=best,
        strength=_strength(best.score) if best else "",
        was=f"{view.ref_code} {view.ref_name}".strip() if gone else "",
        decided=said.get(view.choice, labels.get(view.ref_id, "")),
    )


def _options(table: TableView) -> Markup:
    instead = option_list(table.choices)
    candidates = option_list(table.candidates, _POST)
    return Markup('<optgroup label="Instead">{}</optgroup>{}').format(instead, candidates) if instead else candidates


def _short_options(table: TableView, view: MappingView, value: str, *, labels: Mapping[str, str]) -> Markup:
    """Return the options of a row whose ledger has too many accounts for one page: what is near at hand."""
    near = [one.id for one in view.suggestions[:5]]
    used = [row.ref_id for row in table.rows if row.choice == "post"]
    shown = dict.fromkeys([value.removeprefix(_POST), *near, *used])
    few = [one for one in table.candidates if one.value in shown][:60]
    instead = option_list(table.choices)
    return Markup('<optgroup label="Instead">{}</optgroup>{}').format(instead, option_list(few, _POST))


def _strength(score: int) -> str:
    return "a sure match" if score >= 90 else "a likely match" if score >= 60 else "a guess"


def conflict_values(theirs: StepView, given: Answered) -> dict[str, Any]:
    """Return what two people answered differently, side by side, to choose from."""
    kept = {one.name: _text(one.value) for one in theirs.fields if one.kind != "secret"}
    labels = {one.name: one.label for one in theirs.fields}
    said = {one.name: _sayer(one) for one in theirs.fields}
    prefix = FIELD
    if theirs.table is not None:
        prefix, rows = ROW, table_rows(theirs.table)
        kept = {row.view.code: row.value for row in rows}
        labels = {row.view.code: row.view.name or row.view.code for row in rows}
        names = {_POST + one.value: one.label for one in theirs.table.candidates}
        names |= {one.value: one.label for one in theirs.table.choices}
        said = dict.fromkeys(kept, lambda value: names.get(value, value) or "nothing")
    both = [
        (prefix + name, labels[name], (said[name](kept[name]), kept[name]), (said[name](value), value))
        for name, value in given.values.items()
        if name in kept and kept[name] != value
    ]
    same = [(prefix + name, value) for name, value in given.values.items() if kept.get(name) == value]
    secrets = any(one.kind == "secret" for one in theirs.fields)
    shared = {"step": theirs, "given": given, "from_review": given.from_review}
    return {**shared, "both": both, "same": same, "secrets": secrets}


def _sayer(field: FieldView) -> Any:
    labels = {one.value: one.label for one in field.choices}
    if field.kind == "switch":
        labels |= {"true": "ticked", "false": "not ticked"}
    return lambda value: labels.get(value, value) or "nothing"


def _text(value: Any) -> str:
    return "" if value is None else _plain(value)
