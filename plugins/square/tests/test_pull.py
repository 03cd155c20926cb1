"""Pulling from the sandbox over loopback, and from services that answer something else."""

from __future__ import annotations

import socket
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

import pytest

from takings.plugin import (
    AuthorisationExpired,
    Batch,
    DaySummary,
    Finding,
    Instruction,
    LineKind,
    Misconfigured,
    Period,
    RateLimited,
    Retry,
    Unavailable,
)
from takings_square.reader import DayReader
from takings_square.sandbox.state import Fault

from .conftest import NOW, OCTOBER, OpenShop, RealContext, Serve, Shop, opened

LOCATION = {"id": "L1", "name": "Café", "status": "ACTIVE", "timezone": "Australia/Sydney", "currency": "AUD"}
DAY = Period(date(2026, 10, 1), date(2026, 10, 1))


def bodies(batches: list[Batch]) -> list[bytes]:
    return [record.body for batch in batches for record in batch.records]


def read(shop: Shop, period: Period = OCTOBER, **connection: Any) -> dict[date, DaySummary]:
    batches = shop.source(**connection).read(period, None)
    days = [DayReader().parse(record) for batch in batches for record in batch.records]
    assert all(isinstance(day, DaySummary) for day in days), days
    return {day.business_date: day for day in days if isinstance(day, DaySummary)}


# --- Against the sandbox -----------------------------------------------------------------------------------


def test_a_month_of_a_cafe_balances_every_day(open_shop: OpenShop) -> None:
    days = read(open_shop())
    assert len(days) == 27  # closed on Mondays
    assert not any(day.difference for day in days.values())
    kinds = {line.kind for day in days.values() for line in day.lines}
    assert kinds == {
        *(LineKind.SALE, LineKind.DISCOUNT, LineKind.REFUND, LineKind.SURCHARGE),
        *(LineKind.TIP, LineKind.VOUCHER_SOLD, LineKind.ROUNDING),
    }
    tenders = {tender.code for day in days.values() for tender in day.tenders}
    assert tenders == {"CARD", "CASH", "EXTERNAL-OTHER", "GIFT_CARD"}


def test_stated_tax_is_that_of_the_rate(open_shop: OpenShop) -> None:
    half_a_cent = Decimal("0.005")
    for day in read(open_shop()).values():
        (gst,) = [one for one in day.taxes if one.tax_code == "TAX-GST-10"]
        taxed = sum(line.amount for line in day.lines if line.tax_code == "TAX-GST-10")
        assert abs(taxed / 11 - gst.amount) <= half_a_cent * gst.lines


def test_the_catalogue_has_all_codes_of_the_month(open_shop: OpenShop) -> None:
    shop = open_shop()
    catalogue = shop.source().catalogue()
    known = {(one.dimension, one.code) for one in catalogue.codes}
    for day in read(shop).values():
        used = {("accounts", line.account) for line in day.lines} | {("taxes", line.tax_code) for line in day.lines}
        assert used | {("tenders", one.code) for one in day.tenders} <= known
    assert (catalogue.site_id, catalogue.timezone, catalogue.currency) == ("LSYDNEYCAFE", "Australia/Sydney", "AUD")
    assert {one.name: str(one.rate) for one in catalogue.codes if one.code == "TAX-GST-10"} == {"GST": "10"}


def test_small_pages_give_the_same(open_shop: OpenShop) -> None:
    whole, paged = open_shop(), open_shop(page_size=7)
    assert bodies(list(whole.source().read(OCTOBER, None))) == bodies(list(paged.source().read(OCTOBER, None)))
    assert len(paged.sandbox.state.calls) > 3 * len(whole.sandbox.state.calls)


def test_a_month_takes_few_calls(open_shop: OpenShop) -> None:
    shop = open_shop()
    read(shop)
    assert len(shop.sandbox.state.calls) <= 45


@pytest.mark.parametrize("batches", [1, 2, 4])
def test_reading_goes_on_from_a_cursor_and_repeats_nothing(open_shop: OpenShop, batches: int) -> None:
    shop = open_shop()
    whole = list(shop.source().read(OCTOBER, None))
    first = list(islice(shop.source().read(OCTOBER, None), batches))
    rest = list(shop.source().read(OCTOBER, first[-1].cursor))
    assert bodies(first) + bodies(rest) == bodies(whole)


@pytest.mark.parametrize("cursor", ["nonsense", "2020-01-01", "2030-01-01"])
def test_a_cursor_of_another_period_begins_it_again(open_shop: OpenShop, cursor: str) -> None:
    assert len(bodies(list(open_shop().source().read(OCTOBER, cursor)))) == 27


