"""Stopping on Ctrl-C and SIGTERM: says at once that it was noticed, since what is under way is waited for."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn

_SAID = b"Stopping; a call that is under way is waited for. Press Ctrl-C again to leave it.\n"


@contextmanager
def telling_of_the_stop() -> Iterator[None]:
    """Answer the first Ctrl-C with a word and `KeyboardInterrupt`; a second one has its usual effect."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGINT)

    def stop(number: int, frame: FrameType | None) -> NoReturn:
        signal.signal(signal.SIGINT, before)
        # Not through sys.stderr: the signal may have come while something is being written to it.
        os.write(2, b"\n" * sys.stderr.isatty() + _SAID)
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def ended_by_signals() -> Iterator[threading.Event]:
    """Give an event that the first SIGINT or SIGTERM sets; a second one has its usual effect."""
    ended = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield ended
        return
    before: dict[signal.Signals, Any] = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def stop(*_: object) -> None:
        restore()
        ended.set()

    for number in before:
        signal.signal(number, stop)
    try:
        yield ended
    finally:
        restore()
