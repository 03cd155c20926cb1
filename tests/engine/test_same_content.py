"""The same content under a higher revision changes nothing: what was decided and told of the day stays."""

from __future__ import annotations

import copy
from datetime import date
from decimal import Decimal
from typing import Any

from sqlmodel import select
from tests.engine.conftest import Ready, dearer
from tests.engine.test_payments_after_approval import drafts
from tests.support.chain import Venue
from tests.support.month import Month, Record

from takings.store.tables import Record as Stored
from takings.views import LOCAL

DAY, NAME = date(2026, 10, 1), "2026-10-01/1"


def unbalanced(record: Record) -> Record:
    made = copy.deepcopy(record)
    cash = made["payments"][0]
    cash["counted"] = str(Decimal(cash["counted"]) + 5)
    return made


def decide(venue: Venue, decision: str) -> None:
    venue.engine.decide(LOCAL, "anchor", [DAY], decision=decision, reason="We know why")


def only_day(venue: Venue) -> Any:
    (day,) = venue.engine.days(LOCAL, "anchor")
    return day


def codes(venue: Venue) -> list[str]:
    return [one.code for one in only_day(venue).findings]


def test_that_a_difference_is_posted_stays_decided(ready: Ready, made_up: Month) -> None:
    venue = ready(0)
    short = unbalanced(made_up.first[0])
    venue.push([short])
    decide(venue, "post_difference")
    (told,) = venue.push([short | {"revision": 2}]).records
    assert (told.result, venue.states(), only_day(venue).revision) == ("unchanged", {NAME: "pending"}, 2)
    assert venue.sync().counts["documents"] == 1


def test_that_a_change_is_left_stays_decided_whatever_the_policy_is_by_then(ready: Ready, made_up: Month) -> None:
    venue = ready(1)
    venue.sync()
    before = venue.books.documents()
    changed = dearer(made_up.first[0], "10.00", revision=2)
    venue.push([changed])
    decide(venue, "leave")
    venue.engine.set_late_changes(LOCAL, "anchor", "repost")
    for revision in (3, 4):
        venue.push([changed | {"revision": revision}])
        assert (venue.states(), codes(venue)) == ({NAME: "posted"}, ["day.left"])
    assert venue.sync().state == "done"
    assert venue.books.documents() == before


def test_what_is_to_be_adjusted_goes_on_with_the_newest_revision(ready: Ready, made_up: Month) -> None:
    venue = ready(1)
    venue.sync()
    changed = dearer(made_up.first[0], "10.00", revision=2)
    venue.push([changed])
    decide(venue, "adjust")
    venue.push([changed | {"revision": 3}])
    venue.sync()
    assert (venue.states(), len(venue.books.invoices())) == ({NAME: "posted"}, 2)
    assert venue.books.balances() == made_up.expect([changed]).balances


def test_what_is_told_of_payments_stays_with_the_day(ready: Ready, made_up: Month) -> None:
    venue = drafts(ready, 1)
    venue.sync()
    told = codes(venue)
    assert told
    venue.push([made_up.first[0] | {"revision": 2}])
    assert codes(venue) == told
    venue.push([dearer(made_up.first[0], "10.00", revision=3)])
    assert codes(venue) == ["day.changed", *told]
    venue.push([made_up.first[0] | {"revision": 4}])
    assert (codes(venue), venue.states()) == (told, {NAME: "posted"})


def test_each_revision_is_kept_as_it_came_and_the_newest_stands(ready: Ready, made_up: Month) -> None:
    venue = ready(1)
    bodies = {revision: made_up.first[0] | {"revision": revision} for revision in (2, 3)}
    venue.push(list(bodies.values()))
    detail = venue.engine.day(LOCAL, "anchor", DAY)
    assert [(one.revision, one.standing) for one in detail.records] == [(3, "current"), (2, "older"), (1, "older")]
    with venue.engine.database.read() as session:
        kept = {one.revision: f'"revision":{one.revision},' in one.canonical for one in session.exec(select(Stored))}
    assert kept == {1: True, 2: True, 3: True}
    # What comes between two of them is older than the newest.
    (late,) = venue.push([dearer(made_up.first[0], "10.00", revision=2)]).records
    assert (late.result, venue.states()) == ("conflict", {NAME: "pending"})
    assert [one.result for one in venue.push([made_up.first[0]]).records] == ["unchanged"]


def test_the_same_content_under_a_higher_revision_ends_a_conflict(ready: Ready, made_up: Month) -> None:
    venue = ready(1)
    venue.push([dearer(made_up.first[0])])
    assert codes(venue) == ["record.conflict"]
    venue.push([made_up.first[0] | {"revision": 2}])
    assert (venue.states(), codes(venue)) == ({NAME: "pending"}, [])
