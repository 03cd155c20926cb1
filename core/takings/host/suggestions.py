"""Ranking what all mapping providers suggest for one source code."""

from __future__ import annotations

from takings.errors import PluginFault
from takings.host.host import PluginHost
from takings.plugin import Chart, DimensionKind, MappingRow, MappingType, Suggestion


def suggest(
    host: PluginHost, row: MappingRow, chart: Chart, *, target: str, as_lines: bool = False
) -> tuple[Suggestion, ...]:
    """Return what the providers that serve the target component suggest, best first, each ledger reference once.

    A provider that fails is left out: suggestions are help, and their lack stops nobody. What the ledger would not
    take for this kind of code is left out too, whoever suggested it; see `usable_ids` for `as_lines`.
    """
    usable = usable_ids(row.kind, chart, as_lines=as_lines)
    best: dict[str, Suggestion] = {}
    for component, provider in host.mappings().items():
        if provider.targets and target not in provider.targets:
            continue
        for one in _ask(host, component, provider, row=row, chart=chart):
            held = best.get(one.ref.id)
            if one.ref.id in usable and (held is None or one.score > held.score):
                best[one.ref.id] = one
    return tuple(sorted(best.values(), key=lambda one: (-one.score, one.ref.name, one.ref.id)))


def usable_ids(kind: DimensionKind, chart: Chart, *, as_lines: bool = False) -> frozenset[str]:
    """Return the ids of what a code of this kind can be mapped to: active, and of the right sort.

    With `as_lines` payment methods become lines of the document, so their accounts have to take lines, not payments.
    """
    if kind is DimensionKind.TAX:
        return frozenset(one.id for one in chart.taxes if one.active)
    if kind is DimensionKind.TENDER:
        fits = [one for one in chart.accounts if (one.takes_lines if as_lines else one.takes_payments)]
        return frozenset(one.id for one in fits if one.active)
    return frozenset(one.id for one in chart.accounts if one.active and one.takes_lines)


def _ask(
    host: PluginHost, component: str, provider: MappingType, *, row: MappingRow, chart: Chart
) -> tuple[Suggestion, ...]:
    try:
        with host.guard(component):
            answer = tuple(provider.suggest(row, chart))
    except PluginFault:
        return ()
    return tuple(one for one in answer if isinstance(one, Suggestion) and 0 <= one.score <= 100)
