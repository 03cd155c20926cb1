"""Loading one plugin: import, register, ask its hooks, check what they declare. A failure becomes a record."""

from __future__ import annotations

import inspect
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from difflib import get_close_matches
from typing import Any, TypeVar

import pluggy

from takings.host.attempts import attempt
from takings.host.discovery import Candidate, why_incompatible
from takings.host.guard import describe
from takings.host.records import Component, PluginRecord, PluginState, is_identifier
from takings.host.vocabulary import HOOKS, problems_of, remarks_of
from takings.plugin import PLUGIN_API, PluginInfo, PluginSpec

T = TypeVar("T")

ALL_HOOKS = ("takings_plugin", *HOOKS)


class Rejected(Exception):
    """Internal: the plugin goes no further, for this reason."""

    def __init__(self, state: PluginState, reason: str, trace: str = "") -> None:
        super().__init__(reason)
        self.state, self.reason, self.trace = state, reason, trace


def new_manager() -> pluggy.PluginManager:
    """Return a manager that knows the hooks and no plugin."""
    manager = pluggy.PluginManager("takings")
    manager.add_hookspecs(PluginSpec)
    return manager


def load_plugin(
    candidate: Candidate, *, manager: pluggy.PluginManager, core: str, limit: timedelta
) -> tuple[PluginRecord, BaseException | None]:
    """Take a candidate through all checks; return its record and, where one caused a failure, the error."""
    loading = Loading(candidate=candidate, manager=manager, limit=limit)
    started = time.perf_counter()
    state, reason, trace = PluginState.LOADED, "", ""
    components: tuple[Component, ...] = ()
    cause: BaseException | None = None
    try:
        components = loading.run(core)
    except Rejected as rejected:
        state, reason, trace, cause = rejected.state, rejected.reason, rejected.trace, rejected.__cause__
        # Older releases of pluggy keep a plugin whose registration failed.
        if manager.has_plugin(candidate.id):
            manager.unregister(name=candidate.id)
    record = PluginRecord(
        id=candidate.id,
        distribution=candidate.distribution,
        version=candidate.version,
        state=state,
        reason=reason,
        traceback=trace,
        warnings=tuple(dict.fromkeys(loading.warnings)),
        load_seconds=time.perf_counter() - started,
        info=loading.info,
        components=components,
        module=candidate.entry.value,
        path=candidate.path,
        hooks=loading.hooks,
    )
    return record, cause


