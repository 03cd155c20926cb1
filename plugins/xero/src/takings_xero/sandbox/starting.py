"""What a sandbox needs to start: a port in range, a folder of its own, organisations that make sense."""

from __future__ import annotations

import argparse
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from takings_xero.sandbox import dates, seeds
from takings_xero.sandbox.switches import LONGEST_LATENCY_MS

try:
    import fcntl
except ImportError:  # pragma: no cover - not on POSIX
    fcntl = None  # type: ignore[assignment]

LAST_PORT = 65_535
LOCK_DATES = ("PeriodLockDate", "EndOfYearLockDate")
SEED = "NAME;Field=Value;…"
Seed = tuple[str, dict[str, Any]]


class CannotStart(Exception):
    """A sandbox cannot start; the text is one sentence that says why."""


class Claim:
    """The right to use a folder, until `release` or the end of the process; raises CannotStart."""

    def __init__(self, folder: Path) -> None:
        self._file: int | None = os.open(folder / "xero-sandbox.lock", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            if fcntl is not None:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.release()
            raise CannotStart(
                f"Another Xero sandbox uses the folder {folder}: end it first, or choose another folder."
            ) from None

    def release(self) -> None:
        """Let others use the folder; a second call does nothing."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


@contextmanager
def listening(port: int) -> Iterator[None]:
    """Raise CannotStart where the port cannot be had; werkzeug would print several lines and end the process."""
    try:
        yield
    except OSError as error:
        raise CannotStart(
            f"The Xero sandbox cannot listen on port {port} ({error.strerror}): "
            "choose another, or 0 for one that is free."
        ) from error


def port(text: str) -> int:
    """Read --port."""
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= LAST_PORT):
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to {LAST_PORT}, not {text!r}")
    return int(text)


def latency(text: str) -> float:
    """Read --latency-ms."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= LONGEST_LATENCY_MS:
        raise argparse.ArgumentTypeError(f"a number of milliseconds from 0 to {LONGEST_LATENCY_MS}, not {text!r}")
    return value


def folder(text: str) -> Path:
    """Read --data: a folder, or one to be made in a folder that stands."""
    path = Path(text)
    if not text.strip():
        raise argparse.ArgumentTypeError("the name of the folder is empty")
    if path.exists() and not path.is_dir():
        raise argparse.ArgumentTypeError(f"{path} is a file, not a folder")
    if not path.absolute().parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {path.parent} to make {path.name} in")
    return path


def organisation(text: str) -> Seed:
    """Read --seed-organisation: the name, and fields of the record."""
    name, *pairs = (part.strip() for part in text.split(";"))
    if not name:
        raise argparse.ArgumentTypeError(f"the name is empty in {text!r}; write {SEED}")
    settings: dict[str, Any] = {}
    for pair in pairs:
        key, equals, value = (part.strip() for part in pair.partition("="))
        if not equals:
            raise argparse.ArgumentTypeError(f"{pair!r} in {text!r} has no value; write {SEED}")
        settings[key] = _setting(key, value)
    return name, settings


def _setting(key: str, value: str) -> Any:
    fields = seeds.plain_fields()
    if key in LOCK_DATES:
        try:
            dates.read_human(key, value)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None
        return value
    if key not in fields:
        known = ", ".join(sorted({*fields, *LOCK_DATES}))
        raise argparse.ArgumentTypeError(f"an organisation has no field {key!r}; there are {known}")
    usual = fields[key]
    if isinstance(usual, bool):
        if value.lower() not in {"true", "false"}:
            raise argparse.ArgumentTypeError(f"{key} is true or false, not {value!r}")
        return value.lower() == "true"
    if isinstance(usual, int):
        if not (value.isascii() and value.isdigit() and len(value) <= 2):
            raise argparse.ArgumentTypeError(f"{key} is a number such as {usual}, not {value!r}")
        return int(value)
    if not value:
        raise argparse.ArgumentTypeError(f"{key} has no value; write {SEED}")
    return value
