"""Days that wait for their document, and days that look unusual or posted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from tests.support.days import a_day
from tests.sync.rows import FIRST, NOW, Rows, opened, sold
from tests.sync.test_planning import CHART, candidate, key

from takings.domain.brakes import days_empty, is_confirmed, unusual_size
from takings.domain.combining import Combining, PeriodFacts, waits_for
from takings.domain.day import DayKey
from takings.domain.findings import Finding, Severity
from takings.domain.identity import unit_key
from takings.domain.period import Period
from takings.plugin.documents import Plan, Unit
from takings.plugin.targets import StandingDocument, Survey
from takings.sync.combining import (
    Combined,
    Waiting,
    combine_days,
    group_days,
    load_facts,
    not_clear,
    rules_of,
    surveyed,
    tell_waiting,
    widened_for,
)
from takings.sync.encoding import encode_findings
from takings.sync.phases import Tally
from takings.sync.planning import Planned
from takings.sync.strangers import looks_posted

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
AFTER = date(2026, 11, 1)


@pytest.fixture
def rows() -> Iterator[Rows]:
    with opened() as found:
        yield found


# --- Waiting -------------------------------------------------------------------------------------------------


def test_a_period_that_is_not_over():
    assert waits_for(OCTOBER, "4417", PeriodFacts(today=OCTOBER.last)) == (
        Finding(
            code="unit.waits_for_end",
            what="The document of 2026-10-01 to 2026-10-31 is made when 2026-10-31 is over at the venue",
            why="The days of this period become one document",
            do="Nothing; or have each close posted by itself",
            where="advanced",
            severity=Severity.INFO,
            subject="2026-10-01 to 2026-10-31",
        ),
    )


def test_a_period_with_a_day_that_is_held():
    held = [DayKey(site="4417", business_date=date(2026, 10, 3))]
    assert waits_for(OCTOBER, "4417", PeriodFacts(today=AFTER, held=held)) == (
        Finding(
            code="unit.waits_for_held",
            what="The document of 2026-10-01 to 2026-10-31 waits for 2026-10-03/1, which is held",
            why="The days of this period become one document, and a day that is held would be missing in it",
            do="Mend what holds the day, or decide never to post it; then sync again",
            where="day",
            severity=Severity.WARNING,
            subject="2026-10-01 to 2026-10-31",
        ),
    )
    both = waits_for(OCTOBER, "4417", PeriodFacts(today=OCTOBER.last, held=held, missing=[FIRST]))
    assert [one.code for one in both] == ["unit.waits_for_end", "unit.waits_for_held"]


def test_a_period_with_a_day_that_has_not_arrived():
    seven = [date(2026, 10, day) for day in range(1, 8)]
    told = ", ".join(str(one) for one in seven)
    assert waits_for(OCTOBER, "4417", PeriodFacts(today=AFTER, missing=seven)) == (
        Finding(
            code="unit.waits_for_missing",
            what=f"The document of 2026-10-01 to 2026-10-31 waits for {told}: no close has arrived",
            why="The venue usually trades on this weekday, and the day would be missing in the document",
            do="Close the day at the point of sale and sync again; or, where the venue was closed, say that it was",
            where="day",
            severity=Severity.WARNING,
            subject="2026-10-01 to 2026-10-31",
        ),
    )
    last = waits_for(OCTOBER, "4417", PeriodFacts(today=AFTER, missing=[OCTOBER.last, AFTER]))
    assert "waits for 2026-10-31:" in last[0].what


def test_how_days_are_combined_is_what_the_integration_says(rows: Rows):
    integration = rows.integration
    usual = rules_of(integration)
    assert (usual.source, usual.combining, usual.week_starts, usual.locked_through) == (
        "pos:eod", Combining.CLOSE, 0, None
    )  # fmt: skip
    assert not usual.is_confirmed(FIRST)
    integration.combining, integration.week_starts, integration.start_date = "week", 3, date(2026, 10, 5)
    integration.active_from = date(2026, 10, 2)
    integration.confirmed = [["2026-09-01", "2026-09-02"]]
    rules = rules_of(integration, FIRST)
    assert (rules.combining, rules.week_starts, rules.locked_through) == (Combining.WEEK, 3, FIRST)
    asked = [date(2026, 10, 4), date(2026, 10, 5), date(2026, 10, 6), date(2026, 9, 1), date(2026, 9, 3)]
    assert [rules.is_confirmed(one) for one in asked] == [False, True, True, True, False]
    assert widened_for(integration, Period(date(2026, 10, 7), date(2026, 10, 7))) == OCTOBER_FIRST_WEEK
    assert surveyed([date(2026, 10, 9), date(2026, 10, 4)]) == Period(date(2026, 10, 4), date(2026, 10, 31))


OCTOBER_FIRST_WEEK = Period(date(2026, 10, 1), date(2026, 10, 7))


def test_what_is_held_and_what_has_not_arrived_is_read_for_the_whole_period(rows: Rows):
    integration = rows.integration
    wanted = [candidate("1.00", 14)]
    today = date(2026, 10, 20)
    for weeks in range(1, 5):
        for weekday in (0, 2, 4):
            rows.day(a_day(business_date=date(2026, 10, 12) - timedelta(weeks=weeks, days=-weekday)))
    rows.day(sold("1.00", 12, sequence=2), state="held")
    rows.day(sold("1.00", 14))
    rows.day(sold("1.00", 19), state="held")
    rows.day(sold("1.00", 13), state="held", integration_id="int_2")
    assert load_facts(rows.session, integration, wanted, today=today) == PeriodFacts(today=today)
    integration.combining = "week"
    assert load_facts(rows.session, integration, [], today=today) == PeriodFacts(today=today)
    held = (DayKey(site="4417", business_date=date(2026, 10, 12), sequence=2),)
    found = load_facts(rows.session, integration, wanted, today=today)
    assert found == PeriodFacts(today=today, held=held, missing=(date(2026, 10, 16),))
    integration.closed = ["2026-10-16"]
    assert load_facts(rows.session, integration, wanted, today=today).missing == ()
    integration.closed, integration.start_date = [], date(2026, 10, 17)
    assert load_facts(rows.session, integration, wanted, today=today).missing == ()
    integration.start_date = date(2026, 10, 16)
    assert load_facts(rows.session, integration, wanted, today=today).missing == (date(2026, 10, 16),)
    early = load_facts(rows.session, integration, wanted, today=date(2026, 10, 16))
    assert early == PeriodFacts(today=date(2026, 10, 16), held=held)
    integration.start_date = date(2026, 10, 25)
    assert load_facts(rows.session, integration, wanted, today=today).missing == ()


def test_both_ends_of_a_period_are_read_and_nothing_after_it(rows: Rows):
    integration, wanted = rows.integration, [candidate("1.00", 14)]
    integration.combining = "month"
    rows.day(sold("1.00", 1), state="held")
    rows.day(sold("1.00", 31), state="held")
    rows.day(a_day(business_date=AFTER), state="held")
    found = load_facts(rows.session, integration, wanted, today=AFTER)
    assert [one.business_date.day for one in found.held] == [1, 31]


def test_a_close_of_yesterday_is_missed_and_one_of_today_is_not(rows: Rows):
    rows.integration.combining = "month"
    for weeks in range(1, 5):
        for day in (1, 2):
            rows.day(a_day(business_date=date(2026, 10, day) - timedelta(weeks=weeks)))
    wanted = [candidate("1.00", 2)]
    assert load_facts(rows.session, rows.integration, wanted, today=FIRST).missing == ()
    assert load_facts(rows.session, rows.integration, wanted, today=date(2026, 10, 2)).missing == (FIRST,)


def test_what_the_venue_usually_does_is_told_by_the_eight_weeks_before_a_period(rows: Rows):
    rows.integration.combining = "month"
    for weeks in (5, 6, 7):
        rows.day(a_day(business_date=FIRST - timedelta(weeks=weeks)))
    rows.day(a_day(business_date=FIRST - timedelta(weeks=7, days=3)))
    wanted, today = [candidate("1.00", 2)], date(2026, 10, 2)
    assert load_facts(rows.session, rows.integration, wanted, today=today).missing == ()
    rows.day(a_day(business_date=FIRST - timedelta(weeks=8)))
    assert load_facts(rows.session, rows.integration, wanted, today=today).missing == (FIRST,)


def standing(unit: str, **more: Any) -> StandingDocument:
    name = f"{unit}/entry.1"
    return StandingDocument(id=name, number="", key=name, day=date(2026, 10, 31), total=Decimal("1.00"), **more)


def test_days_are_grouped_by_the_setting_and_by_what_stands(rows: Rows):
    rows.integration.combining, rows.integration.start_date = "week", FIRST
    closes = [candidate("1.00", day) for day in (12, 13, 14)]
    today = date(2026, 10, 20)
    found = group_days(rows.session, rows.joint, Survey(chart=CHART), candidates=closes, today=today)
    assert [one.candidates for one in found.groups] == [tuple(closes)]
    alone = Survey(chart=CHART, documents=(standing(key(13)),))
    found = group_days(rows.session, rows.joint, alone, candidates=closes, today=today)
    assert sorted(len(one.candidates) for one in found.groups) == [1, 2]
    rows.unit(key(13), first=date(2026, 10, 13), last=date(2026, 10, 13), organisation="fake:ledger/2")
    rows.unit(key(13, 2), first=date(2026, 10, 13), last=date(2026, 10, 13), integration_id="int_2")
    assert len(group_days(rows.session, rows.joint, alone, candidates=closes, today=today).groups) == 2
    rows.unit(key(13), first=date(2026, 10, 13), last=date(2026, 10, 13))
    known = group_days(rows.session, rows.joint, alone, candidates=closes, today=today)
    assert [one.candidates for one in known.groups] == [tuple(closes)]
    locked = Survey(chart=CHART, locked_through=date(2026, 10, 12))
    found = group_days(rows.session, rows.joint, locked, candidates=closes, today=today)
    assert [len(one.candidates) for one in found.groups] == [1, 2]
    assert group_days(rows.session, rows.joint, Survey(chart=CHART), candidates=[], today=today) == Combined()
    rows.day(sold("1.00", 15), state="held")
    found = group_days(rows.session, rows.joint, Survey(chart=CHART), candidates=closes, today=today)
    assert [one.findings[0].code for one in found.waiting] == ["unit.waits_for_held"]


class Reading:
    """A database whose transactions are the session of the rows."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def read(self) -> Any:
        return self

    write = read

    def __enter__(self) -> Any:
        return self._rows.session

    def __exit__(self, *error: object) -> None:
        self._rows.session.flush()


