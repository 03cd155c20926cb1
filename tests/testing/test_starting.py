"""Stand-ins are started, connected and ended; what does not start says why."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from takings.connect.http import HttpPool
from takings.host import PluginHost
from takings.plugin import Sandbox
from takings.testing import NotConnected, RunningSandbox, SandboxFailed, connect
from takings.testing.hygiene import Said


def test_a_stand_in_that_does_not_start_says_why(tmp_path: Path):
    with (
        pytest.raises(SandboxFailed, match="No module named"),
        RunningSandbox(Sandbox(module="no_such_one"), tmp_path),
    ):
        pass


def test_a_stand_in_that_says_something_else_is_ended(tmp_path: Path):
    with pytest.raises(SandboxFailed, match="printed no ready line"):
        RunningSandbox(Sandbox(module="this", keeps_data=False), tmp_path).start()


def test_a_ready_line_that_takes_no_token_is_told(tmp_path: Path):
    declaration = PluginHost.load().source("impos:eod")
    with HttpPool(threads=1) as pool, pytest.raises(NotConnected, match=r"no `enter_token\.url`"):
        connect(declaration, {}, component="impos:eod", pool=pool, folder=tmp_path)


def test_a_stand_in_that_does_not_consent_by_itself_is_told(tmp_path: Path):
    declaration = PluginHost.load().target("xero:accounting")
    assert declaration.sandbox
    asks = replace(declaration.sandbox, args=())
    refused = pytest.raises(NotConnected, match="must consent by itself")
    with RunningSandbox(asks, tmp_path) as ready, HttpPool(threads=1) as pool, refused:
        connect(declaration, ready, component="xero:accounting", pool=pool, folder=tmp_path)


def test_secrets_are_found_in_every_form_and_never_told():
    said, secret = Said(), 'a/b "c" d'
    said.add("the log", "x=a%2Fb%20%22c%22%20d")
    said.add("the repr of the source", "a+b")
    said.run("check()", lambda: [secret])

    def fails():
        try:
            raise ValueError(f"not {secret}")
        except ValueError as error:
            raise RuntimeError("something is wrong") from error

    said.run("read()", fails)
    leaks = said.leaks({"the token": secret, "short": "a"})
    assert leaks == (
        "the token stands in the ValueError raised by read()",
        "the token stands in the log",
        "the token stands in what check() returned",
    )
    assert secret not in "".join(leaks)


def test_nothing_is_logged_by_looking(caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.DEBUG):
        Said().leaks({"the token": "secret-secret"})
    assert caplog.records == []
