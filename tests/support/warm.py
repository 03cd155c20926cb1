"""Is responsible for Python programs that a test starts: each has a process of its own, but imports next to nothing.

The process is forked from one that imported everything heavy when the first program was asked for. What programs
import when they start is tested elsewhere, with new processes: `tests/cli/test_starting.py`.
"""

from __future__ import annotations

import array
import atexit
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

#: Seconds after which a program counts as hanging, and fails its test.
PATIENCE = 240.0
PROCESS = Path(__file__).with_name("warm_process.py")


class Warm:
    """A process that was started; it must be waited for."""

    def __init__(self, connection: socket.socket) -> None:
        connection.settimeout(PATIENCE)
        self._said = connection.makefile("r")
        connection.close()
        self.pid, self._code = int(self._said.readline()), None

    def wait(self) -> int:
        """Wait for its end and return its exit code, or less than 0 for a signal."""
        if self._code is None:
            self._code = int(self._said.readline())
            self._said.close()
        return self._code

    def kill(self) -> None:
        """End it where it still runs."""
        if self._code is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            self.wait()


def start(
    program: str,
    arguments: Sequence[object],
    streams: Sequence[int],
    *,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    terminal: bool = False,
) -> Warm:
    """Start a module or a file of Python; its standard streams may be closed here afterwards."""
    request = {
        "program": program,
        "arguments": [str(one) for one in arguments],
        "folder": str(folder or Path.cwd()),
        "environment": dict(os.environ if environment is None else environment),
        "terminal": terminal,
    }
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(_address())
    body = json.dumps(request).encode()
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", streams))]
    connection.sendmsg([struct.pack("!Q", len(body))], rights)
    connection.sendall(body)
    return Warm(connection)


def run(program: str, *arguments: object, sent: bytes = b"", **more: Any) -> tuple[int, str, str]:
    """Run a program to its end: its exit code, and what it wrote to standard output and error."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(sent)
        given.seek(0)
        code = start(program, arguments, (given.fileno(), out.fileno(), err.fileno()), **more).wait()
        out.seek(0)
        err.seek(0)
        return code, out.read().decode(), err.read().decode()


SHIM = """\
#!{python} -IS
import array, json, os, signal, socket, struct, sys
connection = socket.socket(socket.AF_UNIX)
connection.connect({address!r})
request = dict(program={program!r}, arguments=sys.argv[1:], folder=os.getcwd(), environment=dict(os.environ))
body = json.dumps(dict(request, terminal=False)).encode()
rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0, 1, 2]))]
connection.sendmsg([struct.pack("!Q", len(body))], rights)
connection.sendall(body)
said = connection.makefile("r")
child = int(said.readline())
signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGTERM))
code = int(said.readline())
sys.exit(code if code >= 0 else 128 - code)
"""


def command(folder: Path, name: str, program: str) -> None:
    """Write a command that a shell finds in this folder and that starts the program so."""
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(SHIM.format(python=sys.executable, address=_address(), program=program))
    file.chmod(0o755)


@cache
def _address() -> str:
    """Start the process that the others are forked from, and return where it listens."""
    folder = tempfile.mkdtemp(prefix="takings-warm-", dir="/tmp")  # a socket's path is limited to 107 characters
    address = f"{folder}/socket"
    process = subprocess.Popen(
        [sys.executable, "-I", "-W", "error", str(PROCESS), address],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )

    def stop() -> None:
        with process:
            pass
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    return address