def test_days_that_wait_are_counted_and_told_of_once(rows: Rows):
    rows.integration.combining, rows.integration.start_date = "month", FIRST
    days = [rows.day(sold("1.00", day)) for day in (12, 13)]
    closes = [replace(candidate("1.00", day), day_id=row.id or 0) for day, row in zip((12, 13), days, strict=True)]
    services: Any = SimpleNamespace(database=Reading(rows), clock=SimpleNamespace(now=lambda: NOW))
    tally = Tally()
    for _ in range(2):
        found = combine_days(services, rows.joint, Survey(chart=CHART), candidates=closes, tally=tally)
    assert found.groups == []
    assert tally.counts["waiting"] == 2
    assert [one.code for one in tally.findings] == ["unit.waits_for_end"]
    for day in days:
        rows.session.refresh(day)
    assert [[one["code"] for one in day.findings] for day in days] == [["unit.waits_for_end"]] * 2
    rows.integration.combining = "close"
    other = Tally()
    found = combine_days(services, rows.joint, Survey(chart=CHART), candidates=closes, tally=other)
    assert (len(found.groups), other.findings, "waiting" in other.counts) == (2, [], False)


def test_what_a_day_waits_for_takes_the_place_of_what_it_waited_for_before(rows: Rows):
    odd = Finding(code="x.y", what="Odd", severity=Severity.WARNING)
    end, missing = waits_for(OCTOBER, "4417", PeriodFacts(today=OCTOBER.last)), waits_for(
        OCTOBER, "4417", PeriodFacts(today=AFTER, missing=[FIRST])
    )  # fmt: skip
    many = [rows.day(sold("1.00", 12, sequence=n), findings=encode_findings((odd, *end))) for n in range(1, 502)]
    closes = tuple(replace(candidate("1.00", 12), day_id=one.id or 0) for one in many)
    later = NOW + timedelta(days=1)
    rows.session.flush()
    tell_waiting(rows.session, [Waiting(candidates=closes, findings=missing)], later)
    for one in (many[0], many[-1]):
        rows.session.refresh(one)
        assert [found["code"] for found in one.findings] == ["x.y", "unit.waits_for_missing"]
        assert one.updated_at == later
    tell_waiting(rows.session, [Waiting(candidates=closes, findings=missing)], NOW)
    rows.session.refresh(many[0])
    assert many[0].updated_at == later


