"""Examines stored integrations against the plugins that are there: what is missing, what is of another version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from takings.domain.findings import Finding, Severity
from takings.host import PluginHost, PluginState

if TYPE_CHECKING:
    from takings.engine.stored import StoredComponent


def examine_stored(host: PluginHost, stored: Iterable[StoredComponent]) -> Iterator[Finding]:
    """Yield what keeps stored integrations from working, as far as plugins are concerned."""
    for one in stored:
        record = host.record(one.plugin)
        if not record.is_loaded:
            yield from _absent(one, record.state, record.reason)
            continue
        declared = next((part.declaration for part in record.components if part.id == one.component), None)
        if declared is None:
            yield Finding(
                code="plugins.component_missing",
                what=f"{_used(one)} {one.component}, which {one.plugin} ({record.origin}) does not declare",
                why="They are paused until it is back; nothing of them is lost",
                do="Install the release of the plugin that declares it",
                subject=one.component,
            )
        else:
            yield from _versions(one, getattr(declared, "settings_version", None))


def _absent(one: StoredComponent, state: PluginState, reason: str) -> Iterator[Finding]:
    if state is PluginState.MISSING:
        yield Finding(
            code="plugins.missing",
            what=f"{_used(one)} {one.component}, and {reason}",
            why="They are paused until it is back; nothing of them is lost",
            do=f"Install the distribution with the plugin {one.plugin} again",
            subject=one.component,
        )
    elif not state.is_failure:
        yield Finding(
            code="plugins.switched_off",
            what=f"{_used(one)} {one.component}, and {reason}",
            why="They are paused until it is allowed again; nothing of them is lost",
            do=f"Take {one.plugin} off the disabled plugins, or put it on the list of allowed ones",
            severity=Severity.WARNING,
            subject=one.component,
        )


def _versions(one: StoredComponent, declared: tuple[int, int] | None) -> Iterator[Finding]:
    if declared is None:
        return
    wanted = f"{declared[0]}.{declared[1]}"
    for version in one.settings_versions:
        major = int(version.partition(".")[0])
        if major > declared[0]:
            yield Finding(
                code="plugins.settings_newer",
                what=f"Settings of {one.component} are stored in version {version}, the plugin knows up to {wanted}",
                why="They were stored by a newer release of the plugin; what uses them is paused",
                do=f"Install a release of the plugin {one.plugin} that knows version {version}",
                subject=one.component,
            )
        elif major < declared[0]:
            yield Finding(
                code="plugins.settings_older",
                what=f"Settings of {one.component} are stored in version {version}, the plugin has {wanted}",
                why="They are migrated each time they are read, until they are saved again",
                severity=Severity.INFO,
                subject=one.component,
            )


def _used(one: StoredComponent) -> str:
    return "1 integration uses" if one.integrations == 1 else f"{one.integrations} integrations use"
