"""A preview shows what a sync would do: it holds what a sync holds, posts what it posts, and counts what is new."""

from __future__ import annotations

from datetime import date

import pytest
from tests.engine.conftest import Ready, bring_catalogue
from tests.engine.test_guards import by_hand, total_of
from tests.support.chain import OCTOBER, Venue
from tests.support.fixtures import MakeVenue
from tests.support.month import Month

from takings.domain.period import Period
from takings.errors import ConfirmationNeeded
from takings.views import LOCAL, Confirmation

FIRST, SECOND = date(2026, 10, 1), date(2026, 10, 2)


def shown(venue: Venue, period: Period = OCTOBER) -> tuple[list[str], list[str]]:
    """The dates that a preview posts, and those that it holds."""
    view = venue.engine.preview(LOCAL, venue.name, period)
    return [str(one.business_date) for one in view.documents], [str(one.business_date) for one in view.held]


def done(venue: Venue, period: Period = OCTOBER) -> tuple[list[str], list[str]]:
    """The dates that a sync posts, and those that it holds."""
    run = venue.sync(period)
    return [str(one.business_date) for one in run.documents], [str(one.business_date) for one in run.held]


def test_a_day_whose_look_alike_is_gone_is_previewed_as_it_will_be_posted(ready: Ready) -> None:
    venue = ready(2)
    made = by_hand(venue, total_of(venue, str(SECOND)), str(SECOND))
    assert shown(venue) == done(venue) == ([str(FIRST)], [str(SECOND)])
    venue.engine.decide(LOCAL, venue.name, [SECOND], decision="never", reason="Posted by hand")
    assert shown(venue) == ([], [])
    venue.engine.decide(LOCAL, venue.name, [SECOND], decision="reconsider")
    assert shown(venue) == done(venue) == ([], [str(SECOND)])
    venue.books.change(f"invoices/{made['InvoiceID']}", Status="VOIDED")
    assert shown(venue) == done(venue) == ([str(SECOND)], [])


def test_a_day_that_was_reversed_and_reconsidered_is_previewed_as_it_will_be_posted(
    make_venue: MakeVenue, made_up: Month
) -> None:
    venue = make_venue()
    bring_catalogue(venue, made_up)
    venue.map_all()
    venue.push(made_up.first[:2])
    venue.sync()
    venue.books.change(PeriodLockDate="2026-10-31")
    venue.engine.undo(LOCAL, venue.name, days=[FIRST], confirm=1)
    assert len(venue.books.credit_notes()) == 1
    venue.books.change(PeriodLockDate="2026-09-30")
    for decision in ("never", "reconsider", "repost"):
        venue.engine.decide(LOCAL, venue.name, [FIRST], decision=decision, reason="Once more")
    assert shown(venue) == done(venue) == ([str(FIRST)], [])


def test_the_question_about_history_counts_what_is_posted_and_not_what_stands(ready: Ready, made_up: Month) -> None:
    lost = ready(3)
    lost.sync()
    anew = ready(5, books=lost.books)
    seen: list[Confirmation] = []

    def read(question: Confirmation) -> bool:
        seen.append(question)
        return True

    view = anew.engine.preview(LOCAL, "anchor", OCTOBER)
    expected = made_up.expect(made_up.posted(made_up.first[3:5]))
    assert [one.subject for one in view.findings if one.code == "preview.stands"] == ["2026-10-01 to 2026-10-03"]
    assert (len(view.documents), view.total) == (2, expected.total)
    with pytest.raises(ConfirmationNeeded, match="--confirm 2, not 5"):
        anew.sync(confirm=5)
    counts = anew.sync(confirm=read).counts
    assert (counts["documents"], counts["taken_over"]) == (2, 3)
    (question,) = seen
    assert (question.count, question.total, question.standing) == (2, expected.total, 3)
    assert question.period == "2026-10-04 to 2026-10-05"
    assert "2 documents for 2026-10-04 to 2026-10-05" in str(question)
    assert "3 stand there already" in str(question)
    assert len(lost.books.invoices()) == 5


def test_what_was_taken_over_is_read_again_and_confirms_no_other_day(ready: Ready, made_up: Month) -> None:
    lost = ready(3)
    lost.sync()
    anew = ready(0, books=lost.books)
    anew.push([made_up.first[0], *made_up.first[2:4]])
    anew.sync(confirm=1)
    assert anew.sync(None).period == "2026-10-01 to 2026-11-01"
    anew.push(made_up.first[1:2])  # stands as well
    assert anew.sync(confirm=None).counts["taken_over"] == 1
    venue = ready(0)
    venue.push(made_up.first[:1])
    venue.sync()
    other = ready(0, books=venue.books)
    other.push([made_up.first[0], made_up.first[3]])
    other.sync(confirm=1)
    other.push(made_up.first[1:2])  # between what stood and what was confirmed, and nobody has seen it
    with pytest.raises(ConfirmationNeeded, match="1 document for 2026-10-02"):
        other.sync(confirm=None)


def test_a_preview_does_not_say_that_the_point_of_sale_was_asked(ready: Ready, made_up: Month) -> None:
    venue = ready(0)
    weekly = [dict(made_up.first[0], trading_day=f"2026-10-{day:02}") for day in (1, 8, 22)]
    assert venue.push(weekly).accepted
    shown = venue.engine.preview(LOCAL, "anchor", OCTOBER)
    (missing,) = [one for one in shown.findings if one.code == "run.day_missing"]
    assert "2026-10-15" in missing.subject
    assert "asked" not in str(missing)
    venue.sync(OCTOBER)
    venue.engine.configure(LOCAL, "anchor", start_date=OCTOBER.first)
    (told,) = [one for one in venue.sync(None).findings if one.code == "run.day_missing"]
    assert "asked" not in str(told)  # a sync of what was pushed asks nobody
