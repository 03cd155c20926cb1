"""Control calls: amendments, quirks, faults, pushing, and the page of ImPOS support."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from .conftest import TOKEN, Visitor

Start = Callable[..., Visitor]
WEEK = "/v1/end-of-day?from=2026-10-01&to=2026-10-07"


def test_an_amended_day_comes_in_its_next_revision(start: Start) -> None:
    venue = start()
    before = venue.days("2026-10-03", "2026-10-03")[0]
    assert venue.tell("amend", day="2026-10-03")["revision"] == 2
    after = venue.days("2026-10-03", "2026-10-03")[0]
    assert (before["revision"], after["revision"]) == (1, 2)
    assert before["sales"] != after["sales"]
    assert venue.tell("amend", day="2026-10-03")["revision"] == 3


def test_a_day_can_be_amended_after_it_was_read(start: Start) -> None:
    venue = start(awkward="all")
    seen = [venue.days("2026-10-20", "2026-10-20")[0]["revision"] for _ in range(3)]
    assert seen == [1, 2, 2]


def test_an_amended_day_can_turn_out_to_be_closed(start: Start) -> None:
    venue = start()
    venue.tell("amend", day="2026-10-03")
    venue.tell("quirks", day="2026-10-03", quirk="closed")
    day = venue.days("2026-10-03", "2026-10-03")[0]
    assert (day["revision"], day["sales"]) == (2, [])


def test_a_day_without_trade_is_never_amended_by_itself(start: Start) -> None:
    venue = start(quirks=((date(2025, 12, 25), "revised"),))
    seen = [venue.days("2025-12-25", "2025-12-25")[0]["revision"] for _ in range(3)]
    assert seen == [1, 1, 1]


def test_a_page_counts_only_what_it_holds_as_read(start: Start) -> None:
    venue = start(awkward="all", page_size=10)
    venue.get("/v1/end-of-day?from=2026-10-01&to=2026-10-31&page=1")
    assert venue.days("2026-10-20", "2026-10-20")[0]["revision"] == 1


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"day": "2026-10-03", "sequence": 2}, "no close 2"),
        ({"day": "2030-01-01"}, "no close 1"),
        ({"day": "2025-12-25"}, "no sale"),
        ({"day": "soon"}, "isoformat"),
        ({"day": "2026-10-03", "after_reads": -1}, "0 or more"),
        ({}, "day is missing"),
    ],
)
def test_what_cannot_be_amended_is_said(start: Start, given: dict[str, Any], why: str) -> None:
    answer = start().client.post("/simulator/amend", json=given)
    assert answer.status_code == 422
    assert why in answer.json()["message"]


def test_a_quirk_can_be_put_on_a_day(start: Start) -> None:
    venue = start()
    assert venue.days("2026-10-03", "2026-10-03")[0]["sales"]
    venue.tell("quirks", day="2026-10-03", quirk="closed")
    assert venue.days("2026-10-03", "2026-10-03")[0]["sales"] == []
    venue.tell("quirks", day="2026-10-04", quirk="broken")
    assert venue.days("2026-10-04", "2026-10-04")[0]["sales"][0]["gross"] == 1200


def test_a_paymethod_appears_in_mid_period(start: Start) -> None:
    venue = start()
    venue.tell("paymethods", code="DIDI", name="DiDi Food", **{"from": "2026-10-09"})
    days = venue.days("2026-10-01", "2026-10-31")
    having = {day["trading_day"] for day in days if day["payments"][-1]["paymethod"] == "DIDI"}
    assert (min(having), len(having)) == ("2026-10-09", 23)
    assert "DIDI" not in venue.get("/v1/catalogue").text


def test_a_few_awkward_days_hold_one_day_a_month(start: Start) -> None:
    days = start(awkward="few").days("2026-10-01", "2026-10-31")
    codes = {"CASH", "EFTPOS", "AMEX", "UBER", "VOUCH", "ACCT"}
    held = [day for day in days if {tender["paymethod"] for tender in day["payments"]} - codes]
    assert [day["trading_day"] for day in held] == ["2026-10-09"]


def test_a_rate_limit_says_when_to_come_back(start: Start) -> None:
    venue = start()
    venue.tell("faults", fault="rate-limit", times=2, seconds=3)
    refused = [venue.get(WEEK) for _ in range(3)]
    assert [answer.status_code for answer in refused] == [429, 429, 200]
    assert refused[0].headers["Retry-After"] == "3"


def test_a_fault_can_be_late_on_one_address_and_of_any_status(start: Start) -> None:
    venue = start()
    venue.tell("faults", fault="error", status=502, after=1, path="/v1/end-of-day", times=None)
    assert venue.get("/v1/site").status_code == 200
    assert [venue.get(WEEK).status_code for _ in range(3)] == [200, 502, 502]
    venue.client.delete("/simulator/faults")
    assert venue.get(WEEK).status_code == 200


def test_connections_are_cut_and_bodies_truncated(start: Start) -> None:
    venue = start()
    for fault in ("cut", "truncate"):
        venue.tell("faults", fault=fault)
        with pytest.raises(httpx.RemoteProtocolError):
            venue.get(WEEK)
    assert venue.get(WEEK).status_code == 200
    seen = venue.get("/simulator/requests").json()
    assert [request["fault"] for request in seen["requests"]] == ["cut", "truncate", None]


def test_latency_delays_the_answer(start: Start) -> None:
    venue = start()
    venue.tell("faults", fault="latency", milliseconds=30)
    assert venue.get(WEEK).elapsed.total_seconds() >= 0.03


def test_a_token_can_be_refused_though_it_was_entered(start: Start) -> None:
    venue = start()
    venue.tell("faults", fault="not-authorised")
    assert [venue.get(WEEK).status_code for _ in range(2)] == [401, 200]


@pytest.mark.parametrize(
    "given",
    [{"fault": "fire"}, {"fault": "cut", "colour": "red"}, {"fault": "cut", "times": -1}, {},
     {"fault": "error", "status": 200}, {"fault": "latency", "milliseconds": True}, {"fault": "cut", "path": 1}],
)  # fmt: skip
def test_a_fault_that_is_none_is_refused(start: Start, given: dict[str, Any]) -> None:
    assert start().client.post("/simulator/faults", json=given).status_code == 422


def test_requests_are_remembered_for_counting_calls(start: Start) -> None:
    venue = start()
    venue.days("2025-01-01", "2025-12-31")
    assert venue.get("/simulator/requests").json()["count"] == 4
    assert venue.client.delete("/simulator/requests").json()["count"] == 0


class Intake(BaseHTTPRequestHandler):
    """An intake that keeps what it is sent."""

    received: list[tuple[str | None, Any]]
    status = 200

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.received.append((self.headers["Authorization"], body))
        answer = b'{"results": []}'
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: Any) -> None:
        """Write nothing."""


@pytest.fixture
def intake() -> Iterator[tuple[str, type[Intake]]]:
    handler = type("OneIntake", (Intake,), {"received": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/intake", handler
        server.shutdown()
        thread.join()


def test_a_period_is_pushed_in_arrays_of_a_hundred(start: Start, intake: tuple[str, type[Intake]]) -> None:
    url, handler = intake
    venue = start()
    answer = venue.tell("push", url=url, token="another", **{"from": "2026-01-01", "to": "2026-07-20"})
    assert answer["pushed"] == 201
    assert [call["records"] for call in answer["calls"]] == [100, 100, 1]
    assert {token for token, _ in handler.received} == {"Bearer another"}
    bodies = [body for _, body in handler.received]
    assert [type(body) for body in bodies] == [list, list, dict]
    assert [*bodies[0], *bodies[1], bodies[2]] == venue.days("2026-01-01", "2026-07-20")


def test_a_refused_push_is_reported_and_the_entered_token_is_used(
    start: Start, intake: tuple[str, type[Intake]]
) -> None:
    url, handler = intake
    handler.status = 422
    answer = start().tell("push", url=url, **{"from": "2026-10-01", "to": "2026-10-02"})
    assert answer == {"pushed": 0, "calls": [{"records": 2, "status": 422, "answer": {"results": []}}]}
    assert handler.received[0][0] == f"Bearer {TOKEN}"


def test_a_push_to_nowhere_is_reported(start: Start) -> None:
    venue = start()
    answer = venue.tell("push", url="http://127.0.0.1:1/intake", **{"from": "2026-10-01"})
    assert answer["calls"][0]["status"] == 0
    bad = {"url": "file:///etc/hosts", "from": "2026-10-01"}
    assert venue.client.post("/simulator/push", json=bad).status_code == 422


def test_entered_tokens_and_amendments_outlive_a_restart(start: Start, tmp_path: Path) -> None:
    first = start(data=tmp_path)
    first.tell("amend", day="2026-10-03")
    first.simulator.close()
    second = start(data=tmp_path, token=None)
    assert second.days("2026-10-03", "2026-10-03")[0]["revision"] == 2
    second.simulator.close()
    assert start(data=tmp_path, token=None, venue="cafe").get("/v1/site").status_code == 401
    assert TOKEN not in (tmp_path / "impos-simulator.json").read_text("utf-8")


def test_support_enters_the_token_on_the_page(start: Start) -> None:
    venue = start(token=None)
    assert "No Auth Token has been entered" in venue.get("/").text
    answer = venue.client.post("/simulator/token", data={"token": f" {TOKEN} "})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    page = venue.get("/")
    assert "An Auth Token has been entered" in page.text
    assert TOKEN not in page.text
    assert venue.get("/v1/site").status_code == 200


def test_support_sees_that_the_token_is_entered_and_whether_it_is_used(start: Start) -> None:
    venue = start(token=None)
    venue.get("/v1/site")
    assert "was refused" in venue.get("/").text
    entered = venue.client.post("/token", data={"token": f" {TOKEN}\n"})
    assert (entered.status_code, entered.headers["Location"]) == (303, "/?done=entered")
    page = venue.get("/?done=entered").text
    assert f"Authorised. An Auth Token has been entered, ending in …{TOKEN[-4:]}" in page
    assert TOKEN not in page
    venue.get("/v1/site")
    assert "has asked 1 time since the start, and was answered" in venue.get("/").text


@pytest.mark.parametrize("token", ["", "  ", "two words", "x" * 501])
def test_support_is_told_on_the_page_when_a_token_is_refused(start: Start, token: str) -> None:
    venue = start(token=None)
    refused = venue.client.post("/token", data={"token": token})
    assert refused.status_code == 422
    assert "<title>Error: " in refused.text
    assert "Enter the whole token and nothing else" in refused.text
    assert "No Auth Token has been entered" in venue.get("/").text


def test_support_takes_tokens_back_on_the_page(start: Start) -> None:
    venue = start()
    taken = venue.client.post("/token/forget")
    assert "Every Auth Token was taken back" in venue.get(taken.headers["Location"]).text
    assert venue.get("/v1/site").status_code == 401


def test_a_day_is_amended_on_the_page(start: Start) -> None:
    venue = start()
    assert "Sat 31 Oct 2026" in venue.get("/").text
    venue.client.post("/simulator/amend", data={"day": "2026-10-31", "sequence": "1"})
    assert venue.days("2026-10-31", "2026-10-31")[0]["revision"] == 2


def test_the_page_escapes_and_runs_nothing(start: Start, folder: Path) -> None:
    for path in folder.glob("2026-*.json"):
        record = json.loads(path.read_text("utf-8"))
        record["site"]["name"] = "<script>alert(1)</script>"
        path.write_text(json.dumps(record), "utf-8")
    page = start(records=folder).get("/")
    assert "<script" not in page.text
    assert "&lt;script&gt;" in page.text
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self'" in policy


def test_the_page_shows_totals(start: Start) -> None:
    venue = start()
    day = venue.days("2026-10-31", "2026-10-31")[0]
    counted = sum(Decimal(tender["counted"]) for tender in day["payments"])
    assert f"{counted:,.2f}" in venue.get("/").text


@pytest.mark.parametrize("headers", [{"Origin": "https://elsewhere.test"}, {"Origin": "null"}, {"Host": "evil.test"}])
def test_pages_elsewhere_cannot_reach_it(start: Start, headers: dict[str, str]) -> None:
    venue = start(token=None)
    answer = venue.client.post("/simulator/token", data={"token": TOKEN}, headers=headers)
    assert answer.status_code == 403
    assert not venue.simulator.state.authorised


@pytest.mark.parametrize("token", ["", "  ", "two words", "x" * 501])
def test_a_token_that_is_none_is_refused(start: Start, token: str) -> None:
    assert start(token=None).client.post("/simulator/token", json={"token": token}).status_code == 422


def test_what_is_not_there_is_said_in_json(start: Start) -> None:
    answer = start().get("/v2/site")
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")
    assert start().client.post("/simulator/token", json=[1]).status_code == 422
