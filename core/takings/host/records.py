"""What the host knows about each plugin it found, whether it could be loaded or not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from takings.plugin import PluginInfo

#: The id of the plugin that is part of the core, and the distribution it comes in.
BUILTIN = "builtin"
CORE_DISTRIBUTION = "takings"

_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,31}")


def is_identifier(text: object) -> bool:
    """Tell whether a text can be a plugin's id or a component's key: `[a-z][a-z0-9_]*`, at most 32 characters."""
    return isinstance(text, str) and _IDENTIFIER.fullmatch(text) is not None


class PluginState(StrEnum):
    """What became of a plugin; all but `LOADED` carry a reason."""

    LOADED = "loaded"
    DISABLED = "disabled"
    NOT_ALLOWED = "not-allowed"
    INCOMPATIBLE = "incompatible"
    IMPORT_FAILED = "import-failed"
    INVALID = "invalid"
    CONFLICT = "conflict"
    MISSING = "missing"

    @property
    def is_failure(self) -> bool:
        """Whether something has to be mended, unlike a plugin that somebody switched off."""
        return self in _FAILURES


_FAILURES = {PluginState.INCOMPATIBLE, PluginState.IMPORT_FAILED, PluginState.INVALID, PluginState.CONFLICT}


class ComponentKind(StrEnum):
    """What a plugin can declare."""

    SOURCE = "source"
    TARGET = "target"
    MAPPING = "mapping"
    NUMBERING = "numbering"
    CHECK = "check"
    NOTIFIER = "notifier"


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One declaration of a loaded plugin; `id` is `plugin:key` and unique among those of its kind."""

    id: str
    plugin: str
    kind: ComponentKind
    title: str
    declaration: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginRecord:
    """One plugin as it was found: where it comes from, its state and, if it is not loaded, the reason in words.

    `info` is there as soon as the plugin has said who it is, `components` only when it is loaded. `module` is what
    its entry point names, `path` the file or folder it comes from, `hooks` those that it implements.
    """

    id: str
    distribution: str
    version: str
    state: PluginState
    reason: str = ""
    traceback: str = ""
    warnings: tuple[str, ...] = ()
    load_seconds: float = 0.0
    info: PluginInfo | None = None
    components: tuple[Component, ...] = ()
    module: str = ""
    path: str = ""
    hooks: tuple[str, ...] = ()

    @property
    def is_loaded(self) -> bool:
        """Whether its components can be used."""
        return self.state is PluginState.LOADED

    @property
    def origin(self) -> str:
        """The distribution and its version, for reports."""
        return " ".join(part for part in (self.distribution, self.version) if part) or "of no known distribution"
