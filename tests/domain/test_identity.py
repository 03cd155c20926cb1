"""Keys are stable for ever, never shared, and short and plain enough for a ledger's reference field."""

from __future__ import annotations

import hashlib
import re
from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from tests.support.days import day_keys, steady

from takings.domain.day import DayKey
from takings.domain.identity import LONGEST, operation_key, unit_key

SOURCES = st.from_regex(r"[a-z][a-z0-9_-]{0,30}:[a-z][a-z0-9_-]{0,30}", fullmatch=True)
DAYS = st.lists(day_keys, min_size=1, max_size=5, unique=True).map(
    lambda days: [DayKey(site=days[0].site, business_date=one.business_date, sequence=one.sequence) for one in days]
)


def test_a_key_says_source_site_day_and_generation() -> None:
    day = DayKey(site="4417", business_date=date(2026, 10, 18), sequence=2)
    key = unit_key("impos:eod", [day], 1)
    assert key == "impos:eod/4417/2026-10-18.2/g1"
    assert operation_key(key, "payment", 3) == "impos:eod/4417/2026-10-18.2/g1/payment.3"


def test_a_key_of_several_days_is_what_it_always_was() -> None:
    # A key that changes with a new version would post everything again.
    days = [DayKey(site="The Anchor – Bar", business_date=date(2026, 10, day)) for day in (1, 2, 7)]
    site, span = "TheAnchorBar~de4196ba83a9", "2026-10-01.1+2026-10-07.1-11cc4fd8"
    assert unit_key("impos:eod", days, 2) == f"impos:eod/{site}/{span}/g2"


@steady
@given(SOURCES, DAYS, st.integers(1, 999), st.randoms(use_true_random=False))
def test_a_key_does_not_depend_on_the_order_of_its_days(
    source: str, days: list[DayKey], generation: int, chance: st.DataObject
) -> None:
    shuffled = sorted(days, key=lambda day: chance.random())  # type: ignore[attr-defined]
    assert unit_key(source, shuffled, generation) == unit_key(source, days, generation)


@steady
@given(SOURCES, DAYS, st.integers(1, 999))
def test_a_key_is_short_and_plain(source: str, days: list[DayKey], generation: int) -> None:
    key = unit_key(source, days, generation)
    assert len(key) <= LONGEST
    assert re.fullmatch(r"[A-Za-z0-9_.~:+/-]+", key)
    assert key.endswith(f"/g{generation}")


@steady
@given(st.lists(st.tuples(SOURCES, DAYS.map(sorted).map(tuple), st.integers(1, 3)), min_size=2, max_size=6))
def test_other_days_sources_or_generations_never_share_a_key(
    units: list[tuple[str, tuple[DayKey, ...], int]],
) -> None:
    keys = {unit_key(source, days, generation) for source, days, generation in units}
    assert len(keys) == len(set(units))


def test_sites_that_look_alike_without_their_marks_keep_apart() -> None:
    sites = ("Bar 1", "Bar1", "Bar-1", "bar1", "Bar/1", "Bär1", "Br1", "日本", "", " ")
    days = [DayKey(site=site, business_date=date(2026, 10, 1)) for site in sites]
    assert len({unit_key("a:b", [day], 1) for day in days}) == len(sites)


def test_a_key_of_two_days_has_the_sequence_of_each() -> None:
    days = [DayKey(site="4417", business_date=date(2026, 10, 1), sequence=n) for n in (1, 2, 3)]
    digest = hashlib.sha256(b"2026-10-01/1|2026-10-01/2").hexdigest()[:8]
    assert unit_key("a:b", days[:2], 1) == f"a:b/4417/2026-10-01.1+2026-10-01.2-{digest}/g1"
    assert unit_key("a:b", days, 1).startswith("a:b/4417/2026-10-01.1+2026-10-01.3-")


def test_a_key_in_which_something_is_too_long_is_what_it_always_was() -> None:
    day = [DayKey(site="Bar", business_date=date(2026, 10, 1))]
    fits, long = "a" * 20, "a" * 21
    assert unit_key(fits, day, 1) == f"{fits}/Bar/2026-10-01.1/g1"
    assert unit_key(long, day, 1) == f"aaaaaaaaaa~{hashlib.sha256(long.encode()).hexdigest()[:9]}/Bar/2026-10-01.1/g1"
    site = "Bar " * 9
    named = [DayKey(site=site, business_date=date(2026, 10, 1))]
    shown = f"BarBarBarBarBarB~{hashlib.sha256(site.encode()).hexdigest()[:12]}"
    assert unit_key("a:b", named, 1) == f"a:b/{shown}/2026-10-01.1/g1"
