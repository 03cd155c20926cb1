"""Is responsible for the command line of `python -m takings_impos.simulator`."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import NoReturn, TypeVar

from .books import Key, NewPaymethod
from .clock import NaiveMomentError
from .faults import FAULTS, fault_from_text
from .options import Options
from .quirks import QUIRKS, SCHEDULES, UnknownQuirkError
from .starting import CannotStartError, folder_from_text, page_size_from_text, port_from_text
from .venue_list import VENUES
from .venues import Tender

T = TypeVar("T")
NO_FLASK = "The ImPOS simulator needs Flask: pip install 'takings-impos[simulator]'"


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM, SIGINT or, when asked for, the end of standard input; gives the exit code."""
    given = _parser().parse_args(arguments)
    try:
        from .server import Simulator  # noqa: PLC0415 - Flask is an extra
    except ModuleNotFoundError as error:
        if error.name not in ("flask", "werkzeug"):
            raise
        print(NO_FLASK, file=sys.stderr)  # noqa: T201
        return 2
    finished = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: finished.set())
    try:
        simulator = Simulator(_options(given), port=given.port)
    except (CannotStartError, ValueError, LookupError, OSError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    with simulator:
        print(json.dumps(simulator.ready()), flush=True)  # noqa: T201
        if given.until_stdin_closes:
            threading.Thread(target=_wait_for_the_end, args=(finished,), daemon=True).start()
        finished.wait()
    return 0


def _wait_for_the_end(finished: threading.Event) -> None:
    while sys.stdin.buffer.read(1024):
        pass
    finished.set()


class _Parser(argparse.ArgumentParser):
    """Refuses in one sentence, without the list of all options before it."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and end with 2."""
        self.exit(2, f"{message}\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m takings_impos.simulator",
        description="An ImPOS service with made-up days, on 127.0.0.1.",
    )
    _add_days(parser.add_argument_group("the days").add_argument)
    _add_service(parser.add_argument_group("the service").add_argument)
    return parser


def _add_days(add: Callable[..., argparse.Action]) -> None:
    add("--venue", choices=sorted(VENUES), default="anchor", help="which venue (default: anchor)")
    add("--seed", type=int, default=1, help="other numbers give other takings")
    add("--tenders", type=_codes, default=(), metavar="A,B", help="only these paymethods, open every day")
    words = "awkward days every month: few (one that is held) or all"
    add("--awkward", nargs="?", const="few", choices=tuple(SCHEDULES), default="none", help=words)
    words = f"put a quirk on a date: {', '.join(QUIRKS)}"
    add("--quirk", type=_read(_quirk), action="append", default=[], metavar="QUIRK:DAY", help=words)
    words = "a paymethod that is new on that day and missing in the catalogue"
    add("--new-paymethod", type=_read(_paymethod), action="append", default=[], metavar="CODE:NAME:DAY", help=words)
    add("--records", type=Path, metavar="DIR", help="serve the records of this folder instead")
    words = "of a folder's days with several: the latest, all, or the first until the day is amended"
    add("--revisions", choices=("latest", "all", "later"), default="latest", help=words)
    words = "change a day once it was read so often (default: once)"
    add("--amend", type=_read(_amend), action="append", default=[], metavar="DAY[:READS]", help=words)
    add("--now", type=_read(_moment), metavar="MOMENT", help="stop the clock, such as 2026-11-01T09:00:00+11:00")


def _add_service(add: Callable[..., argparse.Action]) -> None:
    add("--port", type=_read(port_from_text), default=0, help="0 takes a free one (default)")
    words = "records a page, 1 to 100 (default: 100)"
    add("--page-size", type=_read(page_size_from_text), default=100, metavar="N", help=words)
    add("--next", choices=("absolute", "relative"), default="absolute", help="how the next page is named")
    words = f"a fault to have: {', '.join(FAULTS)}; keys: times, after, path, seconds, milliseconds, status"
    add(
        "--fault", type=_read(fault_from_text), action="append", default=[], metavar="FAULT[:KEY=VALUE,…]", help=words
    )
    add("--data", type=_read(folder_from_text), metavar="DIR", help="keep entered tokens and amendments here")
    add("--until-stdin-closes", action="store_true", help="also end when standard input does")


def _options(given: argparse.Namespace) -> Options:
    return Options(
        venue=given.venue,
        seed=given.seed,
        records=given.records,
        revisions=given.revisions,
        awkward=given.awkward,
        tenders=given.tenders,
        quirks=tuple(given.quirk),
        amend=tuple(given.amend),
        new_paymethods=tuple(given.new_paymethod),
        faults=tuple(given.fault),
        page_size=given.page_size,
        relative_next=given.next == "relative",
        data=given.data,
        stopped_at=given.now,
    )


def _read(reader: Callable[[str], T]) -> Callable[[str], T]:
    def read(text: str) -> T:
        try:
            return reader(text)
        except ValueError as error:
            # argparse would name the function instead of saying what is wrong.
            raise argparse.ArgumentTypeError(f"{text!r}: {error}") from None

    return read


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code.strip() for code in text.split(",") if code.strip())


def _quirk(text: str) -> tuple[date, str]:
    name, _, day = text.partition(":")
    if name not in QUIRKS:
        raise UnknownQuirkError(name)
    return date.fromisoformat(day), name


def _paymethod(text: str) -> NewPaymethod:
    if text.count(":") != 2:
        raise ValueError("a new paymethod is CODE:NAME:DAY")
    code, name, day = text.split(":")
    return NewPaymethod(Tender(code, name), date.fromisoformat(day))


def _amend(text: str) -> tuple[Key, int]:
    day, _, reads = text.partition(":")
    return Key(date.fromisoformat(day), 1), int(reads or 1)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.utcoffset() is None:
        raise NaiveMomentError(moment)
    return moment
