"""A progress bar on standard error while long work goes on, where somebody can see it."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Self

from takings.cli.text import clean

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    from takings.views import Progress


class Meter:
    """Shows `Progress` values; silent where standard error is not a terminal. A context manager."""

    def __init__(self) -> None:
        self._bar: Bar | None = None
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, progress: Progress) -> None:
        """Show how far a phase is."""
        if self._bar is None:
            return
        label = clean(f"{progress.phase} {progress.note}".strip()).capitalize()
        total = progress.total or None
        task = self._tasks.get(progress.phase)
        if task is None:
            self._tasks[progress.phase] = self._bar.add_task(label, total=total, completed=progress.done)
        else:
            self._bar.update(task, description=label, total=total, completed=progress.done)

    def pause(self) -> None:
        """Take the bar away, because a question is about to be asked."""
        if self._bar is not None:
            self._bar.stop()

    def go_on(self) -> None:
        """Show the bar again."""
        if self._bar is not None:
            self._bar.start()

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.console import Console  # noqa: PLC0415 - only on a terminal
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415

            columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
