"""Examines loaded plugins: what the host says of each, what its stand-in servers need, and its own checks."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

from takings.cli.doctor_static import examine_statically
from takings.domain.findings import Finding, Severity
from takings.errors import PluginFault
from takings.host import Component, ComponentKind, PluginHost, PluginRecord

#: How long a plugin may take to be loaded, in seconds: every command that needs plugins waits for it.
SLOW = 0.3


def examine(host: PluginHost) -> list[Finding]:
    """Return everything that is wrong with the plugins of a host."""
    findings: list[Finding] = []
    for record in host.records():
        findings += _of_record(record)
        findings += examine_statically(record)
        for component in record.components:
            findings += _of_sandbox(component)
            if component.kind is ComponentKind.CHECK:
                findings += _of_check(host, component)
    return findings


def _of_record(record: PluginRecord) -> Iterator[Finding]:
    if record.state.is_failure:
        yield Finding(
            code=f"plugins.{record.state.value.replace('-', '_')}",
            what=f"The plugin {record.id} ({record.origin}) is not loaded: {record.reason}",
            why="Integrations that use it wait until it is back",
            do="Mend, update or remove its distribution",
            verbatim=record.traceback.strip().rpartition("\n")[2],
            subject=record.id,
        )
    for warning in record.warnings:
        yield Finding(
            code="plugins.warning",
            what=f"The plugin {record.id} ({record.origin}): {warning}",
            do="Tell its author",
            severity=Severity.WARNING,
            subject=record.id,
        )
    if record.is_loaded and record.load_seconds > SLOW:
        yield Finding(
            code="plugins.slow",
            what=f"The plugin {record.id} ({record.origin}) takes {record.load_seconds * 1000:.0f} ms to be loaded",
            why=f"Every command waits for it; more than {SLOW * 1000:.0f} ms is too long",
            do="Import what is heavy inside the functions that need it, not at the top of the plugin's module",
            severity=Severity.WARNING,
            subject=record.id,
        )


def _of_sandbox(component: Component) -> Iterator[Finding]:
    sandbox = getattr(component.declaration, "sandbox", None)
    missing = [name for name in (sandbox.needs if sandbox else ()) if find_spec(name) is None]
    if missing:
        yield Finding(
            code="plugins.sandbox_needs",
            what=f"The stand-in server of {component.id} needs {' and '.join(missing)}",
            why="Only takings demo and tests use it",
            do="Install the plugin with its extra for the stand-in server",
            severity=Severity.INFO,
            subject=component.id,
        )


def _of_check(host: PluginHost, component: Component) -> list[Finding]:
    try:
        with host.guard(component.id):
            return list(component.declaration.run())
    except PluginFault as fault:
        return [
            Finding(
                code="plugins.check_failed",
                what=str(fault),
                why=f"The check {component.title} could not be run to its end",
                do="Tell the plugin's author",
                subject=component.id,
            )
        ]
