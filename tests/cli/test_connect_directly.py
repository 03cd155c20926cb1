"""`takings connect` without a browser: a token that is typed in, and a ledger in a folder."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.world import Run, sides

KEY_ASKED_FOR = "Key"


@pytest.fixture
def books(example: Path, tmp_path: Path) -> Iterator[tuple[str, ...]]:
    """Serve the template's ledger; returns the options that lead there."""
    from takings_example.sandbox.books import Books
    from takings_example.sandbox.ledger import LedgerSandbox

    with LedgerSandbox(Books()) as ledger:
        (tmp_path / "takings.toml").write_text(f'["example:paper"]\nledger_url = "{ledger.url}"\n')
        yield ("--database", str(tmp_path / "takings.db"), "--config", str(tmp_path / "takings.toml"))


@pytest.fixture
def provisioned(run: Run, books: tuple[str, ...]) -> tuple[str, ...]:
    answer = run("provision", "anchor", "--source", "example:till", "--target", "example:paper", *books)
    assert answer.code == 0, answer.err
    return books


def key() -> str:
    from takings_example.sandbox.ledger import KEY

    return str(KEY)


def test_a_token_is_read_from_standard_input(run: Run, provisioned: tuple[str, ...], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{key()}\n"))
    answer = run("connect", "anchor", "--token", "-", *provisioned)
    assert answer.code == 0, answer.err
    assert answer.out == "anchor is connected to Corner Shop's books.\n"
    assert key() not in answer.out + answer.err


def test_a_token_on_the_command_line_is_warned_of(run: Run, provisioned: tuple[str, ...]):
    answer = run("connect", "anchor", "--token", key(), "--json", *provisioned)
    assert answer.code == 0, answer.err
    assert "Warning" in answer.err
    assert answer.json["target"]["state"] == "connected"


def test_a_token_is_asked_for_where_somebody_can_answer(
    run: Run, provisioned: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
):
    asked: list[tuple[str, bool]] = []

    def prompt(text: str, *, hide_input: bool, err: bool) -> str:
        asked.append((text, hide_input))
        return key()

    monkeypatch.setattr("takings.cli.commands.connect.can_ask", lambda: True)
    monkeypatch.setattr("click.prompt", prompt)
    assert run("connect", "anchor", *provisioned).code == 0
    assert asked == [(KEY_ASKED_FOR, True)]


@pytest.mark.parametrize(("given", "code"), [("", 2), ("two words", 2), ("x" * 5000, 2), ("not-the-key", 1)])
def test_a_token_that_is_none_changes_nothing(
    given: str, code: int, run: Run, provisioned: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("sys.stdin", io.StringIO(given))
    answer = run("connect", "anchor", "--token", "-", *provisioned)
    assert answer.code == code, answer.err
    assert run("integrations", "show", "anchor", "--json", *provisioned).json["target"] is None


def test_without_a_person_and_a_token_it_says_how_to_give_one(run: Run, provisioned: tuple[str, ...]):
    answer = run("connect", "anchor", *provisioned)
    assert answer.code == 2
    assert "--token -" in answer.err


def test_what_is_connected_by_nothing_takes_settings_and_no_token(run: Run, provisioned: tuple[str, ...]):
    assert run("connect", "anchor", "--side", "source", *provisioned).code == 0
    refused = run("connect", "anchor", "--side", "source", "--token", "x", *provisioned)
    assert (refused.code, "takes no token" in refused.err) == (2, True)
    wrong = run("connect", "anchor", "--side", "source", "--set", "nothing=1", *provisioned)
    assert wrong.code in (1, 2)
    assert "nothing" in wrong.err


def test_a_side_that_takes_an_auth_token_says_so(run: Run, books: tuple[str, ...]):
    assert run("provision", "handed", *sides(), *books).code == 0
    answer = run("connect", "handed", "--side", "source", *books)
    assert answer.code == 2
    assert "takings token new handed" in answer.err
