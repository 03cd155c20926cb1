"""Picks which installed source and target the demonstration uses."""

from __future__ import annotations

from takings.errors import UsageError
from takings.host import PluginHost
from takings.plugin import Sandbox, SourceType, TargetType


def pick_source(plugins: PluginHost, named: str | None) -> tuple[str, Sandbox]:
    """Return the source named, or the first with a sandbox, with its sandbox; raises `UsageError`."""
    return _pick("source", dict(plugins.sources()), named)


def pick_target(plugins: PluginHost, named: str | None) -> tuple[str, Sandbox]:
    """Return the target named, or the first with a sandbox, with its sandbox; raises `UsageError`."""
    return _pick("target", dict(plugins.targets()), named)


def _pick(
    kind: str, components: dict[str, SourceType] | dict[str, TargetType], named: str | None
) -> tuple[str, Sandbox]:
    fitting = {name: one.sandbox for name, one in components.items() if one.sandbox is not None}
    if named is None:
        if not fitting:
            raise UsageError(f"No installed plugin has a {kind} that can be tried; install one, with its sandbox.")
        return next(iter(fitting.items()))
    found = [name for name in components if named in (name, *name.split(":"))]
    if len(found) != 1 or found[0] not in fitting:
        raise UsageError(f"{named} is no {kind} that can be tried. There are: {', '.join(fitting) or 'none'}.")
    return found[0], fitting[found[0]]
