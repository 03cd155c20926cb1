"""Finding, checking and isolating plugins: one bad plugin never stops the engine or another plugin."""

from takings.host.guard import Guard
from takings.host.host import PluginHost
from takings.host.records import Component, ComponentKind, PluginRecord, PluginState
from takings.host.selection import Selection, from_environment
from takings.host.suggestions import suggest

__all__ = [
    "Component",
    "ComponentKind",
    "Guard",
    "PluginHost",
    "PluginRecord",
    "PluginState",
    "Selection",
    "from_environment",
    "suggest",
]
