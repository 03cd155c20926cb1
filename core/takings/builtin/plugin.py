"""What the built-in plugin declares."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from takings.builtin.mappings import PROVIDERS
from takings.builtin.notifiers import NOTIFIERS
from takings.builtin.numbering import STRATEGIES
from takings.plugin import MappingType, NotifierType, NumberingType, PluginInfo, hookimpl


@hookimpl
def takings_plugin() -> PluginInfo:
    """Say who the plugin is; its version is the engine's."""
    try:
        installed = version("takings")
    except PackageNotFoundError:
        installed = "0"
    return PluginInfo(id="builtin", title="Built in", version=installed)


@hookimpl
def takings_numberings() -> tuple[NumberingType, ...]:
    """Declare who can number documents: the ledger, the point of sale, a date, a running number, a pattern."""
    return STRATEGIES


@hookimpl
def takings_mappings() -> tuple[MappingType, ...]:
    """Declare suggestions by code, name, tax rate, role, and what the owner chose before."""
    return PROVIDERS


@hookimpl
def takings_notifiers() -> tuple[NotifierType, ...]:
    """Declare the program's log and e-mail."""
    return NOTIFIERS
