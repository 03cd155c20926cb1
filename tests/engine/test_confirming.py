"""The past is safe: nothing of it is posted before somebody has seen its counts and agreed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.engine.conftest import Ready, bring_catalogue, dearer
from tests.support.chain import OCTOBER, Venue, day_of
from tests.support.fixtures import MakeVenue
from tests.support.month import Month, Record

from takings.domain.period import Period
from takings.errors import ConfirmationNeeded
from takings.store.query import columns
from takings.store.tables import Day
from takings.views import LOCAL, Confirmation

AUTUMN = Period(date(2026, 9, 1), OCTOBER.last)


def nothing_posted(venue: Venue) -> bool:
    documents = venue.books.documents()
    return not documents["Invoices"] and not documents["Payments"] and set(venue.states().values()) == {"pending"}


def test_a_first_run_posts_nothing_unless_its_count_is_confirmed(ready: Ready) -> None:
    venue = ready(3)
    answers: list[Any] = [None, 2, 4, 0, lambda question: False]
    for confirm in answers:
        with pytest.raises(ConfirmationNeeded, match="--confirm 3") as asked:
            venue.sync(confirm=confirm)
        assert asked.value.count == 3
    assert nothing_posted(venue)
    assert venue.engine.integration(LOCAL, "anchor").state == "draft"
    runs = venue.engine.runs(LOCAL, "anchor")
    assert [run.state for run in runs] == ["problems"] * len(answers)
    assert all(run.ended_at for run in runs)


def test_the_question_has_count_period_total_and_organisation(ready: Ready, made_up: Month) -> None:
    venue = ready(0)
    venue.push(made_up.first[:9])
    seen: list[Confirmation] = []

    def read(question: Confirmation) -> bool:
        seen.append(question)
        return True

    venue.sync(confirm=read)
    (question,) = seen
    expected = made_up.expect(made_up.posted(made_up.first[:9]))
    assert (question.count, question.total, question.currency) == (8, expected.total, "AUD")
    assert (question.period, question.integration) == ("2026-10-01 to 2026-10-08", "anchor")
    assert question.organisation.startswith("Venue ")
    assert f"{expected.total:,}" in str(question)


def test_days_of_a_confirmed_period_and_from_that_day_on_are_posted_without_asking(
    ready: Ready, made_up: Month
) -> None:
    venue = ready(0)
    venue.push([made_up.first[0], made_up.first[4]])
    venue.sync(confirm=2)
    view = venue.engine.integration(LOCAL, "anchor")
    assert (view.state, view.start_date) == ("active", date(2026, 11, 1))
    venue.push(made_up.first[1:4])
    run = venue.sync(None, confirm=None, trigger="schedule")
    assert (run.state, run.counts["documents"]) == ("done", 3)


def test_confirming_one_day_opens_no_other(ready: Ready, made_up: Month) -> None:
    venue = ready(0)
    venue.push(made_up.first[4:6])
    venue.sync(confirm=2)
    venue.push([*made_up.first[:2], made_up.first[7]])
    with pytest.raises(ConfirmationNeeded, match="--confirm 3"):
        venue.sync(confirm=None)
    assert len(venue.books.invoices()) == 2
    venue.sync(confirm=3)
    assert len(venue.books.invoices()) == 5
    assert venue.engine.integration(LOCAL, "anchor").start_date == date(2026, 11, 1)


@pytest.mark.parametrize("start", [date(2026, 9, 1), date(2026, 10, 2), date(2026, 11, 1)])
def test_a_start_date_lets_a_draft_post_nothing_unasked_and_makes_it_active_by_no_way(
    ready: Ready, start: date
) -> None:
    venue = ready(3)
    venue.engine.configure(LOCAL, "anchor", start_date=start)
    venue.engine.pause(LOCAL, "anchor")
    assert venue.engine.resume(LOCAL, "anchor").state == "draft"
    with pytest.raises(ConfirmationNeeded, match="--confirm 3"):
        venue.sync(confirm=None)
    assert venue.sync(confirm=None, trigger="schedule").counts["documents"] == 0
    assert nothing_posted(venue)
    assert venue.engine.integration(LOCAL, "anchor").state == "draft"
    venue.sync(confirm=3)
    view = venue.engine.integration(LOCAL, "anchor")
    assert (view.state, view.start_date) == ("active", start)


def test_an_earlier_start_date_opens_nothing_that_nobody_confirmed(ready: Ready, made_up: Month) -> None:
    venue = ready(1)
    venue.sync(confirm=1)
    venue.engine.configure(LOCAL, "anchor", start_date=date(2026, 9, 1))
    venue.push(made_up.first[1:4])
    with pytest.raises(ConfirmationNeeded, match="--confirm 3"):
        venue.sync(confirm=None)
    run = venue.sync(None, confirm=None, trigger="schedule")
    waits = [one.subject for one in run.findings if one.code == "run.waits_for_confirmation"]
    assert (run.counts["documents"], waits) == (0, ["2026-10-02 to 2026-10-04"])
    assert [day_of(one) for one in venue.books.invoices()] == ["2026-10-01"]


def test_days_that_come_due_after_somebody_made_it_active_are_posted_whatever_the_start_date(
    ready: Ready, made_up: Month
) -> None:
    venue = ready(1)
    venue.sync(confirm=1)  # on 1 November
    tonight = [dict(made_up.first[0], trading_day=f"2026-11-0{day}") for day in (1, 2)]
    venue.push(tonight[:1])
    venue.engine.configure(LOCAL, "anchor", start_date=date(2026, 11, 2))
    venue.push(tonight[1:])
    run = venue.sync(Period(date(2026, 11, 1), date(2026, 11, 2)), confirm=None, trigger="schedule")
    assert (run.counts["documents"], [one.subject for one in run.findings]) == (1, ["2026-11-01"])
    venue.engine.configure(LOCAL, "anchor", start_date=date(2026, 9, 1))
    run = venue.sync(Period(date(2026, 11, 1), date(2026, 11, 2)), confirm=None, trigger="schedule")
    assert (run.state, run.counts["documents"]) == ("done", 1)


def day(number: int) -> Period:
    return Period(date(2026, 10, number), date(2026, 10, number))


def close(month: Month, number: int) -> Record:
    return next(one for one in month.first if one["trading_day"] == f"2026-10-{number:02}")


def test_a_day_posted_anew_beside_the_one_that_was_asked_about_opens_no_day_between_them(
    ready: Ready, made_up: Month
) -> None:
    venue = ready(1)
    venue.sync(day(1), confirm=1)
    venue.engine.decide(LOCAL, "anchor", [date(2026, 10, 1)], decision="repost")
    venue.push([close(made_up, 10), close(made_up, 20)])
    venue.sync(day(20))
    assert [day_of(one) for one in venue.books.invoices()] == ["2026-10-01", "2026-10-20"]
    run = venue.sync(None, confirm=None, trigger="schedule")
    assert [one.subject for one in run.findings] == ["2026-10-10"]
    assert venue.states()["2026-10-10/1"] == "pending"


def test_a_day_adjusted_beside_the_one_that_was_asked_about_opens_no_day_between_them(
    ready: Ready, made_up: Month
) -> None:
    venue = ready(1)
    venue.sync(day(1), confirm=1)
    venue.push([dearer(made_up.first[0], revision=2), close(made_up, 10), close(made_up, 20)])
    venue.engine.decide(LOCAL, "anchor", [date(2026, 10, 1)], decision="adjust")
    venue.sync(day(20))
    assert venue.states() == {"2026-10-01/1": "posted", "2026-10-10/1": "pending", "2026-10-20/1": "posted"}
    run = venue.sync(None, confirm=None, trigger="schedule")
    assert (run.counts["documents"], [one.subject for one in run.findings]) == (0, ["2026-10-10"])


def test_what_a_lost_database_posted_is_posted_anew_by_decision_without_a_question(
    ready: Ready, make_venue: MakeVenue, made_up: Month
) -> None:
    lost = ready(1)
    lost.sync(confirm=1)
    venue = make_venue(books=lost.books, name="anew")
    bring_catalogue(venue, made_up)
    venue.map_all()
    venue.push(made_up.first[:1])
    venue.sync(confirm=None)
    venue.engine.decide(LOCAL, "anew", [date(2026, 10, 1)], decision="repost")
    venue.sync(None, confirm=None, trigger="schedule")
    assert venue.states() == {"2026-10-01/1": "posted"}
    assert len(venue.books.invoices()) == 1


def test_a_scheduled_run_asks_nobody_and_leaves_the_past_waiting(ready: Ready, made_up: Month) -> None:
    venue = ready(0)
    venue.push([made_up.first[4], made_up.first[6]])
    venue.sync(confirm=2)
    venue.push([made_up.first[0], made_up.first[5], made_up.first[7]])
    run = venue.sync(confirm=None, trigger="schedule")
    assert run.counts["documents"] == 1
    assert [one.code for one in run.findings] == ["run.waits_for_confirmation"]
    assert [day_of(one) for one in venue.books.invoices()] == ["2026-10-05", "2026-10-06", "2026-10-07"]
    assert [venue.states()[f"2026-10-{day}/1"] for day in ("01", "08")] == ["pending", "pending"]


def test_a_window_without_a_period_covers_the_trailing_days(ready: Ready) -> None:
    venue = ready(1)
    run = venue.sync(None)
    assert run.period == "2026-09-27 to 2026-11-01"
    with venue.engine.database.read() as session:
        assert session.execute(columns(Day.state)).scalar_one() == "posted"
    assert venue.sync(None).period == "2026-10-01 to 2026-11-01"


def test_a_wider_period_posts_nothing_twice(ready: Ready) -> None:
    venue = ready(2)
    venue.sync(OCTOBER)
    assert venue.sync(AUTUMN).counts["documents"] == 0
    assert len(venue.books.invoices()) == 2
