"""What the plugin declares: who it is, and its components."""

from __future__ import annotations

from collections.abc import Iterable

from takings.plugin import MappingType, NumberingType, PluginInfo, SourceType, TargetType, hookimpl

from takings_example.ledger import PAPER
from takings_example.mapping import SHELVES
from takings_example.numbering import BY_SHOP
from takings_example.till import TILL

VERSION = "0.1.0"


@hookimpl
def takings_plugin() -> PluginInfo:
    """Say who the plugin is; the id equals the entry point's name."""
    return PluginInfo(id="example", title="Corner Till and Paper Ledger", version=VERSION, api=1)


@hookimpl
def takings_sources() -> Iterable[SourceType]:
    """Declare the point of sale."""
    return (TILL,)


@hookimpl
def takings_targets() -> Iterable[TargetType]:
    """Declare the ledger."""
    return (PAPER,)


@hookimpl
def takings_numberings() -> Iterable[NumberingType]:
    """Declare the numbering strategy."""
    return (BY_SHOP,)


@hookimpl
def takings_mappings() -> Iterable[MappingType]:
    """Declare the mapping provider."""
    return (SHELVES,)