def test_a_document_of_which_it_cannot_be_told_what_it_holds_holds_its_days(rows: Rows):
    rows.integration.combining, rows.integration.start_date = "week", FIRST
    closes = [candidate("1.00", day) for day in (12, 13)]
    gone = candidate("1.00", 14)
    stray = candidate("1.00", 15)
    unit = unit_key("pos:eod", [one.key for one in (*closes, gone, stray)], 2)
    survey = Survey(chart=CHART, documents=(standing(unit),))
    found = group_days(rows.session, rows.joint, survey, candidates=closes, today=date(2026, 10, 20))
    (held,) = not_clear(found, rows.joint)
    told = Finding(
        code="ledger.combined_unclear",
        what="The ledger holds one document for the days of 2026-10-12 to 2026-10-15, and it can't be told here "
        "which days those are",
        why="It was posted before this database knew of it, and a day is missing here or came since",
        do="Sync the whole of its period; where all of its days are here, decide never to post those that it holds",
        where="day",
        subject=unit,
    )
    assert held == Planned(
        unit=Unit(
            key=unit_key("pos:eod", [one.key for one in closes], 2),
            generation=2,
            number=None,
            days=tuple(one.mapped for one in closes),
        ),
        plan=Plan(),
        candidates=tuple(closes),
        findings=(told,),
        reservation=None,
        stands=False,
    )


