"""Running a plugin's code so that whatever escapes it says whose fault it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import TracebackType
from typing import TypeVar

from takings.errors import PluginFault, TakingsError
from takings.host.records import PluginRecord

T = TypeVar("T")


class Guard:
    """A context for calls into one plugin; it keeps no state, so threads may share it.

    Instructions, `ReplyLost` and the engine's other errors pass; anything else, `SystemExit` too, becomes a
    `PluginFault` with the plugin's own error as its cause.
    """

    __slots__ = ("_origin", "_plugin")

    def __init__(self, record: PluginRecord) -> None:
        self._plugin, self._origin = record.id, record.origin

    def __enter__(self) -> Guard:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, (Exception, SystemExit)) and not isinstance(error, TakingsError):
            raise PluginFault(self._plugin, self._origin, describe(error)) from error

    def call(self, work: Callable[[], T]) -> T:
        """Return what `work` returns."""
        with self:
            return work()

    def iterate(self, work: Callable[[], Iterator[T]], of: type[T] | None = None) -> Iterator[T]:
        """Yield what a plugin's iterator yields; errors of whoever consumes it are not taken for the plugin's.

        With `of` anything of another type is a fault of the plugin.
        """
        with self:
            items = iter(work())
        while True:
            with self:
                try:
                    item = next(items)
                except StopIteration:
                    return
            if of is not None and not isinstance(item, of):
                raise PluginFault(self._plugin, self._origin, f"it gave a {type(item).__name__}, not a {of.__name__}")
            yield item

    def expect(self, value: object, what: str, *wanted: type) -> None:
        """Raise `PluginFault` unless a value that the plugin gave is of one of these types."""
        if not isinstance(value, wanted):
            names = " or ".join(one.__name__ for one in wanted)
            problem = f"{what} gave a {type(value).__name__}, not a {names}"
            raise PluginFault(self._plugin, self._origin, problem)


def describe(error: BaseException) -> str:
    """Say an error in one line, even if its own text can't be had."""
    try:
        text = str(error).strip()
    except Exception:
        text = "(its message can't be shown)"
    name = type(error).__name__
    return f"{name}: {text}" if text else name
