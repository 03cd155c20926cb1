"""The demonstration: a month to the cent, once more without posting twice, and every difference named."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from tests.cli.world import call, spawn

from takings.cli.demo.picks import pick_source, pick_target
from takings.cli.demo.sandbox import RunningSandbox
from takings.errors import InstallationError, UsageError
from takings.host import PluginHost
from takings.plugin import Sandbox

LAST_LINE = re.compile(r"ledger agrees to the cent: (\d+) documents, (\d+) payments, [A-Z]{3} [\d,]+\.\d\d")
WEEK = ("--from", "2026-10-01", "--to", "2026-10-07")


def children() -> set[str]:
    """Return the processes that this one started and that still run."""
    listed = subprocess.run(["ps", "-eo", "ppid=,pid=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in listed.splitlines()]
    return {pid for parent, pid, args in rows if parent == str(os.getpid()) and "--until-stdin-closes" in args}


def test_a_month_agrees_to_the_cent():
    done = spawn("demo")
    assert done.code == 0, done.err
    lines = done.out.splitlines()
    agreed = LAST_LINE.fullmatch(lines[-1])
    assert agreed, lines[-1]
    dates = [line for line in lines if re.match(r"\d{4}-\d\d-\d\d", line)]
    assert len(dates) == int(agreed[1]) >= 27
    assert int(agreed[2]) > int(agreed[1])


def test_a_second_time_posts_nothing_and_a_changed_payment_is_named(tmp_path: Path):
    before = children()
    first = call("demo", *WEEK, "--data", tmp_path, "--json")
    assert first.code == 0, first.err
    again = call("demo", *WEEK, "--data", tmp_path, "--json")
    assert again.code == 0, again.err
    assert len(first.json["run"]["documents"]) == first.json["verify"]["documents"] > 0
    assert again.json["run"]["documents"] == []
    assert again.json["verify"] == first.json["verify"]
    sandbox = pick_target(PluginHost.load(), None).sandbox
    assert sandbox is not None
    number = _alter_a_payment(sandbox, tmp_path / "target")
    third = call("demo", *WEEK, "--data", tmp_path)
    assert third.code == 1
    assert "ledger does not agree: " in third.out.splitlines()[-1]
    assert number in third.out
    assert children() == before


def _tried(of: str) -> list[str]:
    plugins = PluginHost.load()
    pick, there = {"source": (pick_source, plugins.sources()), "target": (pick_target, plugins.targets())}[of]
    found = []
    for name in there:
        with suppress(UsageError):
            found.append(pick(plugins, name).component)
    return found


@pytest.mark.parametrize("target", _tried("target"))
@pytest.mark.parametrize("source", _tried("source"))
def test_every_installed_pair_agrees_to_the_cent(source: str, target: str, tmp_path: Path):
    few = ("--from", "2026-10-02", "--to", "2026-10-04")
    first = call("demo", *few, "--data", tmp_path, "--source", source, "--target", target)
    assert first.code == 0, first.out + first.err
    assert LAST_LINE.fullmatch(first.out.splitlines()[-1])
    again = call("demo", *few, "--data", tmp_path, "--source", source, "--target", target, "--json")
    assert again.code == 0, again.err
    assert again.json["run"]["documents"] == []
    assert again.json["verify"]["documents"] == 3


def _alter_a_payment(sandbox: Sandbox, data: Path) -> str:
    """Change a payment in the stand-in ledger as nobody can through its API; returns its invoice's number."""
    with RunningSandbox("ledger", sandbox, data) as ledger, httpx.Client(trust_env=False) as client:
        control = ledger.wait_until_ready()["control"]
        organisation = client.get(f"{control}/organisations").json()[0]
        base = f"{control}/organisations/{organisation['tenant']}"
        documents = client.get(f"{base}/documents").json()
        payment = documents["Payments"][0]
        changed = client.post(f"{base}/payments/{payment['PaymentID']}", json={"amount": "1.23"})
        changed.raise_for_status()
        paid = payment["Invoice"]["InvoiceID"]
        return next(str(one["InvoiceNumber"]) for one in documents["Invoices"] if one["InvoiceID"] == paid)


def test_a_folder_is_kept_when_asked_for():
    done = call("demo", "--keep", "--from", "2026-10-01", "--to", "2026-10-01")
    assert done.code == 0, done.err
    kept = Path(re.search(r"kept in (\S+)", done.err)[1])  # type: ignore[index]
    assert (kept / "takings.db").exists()
    for path in sorted(kept.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    kept.rmdir()


def test_ctrl_c_leaves_no_process_behind(tmp_path: Path):
    child = subprocess.Popen(
        [sys.executable, "-m", "takings.cli", "demo", "--data", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with child:
        assert child.stderr is not None
        for line in child.stderr:
            if "Handing" in line:
                break
        listed = subprocess.run(["ps", "-eo", "ppid=,pid="], capture_output=True, text=True, check=True).stdout
        started = [pid for parent, pid in map(str.split, listed.splitlines()) if parent == str(child.pid)]
        child.send_signal(signal.SIGINT)
        rest = child.stderr.read()
        assert child.wait(120) == 130
    assert "Nothing is lost" in rest
    assert len(started) == 2
    assert not [pid for pid in started if Path(f"/proc/{pid}").exists()]


def test_a_component_that_is_not_there_is_named():
    plugins = PluginHost.load()
    with pytest.raises(UsageError, match="nobody"):
        pick_source(plugins, "nobody")
    first = pick_source(plugins, None).component
    assert pick_source(plugins, first.partition(":")[0]).component == first


def test_without_plugins_the_demo_says_what_is_missing():
    answer = call("demo", "--no-plugins")
    assert answer.code == 2
    assert "No installed plugin has a source that can be tried" in answer.err


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("import sys; sys.exit('the port is taken')", "the port is taken"),
        ("print('hello')", "did not start"),
        ("", "did not start"),
    ],
)
def test_a_sandbox_that_does_not_come_up_says_why(
    program: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "broken_sandbox.py").write_text(program)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    sandbox = Sandbox(module="broken_sandbox", keeps_data=False)
    with RunningSandbox("example:till", sandbox, tmp_path) as broken, pytest.raises(InstallationError, match=said):
        broken.wait_until_ready()


def test_a_sandbox_that_never_gets_ready_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("takings.cli.demo.sandbox.START", 0.3)
    monkeypatch.setattr("takings.cli.demo.sandbox.END", 0.2)
    stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    (tmp_path / "stubborn_sandbox.py").write_text(stubborn)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    before, began = children(), time.monotonic()
    sandbox = Sandbox(module="stubborn_sandbox", keeps_data=False)
    with (
        RunningSandbox("example:till", sandbox, tmp_path) as broken,
        pytest.raises(InstallationError, match="within"),
    ):
        broken.wait_until_ready()
    assert time.monotonic() - began < 50
    assert children() == before
