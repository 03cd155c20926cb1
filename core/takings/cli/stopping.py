"""Says at once that Ctrl-C was noticed: a call that is under way is waited for, which may take a while."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

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
