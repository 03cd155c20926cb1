"""Whatever stops a run, its finding says what to do, in words that fit every face."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from takings import errors
from takings.errors import (
    AuthorisationExpired,
    DatabaseFull,
    Misconfigured,
    RateLimited,
    TakingsError,
    TokenMissing,
)
from takings.sync.runs import problem_found
from takings.sync.ways_out import way_out


def kinds(of: type[TakingsError] = TakingsError) -> Iterator[type[TakingsError]]:
    """All kinds of problems that takings knows."""
    yield of
    for one in of.__subclasses__():
        yield from (kind for kind in kinds(one) if kind.__module__ == errors.__name__)


@pytest.mark.parametrize("kind", list(dict.fromkeys(kinds())))
def test_every_problem_has_a_way_out_that_names_no_command_or_page(kind: type[TakingsError]) -> None:
    told = way_out(kind.__new__(kind))
    assert told[0].isupper()
    assert not told.endswith(".")
    assert not any(word in told for word in ("takings ", "--", "click", "`"))


@pytest.mark.parametrize(
    ("problem", "says"),
    [
        (RateLimited(timedelta(minutes=1)), "Nothing"),
        (AuthorisationExpired("Books"), "Connect it again"),
        (TokenMissing("Till"), "new Auth Token"),
        (Misconfigured("api_url", "there is no such host"), "this setting"),
        (DatabaseFull("/data/takings.db"), "make room"),
    ],
)
def test_the_finding_of_a_run_says_it(problem: TakingsError, says: str) -> None:
    assert says in problem_found(problem).do


def test_a_kind_that_a_plugin_made_up_has_that_of_what_it_is_made_of() -> None:
    class Asleep(errors.Unavailable):
        pass

    assert way_out(Asleep("Books", "it sleeps")) == way_out(errors.Unavailable("Books", "closed"))
