"""The command line: options, the ready line on stdout, and ending with the parent process."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from takings_xero.sandbox import starting, wire
from takings_xero.sandbox.server import Sandbox


class _Parser(argparse.ArgumentParser):
    """Refuses in one sentence, without the list of all options before it."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and end with 2."""
        self.exit(2, f"{message}\n")


def parser() -> argparse.ArgumentParser:
    """Return the options."""
    made = _Parser(prog="python -m takings_xero.sandbox", description="A local stand-in for Xero, on 127.0.0.1.")
    made.add_argument("--port", type=starting.port, default=0, help="port; 0 (the default) takes a free one")
    made.add_argument("--data", type=starting.folder, help="folder that keeps everything; without it a temporary one")
    made.add_argument(
        "--seed-organisation",
        type=starting.organisation,
        action="append",
        default=[],
        metavar="NAME[;Field=Value...]",
        help="an organisation to create, with fields of its record, for example "
        "'Harbour Bar;Timezone=EAUSTRALIASTANDARDTIME;PeriodLockDate=2026-06-30'; repeatable",
    )
    made.add_argument("--client-id", help="id of the web app; otherwise a random one that the folder keeps")
    made.add_argument("--client-secret", help="secret of the web app")
    made.add_argument("--auto-consent", action="store_true", default=None, help="no consent page: allow at once")
    made.add_argument("--no-limits", action="store_true", help="switch all call limits off")
    made.add_argument("--latency-ms", type=starting.latency, help="how long each call waits before it is worked on")
    made.add_argument("--until-stdin-closes", action="store_true", help="end when stdin reaches its end")
    return made


def run(arguments: Sequence[str]) -> int:
    """Serve until a signal, or until stdin closes; prints one JSON line when ready."""
    options = parser().parse_args(arguments)
    ending = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.set())
    if options.data is not None:
        return _serve(options, options.data, ending)
    with tempfile.TemporaryDirectory(prefix="xero-sandbox-") as folder:
        return _serve(options, Path(folder), ending)


def _serve(options: argparse.Namespace, data: Path, ending: threading.Event) -> int:
    try:
        sandbox = Sandbox(
            data,
            options.port,
            organisations=[name for name, _ in options.seed_organisation],
            client_id=options.client_id,
            client_secret=options.client_secret,
            auto_consent=options.auto_consent,
        )
    except (starting.CannotStart, OSError) as error:
        sys.stderr.write(f"{_sentence(error, data)}\n")
        return 2
    with sandbox:
        _prepare(sandbox, options)
        sys.stdout.write(wire.encode(sandbox.ready()).decode() + "\n")
        sys.stdout.flush()
        if options.until_stdin_closes:
            threading.Thread(target=_watch_stdin, args=(ending,), daemon=True).start()
        ending.wait()
    return 0


def _sentence(error: Exception, data: Path) -> str:
    if isinstance(error, OSError):
        return f"The Xero sandbox cannot use the folder {data}: {error.strerror or error}."
    return str(error)


def _prepare(sandbox: Sandbox, options: argparse.Namespace) -> None:
    for name, settings in options.seed_organisation:
        sandbox.control.add_organisation(name, settings)
    if options.no_limits:
        sandbox.world.switch(limit_minute=None, limit_day=None, limit_app_minute=None, limit_concurrent=None)
    if options.latency_ms is not None:
        sandbox.world.switch(latency_ms=options.latency_ms)


def _watch_stdin(ending: threading.Event) -> None:
    while sys.stdin.buffer.read(4096):
        pass
    ending.set()