@dataclass(kw_only=True)
class Loading:
    """The steps of loading one plugin, in order, and what was learnt on the way."""

    candidate: Candidate
    manager: pluggy.PluginManager
    limit: timedelta
    info: PluginInfo | None = None
    hooks: tuple[str, ...] = ()
    warnings: list[str] = field(default_factory=list)

    def run(self, core: str) -> tuple[Component, ...]:
        """Return the components of a plugin that passes everything, or raise `Rejected`."""
        plugin = self.candidate.id
        if not is_identifier(plugin):
            raise Rejected(PluginState.INVALID, f"the id {plugin!r} is not of lower case letters, digits and _")
        if why := why_incompatible(self.candidate, core):
            raise Rejected(PluginState.INCOMPATIBLE, why)
        module = self._attempt(self.candidate.entry.load, PluginState.IMPORT_FAILED, "its import")
        if isinstance(module, type):
            raise Rejected(PluginState.INVALID, f"{self.candidate.entry.value} is a class; name a module instead")
        _look_at_hooks(module)
        self._attempt(lambda: self.manager.register(module, name=plugin), PluginState.INVALID, "its registration")
        hooks = self._hooks(module)
        self.hooks = tuple(sorted(hooks))
        self.info = self._who(hooks)
        return tuple(
            component for hook in HOOKS if hook in hooks for component in self._components(hook, hooks[hook])
        )

    def _attempt(self, work: Callable[[], T], state: PluginState, what: str) -> T:
        tried = attempt(work, self.limit)
        self.warnings += tried.warnings
        if not tried.in_time:
            place = f"; it stood at {tried.place}" if tried.place else ""
            raise Rejected(state, f"{what} took longer than {self.limit.total_seconds():g} s{place}", tried.traceback)
        if tried.error is not None:
            raise Rejected(state, f"{what} raised {describe(tried.error)}", tried.traceback) from tried.error
        return tried.values[0]

    def _hooks(self, module: object) -> dict[str, Callable[[], Any]]:
        """Return the plugin's own functions by hook name, after looking for hooks that would never be called."""
        hooks: dict[str, Callable[[], Any]] = {}
        for caller in self.manager.get_hookcallers(module) or ():
            for implementation in caller.get_hookimpls():
                if implementation.plugin is not module:
                    continue
                if not caller.has_spec():
                    self._unknown(caller.name, optional=implementation.optionalhook)
                    continue
                if implementation.wrapper or implementation.hookwrapper:
                    raise Rejected(PluginState.INVALID, f"{caller.name} is a wrapper; plugins may not wrap hooks")
                if extra := (*implementation.argnames, *implementation.kwargnames):
                    raise Rejected(
                        PluginState.INVALID, f"{caller.name} takes {', '.join(extra)}, but hooks have no arguments"
                    )
                hooks[caller.name] = implementation.function
        return hooks

    def _unknown(self, name: str, *, optional: bool) -> None:
        if not optional:
            near = get_close_matches(name, ALL_HOOKS, n=1)
            meant = f"; {near[0]} may be meant" if near else ""
            known = ", ".join(ALL_HOOKS)
            raise Rejected(PluginState.INVALID, f"there is no hook {name}{meant}; the hooks are {known}")
        self.warnings.append(f"the optional hook {name} is not known to this version and is not called")

    def _who(self, hooks: dict[str, Callable[[], Any]]) -> PluginInfo:
        if "takings_plugin" not in hooks:
            raise Rejected(PluginState.INVALID, "it does not implement takings_plugin")
        info = self._attempt(hooks["takings_plugin"], PluginState.INVALID, "takings_plugin")
        if not isinstance(info, PluginInfo):
            raise Rejected(PluginState.INVALID, f"takings_plugin returned a {type(info).__name__}, not a PluginInfo")
        if info.api != PLUGIN_API:
            raise Rejected(
                PluginState.INCOMPATIBLE, f"it is written for plugin API {info.api}, this version has {PLUGIN_API}"
            )
        if info.id != self.candidate.id:
            raise Rejected(PluginState.INVALID, f"it calls itself {info.id!r}, its entry point {self.candidate.id!r}")
        return info

    def _components(self, hook: str, declare: Callable[[], Any]) -> Iterator[Component]:
        kind, wanted = HOOKS[hook]
        seen: set[str] = set()
        # A generator's errors appear only when it is read, so it is read to its end inside the attempt.
        for declaration in self._attempt(lambda: tuple(declare()), PluginState.INVALID, hook):
            if not isinstance(declaration, wanted):
                raise Rejected(
                    PluginState.INVALID,
                    f"{hook} returned a {type(declaration).__name__} where a {wanted.__name__} is expected",
                )
            self._check(hook, declaration)
            if declaration.key in seen:
                raise Rejected(PluginState.INVALID, f"{hook} declares the key {declaration.key} twice")
            seen.add(declaration.key)
            yield Component(
                id=f"{self.candidate.id}:{declaration.key}",
                plugin=self.candidate.id,
                kind=kind,
                title=declaration.title,
                declaration=declaration,
            )

    def _check(self, hook: str, declaration: Any) -> None:
        try:
            problems = list(problems_of(declaration))
            self.warnings += [f"{hook}, {declaration.key}: {remark}" for remark in remarks_of(declaration)]
        except Exception as error:
            reason = f"{hook}, {declaration.key}: it can't be checked: {describe(error)}"
            raise Rejected(PluginState.INVALID, reason, traceback.format_exc()) from error
        if problems:
            raise Rejected(PluginState.INVALID, f"{hook}, {declaration.key}: {'; '.join(problems)}")


def _look_at_hooks(module: object) -> None:
    """Refuse functions with a hook's name that would never be called, or not as their author thinks."""
    for name in ALL_HOOKS:
        function = getattr(module, name, None)
        if not inspect.isfunction(function):
            continue
        if not hasattr(function, "takings_impl"):
            raise Rejected(PluginState.INVALID, f"{name} is not marked with @hookimpl, so it would never be called")
        if extra := ", ".join(inspect.signature(function).parameters):
            raise Rejected(PluginState.INVALID, f"{name} takes {extra}, but hooks have no arguments")
