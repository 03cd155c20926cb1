"""Other content under the same revision stays beside its day, and whoever confirms a day has been told of it."""

from __future__ import annotations

import copy
from datetime import date
from decimal import Decimal

from tests.engine.conftest import Ready, dearer
from tests.engine.test_guards import HUGE, codes, with_a_huge_day
from tests.support.chain import OCTOBER, Venue
from tests.support.month import Month

from takings.views import LOCAL


def another(venue: Venue, made_up: Month, by: str, place: int = 7) -> None:
    """Push another content of a day under the revision that is known."""
    (result,) = venue.push([dearer(made_up.first[place], by)]).records
    assert result.result == "conflict"


def confirmed(venue: Venue) -> list[list[str]]:
    """What was told to those who confirmed a day, from the audit trail."""
    events = venue.engine.audit_trail(LOCAL, venue.name).events
    return [one.details["confirmed"] for one in events if one.action == "day.post_anyway"]


def test_other_content_is_told_beside_a_day_that_is_held_and_that_is_posted(ready: Ready, made_up: Month) -> None:
    venue, day = with_a_huge_day(ready, made_up)
    another(venue, made_up, "1.00")
    another(venue, made_up, "1.00", place=6)
    venue.sync()
    assert codes(venue, made_up.first[6]["trading_day"]) == ["record.conflict"]
    assert set(codes(venue, day)) == {"day.unusual_size", "record.conflict"}
    assert {one.code for one in venue.engine.to_confirm(LOCAL, venue.name).days[0].findings} == {
        "day.unusual_size",
        "record.conflict",
    }
    venue.engine.decide(LOCAL, venue.name, [date.fromisoformat(day)], decision="post_anyway", reason="Cup day")
    (told,) = confirmed(venue)
    assert any("another content under the same revision" in one for one in told)
    venue.sync()
    assert (venue.states()[f"{day}/1"], "record.conflict" in codes(venue, day)) == ("posted", True)


def test_other_content_that_comes_after_a_confirmation_asks_again(ready: Ready, made_up: Month) -> None:
    venue, day = with_a_huge_day(ready, made_up)
    venue.sync()
    venue.engine.confirm_days(LOCAL, venue.name, reason="Cup day")
    another(venue, made_up, "1.00")
    assert venue.sync().state == "problems"
    assert venue.states()[f"{day}/1"] == "held"
    another(venue, made_up, "2.00")
    assert (venue.states()[f"{day}/1"], venue.engine.to_confirm(LOCAL, venue.name).count) == ("held", 1)
    venue.engine.confirm_days(LOCAL, venue.name, reason="The till says so")
    venue.sync()
    assert venue.states()[f"{day}/1"] == "posted"
    assert [len(one) for one in reversed(confirmed(venue))] == [1, 2]
    (note,) = [one for one in venue.books.invoices() if day in one["Reference"]]
    assert note["Total"] > float(HUGE)


def test_an_ordinary_day_with_other_content_is_posted_as_it_came_first_and_goes_on_telling(
    ready: Ready, made_up: Month
) -> None:
    venue = ready(1)
    another(venue, made_up, "1.00", place=0)
    (total,) = [one.total for one in venue.engine.days(LOCAL, venue.name)]
    assert venue.sync().state == "done"
    assert [one["Total"] for one in venue.books.invoices()] == [total]
    assert codes(venue, "2026-10-01") == ["record.conflict"]


def test_other_content_that_comes_after_a_difference_was_to_be_posted_asks_again(
    ready: Ready, made_up: Month
) -> None:
    venue = ready(0)
    first = date.fromisoformat(made_up.first[0]["trading_day"])
    short = copy.deepcopy(made_up.first[0])
    short["payments"][0]["counted"] = str(Decimal(short["payments"][0]["counted"]) - 7)
    venue.push([short])
    wanted = {"decision": "post_difference", "reason": "Seven dollars were missing"}
    venue.engine.decide(LOCAL, venue.name, [first], **wanted)
    venue.push(made_up.first[:1])  # the same revision, and nothing is missing in it
    assert [one.business_date for one in venue.engine.preview(LOCAL, venue.name, OCTOBER).held] == [first]
    assert venue.sync().state == "problems"
    assert set(codes(venue, str(first))) == {"record.conflict", "record.conflict_after_decision"}
    assert venue.books.invoices() == []
    venue.engine.decide(LOCAL, venue.name, [first], **wanted)
    assert venue.sync().state == "done"
    assert (venue.states(), codes(venue, str(first))) == ({f"{first}/1": "posted"}, ["record.conflict"])
    last = next(
        one for one in venue.engine.audit_trail(LOCAL, venue.name).events if one.action == "day.post_difference"
    )
    assert "another content under the same revision" in last.details["confirmed"][0]
