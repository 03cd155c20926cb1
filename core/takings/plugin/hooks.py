"""The six hooks of a plugin: what a plugin may implement.

Hooks take no arguments and return declarations. A new idea becomes an optional field of what is
declared, so a plugin written for this version keeps loading on later ones.
"""

from __future__ import annotations

from collections.abc import Iterable

import pluggy

from takings.plugin.checks import CheckType
from takings.plugin.declarations import PluginInfo
from takings.plugin.mappings import MappingType
from takings.plugin.numbering import NumberingType
from takings.plugin.sources import SourceType
from takings.plugin.targets import TargetType

#: The contract's number; it changes only when a hook or a method changes its meaning.
PLUGIN_API = 1

#: The entry-point group in which plugins are found; the entry's name is the plugin's id.
ENTRY_POINT_GROUP = "takings.plugins"

hookspec = pluggy.HookspecMarker("takings")

#: Marks a function of a plugin module as the implementation of the hook of the same name.
hookimpl = pluggy.HookimplMarker("takings")


class PluginSpec:
    """The hooks, one method each."""

    @hookspec
    def takings_plugin(self) -> PluginInfo:  # type: ignore[empty-body]
        """Say who the plugin is; every plugin implements this one."""

    @hookspec
    def takings_sources(self) -> Iterable[SourceType]:  # type: ignore[empty-body]
        """Declare source connectors: points of sale."""

    @hookspec
    def takings_targets(self) -> Iterable[TargetType]:  # type: ignore[empty-body]
        """Declare target connectors: ledgers."""

    @hookspec
    def takings_mappings(self) -> Iterable[MappingType]:  # type: ignore[empty-body]
        """Declare mapping providers, which suggest ledger references for source codes."""

    @hookspec
    def takings_numberings(self) -> Iterable[NumberingType]:  # type: ignore[empty-body]
        """Declare numbering strategies."""

    @hookspec
    def takings_checks(self) -> Iterable[CheckType]:  # type: ignore[empty-body]
        """Declare further checks for `takings plugins doctor`."""
