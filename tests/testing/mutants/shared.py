"""What the mutants of till and ledger have in common: how one is declared, and where the template's parts are."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[3] / "plugins" / "_template" / "src"))

from takings.plugin import PluginInfo, SourceType, TargetType, hookimpl


@dataclass(frozen=True)
class Mutant:
    """A plugin with one source or one target; `breaks` is the one test that must fail, empty where none may."""

    declared: SourceType | TargetType
    breaks: str = ""
    wrote: Any = None
    notification: Any = None
    given: Mapping[str, Any] = field(default_factory=dict)

    @hookimpl
    def takings_plugin(self) -> PluginInfo:
        return PluginInfo(id="mutant", title="Mutant", version="1")

    @hookimpl
    def takings_sources(self) -> list[SourceType]:
        return [self.declared] if isinstance(self.declared, SourceType) else []

    @hookimpl
    def takings_targets(self) -> list[TargetType]:
        return [self.declared] if isinstance(self.declared, TargetType) else []
