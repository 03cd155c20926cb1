"""The command refuses what it cannot work with: one sentence, exit code 2."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from takings_xero.sandbox import Sandbox, starting
from takings_xero.sandbox.cli import run


@pytest.fixture(autouse=True)
def kept_signals() -> Iterator[None]:
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    try:
        code: object = run(arguments)
    except SystemExit as ended:
        code = ended.code
    out, err = capsys.readouterr()
    assert (code, out, err.count("\n")) == (2, "", 1), err
    return err


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--port", "-1"], "0 to 65535"),
        (["--port", "99999"], "0 to 65535"),
        (["--port", "800000000000000"], "0 to 65535"),
        (["--latency-ms", "-5"], "from 0 to 600000"),
        (["--latency-ms", "nan"], "from 0 to 600000"),
        (["--data", __file__], "is a file, not a folder"),
        (["--data", "/nowhere/at/all"], "no folder /nowhere/at"),
        (["--seed-organisation", ""], "the name is empty"),
        (["--seed-organisation", "X;Timezone"], "'Timezone' in 'X;Timezone' has no value"),
        (["--seed-organisation", "X;Bogus=1"], "no field 'Bogus'"),
        (["--seed-organisation", "X;PeriodLockDate=tomorrow"], "such as 2026-06-30, not 'tomorrow'"),
        (["--seed-organisation", "X;PaysTax=perhaps"], "true or false"),
    ],
)
def test_nonsense_is_refused(capsys: pytest.CaptureFixture[str], arguments: list[str], why: str) -> None:
    assert why in refusal(capsys, *arguments)


def test_a_port_that_is_taken_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with Sandbox(tmp_path / "one") as first:
        said = refusal(capsys, "--port", str(first.port), "--data", str(tmp_path / "two"))
    assert f"cannot listen on port {first.port}" in said
    Sandbox(tmp_path / "two").close()


def test_two_cannot_use_one_folder_at_once(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with Sandbox(tmp_path):
        assert "Another Xero sandbox uses the folder" in refusal(capsys, "--data", str(tmp_path))
    Sandbox(tmp_path).close()


def test_a_folder_with_something_else_in_it_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "xero-sandbox.sqlite3").write_text("no database at all, but long enough" * 100, "utf-8")
    assert "cannot use what" in refusal(capsys, "--data", str(tmp_path))


def test_fields_of_an_organisation_are_of_their_kind() -> None:
    name, settings = starting.organisation("Bar; PaysTax=false;FinancialYearEndMonth=3;PeriodLockDate=2026-06-30")
    assert name == "Bar"
    assert settings == {"PaysTax": False, "FinancialYearEndMonth": 3, "PeriodLockDate": "2026-06-30"}
