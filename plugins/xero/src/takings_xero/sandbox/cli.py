"""The command line: options, the ready line on stdout, and ending with the parent process."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

from takings_xero.sandbox import wire
from takings_xero.sandbox.server import Sandbox


def parser() -> argparse.ArgumentParser:
    """Return the options."""
    made = argparse.ArgumentParser(
        prog="python -m takings_xero.sandbox", description="A local stand-in for Xero, on 127.0.0.1."
    )
    made.add_argument("--port", type=int, default=0, help="port; 0 (the default) takes a free one")
    made.add_argument("--data", type=Path, help="folder that keeps everything; without it a temporary one")
    made.add_argument(
        "--seed-organisation",
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
    made.add_argument("--latency-ms", type=float, help="how long each call waits before it is worked on")
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
            organisations=[text.split(";")[0] for text in options.seed_organisation],
            client_id=options.client_id,
            client_secret=options.client_secret,
            auto_consent=options.auto_consent,
        )
    except (OSError, SystemExit) as error:
        sys.stderr.write(f"The Xero sandbox cannot listen on port {options.port}: {error}\n")
        return 1
    with sandbox:
        _prepare(sandbox, options)
        sys.stdout.write(wire.encode(sandbox.ready()).decode() + "\n")
        sys.stdout.flush()
        if options.until_stdin_closes:
            threading.Thread(target=_watch_stdin, args=(ending,), daemon=True).start()
        ending.wait()
    return 0


def _prepare(sandbox: Sandbox, options: argparse.Namespace) -> None:
    for text in options.seed_organisation:
        name, *fields = text.split(";")
        if fields:
            settings = dict(field.split("=", 1) for field in fields)
            sandbox.control.add_organisation(name, settings)
    if options.no_limits:
        sandbox.world.switch(limit_minute=None, limit_day=None, limit_app_minute=None, limit_concurrent=None)
    if options.latency_ms is not None:
        sandbox.world.switch(latency_ms=options.latency_ms)


def _watch_stdin(ending: threading.Event) -> None:
    while sys.stdin.buffer.read(4096):
        pass
    ending.set()
