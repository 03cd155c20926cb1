"""Watches what a plugin's own code touches beside its context: files, sockets, processes, the environment."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from types import FrameType
from typing import Any

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_EVENTS = {
    "socket.connect": "opened a connection",
    "socket.bind": "listened on a socket",
    "subprocess.Popen": "started a process",
    "os.remove": "removed a file",
    "os.rename": "renamed a file",
    "os.mkdir": "made a folder",
}


class Watch:
    """What the code of one package was seen doing: `touched` for the world, `asked` for the environment."""

    def __init__(self, package: str) -> None:
        self.package = package
        self.touched: list[str] = []
        self.asked: list[str] = []

    def note(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Take note of an audit event, where the package's code caused it without the context."""
        what = _EVENTS.get(event, "")
        if event == "open" and _opens_for_writing(arguments):
            what = f"opened {os.path.basename(str(arguments[0]))} for writing"
        if what and self._is_to_blame(sys._getframe(1)):
            self.touched.append(what)

    def _is_to_blame(self, frame: FrameType | None) -> bool:
        while frame is not None:
            module = frame.f_globals.get("__name__", "")
            # Through the context, or while something is imported, it is not the plugin's doing.
            if module.startswith(("takings.connect", "takings.testing.contexts", "importlib._bootstrap")):
                return False
            if module == self.package or module.startswith(self.package + "."):
                return True
            frame = frame.f_back
        return False


class _Environment(MutableMapping[str, str]):
    """Stands in the place of `os.environ` and notes who of the package reads it."""

    def __init__(self, real: MutableMapping[str, str], watch: Watch) -> None:
        self._real, self._watch = real, watch

    def __getitem__(self, name: str) -> str:
        frame: FrameType | None = sys._getframe(1)
        # `os.getenv` and the methods of a mapping stand between the plugin and this.
        while frame is not None and frame.f_globals.get("__name__") in ("os", "collections.abc", "_collections_abc"):
            frame = frame.f_back
        module = frame.f_globals.get("__name__", "") if frame else ""
        if module == self._watch.package or module.startswith(self._watch.package + "."):
            self._watch.asked.append(f"read the environment variable {name}")
        return self._real[name]

    def __setitem__(self, name: str, value: str) -> None:
        self._real[name] = value

    def __delitem__(self, name: str) -> None:
        del self._real[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._real)

    def __len__(self) -> int:
        return len(self._real)

    def copy(self) -> dict[str, str]:
        """Return the variables as a dictionary."""
        return dict(self._real)


class _Hook(threading.local):
    """The watch of this thread. An audit hook can't be taken away, so there is one that asks this."""

    watch: Watch | None = None


_hook = _Hook()
_installed: list[bool] = []


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    watch = _hook.watch
    if watch is not None and (event == "open" or event in _EVENTS):
        _hook.watch = None  # what is done to find out is not watched
        try:
            watch.note(event, arguments)
        finally:
            _hook.watch = watch


@contextmanager
def watching(package: str) -> Iterator[Watch]:
    """Watch what the code of a package does in this thread until the block ends."""
    if not _installed:
        _installed.append(True)
        sys.addaudithook(_audit)
    watch, real = Watch(package), os.environ
    _hook.watch = watch
    os.environ = _Environment(real, watch)  # type: ignore[assignment]  # noqa: B003 - it is put back below
    try:
        yield watch
    finally:
        os.environ = real  # noqa: B003 - it was never another one
        _hook.watch = None


def _opens_for_writing(arguments: tuple[Any, ...]) -> bool:
    mode, flags = arguments[1], arguments[2]
    if isinstance(mode, str):
        return any(mark in mode for mark in "wax+")
    return isinstance(flags, int) and bool(flags & _WRITES)
