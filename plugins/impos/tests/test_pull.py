"""Pulling from a venue's ImPOS service: what each answer means, and that reading resumes."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

import pytest

from takings.plugin import (
    AuthorisationExpired,
    Batch,
    DaySummary,
    Instruction,
    Misconfigured,
    Period,
    RateLimited,
    Retry,
    Source,
    Unavailable,
)
from takings_impos.plugin import END_OF_DAY, ServiceSettings
from takings_impos.simulator import Options, Simulator
from takings_impos.simulator.faults import Fault

from .conftest import NOW, TOKEN, Answer, RealContext, SmallService
from .records import READER, a_record

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
Serve = Callable[[Callable[[str], Answer]], SmallService]


def opened(url: str, context: RealContext) -> Source:
    assert END_OF_DAY.open is not None
    return END_OF_DAY.open(ServiceSettings(service_url=url), END_OF_DAY.connection(), context)


def simulator(**options: Any) -> Simulator:
    started = Simulator(Options(**{"awkward": "all", "stopped_at": datetime(2026, 12, 1, tzinfo=UTC), **options}))
    started.enter_token(TOKEN)
    return started


def page(items: list[Any], following: Any = None) -> Answer:
    return Answer(body=json.dumps({"items": items, "next": following}).encode())


def bodies(batches: list[Batch]) -> list[bytes]:
    return [record.body for batch in batches for record in batch.records]


# --- Against the simulator ---------------------------------------------------------------------------------


def test_a_service_that_knows_the_token_has_nothing_in_its_way(context: RealContext) -> None:
    with simulator() as service:
        assert opened(service.url, context).check() == ()


def test_until_support_has_entered_the_token_the_check_says_who_is_waited_for(context: RealContext) -> None:
    with Simulator() as service:
        source = opened(service.url, context)
        (finding,) = source.check()
        assert (finding.code, finding.verbatim.strip()) == ("impos.waiting", '{"error":"not_authorised"}')
        assert "ImPOS support" in finding.what
        with pytest.raises(AuthorisationExpired):
            list(source.read(OCTOBER, None))
        with pytest.raises(AuthorisationExpired):
            source.catalogue()


def test_the_catalogue_has_the_codes_of_all_three_dimensions(context: RealContext) -> None:
    with simulator() as service:
        catalogue = opened(service.url, context).catalogue()
    assert {one.dimension for one in catalogue.codes} == {one.key for one in END_OF_DAY.dimensions}
    assert catalogue.currency == "AUD"


@pytest.mark.parametrize("relative", [False, True])
def test_a_month_is_read_page_by_page(context: RealContext, relative: bool) -> None:
    with simulator(page_size=10, relative_next=relative) as service:
        batches = list(opened(service.url, context).read(OCTOBER, None))
    assert [len(batch.records) for batch in batches] == [10, 10, 10, 2]
    assert [batch.cursor is None for batch in batches] == [False, False, False, True]
    days = [READER.parse(record) for batch in batches for record in batch.records]
    assert all(isinstance(day, DaySummary) and day.business_date in OCTOBER for day in days)


@pytest.mark.parametrize("pages", [1, 2, 3])
def test_reading_goes_on_from_a_cursor_and_repeats_nothing(context: RealContext, pages: int) -> None:
    # No awkward days, because one of them is amended between two reads.
    with simulator(page_size=10, awkward="none") as service:
        whole = list(opened(service.url, context).read(OCTOBER, None))
        first = list(islice(opened(service.url, context).read(OCTOBER, None), pages))
        rest = list(opened(service.url, context).read(OCTOBER, first[-1].cursor))
    assert bodies(first) + bodies(rest) == bodies(whole)


def test_a_cursor_of_another_address_begins_the_period_again(context: RealContext) -> None:
    with simulator() as service:
        batches = list(opened(service.url, context).read(OCTOBER, "http://127.0.0.1:9/v1/end-of-day?page=2"))
    assert len(bodies(batches)) == 32


def test_a_period_without_days_is_one_empty_batch(context: RealContext) -> None:
    with simulator() as service:
        later = Period(date(2027, 1, 1), date(2027, 1, 2))
        assert list(opened(service.url, context).read(later, None)) == [Batch(records=(), cursor=None)]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault(fault="rate-limit", seconds=7), RateLimited),
        (Fault(fault="error", status=503), Retry),
        (Fault(fault="error", status=500), Retry),
        (Fault(fault="not-authorised"), AuthorisationExpired),
        (Fault(fault="cut"), Retry),
        (Fault(fault="truncate"), Retry),
    ],
    ids=lambda value: value.fault + str(value.status) if isinstance(value, Fault) else "",
)
def test_a_fault_tells_the_core_what_to_do_and_passes(
    context: RealContext, fault: Fault, expected: type[Instruction]
) -> None:
    with simulator(faults=(fault,)) as service:
        source = opened(service.url, context)
        with pytest.raises(expected) as caught:
            list(source.read(OCTOBER, None))
        assert len(bodies(list(source.read(OCTOBER, None)))) == 32
    if isinstance(caught.value, RateLimited):
        assert caught.value.after == timedelta(seconds=7)


def test_a_fault_in_the_middle_loses_no_page_that_was_read(context: RealContext) -> None:
    with simulator(page_size=10, faults=(Fault(fault="error", after=2),)) as service:
        source, kept = opened(service.url, context), []
        with pytest.raises(Retry):
            kept.extend(_keep(source.read(OCTOBER, None), kept))
        rest = list(source.read(OCTOBER, kept[-1].cursor))
    assert len(bodies(kept)) == 20
    assert len(bodies(rest)) == 12


def _keep(batches: Iterator[Batch], kept: list[Batch]) -> list[Batch]:
    for batch in batches:
        kept.append(batch)
    return []


# --- Against services that answer something else -----------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "expected", "says"),
    [
        (Answer(403, b"no"), AuthorisationExpired, "no"),
        (Answer(404), Misconfigured, "service_url"),
        (Answer(400, b"bad dates"), Misconfigured, "bad dates"),
        (Answer(301, headers={"Location": "https://elsewhere.example"}), Misconfigured, "elsewhere"),
        (Answer(502), Retry, "502"),
        (Answer(504), Retry, "504"),
        (Answer(200, b"<html>Sign in to the hotel's network</html>"), Retry, "not JSON"),
        (Answer(200, b""), Retry, "not JSON"),
        (Answer(200, b"[]"), Retry, "not JSON"),
        (Answer(200, b"\xff"), Retry, "not JSON"),
        (Answer(200, b"{}"), Misconfigured, "$.items is missing"),
        (Answer(200, b'{"items": {}}'), Misconfigured, "$.items"),
        (page([], "https://elsewhere.example/v1/end-of-day?page=2"), Misconfigured, "elsewhere"),
        (page([], "//elsewhere.example/v1/end-of-day"), Misconfigured, "elsewhere"),
        (page([], "http://[bad"), Misconfigured, "bad"),
        (page([], 2), Misconfigured, "2"),
        (page([], "/v1/end-of-day?" + "x" * 5000), Misconfigured, "next page"),
    ],
    ids=str,
)
def test_other_answers(
    serve: Serve, context: RealContext, answer: Answer, expected: type[Instruction], says: str
) -> None:
    service = serve(lambda path: answer)
    with pytest.raises(expected) as caught:
        list(opened(service.url, context).read(OCTOBER, None))
    assert says in str(caught.value)


def test_pages_that_go_in_a_circle_come_to_an_end(serve: Serve, context: RealContext) -> None:
    service = serve(lambda path: page([a_record()], "/v1/end-of-day?page=2"))
    with pytest.raises(Misconfigured, match="circle"):
        list(opened(service.url, context).read(OCTOBER, None))
    assert len(service.asked) == 2


def test_records_are_kept_as_the_service_wrote_them(serve: Serve, context: RealContext) -> None:
    service = serve(lambda path: Answer(body=b'{"next": null, "items": [ {"a": 1.10, "a": 1e400} ,{}]}'))
    assert bodies(list(opened(service.url, context).read(OCTOBER, None))) == [b'{"a": 1.10, "a": 1e400}', b"{}"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, timedelta(minutes=1)),
        ({"Retry-After": "30"}, timedelta(seconds=30)),
        ({"Retry-After": "0"}, timedelta(seconds=1)),
        ({"Retry-After": "9" * 40}, timedelta(days=1)),
        ({"Retry-After": f"{NOW + timedelta(minutes=5):%a, %d %b %Y %H:%M:%S} GMT"}, timedelta(minutes=5)),
        ({"Retry-After": f"{NOW - timedelta(minutes=5):%a, %d %b %Y %H:%M:%S} GMT"}, timedelta(seconds=1)),
        ({"Retry-After": "soon"}, timedelta(minutes=1)),
    ],
)
def test_how_long_to_wait_is_taken_from_the_answer(
    serve: Serve, context: RealContext, given: dict[str, str], expected: timedelta
) -> None:
    service = serve(lambda path: Answer(429, headers=given))
    with pytest.raises(RateLimited) as caught:
        opened(service.url, context).catalogue()
    assert caught.value.after == expected


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"id": 1, "name": "x", "timezone": "UTC", "currency": "AUD"}'])
def test_a_site_that_is_none_is_a_finding(serve: Serve, context: RealContext, body: bytes) -> None:
    assert opened(serve(lambda path: Answer(body=body)).url, context).check()


@pytest.mark.parametrize(("body", "expected"), [(b"{}", Misconfigured), (b"{", Retry), (b"\xff", Retry)])
def test_a_catalogue_that_is_none_is_an_instruction(
    serve: Serve, context: RealContext, body: bytes, expected: type[Instruction]
) -> None:
    with pytest.raises(expected):
        opened(serve(lambda path: Answer(body=body)).url, context).catalogue()


def test_a_service_that_is_not_there_is_unavailable(context: RealContext) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Unavailable):
        opened(f"http://127.0.0.1:{port}", context).check()


@pytest.mark.parametrize(
    "address",
    ["", "  ", "pos.example.com", "ftp://pos.example.com", "https://", "https://a:b@pos.example.com", "https://x:y",
     "https://pos.example.com?a=1", "https://pos.example.com#a", "https://[bad"],
)  # fmt: skip
def test_an_address_that_is_none_names_the_setting(context: RealContext, address: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        opened(address, context).check()
    assert caught.value.field == "service_url"


@pytest.mark.parametrize("end", ["", "/", "//"])
def test_a_service_may_live_below_a_path(serve: Serve, context: RealContext, end: str) -> None:
    service = serve(lambda path: page([], "end-of-day?page=2" if "page=1" in path else None))
    list(opened(service.url + "/anchor" + end, context).read(OCTOBER, None))
    assert service.asked == [
        "/anchor/v1/end-of-day?from=2026-10-01&to=2026-10-31&page=1",
        "/anchor/v1/end-of-day?page=2",
    ]
