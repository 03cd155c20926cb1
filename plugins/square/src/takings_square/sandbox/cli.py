"""The command line: options, the ready line on stdout, and ending with the parent process."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from takings_square.sandbox.server import Sandbox


def parser() -> argparse.ArgumentParser:
    """Return the options."""
    made = argparse.ArgumentParser(
        prog="python -m takings_square.sandbox", description="A local stand-in for Square, on 127.0.0.1."
    )
    made.add_argument("--port", type=int, default=0, help="port; 0 (the default) takes a free one")
    made.add_argument("--data", type=Path, help="folder that keeps tokens and amendments; otherwise in memory")
    made.add_argument("--seed", type=int, default=1, help="other numbers give other takings")
    made.add_argument("--locations", type=int, default=1, choices=(1, 2), help="how many active locations there are")
    made.add_argument("--page-size", type=int, default=1000, help="the most that one page holds")
    made.add_argument("--auto-consent", action="store_true", help="no consent page: allow at once")
    made.add_argument("--until-stdin-closes", action="store_true", help="end when stdin reaches its end")
    return made


def run(arguments: Sequence[str]) -> int:
    """Serve until a signal, or until stdin closes; prints one JSON line when ready."""
    options = parser().parse_args(arguments)
    ending = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.set())
    try:
        sandbox = Sandbox(
            options.data,
            options.port,
            seed=options.seed,
            locations=options.locations,
            page_size=options.page_size,
            auto_consent=options.auto_consent,
        )
    except (OSError, SystemExit) as error:
        sys.stderr.write(f"The Square sandbox cannot listen on port {options.port}: {error}\n")
        return 1
    with sandbox:
        sys.stdout.write(json.dumps(sandbox.ready()) + "\n")
        sys.stdout.flush()
        if options.until_stdin_closes:
            threading.Thread(target=_watch_stdin, args=(ending,), daemon=True).start()
        ending.wait()
    return 0


def _watch_stdin(ending: threading.Event) -> None:
    while sys.stdin.buffer.read(4096):
        pass
    ending.set()
