"""The plugin host: one object that holds the plugins of one engine and looks their components up."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from importlib.metadata import EntryPoint
from types import MappingProxyType
from typing import Any, TypeVar

from takings.errors import NotFound, PluginFault, PluginMissing, UsageError
from takings.host.discovery import Candidate, core_version, find_candidates, settle_conflicts, why_not_selected
from takings.host.guard import Guard
from takings.host.loading import load_plugin, new_manager
from takings.host.records import Component, ComponentKind, PluginRecord, PluginState
from takings.plugin import CheckType, MappingType, NotifierType, NumberingType, SourceType, TargetType

T = TypeVar("T")


class PluginHost:
    """The plugins of one engine; nothing of it is global, so a process can have several with other plugins."""

    def __init__(self, records: Iterable[PluginRecord]) -> None:
        self._records = tuple(sorted(records, key=lambda one: (one.id, one.distribution, one.version)))
        self._loaded = {one.id: one for one in self._records if one.is_loaded}
        self._guards = {plugin: Guard(record) for plugin, record in self._loaded.items()}
        self._components: dict[ComponentKind, dict[str, Component]] = {kind: {} for kind in ComponentKind}
        for record in self._loaded.values():
            for component in record.components:
                self._components[component.kind][component.id] = component

    @classmethod
    def load(
        cls,
        *,
        allow: Collection[str] | None = None,
        disabled: Collection[str] = (),
        prefer: Mapping[str, str] = MappingProxyType({}),
        strict: bool = False,
        entry_points: Iterable[EntryPoint] | None = None,
        import_limit: timedelta = timedelta(seconds=5),
    ) -> PluginHost:
        """Find, check and load plugins; those that fail get a record and the others load.

        `prefer` gives the distribution whose plugin is taken where several offer the same id. With `strict` the
        first failure is raised as a `PluginFault`. Don't call this while a module is being imported: plugins are
        imported in threads, which would wait for that module's import lock until `import_limit` is over.
        """
        records: list[PluginRecord] = []
        selected: list[Candidate] = []
        for candidate in find_candidates(entry_points):
            refused = why_not_selected(candidate, allow=allow, disabled=disabled)
            if refused:
                records.append(refused)
            else:
                selected.append(candidate)
        clear, conflicts = settle_conflicts(selected, prefer)
        records += conflicts
        failed = next((one for one in conflicts if one.state.is_failure), None)
        if strict and failed:
            raise PluginFault(failed.id, failed.origin, failed.reason)
        manager, core = new_manager(), core_version()
        for candidate in clear:
            record, cause = load_plugin(candidate, manager=manager, core=core, limit=import_limit)
            if strict and record.state.is_failure:
                raise PluginFault(record.id, record.origin, record.reason) from cause
            records.append(record)
        return cls(records)

    def records(self) -> tuple[PluginRecord, ...]:
        """Return what became of every plugin that was found, by id; two of a conflict stand beside each other."""
        return self._records

    def record(self, plugin: str) -> PluginRecord:
        """Return the record of a plugin by id: the loaded one, else what was found, else one that is missing."""
        found = [one for one in self._records if one.id == plugin]
        missing = PluginRecord(
            id=plugin,
            distribution="",
            version="",
            state=PluginState.MISSING,
            reason=f"no installed distribution offers the plugin {plugin}",
        )
        return self._loaded.get(plugin) or next(iter(found), missing)

    def source(self, name: str) -> SourceType:
        """Return a source by component id, or by its short form where that is unique."""
        return self._declaration(ComponentKind.SOURCE, name, SourceType)

    def target(self, name: str) -> TargetType:
        """Return a target by component id, or by its short form where that is unique."""
        return self._declaration(ComponentKind.TARGET, name, TargetType)

    def numbering(self, name: str) -> NumberingType:
        """Return a numbering strategy by component id, or by its short form where that is unique."""
        return self._declaration(ComponentKind.NUMBERING, name, NumberingType)

    def notifier(self, name: str) -> NotifierType:
        """Return a notifier by component id, or by its short form where that is unique."""
        return self._declaration(ComponentKind.NOTIFIER, name, NotifierType)

    def sources(self) -> dict[str, SourceType]:
        """Return all sources by component id."""
        return self._all(ComponentKind.SOURCE)

    def targets(self) -> dict[str, TargetType]:
        """Return all targets by component id."""
        return self._all(ComponentKind.TARGET)

    def numberings(self) -> dict[str, NumberingType]:
        """Return all numbering strategies by component id."""
        return self._all(ComponentKind.NUMBERING)

    def mappings(self) -> dict[str, MappingType]:
        """Return all mapping providers by component id."""
        return self._all(ComponentKind.MAPPING)

    def checks(self) -> dict[str, CheckType]:
        """Return all further checks by component id."""
        return self._all(ComponentKind.CHECK)

    def notifiers(self) -> dict[str, NotifierType]:
        """Return all notifiers by component id."""
        return self._all(ComponentKind.NOTIFIER)

    def component(self, kind: ComponentKind, name: str) -> Component:
        """Return a component by its id `plugin:key`, or by a short form that fits one only: its key or its plugin.

        Raises `PluginMissing` for an id whose plugin is not loaded or has no such component, `NotFound` for a short
        form that fits nothing, `UsageError` for one that fits several.
        """
        of_kind = self._components[kind]
        if name in of_kind:
            return of_kind[name]
        if ":" in name:
            raise PluginMissing(name, self._why_absent(kind, name))
        fitting = [one for one in of_kind.values() if name in one.id.split(":")]
        if not fitting:
            raise NotFound(kind.value, name, tuple(sorted(of_kind)))
        if len(fitting) > 1:
            several = ", ".join(sorted(one.id for one in fitting))
            raise UsageError(f"{name} can be more than one {kind.value}: {several}. Write one of these in full.")
        return fitting[0]

    def plugin_of(self, component: str) -> PluginRecord:
        """Return the record of the plugin that a component id (or a plugin id) belongs to."""
        return self.record(component.partition(":")[0])

    def guard(self, component: str) -> Guard:
        """Return the context in which a component's code runs; see `Guard`."""
        plugin = component.partition(":")[0]
        if plugin not in self._guards:
            raise PluginMissing(component, self.record(plugin).reason)
        return self._guards[plugin]

    def _declaration(self, kind: ComponentKind, name: str, wanted: type[T]) -> T:
        declaration = self.component(kind, name).declaration
        assert isinstance(declaration, wanted)
        return declaration

    def _all(self, kind: ComponentKind) -> dict[str, Any]:
        return {name: one.declaration for name, one in sorted(self._components[kind].items())}

    def _why_absent(self, kind: ComponentKind, name: str) -> str:
        record = self.plugin_of(name)
        if not record.is_loaded:
            return record.reason
        there = ", ".join(one.id for one in record.components if one.kind is kind) or "none"
        return f"the plugin {record.id} ({record.origin}) declares no such {kind.value}; it declares: {there}"
