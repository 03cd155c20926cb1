"""Settings that name something of the ledger: given by id, code or name, kept by id, refused in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from takings.domain.catalogue import DimensionKind
from takings.errors import Misconfigured, TakingsError, UsageError
from takings.plugin.settings import Settings
from takings.plugin.targets import Chart
from takings.setup.fields import declared_of
from takings.setup.mapping import find_ref

#: What fields of these kinds name: as codes are mapped to.
_NAMES = {"ledger_account": DimensionKind.ACCOUNT, "ledger_tax": DimensionKind.TAX}


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
    if kind is None or chart is None or not value:
        return value
    return find_ref(chart, kind, str(value)).id


def why_not(model: type[Settings], name: str, value: Any, *, chart: Chart | None) -> str:
    """Say why a setting can't name this account or tax rate, or return an empty text."""
    kind = _kind(model, name)
    if kind is None or chart is None or not value:
        return ""
    try:
        find_ref(chart, kind, str(value))
    except TakingsError as problem:
        return str(problem)
    return ""


def _kind(model: type[Settings], name: str) -> DimensionKind | None:
    info = model.model_fields.get(name)
    return _NAMES.get(str(declared_of(info).get("kind"))) if info else None
