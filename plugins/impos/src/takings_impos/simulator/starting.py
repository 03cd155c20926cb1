"""Is responsible for what a simulator needs to start: a port in range, and a folder that no other simulator uses."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # pragma: no cover - not on POSIX
    fcntl = None  # type: ignore[assignment]

LAST_PORT = 65_535


class CannotStartError(Exception):
    """A simulator cannot start; the text is one sentence that says why."""


class Claim:
    """The right to use a folder, until `release` or the end of the process; raises CannotStartError.

    The folder is made where it is missing.
    """

    def __init__(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file: int | None = os.open(folder / "impos-simulator.lock", os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as error:
            raise CannotStartError(f"the simulator cannot use the folder {folder}: {error.strerror}") from error
        try:
            if fcntl is not None:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.release()
            words = f"another simulator uses the folder {folder}: end it first, or choose another folder"
            raise CannotStartError(words) from None

    def release(self) -> None:
        """Let others use the folder; a second call does nothing."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


@contextmanager
def listening(port: int) -> Iterator[None]:
    """Raise CannotStartError where the port cannot be had; werkzeug would print lines and end the process."""
    try:
        yield
    except OSError as error:
        words = f"the simulator cannot listen on port {port} ({error.strerror}): choose another, or 0 for a free one"
        raise CannotStartError(words) from error


def port_from_text(text: str) -> int:
    """Read --port; raises ValueError."""
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= LAST_PORT):
        raise ValueError(f"a port is a number from 0 to {LAST_PORT}")
    return int(text)


def page_size_from_text(text: str) -> int:
    """Read --page-size; raises ValueError."""
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= 100):
        raise ValueError("a page has 1 to 100 records")
    return int(text)


def folder_from_text(text: str) -> Path:
    """Read --data: a folder, or one to be made in a folder that stands; raises ValueError."""
    path = Path(text)
    if not text.strip():
        raise ValueError("the name of the folder is empty")
    if path.exists() and not path.is_dir():
        raise ValueError("this is a file, not a folder")
    if not path.absolute().parent.is_dir():
        raise ValueError(f"there is no folder {path.parent} to make {path.name} in")
    return path