def test_a_day_that_is_not_over_is_not_read(open_shop: OpenShop) -> None:
    evening = datetime(2026, 10, 10, 12, 59, tzinfo=UTC)  # 23:59 in Sydney
    assert max(read(open_shop(at=evening))) == date(2026, 10, 9)
    assert max(read(open_shop(at=evening + timedelta(minutes=1)))) == date(2026, 10, 10)
    assert max(read(open_shop(at=evening + timedelta(minutes=1)), day_ends_at="04:00")) == date(2026, 10, 9)


def test_a_friday_night_belongs_to_friday_where_the_day_ends_late(open_shop: OpenShop) -> None:
    friday = Period(date(2026, 10, 2), date(2026, 10, 3))
    midnight, late = read(open_shop(), friday), read(open_shop(), friday, day_ends_at="04:00")
    assert late[friday.first].statistics["orders"] > midnight[friday.first].statistics["orders"]
    orders = [sum(day.statistics["orders"] for day in days.values()) for days in (midnight, late)]
    assert orders[0] == orders[1]


@pytest.mark.parametrize("kind", ["refund", "tip"])
def test_a_later_change_gives_the_day_a_higher_revision(open_shop: OpenShop, kind: str) -> None:
    shop = open_shop()
    before = read(shop)
    at = NOW if kind == "tip" else datetime(2026, 10, 1, 12, tzinfo=UTC)
    shop.sandbox.state.amend("LSYDNEYCAFE", DAY.first, kind, at=at)
    after = read(shop)
    changed = [day for day in before if before[day] != after[day]]
    assert changed == [DAY.first]
    assert after[DAY.first].revision > before[DAY.first].revision
    assert not after[DAY.first].difference


def test_a_refund_on_a_later_day_leaves_the_day_of_the_sale_alone(open_shop: OpenShop) -> None:
    shop = open_shop()
    before = read(shop)
    shop.sandbox.state.amend("LSYDNEYCAFE", DAY.first, "refund", at=datetime(2026, 10, 21, 3, 0, tzinfo=UTC))
    after = read(shop)
    assert [day for day in before if before[day] != after[day]] == [date(2026, 10, 21)]
    assert not after[date(2026, 10, 21)].difference


def test_with_several_locations_one_has_to_be_named(open_shop: OpenShop) -> None:
    shop = open_shop(locations=2)
    with pytest.raises(Misconfigured, match="LBONDIKIOSK, LSYDNEYCAFE") as caught:
        shop.source().check()
    assert caught.value.field == "location_id"
    days = read(shop, DAY, location_id="LBONDIKIOSK")
    assert {day.site.id for day in days.values()} == {"LBONDIKIOSK"}


def test_an_inactive_location_is_none(open_shop: OpenShop) -> None:
    with pytest.raises(Misconfigured):
        open_shop().source(location_id="LOLDSHOP").check()


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault(429, retry_after=7), RateLimited),
        (Fault(429), RateLimited),
        (Fault(500), Retry),
        (Fault(503, path="orders", after=2), Retry),
        (Fault(401), AuthorisationExpired),
        (Fault(403, path="payments"), AuthorisationExpired),
    ],
    ids=lambda value: f"{value.status}{value.path}" if isinstance(value, Fault) else "",
)
def test_a_fault_tells_the_core_what_to_do_and_passes(
    open_shop: OpenShop, fault: Fault, expected: type[Instruction]
) -> None:
    shop = open_shop()
    shop.sandbox.state.faults.append(Fault(**vars(fault)))
    with pytest.raises(expected) as caught:
        read(shop)
    if isinstance(caught.value, RateLimited):
        assert caught.value.after == timedelta(seconds=fault.retry_after or 30)
    assert len(read(shop)) == 27


def test_a_missing_permission_is_told_in_square_s_words(open_shop: OpenShop) -> None:
    shop = open_shop(scopes="MERCHANT_PROFILE_READ")
    with pytest.raises(AuthorisationExpired, match="INSUFFICIENT_SCOPES"):
        read(shop)


# --- Against services that answer something else -----------------------------------------------------------


def answering(**lists: Any) -> Any:
    """Return an answer that gives one location and these lists."""

    def answer(method: str, path: str) -> tuple[int, Any]:
        part = path.removeprefix("/v2/").partition("?")[0]
        return 200, {"locations": [LOCATION], **lists.get(part.replace("/", "_").replace("-", "_"), {})}

    return answer


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, b"<html>Sign in to the hotel's network</html>", Retry),
        (200, b"", Retry),
        (200, b"[]", Retry),
        (200, b"\xff", Retry),
        (200, {"locations": {}}, Retry),
        (200, {"locations": [5]}, Retry),
        (200, {"locations": [{"id": 5}]}, Retry),
        (200, {}, Misconfigured),
        (200, {"locations": [{**LOCATION, "timezone": "Mars/Olympus"}]}, Misconfigured),
        (200, {"locations": [{**LOCATION, "timezone": ""}]}, Misconfigured),
        (200, {"locations": [{**LOCATION, "currency": ""}]}, Misconfigured),
        (302, {}, Misconfigured),
        (400, {"errors": [{"code": "BAD_REQUEST", "detail": "no"}]}, Misconfigured),
        (404, {}, Misconfigured),
        (400, {"errors": 5}, Misconfigured),
    ],
)
def test_other_answers(
    serve: Serve, context: RealContext, status: int, body: Any, expected: type[Instruction]
) -> None:
    url = serve(lambda method, path: (status, body))
    with pytest.raises(expected):
        opened({"client_id": "x", "api_url": url}, context).check()


