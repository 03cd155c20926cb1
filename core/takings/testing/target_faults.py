"""Levels target, hygiene and live: what a target makes of faults, what it shows, and reading a real ledger."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from takings.connect.http import HttpPool
from takings.errors import AuthorisationExpired, Instruction, RateLimited, ReplyLost, TakingsError
from takings.host import PluginRecord
from takings.host.checks import package_of
from takings.plugin import Call, Outcome, Period, Standing, Unavailable, Unknown
from takings.testing.base import needs
from takings.testing.contexts import make_context
from takings.testing.days import places_of
from takings.testing.faults import answers, is_unreachable, loses_reply
from takings.testing.hygiene import FAULTS, Said
from takings.testing.loading import PluginUnderTest
from takings.testing.target_base import TargetBase
from takings.testing.target_bench import TargetBench
from takings.testing.watching import watching

_WAIT = 7


class TargetFaults(TargetBase):
    """The tests of a target that let calls go wrong."""

    def test_a_lost_reply_leaves_one_document(self, calling: TargetBench) -> None:
        """A reply lost after the ledger accepted: acting on what was told, as the core does, leaves one document."""
        operation = calling.document()
        call = calling.call(operation)
        with calling.http.fault(loses_reply(), times=1, writes_only=True):
            told = told_by(calling, call)
        if isinstance(told, Instruction):
            # It says that nothing was accepted, so the core sends it anew under a new key.
            calling.execute(calling.call(operation))
        assert calling.standing(operation) is Standing.STANDS

    def test_a_lost_reply_is_never_done_or_refused(self, calling: TargetBench) -> None:
        """A call without a reply (a timeout) is `Unknown`, or `ReplyLost` escapes: nobody knows what became of it."""
        call = calling.call(calling.document())
        with calling.http.fault(loses_reply(carried_out=False), writes_only=True):
            told = told_by(calling, call)
        assert is_open(told), f"without a reply {_certain(told)}"

    def test_a_fault_of_the_ledger_is_never_done_or_refused(self, calling: TargetBench) -> None:
        """After 500, 502 or 504 the call may have been accepted: only `Unknown` and `ReplyLost` say so."""
        for status in (500, 502, 504):
            call = calling.call(calling.document())
            with calling.http.fault(answers(status, "it broke", carried_out=True), writes_only=True):
                told = told_by(calling, call)
            assert is_open(told), f"after status {status} {_certain(told)}"

    def test_a_closed_ledger_is_never_done(self, calling: TargetBench) -> None:
        """A 503 is an instruction or unknown, and never `Done` or `Refused`."""
        call = calling.call(calling.document())
        with calling.http.fault(answers(503, "closed for maintenance"), writes_only=True):
            told = told_by(calling, call)
        assert is_open(told) or isinstance(told, Instruction), repr(told)

    def test_an_unreachable_ledger_is_told_so(self, calling: TargetBench) -> None:
        """When nothing was sent, the instruction that says so passes."""
        call = calling.call(calling.document())
        with calling.http.fault(is_unreachable()):
            assert isinstance(told_by(calling, call), Unavailable)
            with pytest.raises(Unavailable):
                calling.survey()

    def test_an_unknown_token_is_an_expired_authorisation(self, calling: TargetBench) -> None:
        """A 401 raises `AuthorisationExpired`, on reading and on writing."""
        call = calling.call(calling.document())
        with calling.http.fault(answers(401, '{"error": "unknown token"}')):
            assert isinstance(told_by(calling, call), AuthorisationExpired)
            with pytest.raises(AuthorisationExpired):
                calling.survey()

    def test_a_rate_limit_is_told_with_its_wait(self, calling: TargetBench) -> None:
        """A 429 raises `RateLimited` with at least the wait of its Retry-After, on reading and on writing."""
        call = calling.call(calling.document())
        with calling.http.fault(answers(429, "", {"Retry-After": str(_WAIT)})):
            told = told_by(calling, call)
            assert isinstance(told, RateLimited), repr(told)
            assert told.after.total_seconds() >= _WAIT, f"it waits for {told.after}"
            with pytest.raises(RateLimited):
                calling.survey()

    def test_reading_that_goes_wrong_is_an_instruction(self, calling: TargetBench) -> None:
        """A fault or a reply that makes no sense is no fault of the plugin: it raises an instruction."""
        for reply in (answers(500, "it broke"), answers(502, ""), answers(200, "<html>welcome</html>")):
            for work in (calling.survey, lambda: calling.open().chart()):
                with calling.http.fault(reply), pytest.raises((Instruction, ReplyLost)):
                    work()

    def test_no_secret_is_shown(self, bench: TargetBench, caplog: pytest.LogCaptureFixture) -> None:
        """No secret stands in logs, findings, reprs or exceptions, as it is or escaped."""
        said, log = Said(), bench.connected.context.log
        call = bench.call(bench.document())
        with caplog.at_level("DEBUG"):
            for name, fault in {"nothing wrong": None, **FAULTS}.items():
                with bench.http.fault(fault or (lambda forward: forward())):
                    said.add("the repr of the target", bench.open())
                    said.run(f"execute() after {name}", lambda: told_by(bench, call))
                    for place, work in reads(bench).items():
                        said.run(f"{place} after {name}", work)
        said.add("the log", *log.lines, *(record.getMessage() for record in caplog.records))
        assert not (leaks := said.leaks(bench.connected.secrets)), "; ".join(leaks)

    def test_files_sockets_and_environment_are_left_to_the_context(
        self, bench: TargetBench, record: PluginRecord
    ) -> None:
        """The plugin's own code writes no file, opens no socket, starts no process and reads no environment."""
        with watching(package_of(record)) as watch:
            for work in reads(bench).values():
                work()
            bench.execute(bench.call(bench.document()))
        assert not (seen := [*watch.touched, *watch.asked]), f"the plugin's own code {', '.join(dict.fromkeys(seen))}"

    def test_live_the_ledger_can_be_read(self, request: pytest.FixtureRequest, plugin: PluginUnderTest) -> None:
        """With `--live` a real ledger is read by credentials from the environment, and nothing is written to it."""
        needs(request.config.getoption("--live", default=False), "it is done with --live only")
        name = f"TAKINGS_LIVE_{self.component.partition(':')[0].upper()}"
        needs(name in os.environ, f"the environment has no {name}")
        given, declaration = json.loads(os.environ[name]), plugin.host.target(self.component)
        installed = declaration.installation.model_validate(given.get("installation", {}))
        owner = declaration.connection.model_validate(given.get("connection", {}))
        with HttpPool(threads=2) as pool:
            context = make_context(pool, component=self.component, token=given["token"], installation=installed)
            target = declaration.open(installed, owner, given.get("organisation", ""), context)
            assert list(target.check()) == []
            assert places_of(target.chart()).lines
            yesterday = datetime.now(UTC).date() - timedelta(days=1)
            target.survey(Period(yesterday, yesterday), declaration.integration.model_validate(dict(self.settings)))
        assert not any(call.writes for call in context.http.calls)


def told_by(bench: TargetBench, call: Call) -> Outcome | TakingsError:
    """Send a call of one operation and return its outcome, or what was raised."""
    try:
        return bench.execute(call)[0]
    except TakingsError as error:
        return error


def is_open(told: Outcome | TakingsError) -> bool:
    """Whether it leaves open what became of the call."""
    return isinstance(told, Unknown | ReplyLost)


def _certain(told: Outcome | TakingsError) -> str:
    return f"it says {told!r}: that claims to know what became of the call, and nobody does"


def reads(bench: TargetBench) -> Mapping[str, Callable[[], Any]]:
    """Return what reads a ledger, by what it is called."""
    unit = bench.unit()
    return {
        "check()": lambda: bench.open().check(),
        "chart()": lambda: bench.open().chart(),
        "survey()": bench.survey,
        "plan()": lambda: bench.open().plan(unit, bench.survey(), bench.settings),
        "find()": lambda: bench.found(bench.document()),
    }
