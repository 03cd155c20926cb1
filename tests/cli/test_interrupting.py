"""Ctrl-C in the middle of posting: it stops soon, and the next sync finishes without posting anything twice."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

from tests.cli.world import Run, World, set_up

PERIOD = ("--from", "2026-05-01", "--to", "2026-05-08")


def test_ctrl_c_while_posting_loses_nothing_and_doubles_nothing(run: Run, elsewhere: World):
    set_up(elsewhere, "stopped")
    switches = f"{elsewhere.target['control']}/switches"
    counters = f"{elsewhere.target['control']}/counters"
    elsewhere.client.delete(counters).raise_for_status()
    elsewhere.client.post(switches, json={"latency_ms": 700}).raise_for_status()
    arguments = ["sync", "stopped", *PERIOD, "--confirm", "8", *elsewhere.options]
    try:
        child = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "takings.cli", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        with child:
            while child.poll() is None and not _written(elsewhere, counters):
                time.sleep(0.02)
            child.send_signal(signal.SIGINT)
            began = time.monotonic()
            _, err = child.communicate(timeout=120)
            took = time.monotonic() - began
    finally:
        elsewhere.client.post(switches, json={"latency_ms": 0}).raise_for_status()
    assert child.returncode == 130, err
    assert err.startswith("Stopping; a call that is under way is waited for.")
    assert "Nothing is lost" in err
    (stopped,) = run("runs", "stopped", "--json", *elsewhere.options).json["runs"]
    assert stopped["state"] == "interrupted"
    assert "Traceback" not in err
    assert took < 60
    finished = run(*arguments, "--json")
    assert finished.code == 0, finished.out + finished.err
    verified = run("verify", "stopped", *PERIOD, "--json", *elsewhere.options)
    assert verified.code == 0, verified.out
    assert verified.json["documents"] == 8
    again = run(*arguments, "--json")
    assert again.json["documents"] == []


def _written(world: World, counters: str) -> bool:
    """Tell whether the stand-in ledger has been sent something to write."""
    text = world.client.get(counters).text
    return '"PUT' in text or '"POST' in text