def test_pages_that_go_in_a_circle_come_to_an_end(serve: Serve, context: RealContext) -> None:
    url = serve(answering(orders_search={"orders": [], "cursor": "again"}))
    with pytest.raises(Retry, match="circle"):
        list(opened({"client_id": "x", "api_url": url}, context).read(DAY, None))


def test_a_service_that_is_not_there_is_unavailable(context: RealContext) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(Unavailable):
        opened({"client_id": "x", "api_url": url}, context).check()


ORDER = {
    "id": "O1",
    "state": "COMPLETED",
    "closed_at": "2026-10-01T02:00:00Z",
    "line_items": [{"total_money": {"amount": 700, "currency": "AUD"}}],
}
PAYMENT = {
    "id": "P1",
    "order_id": "O1",
    "status": "COMPLETED",
    "created_at": "2026-10-01T02:00:00Z",
    "source_type": "CASH",
    "total_money": {"amount": 700, "currency": "AUD"},
}


def told(serve: Serve, context: RealContext, orders: list[Any], payments: list[Any]) -> list[Finding | DaySummary]:
    url = serve(answering(orders_search={"orders": orders}, payments={"payments": payments}))
    batches = opened({"client_id": "x", "api_url": url}, context).read(DAY, None)
    found: list[Finding | DaySummary] = []
    for record in (record for batch in batches for record in batch.records):
        parsed = DayReader().parse(record)
        found += [parsed] if isinstance(parsed, DaySummary) else parsed
    return found


def test_the_well_formed_day_is_a_day(serve: Serve, context: RealContext) -> None:
    (day,) = told(serve, context, [ORDER], [PAYMENT])
    assert isinstance(day, DaySummary)
    assert not day.difference


@pytest.mark.parametrize(
    ("change", "code", "says"),
    [
        ({"line_items": [{"total_money": {"amount": 7.5, "currency": "AUD"}}]}, "square.unreadable", "amount"),
        ({"line_items": [{"total_money": {"amount": 700.0, "currency": "AUD"}}]}, "square.unreadable", "float"),
        ({"line_items": [{"total_money": {"amount": "700", "currency": "AUD"}}]}, "square.unreadable", "amount"),
        ({"line_items": [{"total_money": {"amount": 10**16, "currency": "AUD"}}]}, "square.unreadable", "amount"),
        ({"line_items": [{"total_money": None}]}, "square.unreadable", "total_money"),
        ({"line_items": [{}]}, "square.unreadable", "total_money"),
        ({"line_items": 5}, "square.unreadable", "line_items"),
        ({"line_items": [5]}, "square.unreadable", "line_items"),
        ({"line_items": None}, "square.unreadable", "line_items"),
        ({"returns": {"a": 1}}, "square.unreadable", "returns"),
        ({"line_items": [{"total_money": {"amount": 1, "currency": "NZD"}}]}, "square.other_currency", "NZD"),
        (
            {"line_items": [{**ORDER["line_items"][0], "applied_taxes": [{"tax_uid": "gone"}]}]},  # type: ignore[index]
            "square.unknown_tax",
            "gone",
        ),
        ({"id": 5}, "square.unplaced", "no day"),
        ({"id": None}, "square.unplaced", "no day"),
        ({"closed_at": "yesterday"}, "square.unplaced", "no day"),
        ({"closed_at": None}, "square.unplaced", "no day"),
        ({"state": "OPEN"}, "square.unplaced", "no day"),
    ],
)
def test_a_malformed_order_is_a_finding(
    serve: Serve, context: RealContext, change: dict[str, Any], code: str, says: str
) -> None:
    findings = [one for one in told(serve, context, [{**ORDER, **change}], [PAYMENT]) if isinstance(one, Finding)]
    assert [one.code for one in findings] == [code]
    assert says in f"{findings[0]} {findings[0].where}"


@pytest.mark.parametrize("thing", [5, None, "O1", [], {"id": "P2"}, {"id": "P2", "created_at": 5}])
def test_what_belongs_to_no_day_is_a_finding_and_the_rest_is_read(
    serve: Serve, context: RealContext, thing: Any
) -> None:
    found = told(serve, context, [ORDER], [PAYMENT, thing])
    assert [one.code for one in found if isinstance(one, Finding)] == ["square.unplaced"]
    assert [one.difference for one in found if isinstance(one, DaySummary)] == [0]
