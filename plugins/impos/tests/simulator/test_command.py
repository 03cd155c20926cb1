"""The command: one ready line, an end by signal or by the end of standard input, refusals in one sentence."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from takings_impos.simulator import Options, Simulator
from takings_impos.simulator.command import NO_FLASK, main

COMMAND = [sys.executable, "-m", "takings_impos.simulator"]


@contextmanager
def running(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    with subprocess.Popen(
        [*COMMAND, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        yield process, json.loads(process.stdout.readline())
        process.kill()


def test_it_says_where_it_is_and_ends_on_sigterm() -> None:
    with running("--venue", "cafe", "--port", "0") as (process, ready):
        assert ready["ready"] is True
        assert ready["installation"] == {"service_url": ready["url"]}
        assert ready["connection"] == {}
        httpx.post(ready["enter_token"]["url"], json={"token": "t"}).raise_for_status()
        site = httpx.get(f"{ready['url']}/v1/site", headers={"Authorization": "Bearer t"}).json()
        assert site["name"] == "Wattle & Rye Café"
        assert httpx.get(ready["page"]).status_code == httpx.get(ready["control"]).status_code == 200
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out, err) == (0, "", "")


def test_it_ends_when_standard_input_does() -> None:
    with running("--until-stdin-closes") as (process, _):
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out, err) == (0, "", "")


def test_options_reach_the_service() -> None:
    options = ["--now", "2026-11-01T12:00:00+00:00", "--tenders", "CASH,AMEX", "--page-size", "5"]
    options += ["--next", "relative", "--quirk", "closed:2026-10-03", "--amend", "2026-10-02:1"]
    options += ["--new-paymethod", "DIDI:DiDi Food:2026-10-05", "--fault", "rate-limit:times=1,seconds=7"]
    with running(*options) as (_, ready), httpx.Client(base_url=ready["url"]) as client:
        client.post("/simulator/token", json={"token": "t"})
        client.headers["Authorization"] = "Bearer t"
        address = "/v1/end-of-day?from=2026-10-01&to=2026-10-31"
        assert client.get(address).headers["Retry-After"] == "7"
        page = client.get(address).json()
        assert (len(page["items"]), page["next"]) == (5, f"{address}&page=2")
        assert page["items"][2]["payments"] == []
        assert [tender["paymethod"] for tender in page["items"][4]["payments"]] == ["CASH", "AMEX", "DIDI"]
        assert [item["revision"] for item in client.get(address).json()["items"]] == [1, 2, 1, 1, 1]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--venue", "moon"], "moon"),
        (["--quirk", "surprise:2026-10-01"], "there is no quirk"),
        (["--fault", "fire"], "there is no fault"),
        (["--now", "2026-10-01T00:00:00"], "needs an offset"),
        (["--now", "noon"], "'noon'"),
        (["--new-paymethod", "DIDI"], "CODE:NAME:DAY"),
        (["--amend", "soon"], "'soon'"),
        (["--page-size", "101"], "1 to 100"),
        (["--page-size", "0"], "1 to 100"),
        (["--port", "-1"], "0 to 65535"),
        (["--port", "99999"], "0 to 65535"),
        (["--port", "80000000000000000000"], "0 to 65535"),
        (["--data", __file__], "a file, not a folder"),
        (["--data", "/nowhere/at/all"], "no folder /nowhere/at"),
    ],
)
def test_a_bad_option_is_refused(capsys: pytest.CaptureFixture[str], arguments: list[str], why: str) -> None:
    with pytest.raises(SystemExit) as refused:
        main(arguments)
    assert refused.value.code == 2
    said = capsys.readouterr().err
    assert why in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--tenders", "GOLD"], "no paymethod 'GOLD'"),
        (["--records", "/nowhere"], "holds no impos.end_of_day records"),
        (["--amend", "2999-01-01"], "no close 1 on 2999-01-01"),
    ],
)
def test_an_option_that_fits_nothing_is_refused(
    capsys: pytest.CaptureFixture[str], arguments: list[str], why: str, kept_signals: None
) -> None:
    assert main(arguments) == 2
    assert why in capsys.readouterr().err


def test_a_port_that_is_taken_is_refused_in_one_sentence(
    capsys: pytest.CaptureFixture[str], kept_signals: None
) -> None:
    with Simulator() as first:
        assert main(["--port", str(first.port)]) == 2
        said = capsys.readouterr().err
    assert f"cannot listen on port {first.port}" in said
    assert said.count("\n") == 1


def test_two_cannot_use_one_folder_at_once(
    capsys: pytest.CaptureFixture[str], kept_signals: None, tmp_path: Path
) -> None:
    with Simulator(Options(data=tmp_path / "new")):
        assert main(["--data", str(tmp_path / "new")]) == 2
        said = capsys.readouterr().err
    assert "another simulator uses the folder" in said
    assert said.count("\n") == 1
    Simulator(Options(data=tmp_path / "new")).close()


@pytest.fixture
def kept_signals() -> Iterator[None]:
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


def test_without_flask_it_says_how_to_get_it(tmp_path: Path) -> None:
    (tmp_path / "flask.py").write_text("raise ModuleNotFoundError('no', name='flask')", "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(COMMAND, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout, done.stderr.strip()) == (2, "", NO_FLASK)


def test_nothing_of_takings_is_imported() -> None:
    code = (
        "import sys, takings_impos.simulator as s; s.Simulator().close(); "
        "sys.exit(any(name.split('.')[0] == 'takings' for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=120, check=False).returncode == 0
