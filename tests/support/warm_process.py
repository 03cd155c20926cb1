"""Is responsible for starting Python programs quickly: it forks, with everything heavy imported already.

Run by its path, with the socket to listen at. A request names a program, its arguments, folder and environment, and
brings the standard streams; the answers are the process's id, and how it ended. Ends when standard input does.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import gc
import importlib
import io
import json
import os
import runpy
import select
import signal
import socket
import struct
import sys
import termios
import threading
from typing import Any

#: What most commands of takings import sooner or later.
HEAVY = (
    "alembic.command", "click", "cryptography.fernet", "email.message",
    "httpx", "jinja2", "pluggy", "psycopg", "pydantic", "rich.console", "rich.table", "sqlalchemy.dialects.sqlite",
    "sqlalchemy.dialects.postgresql.psycopg", "sqlmodel", "starlette.applications", "takings.cli", "takings.engine",
    "takings.sync.running", "takings.web", "takings_impos.plugin", "takings_journal.plugin", "takings_square.plugin",
    "takings_xero.plugin", "uvicorn", "zoneinfo",
)  # fmt: skip

Request = dict[str, Any]


def serve(address: str) -> tuple[Request, list[int]]:
    """Answer requests for ever; returns in a new process, with what it has to run."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen(64)
        os.write(1, b"ready\n")
        while True:
            ready, _, _ = select.select([listening, 0], [], [])
            if 0 in ready:
                os._exit(0)
            connection, _ = listening.accept()
            with connection:
                if os.fork() == 0:
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    request, streams = _received(connection)
                    child = os.fork()
                    if child == 0:
                        return request, streams
                    _watch(connection, child, streams)


def _received(connection: socket.socket) -> tuple[Request, list[int]]:
    head, streams, _, _ = socket.recv_fds(connection, 8, 3)
    (length,) = struct.unpack("!Q", head)
    body = b""
    while len(body) < length:
        body += connection.recv(length - len(body))
    return json.loads(body), streams


def _watch(connection: socket.socket, child: int, streams: list[int]) -> None:
    for stream in streams:
        os.close(stream)
    with contextlib.suppress(OSError):  # nobody may wait for it any more
        connection.sendall(f"{child}\n".encode())
        _, status = os.waitpid(child, 0)
        connection.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def become(request: Request, streams: list[int]) -> None:
    """Take the streams, the folder and the environment that are given."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    if request["terminal"]:
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.path[:0] = [one for one in request["environment"].get("PYTHONPATH", "").split(os.pathsep) if one]
    sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", closefd=False)  # type: ignore[misc] # noqa: SIM115
    sys.stdout = sys.__stdout__ = _writer(1, "strict")  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = _writer(2, "backslashreplace")  # type: ignore[misc]


def _writer(number: int, errors: str) -> io.TextIOWrapper:
    buffered = number == 1 and not os.isatty(number)
    stream = open(number, "w", encoding="utf-8", errors=errors, closefd=False)  # noqa: SIM115 - stays open to the end
    stream.reconfigure(line_buffering=not buffered)
    return stream


def main() -> None:
    """Import, serve, and run what a new process was made for."""
    for name in HEAVY:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    request, streams = serve(sys.argv[1])
    become(request, streams)
    os._exit(run(request))


def run(request: Request) -> int:
    """Run a program to its end and return its exit code, without taking apart all that was imported."""
    code: object = 0
    try:
        execute(request)
    except SystemExit as end:
        code = end.code
    except BaseException:
        sys.excepthook(*sys.exc_info())
        code = 1
    if code is not None and not isinstance(code, int):
        sys.stderr.write(f"{code}\n")
        code = 1
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    return code or 0


def execute(request: Request) -> None:
    """Run a file or a module as the main program."""
    program, sys.argv = request["program"], [request["program"], *request["arguments"]]
    if program.endswith(".py"):
        sys.path.insert(0, os.path.dirname(program))
        runpy.run_path(program, run_name="__main__")
    else:
        sys.path.insert(0, os.getcwd())
        runpy.run_module(program, run_name="__main__", alter_sys=True)


main()
