"""Whatever the engine refuses has a kind, a status and a remedy, and nobody else is told what is for the operator."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from takings import errors
from takings.connect import refusals
from takings.errors import TakingsError
from takings.web.api.kinds import ENGINE, HTTP, KINDS, kind_of, name_of
from takings.web.api.problems import refused

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "reference" / "http-api.md").read_text("utf-8")

#: One of each error whose sentence needs more than text.
MADE: dict[type[TakingsError], Any] = {
    errors.RateLimited: lambda: errors.RateLimited(timedelta(seconds=40)),
    errors.TooLarge: lambda: errors.TooLarge("The body", 100),
    errors.ConfirmationNeeded: lambda: errors.ConfirmationNeeded(31, "31 documents would be posted.", 30),
    errors.Overtaken: errors.Overtaken,
    refusals.ConnectInvalid: refusals.ConnectInvalid,
    refusals.TokenUnusable: refusals.TokenUnusable,
}


def kinds_below(one: type[TakingsError]) -> Iterator[type[TakingsError]]:
    yield one
    for below in one.__subclasses__():
        yield from kinds_below(below)


OURS = [one for one in kinds_below(TakingsError) if one.__module__ in (errors.__name__, refusals.__name__)]


def made(one: type[TakingsError]) -> TakingsError:
    """Make an error with a word for each of its arguments."""
    if one in MADE:
        found: TakingsError = MADE[one]()
        return found
    count = (
        one.__init__.__code__.co_argcount - 1 - len(one.__init__.__defaults__ or ()) if "__init__" in vars(one) else 1
    )
    return one(*("secret-of-the-operator",) * count)


@pytest.mark.parametrize("one", OURS, ids=name_of)
def test_each_error_of_the_engine_has_its_status_and_its_remedy(one: type[TakingsError]) -> None:
    error = made(one)
    kind = ENGINE[name_of(one)]
    answer = refused(error)
    assert answer.status_code == kind.status
    told = bytes(answer.body).decode()
    assert f'"kind":"{name_of(one)}"' in told
    assert kind.do in told
    if kind.status == 500:
        assert "secret-of-the-operator" not in told
    if kind.do.startswith("Ask again") and "after" in vars(error):
        assert int(answer.headers["retry-after"]) >= 1


def test_an_error_of_a_plugin_is_the_kind_that_it_is_made_from() -> None:
    class Closed(errors.Unavailable):
        pass

    assert kind_of(Closed("The shop", "it is closed")) == "unavailable"
    assert refused(Closed("The shop", "it is closed")).status_code == 503


def test_a_confirmation_says_the_count_and_no_option_of_the_command_line() -> None:
    answer = refused(made(errors.ConfirmationNeeded))
    assert b'"count":31' in bytes(answer.body)
    assert b"--confirm" not in bytes(answer.body)


def test_every_kind_is_documented_with_its_status_and_remedy() -> None:
    for name, kind in KINDS.items():
        assert f"| `{name}` | {kind.status} | {kind.when} | {kind.do} |" in PAGE
    assert not set(HTTP) & set(ENGINE)
