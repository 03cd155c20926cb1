"""The command line of the stand-ins: one serves until its standard input closes, or Ctrl-C."""

from __future__ import annotations

import argparse
import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from takings_example.sandbox.books import Books
from takings_example.sandbox.ledger import LedgerSandbox
from takings_example.sandbox.serving import Sandbox
from takings_example.sandbox.till import TillSandbox


def till(port: int, data: Path | None) -> Sandbox:
    """Start Corner Till; it keeps nothing."""
    return TillSandbox(port=port)


def ledger(port: int, data: Path | None) -> Sandbox:
    """Start Paper Ledger."""
    return LedgerSandbox(Books(data / "books.json" if data else None), port=port)


ROLES: dict[str, Callable[[int, Path | None], Sandbox]] = {
    "till": till,
    "ledger": ledger,
}


def main() -> int:
    """Serve, after printing the one line that whoever started this waits for."""
    parser = argparse.ArgumentParser(prog="python -m takings_example.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--until-stdin-closes", action="store_true", help="end with the program that started this")
    parser.add_argument("--role", choices=tuple(ROLES), required=True, help="what to be")
    parser.add_argument("--data", type=Path, metavar="DIR", help="keep the books here from start to start")
    given = parser.parse_args()
    with ROLES[given.role](given.port, given.data) as sandbox:
        sys.stdout.write(json.dumps(sandbox.ready()) + "\n")
        sys.stdout.flush()
        try:
            if given.until_stdin_closes:
                while sys.stdin.buffer.read(1024):
                    pass
            else:
                threading.Event().wait()
        except KeyboardInterrupt:
            pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
