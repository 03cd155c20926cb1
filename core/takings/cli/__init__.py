"""The `takings` command line: thin commands over `takings.engine.Engine`.

Only click is imported here. Each command is a module of its own that is imported when it is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 all is well, 1 there are problems, 2 the request is wrong."""
    from takings.cli.running import run  # noqa: PLC0415 - a command module needs no click set up

    return run(arguments)
