"""Running code of a plugin that is not trusted yet: with a time limit, its warnings and its errors caught."""

from __future__ import annotations

import contextvars
import threading
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar

T = TypeVar("T")

#: `warnings.catch_warnings` changes the whole process, so two hosts may not use it at the same time.
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt(Generic[T]):
    """How an attempt ended: with a value, with an error, or not in time."""

    values: tuple[T, ...] = ()
    error: BaseException | None = None
    in_time: bool = True
    warnings: tuple[str, ...] = ()

    @property
    def traceback(self) -> str:
        """The error's traceback as text, or nothing."""
        return "".join(traceback.format_exception(self.error)) if self.error else ""


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
    return Attempt(
        values=tuple(values),
        error=caught[0] if caught else None,
        in_time=bool(values or caught),
        warnings=tuple(dict.fromkeys(_say(one) for one in noted)),
    )


def _say(noted: Any) -> str:
    return f"{noted.category.__name__}: {noted.message}"
