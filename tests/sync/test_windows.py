"""Which dates a run reads and posts by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import col, select
from tests.sync.rows import NOW, Rows, opened, sold

from takings.domain.period import Period
from takings.store.tables import Day
from takings.sync.changes import decided
from takings.sync.windows import usual_period, whatever_the_period, with_waiting


@pytest.fixture
def rows() -> Iterator[Rows]:
    with opened() as found:
        yield found


def test_the_usual_period_is_the_trailing_window_begun_earlier_where_the_newest_day_is_older(rows: Rows):
    today = NOW.date()
    assert usual_period(rows.session, rows.joint, NOW) == Period(date(2026, 9, 15), today)
    rows.day(sold("1.00", 3))
    assert usual_period(rows.session, rows.joint, NOW).first == date(2026, 9, 15)
    rows.integration.trailing_days = 5
    rows.day(sold("1.00", 9))
    rows.day(sold("1.00", 19), integration_id="int_2")
    assert usual_period(rows.session, rows.joint, NOW) == Period(date(2026, 10, 9), today)


@pytest.mark.parametrize(
    ("start", "confirmed", "history", "first"),
    [
        (date(2026, 10, 1), [], None, date(2026, 10, 1)),
        (date(2026, 10, 1), [["2026-09-20", "2026-09-25"]], None, date(2026, 9, 20)),
        (date(2026, 10, 1), [["2026-08-01", "2026-08-02"]], None, date(2026, 9, 15)),
        (date(2026, 10, 1), [], date(2026, 9, 28), date(2026, 9, 28)),
        (date(2026, 12, 1), [], None, NOW.date()),
        (None, [["2026-10-18", "2026-10-19"]], date(2026, 10, 18), date(2026, 9, 15)),
    ],
)
def test_nothing_is_read_from_before_what_may_be_posted(
    rows: Rows, start: date | None, confirmed: list[list[str]], history: date | None, first: date
):
    rows.integration.start_date, rows.integration.confirmed = start, confirmed
    rows.integration.history_from = history
    assert usual_period(rows.session, rows.joint, NOW) == Period(first, NOW.date())


def test_a_day_that_waits_from_before_the_window_is_taken_in(rows: Rows):
    window = Period(date(2026, 10, 10), date(2026, 10, 20))
    rows.day(sold("1.00", 4))
    assert with_waiting(rows.session, rows.integration, window) == window
    rows.integration.start_date = date(2026, 10, 3)
    assert with_waiting(rows.session, rows.integration, window) == window  # of a draft each day is asked about
    rows.integration.active_from = date(2026, 10, 1)
    assert with_waiting(rows.session, rows.integration, window) == Period(date(2026, 10, 4), window.last)
    rows.day(sold("1.00", 3), state="held")
    rows.day(sold("1.00", 3, sequence=2), integration_id="int_2")
    rows.day(sold("1.00", 2))
    assert with_waiting(rows.session, rows.integration, window).first == date(2026, 10, 4)
    rows.integration.confirmed = [["2026-10-01", "2026-10-02"]]
    assert with_waiting(rows.session, rows.integration, window).first == date(2026, 10, 2)
    rows.integration.start_date = date(2026, 10, 2)
    rows.integration.confirmed = []
    assert with_waiting(rows.session, rows.integration, window).first == date(2026, 10, 2)
    rows.integration.active_from = date(2026, 10, 3)
    assert with_waiting(rows.session, rows.integration, window).first == date(2026, 10, 4)
    rows.integration.active_from = date(2026, 10, 1)
    late = Period(date(2026, 10, 2), window.last)
    assert with_waiting(rows.session, rows.integration, late) == late


def test_a_held_day_that_may_be_posted_now_is_taken_in_too(rows: Rows):
    rows.integration.start_date = rows.integration.active_from = date(2026, 10, 3)
    window, mended = Period(date(2026, 10, 10), date(2026, 10, 20)), [date(2026, 10, day) for day in (2, 5, 15)]
    assert with_waiting(rows.session, rows.integration, window, mended=mended) == Period(mended[1], window.last)


def test_what_was_posted_before_the_start_is_read_again(rows: Rows):
    rows.integration.start_date = date(2026, 10, 1)
    september = sold("1.00").business_date.replace(month=9)
    rows.day(replace(sold("1.00"), business_date=september.replace(day=20)), state="held")
    assert usual_period(rows.session, rows.joint, NOW).first == date(2026, 10, 1)
    for day in (28, 29):
        one = replace(sold("1.00"), business_date=september.replace(day=day))
        rows.day(one, state="posted", unit_id=rows.unit(f"u{day}").id)
    assert usual_period(rows.session, rows.joint, NOW).first == date(2026, 9, 28)


def test_what_is_half_posted_or_was_decided_of_posted_days_is_taken_in_whatever_the_period(rows: Rows):
    def day(n: int, state: str, decision: str = "", generation: int = 1, **more: object) -> int | None:
        row = rows.day(sold("1.00", n), state=state, generation=generation)
        row.decision = {"decision": decision, "record": row.record_id, "by": "Ann", **more} if decision else {}
        rows.session.add(row)
        return row.id

    taken = [
        day(1, "partly"), day(2, "held", generation=2), day(3, "changed", "repost"), day(4, "changed", "adjust")
    ]  # fmt: skip
    for n, state, decision, generation in (
        (5, "pending", "", 2), (6, "held", "", 1), (7, "held", "repost", 1), (8, "changed", "leave", 1),
        (9, "changed", "", 2), (10, "posted", "adjust", 2),
    ):  # fmt: skip
        day(n, state, decision, generation)
    day(11, "changed", "leave", reason="adjust")
    day(12, "changed", "adjust", record=1), day(13, "changed", "repost", record=130)
    taken += [day(14, "changed", "adjust", record=None)]
    found = rows.session.exec(select(Day).where(whatever_the_period()).order_by(col(Day.business_date))).all()
    assert [one.id for one in found] == taken
    assert [decided(one) for one in found if one.state == "changed"] == ["repost", "adjust", "adjust"]
