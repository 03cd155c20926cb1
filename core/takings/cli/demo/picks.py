"""Picks which installed source and target the demonstration uses."""

from __future__ import annotations

from takings.errors import UsageError
from takings.host import PluginHost
from takings.plugin import NoConnection, OAuth2, Sandbox, SourceType, TargetType, TokenHandedOut

#: How a side may connect so that nobody has to type anything in.
_ALONE = (NoConnection, OAuth2, TokenHandedOut)


def pick_source(plugins: PluginHost, named: str | None) -> tuple[str, Sandbox]:
    """Return the source named, or the first that can be tried, with its sandbox; raises `UsageError`."""
    return _pick("source", {name: _sandbox(one) for name, one in plugins.sources().items()}, named)


def pick_target(plugins: PluginHost, named: str | None) -> tuple[str, Sandbox]:
    """Return the target named, or the first that can be tried, with its sandbox; raises `UsageError`."""
    return _pick("target", {name: _sandbox(one) for name, one in plugins.targets().items()}, named)


def _sandbox(component: SourceType | TargetType) -> Sandbox | None:
    return component.sandbox if isinstance(component.connecting, _ALONE) else None


def _pick(kind: str, sandboxes: dict[str, Sandbox | None], named: str | None) -> tuple[str, Sandbox]:
    fitting = {name: one for name, one in sandboxes.items() if one is not None}
    if named is None:
        if not fitting:
            raise UsageError(f"No installed plugin has a {kind} that can be tried; install one, with its sandbox.")
        return next(iter(fitting.items()))
    found = [name for name in fitting if named in (name, *name.split(":"))]
    if len(found) != 1:
        raise UsageError(f"{named} is no {kind} that can be tried. There are: {', '.join(fitting) or 'none'}.")
    return found[0], fitting[found[0]]