# --- Unusual -------------------------------------------------------------------------------------------------


def test_a_day_of_ten_times_the_usual_size():
    assert unusual_size(FIRST, Decimal("-1999.999"), Decimal("100.000"), currency="KWD") == Finding(
        code="day.unusual_size",
        what="2026-10-01 comes to -1,999.999 KWD, 19 times what such a day usually does (100.000)",
        why="A day of 10 times the usual size is more often a misplaced point or a test than good business",
        do="Look at the close at the point of sale. If it is right, confirm the day; if not, have it sent again, or "
        "never post it",
        where="day",
        subject="2026-10-01",
    )


def test_a_confirmed_size_counts_for_eight_weeks_after_it():
    confirmed = {FIRST: Decimal("-50.00")}
    eight = timedelta(weeks=8)
    assert not is_confirmed(FIRST, Decimal("100.00"), confirmed)
    assert is_confirmed(FIRST + timedelta(days=1), Decimal("-100.00"), confirmed)
    assert is_confirmed(FIRST + eight, Decimal("100.00"), confirmed)
    assert not is_confirmed(FIRST + eight + timedelta(days=1), Decimal("100.00"), confirmed)
    assert not is_confirmed(FIRST + timedelta(days=1), Decimal("100.01"), confirmed)


def test_closes_without_takings():
    run = [date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 2)]
    found = days_empty(run, "Anchor")
    assert found.what == "3 closes of Anchor in a row have no takings: 2026-10-31 to 2026-11-02"
    assert replace(found, what="") == Finding(
        code="run.days_empty",
        what="",
        why="The venue usually has takings on these weekdays, so the point of sale may send from an empty till",
        do="If the venue was closed, nothing. If not, have the point of sale's support look at what it sends",
        where="day",
        severity=Severity.WARNING,
        subject="2026-10-31",
    )


def looked(one: StandingDocument, *days: int) -> Finding:
    closes = tuple(candidate("1.00", day) for day in days)
    unit = Unit(key="x", generation=1, number=None, days=tuple(day.mapped for day in closes))
    planned = Planned(unit=unit, plan=Plan(), candidates=closes, findings=(), reservation=None, stands=False)
    return looks_posted(planned, one, "KWD")


def test_a_document_of_others_that_looks_like_the_day():
    one = StandingDocument(id="d-1", number="INV-7", key="", day=FIRST, total=Decimal("1.500"), sign=-1)
    assert looked(one, 1) == Finding(
        code="ledger.looks_posted",
        what="2026-10-01/1 looks as if it were posted already: INV-7 of 2026-10-01 comes to -1.500 KWD as well",
        why="The amount and the date are the same, and it was not made here, so somebody may have posted the day",
        do="Look at the document in the ledger. If it is this day, decide never to post it; if it is something else, "
        "confirm the day",
        where="day",
        subject="d-1",
    )
    other = looked(replace(one, number="", key="a:b/c/d/g1/x.1", contact="Cash sales", sign=1), 1, 2)
    assert other.what == (
        "2026-10-01/1 to 2026-10-02/1 looks as if it were posted already: a document without a number for Cash sales "
        "of 2026-10-01 comes to 1.500 KWD as well"
    )
    assert other.why == (
        "The amount and the date are the same, and it was not made here, so another program, or a database that is "
        "lost, may have posted the day"
    )
