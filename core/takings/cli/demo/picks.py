"""Picks which installed source and target the demonstration uses."""

from __future__ import annotations

from dataclasses import dataclass

from takings.errors import UsageError
from takings.host import PluginHost
from takings.plugin import NoConnection, Sandbox, Settings, SourceType, TargetType


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A component that can be tried: by its stand-in server, or in a folder of this machine."""

    component: str
    declared: SourceType | TargetType
    sandbox: Sandbox | None
    folder_field: str = ""


def pick_source(plugins: PluginHost, named: str | None) -> Pick:
    """Return the source named, or the first that can be tried; raises `UsageError`."""
    return _pick(plugins, "source", plugins.sources(), named=named)


def pick_target(plugins: PluginHost, named: str | None) -> Pick:
    """Return the target named, or the first that can be tried; raises `UsageError`."""
    return _pick(plugins, "target", plugins.targets(), named=named)


def _pick(
    plugins: PluginHost, kind: str, components: dict[str, SourceType] | dict[str, TargetType], *, named: str | None
) -> Pick:
    found = [pick for name, one in components.items() if (pick := _trial(name, one))]
    # A stand-in server shows more of how a real system answers than a folder does; otherwise in order of the ids.
    found.sort(key=lambda one: (one.sandbox is None, one.component))
    if named is None:
        if not found:
            raise UsageError(f"No installed plugin has a {kind} that can be tried; install one, with its sandbox.")
        return found[0]
    fitting = [one for one in found if named in (one.component, *one.component.split(":"))]
    if len(fitting) != 1:
        there = ", ".join(one.component for one in found) or "none"
        record = next((one for one in plugins.records() if one.id == named.partition(":")[0]), None)
        why = f" The plugin {record.id} is not loaded: {record.reason}." if record and not record.is_loaded else ""
        raise UsageError(f"{named} is no {kind} that can be tried.{why} There are: {there}.")
    return fitting[0]


def _trial(component: str, declared: SourceType | TargetType) -> Pick | None:
    if declared.sandbox is not None:
        return Pick(component=component, declared=declared, sandbox=declared.sandbox)
    folder = folder_field(declared.installation)
    if folder and isinstance(declared, TargetType) and isinstance(declared.connecting, NoConnection):
        return Pick(component=component, declared=declared, sandbox=None, folder_field=folder)
    return None


def folder_field(model: type[Settings]) -> str:
    """Return the name of the first setting that is a folder, or nothing."""
    for name, field in model.model_fields.items():
        extra = field.json_schema_extra
        declared = extra.get("takings") if isinstance(extra, dict) else None
        if isinstance(declared, dict) and declared.get("kind") == "folder":
            return name
    return ""
