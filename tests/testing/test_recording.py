"""Exchanges are recorded without their secrets, and played back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from takings.plugin import ReplyLost, Unavailable
from takings.testing import FaultyHttp, NotRecorded, answers, canned, is_unreachable, loses_reply, record, replay

TOKEN = 'tok/en "1"'
URL = "https://ledger.example.com/token"


class Server:
    """Answers with what it was asked, and a token."""

    def __init__(self) -> None:
        self.asked = 0

    def request(self, method, url, *, params=None, headers=None, content=None):
        self.asked += 1
        body = json.dumps({"access_token": "shh", "n": self.asked, "said": TOKEN, "name": "Ann"}).encode()
        return canned(200, body, {"Content-Type": "application/json", "Set-Cookie": "session=1", "Retry-After": "7"})


def exchange(http, n: int = 1):
    form = f"grant_type=x&refresh_token=secret{n}&page=1".encode()
    return http.request(
        "POST", URL, params={"code": f"secret{n}"}, headers={"Authorization": "Bearer x"}, content=form
    )


def test_no_secret_stands_in_a_recording(tmp_path: Path):
    place = tmp_path / "exchanges.json"
    with record(Server(), place, secrets=[TOKEN]) as http:
        assert "shh" in exchange(http).text, "what the plugin gets is whole"
    text = place.read_text("utf-8")
    for secret in ("shh", "secret1", "Bearer", "session=1", TOKEN, json.dumps(TOKEN)[1:-1], "tok%2Fen"):
        assert secret not in text
    for kept in ("page=1", "retry-after", "Ann", "grant_type=x"):
        assert kept in text


def test_a_recording_is_played_back_in_its_order_and_no_further(tmp_path: Path):
    place, server = tmp_path / "exchanges.json", Server()
    with record(server, place) as http:
        exchange(http)
        exchange(http, 2)
    http = replay(place)
    # Another secret makes no difference, because it is not in the recording.
    assert [json.loads(exchange(http, 3).content)["n"] for _ in range(2)] == [1, 2]
    with pytest.raises(NotRecorded, match=r"exchanges\.json has no further reply to POST"):
        exchange(http, 3)
    assert server.asked == 2


def test_a_recording_is_kept_when_the_test_fails(tmp_path: Path):
    place = tmp_path / "exchanges.json"

    def fails() -> None:
        with record(Server(), place) as http:
            exchange(http)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert len(json.loads(place.read_text("utf-8"))["exchanges"]) == 1


def test_bytes_that_are_no_text_are_played_back(tmp_path: Path):
    place, inner = tmp_path / "exchanges.json", FaultyHttp(Server())
    with inner.fault(answers(200, b"\xff\xfe")), record(inner, place) as http:
        http.request("GET", URL)
    assert replay(place).request("GET", URL).content == b"\xff\xfe"


def test_faults_come_as_often_as_told_and_to_writes_only():
    server = Server()
    http = FaultyHttp(server)
    with http.fault(loses_reply(), times=1, writes_only=True):
        http.request("GET", URL)
        with pytest.raises(ReplyLost):
            http.request("POST", URL)
        http.request("POST", URL)
    assert server.asked == 3, "a request whose reply is lost was carried out"
    with http.fault(is_unreachable()), pytest.raises(Unavailable):
        http.request("GET", URL)
    assert server.asked == 3
    assert [call.writes for call in http.calls] == [False, True, True, False]


def test_headers_are_found_in_any_case():
    reply = canned(429, "", {"Retry-After": "7"})
    assert reply.headers["retry-after"] == reply.headers["RETRY-AFTER"] == "7"
    assert reply.headers.get("other") is None
