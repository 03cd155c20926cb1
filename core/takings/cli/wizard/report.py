"""What a setup comes to in short: each step with its state and what is missing or wrong, as text and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from takings.cli.output import say, several, table, words
from takings.views import RunView, SetupView, StepState


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReport:
    """One step: its state, why, and the answers that were not taken, each with the reason."""

    key: str
    title: str
    state: str
    reason: str
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A setup: `missing` names the steps that are not completed; `token` is there once, when it was just made."""

    integration: str
    state: str
    complete: bool
    missing: tuple[str, ...]
    steps: tuple[StepReport, ...]
    token: str = ""
    run: RunView | None = None

    @property
    def is_good(self) -> bool:
        """Whether nothing is missing and nothing was refused."""
        return self.complete and not any(one.errors for one in self.steps)


def report(
    view: SetupView,
    errors: Mapping[str, dict[str, str]] | None = None,
    *,
    token: str = "",
    run: RunView | None = None,
) -> Report:
    """Return what a setup comes to; `errors` are the answers that were not taken, by step and name."""
    wrong = errors or {}
    return Report(
        integration=view.integration_name,
        state=view.state,
        complete=view.complete,
        missing=tuple(one.key for one in view.steps if one.state is not StepState.COMPLETED),
        steps=tuple(
            StepReport(
                key=one.key,
                title=one.title,
                state=one.state.value,
                reason=one.reason,
                errors=dict(wrong.get(one.key, {})),
            )
            for one in view.steps
        ),
        token=token,
        run=run,
    )


def say_report(found: Report) -> None:
    """Write it for people: the steps, what was refused, and how many are left."""
    table(
        ("Step", "What", "State", "Why"),
        [(one.key, one.title, words(one.state), one.reason) for one in found.steps],
    )
    for one in found.steps:
        for name, text in one.errors.items():
            say(f"{place(one.key, name)}: {text}")
    if found.is_good:
        say(f"{found.integration} is set up.")
    elif found.missing:
        say(f"{found.integration} is not set up yet: {several(len(found.missing), 'step')} left.")


def place(step: str, name: str) -> str:
    """Return where an answer stands in a file, like `[send] end_of_day`."""
    return f"[{step}] {name}".rstrip()
