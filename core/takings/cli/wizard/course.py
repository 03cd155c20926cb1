"""One integration's setup as the command line sees it: the engine's steps, asked for and answered by name."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from takings.views import Principal, SetupView, StepResult, StepView

if TYPE_CHECKING:
    from takings.engine import Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Whose setup of which integration it is."""

    engine: Engine
    who: Principal
    ref: str

    def view(self) -> SetupView:
        """Return the steps and where each stands."""
        return self.engine.setup(self.who, self.ref)

    def step(self, key: str, *, reveal: bool = False) -> StepView:
        """Return one step; with `reveal` a token that was just made is in it, this once."""
        return self.engine.setup_step(self.who, self.ref, key, reveal=reveal)

    def submit(
        self, key: str, values: Mapping[str, Any] | None = None, *, action: str = "continue", version: str = ""
    ) -> StepResult:
        """Answer a step; raises `StaleAnswer` where `version` is given and the step has changed since."""
        return self.engine.submit_step(self.who, self.ref, key, values=values or {}, version=version, action=action)

    @property
    def command(self) -> str:
        """The command that goes on with this setup."""
        return f"takings setup {shlex.quote(self.ref)}"
