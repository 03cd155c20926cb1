"""Imports a plugin in a child process and says what it costs: CPU time, and sockets that it opens."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from takings.domain.findings import Finding
from takings.host.checks import StaticCode, finding
from takings.host.records import PluginRecord

#: The CPU time that importing a plugin may take, in milliseconds.
LIMIT = 300

_PROBE = """
import importlib, json, sys, time
import takings.plugin
sockets = []
sys.addaudithook(lambda event, args: sockets.append(event) if event.startswith("socket.") else None)
begun = time.process_time()
importlib.import_module(sys.argv[1])
print(json.dumps({"milliseconds": round((time.process_time() - begun) * 1000), "sockets": sorted(set(sockets))}))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What importing a plugin did; `error` says why that could not be found out."""

    milliseconds: int = 0
    sockets: tuple[str, ...] = ()
    error: str = ""


def probe(record: PluginRecord, *, limit: float = 30.0) -> Probe:
    """Import the plugin's module in a child process that has the same path."""
    module = record.module.partition(":")[0]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    try:
        done = subprocess.run(  # noqa: S603 - the module of an installed plugin
            [sys.executable, "-c", _PROBE, module],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=limit,
            check=False,
        )
        said = json.loads(done.stdout.splitlines()[-1])
    except subprocess.TimeoutExpired:
        return Probe(error=f"it took longer than {limit:.0f} s")
    except (ValueError, IndexError):
        return Probe(error=done.stderr.decode("utf-8", "replace").strip()[-500:] or "it said nothing")
    return Probe(milliseconds=said["milliseconds"], sockets=tuple(said["sockets"]))


def check_import_opens_nothing(record: PluginRecord, probed: Probe) -> Iterator[Finding]:
    """Importing the plugin makes no socket."""
    if probed.error:
        yield finding(StaticCode.NOT_LOADED, record, f"its import fails: {probed.error}", do="Mend its import")
    if probed.sockets:
        what = f"its import opens a socket ({', '.join(probed.sockets)})"
        yield finding(StaticCode.OPENS_SOCKET, record, what, do="Call nothing when the module is imported")


def check_import_is_quick(record: PluginRecord, probed: Probe) -> Iterator[Finding]:
    """Importing the plugin takes less CPU time than the limit, because it is done whenever plugins are listed."""
    if probed.milliseconds > LIMIT:
        what = f"its import takes {probed.milliseconds} ms of CPU time, and {LIMIT} are allowed"
        yield finding(StaticCode.SLOW_IMPORT, record, what, do="Import what is heavy where it is used")
