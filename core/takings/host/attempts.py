"""Running code of a plugin that is not trusted yet: with a time limit, its warnings and its errors caught."""

from __future__ import annotations

import contextvars
import sys
import sysconfig
import threading
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Generic, TypeVar

T = TypeVar("T")

#: `warnings.catch_warnings` changes the whole process, so two hosts may not use it at the same time.
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt(Generic[T]):
    """How an attempt ended: with a value, with an error, or not in time; `stack` is then where it stood."""

    values: tuple[T, ...] = ()
    error: BaseException | None = None
    in_time: bool = True
    warnings: tuple[str, ...] = ()
    stack: tuple[traceback.FrameSummary, ...] = ()

    @property
    def traceback(self) -> str:
        """The error's traceback as text, or nothing."""
        return "".join(traceback.format_exception(self.error) if self.error else traceback.format_list(self.stack))

    @property
    def place(self) -> str:
        """The file and line of the plugin's that it hung in, as far as can be told."""
        library = Path(sysconfig.get_path("stdlib"))
        own = [one for one in self.stack if "site-packages" in one.filename or not _lies_in(one.filename, library)]
        return f"{Path(own[-1].filename).name}, line {own[-1].lineno}" if own else ""


def attempt(work: Callable[[], T], limit: timedelta) -> Attempt[T]:
    """Run `work` in a thread of its own and wait for it at most `limit`.

    A thread can't be stopped: one that hangs stays behind as a daemon, and a module whose import hangs keeps its
    import lock, so that whoever imports it later hangs too. Nothing of the engine does.
    """
    values: list[T] = []
    caught: list[BaseException] = []

    def run() -> None:
        try:
            values.append(work())
        except BaseException as error:
            # KeyboardInterrupt goes to the main thread only: here it is just another thing that a plugin raised.
            caught.append(error)

    with _ONE_AT_A_TIME, warnings.catch_warnings(record=True) as noted:
        warnings.simplefilter("always")
        context = contextvars.copy_context()
        thread = threading.Thread(target=context.run, args=(run,), name="takings-plugin", daemon=True)
        thread.start()
        thread.join(limit.total_seconds())
        stack = _stack_of(thread) if thread.is_alive() else ()
    return Attempt(
        values=tuple(values),
        error=caught[0] if caught else None,
        in_time=bool(values or caught),
        warnings=tuple(dict.fromkeys(_say(one) for one in noted)),
        stack=stack,
    )


def _stack_of(thread: threading.Thread) -> tuple[traceback.FrameSummary, ...]:
    """Return where a thread stands now, below this module."""
    frame = sys._current_frames().get(thread.ident or 0)
    found = tuple(traceback.extract_stack(frame)) if frame else ()
    mine = [number for number, one in enumerate(found) if one.filename == __file__]
    return found[mine[-1] + 1 :] if mine else found


def _lies_in(filename: str, folder: Path) -> bool:
    return filename.startswith("<") or Path(filename).is_relative_to(folder)


def _say(noted: Any) -> str:
    return f"{noted.category.__name__}: {noted.message}"
