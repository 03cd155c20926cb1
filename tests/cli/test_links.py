"""`takings link`: a link leads to an origin, or none is made."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.world import call


@pytest.fixture
def options(tmp_path: Path) -> tuple[str, ...]:
    return ("--database", str(tmp_path / "takings.db"))


@pytest.mark.parametrize("url", ["ftp://x", "shop.example", "https://", "https://shop.example/a", "http://x:port"])
@pytest.mark.parametrize("command", ["sign-in", "new"])
def test_a_link_to_what_is_no_origin_is_not_made(url: str, command: str, options: tuple[str, ...]) -> None:
    given = ("anchor",) if command == "new" else ()
    refused = call("link", command, *given, "--url", url, *options)
    assert (refused.code, refused.out) == (2, "")
    assert f"'{url}' is not an origin, like https://shop.example." in refused.err


def test_a_link_leads_to_the_origin_that_was_named(options: tuple[str, ...]) -> None:
    made = call("link", "sign-in", "--url", "https://shop.example/", *options)
    assert made.code == 0
    assert made.out.startswith("https://shop.example/sign-in/tk_")
