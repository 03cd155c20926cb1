"""The text files that a plugin may keep: in one folder of the operator's, replaced whole, durable when written."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

from takings.errors import Misconfigured, Unavailable

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class FolderFiles:
    """The files of one folder."""

    def __init__(self, folder: Path, *, system: str) -> None:
        self._folder, self._system = folder, system

    def read(self, name: str) -> str | None:
        """Return a file's text, or None where there is none."""
        try:
            return self._path(name).read_text("utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as problem:
            raise Unavailable(self._system, f"{self._path(name)} can't be read: {problem}") from None

    def write(self, name: str, text: str) -> None:
        """Replace a file: written beside it, synced, and renamed over it."""
        path = self._path(name)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, draft = tempfile.mkstemp(dir=self._folder, prefix=f".{name}.")
            try:
                with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                    file.write(text)
                    file.flush()
                    os.fsync(file.fileno())
                Path(draft).replace(path)
            except BaseException:
                Path(draft).unlink(missing_ok=True)
                raise
            _sync_folder(self._folder)
        except OSError as problem:
            raise Unavailable(self._system, f"{path} can't be written: {problem}") from None

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError(f"the file name {name!r} is not of letters, digits, dots and dashes")
        return self._folder / name


class NoFiles:
    """For components that declare no folder."""

    def __init__(self, component: str) -> None:
        self._component = component

    def read(self, name: str) -> str | None:
        """Refuse."""
        raise Misconfigured(f"{self._component}.folder", "the component declares no folder for files")

    def write(self, name: str, text: str) -> None:
        """Refuse."""
        raise Misconfigured(f"{self._component}.folder", "the component declares no folder for files")


def _sync_folder(folder: Path) -> None:
    """Make a rename durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
