"""Settings that name something of the ledger: given by id, code or name, kept by id, refused in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from takings.domain.catalogue import DimensionKind
from takings.errors import Misconfigured, NotFound, TakingsError, UsageError
from takings.plugin.settings import Settings
from takings.plugin.targets import Chart
from takings.setup.fields import declared_of
from takings.setup.mapping import find_ref

#: What fields of these kinds name: what codes are mapped to.
_CODES = {"ledger_account": DimensionKind.ACCOUNT, "ledger_tax": DimensionKind.TAX}
#: What else they name, as messages call it: options that lines carry, and the categories of these.
_TRACKED = {"ledger_option": "tracking option", "ledger_category": "tracking category"}


def names_ledger(model: type[Settings], given: Mapping[str, Any]) -> bool:
    """Whether any of these settings names something of the ledger."""
    return any(value and _kind(model, name) for name, value in given.items())


def resolved(model: type[Settings], given: Mapping[str, Any], chart: Chart | None) -> dict[str, Any]:
    """Return settings with ids in place of codes and names; raises Misconfigured for what can't be used.

    It ends a command like any value that is not allowed.
    Without a chart nothing is looked up: what is given is kept, and looked at when days are posted.
    """
    return {name: _resolved(model, name, value, chart=chart) for name, value in given.items()}


def _resolved(model: type[Settings], name: str, value: Any, *, chart: Chart | None) -> Any:
    wrong = why_not(model, name, value, chart=chart)
    if wrong:
        refused = Misconfigured(name, wrong)
        refused.exit_code = UsageError.exit_code
        raise refused
    kind = _kind(model, name)
    if not kind or chart is None or not value:
        return value
    return _find(chart, kind, str(value))


def why_not(model: type[Settings], name: str, value: Any, *, chart: Chart | None) -> str:
    """Say why a setting can't name this thing of the ledger, or return an empty text."""
    kind = _kind(model, name)
    if not kind or chart is None or not value:
        return ""
    try:
        _find(chart, kind, str(value))
    except TakingsError as problem:
        return str(problem)
    return ""


def _kind(model: type[Settings], name: str) -> str:
    """Return a field's kind where it names something of the ledger, else an empty text."""
    info = model.model_fields.get(name)
    kind = str(declared_of(info).get("kind")) if info else ""
    return kind if kind in _CODES or kind in _TRACKED else ""


def _find(chart: Chart, kind: str, wanted: str) -> str:
    """Return the id of what an id, a code or a name stands for; none or several is refused in words."""
    if kind in _CODES:
        return find_ref(chart, _CODES[kind], wanted).id
    named = _tracked(chart, kind)
    if wanted in named:
        return wanted
    fitting = [id_ for id_, name in named.items() if name.casefold() == wanted.strip().casefold()]
    if not fitting:
        raise NotFound(_TRACKED[kind], wanted, tuple(dict.fromkeys(named.values())))
    if len(fitting) > 1:
        raise UsageError(f"{wanted!r} names several: {', '.join(fitting)}. Give the id.")
    return fitting[0]


def _tracked(chart: Chart, kind: str) -> dict[str, str]:
    """Return the names of the options in use, or of their categories, by their ids."""
    in_use = [one for one in chart.options if one.active]
    if kind == "ledger_option":
        return {one.id: one.name for one in in_use}
    return {one.category: one.category_name or one.category for one in in_use}
