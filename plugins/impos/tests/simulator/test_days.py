"""Made-up days: they balance, never change, and have what real venues have."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from takings_impos.simulator import VENUES, Key
from takings_impos.simulator.books import GeneratedBooks, UnknownPaymethodError
from takings_impos.simulator.quirks import CHANGES, QUIRKS, Quirks, UnknownQuirkError

from .money_of_a_day import counted_total, eleventh, lines_total

PINNED = ["3570.40", "5864.23", "632.21", "921.40", "230.35", "460.70"]
LATER = datetime(2041, 1, 1, tzinfo=UTC)
DAYS = st.dates(date(2015, 1, 1), date(2040, 12, 31))
SEEDS = st.integers(0, 2**32)
VENUE_KEYS = st.sampled_from(sorted(VENUES))


def books(venue: str = "anchor", **more: object) -> GeneratedBooks:
    return GeneratedBooks(VENUES[venue], lambda: LATER, **more)  # type: ignore[arg-type]


@given(VENUE_KEYS, SEEDS, DAYS)
@settings(max_examples=150, deadline=None)
def test_every_day_balances(venue: str, seed: int, day: date) -> None:
    made = books(venue, seed=seed)
    for key in made.keys(day, day):
        for revision in (1, 2) if made.record(key)["sales"] else (1,):
            record = made.record(key, revision)
            assert lines_total(record) == counted_total(record)
            assert record["revision"] == revision


@given(VENUE_KEYS, SEEDS, DAYS, st.sampled_from(sorted(set(CHANGES) - {"unbalanced", "broken"})))
@settings(max_examples=150, deadline=None)
def test_every_quirk_but_two_keeps_the_balance(venue: str, seed: int, day: date, quirk: str) -> None:
    quirks = Quirks()
    quirks.add(day, quirk)
    made = books(venue, seed=seed, quirks=quirks)
    for key in made.keys(day, day):
        record = made.record(key)
        assert lines_total(record) == counted_total(record)


@given(VENUE_KEYS, SEEDS, DAYS)
@settings(max_examples=100, deadline=None)
def test_every_line_adds_up_and_contains_its_tax(venue: str, seed: int, day: date) -> None:
    made = books(venue, seed=seed)
    rates = VENUES[venue].rates
    for record in map(made.record, made.keys(day, day)):
        for line in record["sales"]:
            parts = (Decimal(line[name]) for name in ("gross", "discount", "refund"))
            assert sum(parts) == Decimal(line["net"])
        for line, amount in [(one, one["net"]) for one in record["sales"]] + [
            (one, one["amount"]) for one in record["surcharges"]
        ]:
            assert line["tax"] == (eleventh(amount) if rates[line["tax_code"]] else "0.00")
        assert sum(Decimal(one["amount"]) for one in record.get("house_account_sales", [])) == sum(
            Decimal(tender["counted"])
            for tender in record["payments"]
            if tender["paymethod"] == VENUES[venue].house_tender
        )
        assert all(Decimal(tender["counted"]) > 0 for tender in record["payments"])


@given(VENUE_KEYS, SEEDS, DAYS, st.integers(0, 40), st.integers(0, 40))
@settings(max_examples=60, deadline=None)
def test_a_day_is_the_same_whatever_period_is_asked(
    venue: str, seed: int, day: date, before: int, behind: int
) -> None:
    alone, together = books(venue, seed=seed), books(venue, seed=seed)
    period = together.keys(day - timedelta(days=before), day + timedelta(days=behind))
    found = {key: together.record(key) for key in period if key.day == day}
    assert found == {key: alone.record(key) for key in alone.keys(day, day)}


@given(VENUE_KEYS, DAYS)
@settings(max_examples=80, deadline=None)
def test_the_till_is_closed_after_it_was_opened(venue: str, day: date) -> None:
    made = books(venue)
    for record in map(made.record, made.keys(day, day)):
        opened, closed = (datetime.fromisoformat(record[name]) for name in ("opened_at", "closed_at"))
        assert timedelta(hours=3) < closed - opened < timedelta(hours=18)
        assert opened.date() == day
        assert closed.utcoffset() == closed.astimezone(VENUES[venue].zone).utcoffset()


@given(VENUE_KEYS, DAYS)
@settings(max_examples=60, deadline=None)
def test_days_validate_against_the_schema(record_validator: Draft202012Validator, venue: str, day: date) -> None:
    made = books(venue)
    for key in made.keys(day, day):
        record_validator.validate(made.record(key))


def test_a_day_stays_what_it_was_in_earlier_releases() -> None:
    record = books().record(Key(date(2026, 10, 3), 1))
    assert [tender["counted"] for tender in record["payments"]] == PINNED


def test_every_code_of_a_record_is_in_the_catalogue() -> None:
    for venue in VENUES:
        made = books(venue)
        catalogue = made.catalogue()
        accounts, paymethods, taxes = (
            {entry["code"] for entry in catalogue[name]} for name in ("accounts", "paymethods", "tax_codes")
        )
        for record in map(made.record, made.keys(date(2026, 1, 1), date(2026, 12, 31))):
            lines = [line for value in record.values() if isinstance(value, list) for line in value]
            coded = [line for line in lines if isinstance(line, dict)]
            assert {line["account"] for line in coded if "account" in line} <= accounts
            assert {line["paymethod"] for line in coded if "paymethod" in line} <= paymethods
            assert {line["tax_code"] for line in coded if "tax_code" in line} <= taxes


def test_a_pub_that_closes_after_midnight_keeps_the_trading_day() -> None:
    records = [books().record(Key(date(2026, 10, day), 1)) for day in range(1, 32)]
    late = [record for record in records if "T02:40:00" in record["closed_at"]]
    assert late
    assert all(record["closed_at"][:10] > record["trading_day"] for record in late)


def test_the_cafe_has_no_record_on_mondays_and_the_pub_an_empty_one_at_christmas() -> None:
    christmas = date(2026, 12, 25)
    assert books("cafe").keys(date(2026, 10, 5), date(2026, 10, 5)) == []
    assert books().record(Key(christmas, 1))["sales"] == []
    assert books().record(Key(christmas, 1))["payments"] == []


def test_the_restaurant_takes_a_surcharge_on_public_holidays() -> None:
    anzac_day = books("restaurant").record(Key(date(2026, 4, 25), 1))
    assert [line["type"] for line in anzac_day["surcharges"]] == ["holiday", "payment"]


def test_the_tavern_closes_twice_on_saturdays() -> None:
    saturday = date(2026, 10, 17)
    first, second = books("tavern").keys(saturday, saturday)
    assert (first.sequence, second.sequence) == (1, 2)
    made = books("tavern")
    assert made.record(first)["closed_at"] == made.record(second)["opened_at"]


def test_debit_cards_bear_no_surcharge_from_october_2026() -> None:
    def names(day: date) -> list[str]:
        return [line["name"] for line in books("cafe").record(Key(day, 1))["surcharges"]]

    assert names(date(2026, 9, 30)) == ["Card 1.2%"]
    assert names(date(2026, 10, 1)) == []


def test_a_year_with_three_tenders_has_them_every_day() -> None:
    made = books(only_tenders=("CASH", "EFTPOS", "AMEX"))
    records = [made.record(key) for key in made.keys(date(2025, 1, 1), date(2025, 12, 31))]
    assert len(records) == 365
    for record in records:
        assert [tender["paymethod"] for tender in record["payments"]] == ["CASH", "EFTPOS", "AMEX"]
        assert lines_total(record) == counted_total(record)


@pytest.mark.parametrize("codes", [("EFTPOS",), ("EFTPOS", "AMEX"), ("CASH",)])
def test_any_choice_of_tenders_balances(codes: tuple[str, ...]) -> None:
    made = books(only_tenders=codes)
    for key in made.keys(date(2026, 1, 1), date(2026, 2, 28)):
        assert lines_total(made.record(key)) == counted_total(made.record(key))


def test_what_a_venue_does_not_know_is_refused_with_what_it_knows() -> None:
    with pytest.raises(UnknownPaymethodError, match="it has CASH, EFTPOS"):
        books(only_tenders=("BITCOIN",))
    with pytest.raises(UnknownQuirkError, match="negative-tender"):
        Quirks().add(date(2026, 1, 1), "surprise")


def test_records_have_no_number_where_money_belongs() -> None:
    for quirk in set(QUIRKS) - {"broken"}:
        quirks = Quirks()
        quirks.add(date(2026, 10, 7), quirk)
        assert '"net": "' in json.dumps(books(quirks=quirks).record(Key(date(2026, 10, 8), 1)))
