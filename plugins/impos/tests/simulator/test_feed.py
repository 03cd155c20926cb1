"""The feed as a plugin reads it: authorisation, paging, compression, what lies in the future."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from jsonschema import Draft202012Validator

from takings_impos import schema
from takings_impos.simulator import VENUES, Options, Simulator

from .conftest import Visitor

Start = Callable[..., Visitor]
ADDRESSES = ("/v1/site", "/v1/catalogue", "/v1/end-of-day?from=2026-10-01&to=2026-10-02")


@pytest.mark.parametrize("address", ADDRESSES)
def test_nobody_is_authorised_until_the_token_was_entered(start: Start, address: str) -> None:
    venue = start(token=None)
    refused = venue.get(address)
    assert (refused.status_code, refused.json()) == (401, {"error": "not_authorised"})
    venue.tell("token", token="token-of-the-anchor")
    assert venue.get(address).status_code == 200
    for header in ("", "Bearer wrong", "Basic token-of-the-anchor", "Bearer"):
        assert venue.get(address, headers={"Authorization": header}).status_code == 401


def test_a_token_taken_back_is_refused_again(start: Start) -> None:
    venue = start()
    assert venue.client.delete("/simulator/token").json() == {"authorised": False}
    assert venue.get("/v1/site").status_code == 401


@pytest.mark.parametrize("key", sorted(VENUES))
def test_site_and_catalogue_are_the_venues(start: Start, key: str) -> None:
    venue = start(venue=key)
    assert venue.get("/v1/site").json() == VENUES[key].site()
    Draft202012Validator(schema.catalogue()).validate(venue.get("/v1/catalogue").json())


def test_the_catalogue_is_not_sent_twice(start: Start) -> None:
    venue = start()
    first = venue.get("/v1/catalogue")
    again = venue.get("/v1/catalogue", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    venue.tell("paymethods", code="DIDI", name="DiDi Food", **{"from": "2026-10-09"}, in_catalogue=True)
    changed = venue.get("/v1/catalogue", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert changed.json()["paymethods"][-1] == {"code": "DIDI", "name": "DiDi Food"}


def test_answers_are_compressed_only_for_those_who_accept_it(start: Start) -> None:
    venue = start()
    assert venue.get(ADDRESSES[2]).headers["Content-Encoding"] == "gzip"
    plain = venue.get(ADDRESSES[2], headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert plain.json() == venue.get(ADDRESSES[2]).json()


def test_a_year_comes_in_pages_of_a_hundred(start: Start) -> None:
    venue = start()
    page = venue.get("/v1/end-of-day?from=2025-01-01&to=2025-12-31").json()
    assert len(page["items"]) == 100
    assert urlsplit(page["next"]).netloc == urlsplit(venue.simulator.url).netloc
    days = [record["trading_day"] for record in venue.days("2025-01-01", "2025-12-31")]
    assert len(days) == 365
    assert days == sorted(set(days))


def test_next_can_be_relative_and_pages_small(start: Start) -> None:
    venue = start(page_size=4, relative_next=True)
    page = venue.get("/v1/end-of-day?from=2026-10-01&to=2026-10-10").json()
    assert page["next"] == "/v1/end-of-day?from=2026-10-01&to=2026-10-10&page=2"
    assert len(venue.days("2026-10-01", "2026-10-10")) == 10
    assert venue.get(f"{page['next'][:-1]}9").json() == {"items": [], "next": None}


@pytest.mark.parametrize("number", [9, 10, 11])
def test_a_full_last_page_has_no_next(start: Start, number: int) -> None:
    venue = start(page_size=10)
    page = venue.get(f"/v1/end-of-day?from=2026-10-01&to=2026-10-{number:02}").json()
    assert (page["next"] is None) == (number <= 10)


@pytest.mark.parametrize(
    "query",
    ["", "from=2026-10-01", "from=yesterday&to=2026-10-01", "from=2026-10-02&to=2026-10-01",
     "from=2026-10-01&to=2026-10-02&page=0", "from=2026-10-01&to=2026-10-02&page=-1",
     "from=2026-10-01&to=2026-10-02&page=%C2%B2"],
)  # fmt: skip
def test_a_period_that_is_none_is_refused_in_words(start: Start, query: str) -> None:
    answer = start().get(f"/v1/end-of-day?{query}")
    assert answer.status_code == 400
    assert "must" in answer.json()["message"]


def test_days_not_closed_yet_do_not_come(start: Start) -> None:
    venue = start(stopped_at=datetime.fromisoformat("2026-10-10T00:30:00+11:00"))
    assert venue.days("2026-10-08", "2026-10-31")[-1]["trading_day"] == "2026-10-08"
    venue.tell("clock", now="2026-10-10T12:00:00+11:00")
    assert venue.days("2026-10-08", "2026-10-31")[-1]["trading_day"] == "2026-10-09"
    assert venue.days("2026-10-10", "2027-10-31") == []


def test_a_period_from_the_beginning_of_time_is_answered(start: Start) -> None:
    assert start().get("/v1/end-of-day?from=0001-01-01&to=9999-12-31").json()["items"]


def test_the_clock_runs_when_nobody_stopped_it() -> None:
    moments = iter([datetime(2026, 10, 2, tzinfo=UTC)] * 9)
    with Simulator(Options(running=lambda: next(moments))) as simulator:
        assert simulator.state.books.keys(date.min, date.max)[-1].day.day == 1


def test_two_simulators_answer_alike(start: Start) -> None:
    first, second = start(venue="tavern", seed=7), start(venue="tavern", seed=7)
    assert first.days("2026-09-20", "2026-10-31")[-20:] == second.days("2026-10-01", "2026-10-31")[-20:]
    other = start(venue="tavern", seed=8)
    assert other.days("2026-10-01", "2026-10-01") != first.days("2026-10-01", "2026-10-01")


def test_the_sample_month_can_be_pulled(start: Start, sample: Path) -> None:
    venue = start(records=sample)
    assert venue.get("/v1/catalogue").json() == json.loads((sample / "catalogue.json").read_text("utf-8"))
    month = venue.days("2026-10-01", "2026-10-31")
    assert len(month) == 32
    files = [json.loads(path.read_text("utf-8")) for path in sample.glob("2026-*.json")]
    assert all(record in files for record in month)
    assert [record["revision"] for record in month if record["trading_day"] == "2026-10-20"] == [2]


@pytest.mark.parametrize(("revisions", "seen"), [("latest", [2]), ("all", [1, 2]), ("later", [1])])
def test_given_revisions_come_as_asked(start: Start, folder: Path, revisions: str, seen: list[int]) -> None:
    venue = start(records=folder, revisions=revisions, page_size=1)
    assert [record["revision"] for record in venue.days("2026-10-20", "2026-10-20")] == seen


def test_a_given_revision_arrives_later(start: Start, folder: Path) -> None:
    venue = start(records=folder, revisions="later")
    venue.tell("amend", day="2026-10-20", after_reads=2)
    seen = [venue.days("2026-10-20", "2026-10-20")[0]["revision"] for _ in range(4)]
    assert seen == [1, 1, 2, 2]
    kept = json.loads((folder / "2026-10-20-1-rev2.json").read_text("utf-8"))
    assert venue.days("2026-10-20", "2026-10-20") == [kept]


def test_given_records_can_be_amended_beyond_their_last_revision(start: Start, folder: Path) -> None:
    venue = start(records=folder)
    assert venue.tell("amend", day="2026-10-20")["revision"] == 3
    assert venue.days("2026-10-20", "2026-10-20")[0]["revision"] == 3


def test_a_folder_without_records_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="holds no impos"):
        Simulator(Options(records=tmp_path))


def test_answers_follow_the_openapi_document(start: Start) -> None:
    venue = start()
    described = schema.service_openapi()["paths"]
    for address in ADDRESSES:
        answer = venue.get(address)
        assert str(answer.status_code) in described[urlsplit(address).path]["get"]["responses"]


def test_a_stopped_simulator_answers_no_more() -> None:
    with Simulator() as simulator:
        url = simulator.url
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)
