"""What becomes of records: held until mended, kept beside each other, refused as a whole."""

from __future__ import annotations

import copy
import json

import pytest
from tests.engine.conftest import Ready, dearer
from tests.support.chain import OCTOBER, Venue, row_counts
from tests.support.fixtures import MakeVenue
from tests.support.month import Month

from takings.errors import TooLarge
from takings.store.query import columns
from takings.store.tables import Record
from takings.sync.receiving import BODY_LIMIT
from takings.views import LOCAL

FIRST = "2026-10-01/1"


@pytest.fixture(scope="module")
def untouched(make_lasting: MakeVenue) -> Venue:
    """A venue to which nothing acceptable is sent."""
    return make_lasting(connect=False)


def test_a_new_payment_method_holds_its_day_and_mapping_it_frees_it_at_once(ready: Ready, made_up: Month) -> None:
    venue = ready(0)
    ninth = next(one for one in made_up.first if one["trading_day"] == "2026-10-09")
    venue.push([ninth])
    (day,) = venue.engine.days(LOCAL, "anchor")
    assert day.state == "held"
    assert [(one.code, one.subject) for one in day.findings] == [("mapping.open", "DIDI")]
    assert venue.engine.integration(LOCAL, "anchor").open_codes == 1
    # There is no service to pull from: what frees the day is what is stored.
    venue.engine.set_mapping(LOCAL, "anchor", dimension="payment_methods", code="DIDI", to="617")
    (day,) = venue.engine.days(LOCAL, "anchor")
    assert (day.state, day.findings) == ("pending", ())
    assert venue.sync().counts["documents"] == 1
    assert venue.books.balances()["617"] == 880


def test_a_tender_left_open_stays_open_on_the_document(ready: Ready, made_up: Month) -> None:
    venue = ready(1)
    venue.engine.set_mapping(LOCAL, "anchor", dimension="payment_methods", code="UBER", choice="leave_open")
    venue.sync()
    (invoice,) = venue.books.invoices()
    assert invoice["Status"] == "AUTHORISED"
    assert str(invoice["AmountDue"]) == next(
        one["counted"] for one in made_up.first[0]["payments"] if one["paymethod"] == "UBER"
    )
    assert venue.engine.verify(LOCAL, "anchor").agrees


def test_what_is_not_posted_and_does_not_cancel_holds_the_day(ready: Ready) -> None:
    venue = ready(1)
    venue.engine.set_mapping(LOCAL, "anchor", dimension="payment_methods", code="UBER", choice="do_not_post")
    (day,) = venue.engine.days(LOCAL, "anchor")
    assert (day.state, [one.code for one in day.findings]) == ("held", ["mapping.left_out_does_not_cancel"])
    assert venue.sync().counts["documents"] == 0


def test_other_content_under_the_same_revision_is_kept_beside_the_first(ready: Ready, made_up: Month) -> None:
    venue = ready(1)
    other = dearer(made_up.first[0])
    (result,) = venue.push([other]).records
    assert (result.result, [one.code for one in result.findings]) == ("conflict", ["record.conflict"])
    (day,) = venue.engine.days(LOCAL, "anchor")
    assert (day.state, [one.code for one in day.findings]) == ("pending", ["record.conflict"])
    assert [one.result for one in venue.push([other]).records] == ["unchanged"]
    with venue.engine.database.read() as session:
        rows = session.execute(columns(Record.standing).order_by(Record.id)).all()
    assert [row[0] for row in rows] == ["current", "conflict"]
    venue.sync()
    assert [one["Total"] for one in venue.books.invoices()] == [day.total]


def test_other_content_under_the_posted_revision_is_told_and_changes_nothing(ready: Ready, made_up: Month) -> None:
    venue = ready(1)
    venue.sync()
    before = venue.books.documents()
    venue.push([dearer(made_up.first[0])])
    run = venue.sync()
    assert run.counts["changed"] == 0
    (day,) = venue.engine.days(LOCAL, "anchor")
    assert (day.state, [one.code for one in day.findings]) == ("posted", ["record.conflict"])
    assert venue.books.documents() == before


def test_a_higher_revision_ends_a_conflict(ready: Ready, made_up: Month) -> None:
    venue = ready(1)
    venue.push([dearer(made_up.first[0])])
    venue.push([dearer(made_up.first[0], "20.00", revision=2)])
    (day,) = venue.engine.days(LOCAL, "anchor")
    assert (day.state, day.revision, day.findings) == ("pending", 2, ())


def test_a_change_that_is_taken_back_is_no_difference_any_more(ready: Ready, made_up: Month) -> None:
    venue = ready(1)
    venue.sync()
    venue.push([dearer(made_up.first[0], revision=2)])
    assert venue.states() == {FIRST: "changed"}
    venue.push([made_up.first[0] | {"revision": 3}])
    assert venue.states() == {FIRST: "posted"}
    assert venue.sync().counts["changed"] == 0


def test_another_venues_record_is_refused(ready: Ready, made_up: Month) -> None:
    venue = ready(1)
    before = row_counts(venue.engine)
    other = copy.deepcopy(made_up.first[1])
    other["site"] |= {"id": "9001", "name": "The Other Hotel"}
    view = venue.push([made_up.first[1], other])
    assert not view.accepted
    assert [(one.code, one.subject) for one in view.findings] == [("record.other_site", "9001")]
    assert "takings of two venues must not be mixed" in view.findings[0].why
    assert row_counts(venue.engine) == before


def test_a_body_with_one_bad_record_stores_nothing_and_says_where(ready: Ready, made_up: Month) -> None:
    venue = ready(0)
    before = row_counts(venue.engine)
    bad = copy.deepcopy(made_up.first[2])
    bad["sales"][1]["gross"] = 12.5
    view = venue.push([*made_up.first[:2], bad, *made_up.first[3:5]])
    assert (view.accepted, view.records) == (False, ())
    assert any("sales[1].gross" in one.where or "sales[1].gross" in str(one) for one in view.findings)
    assert any("[2]" in one.where for one in view.findings)
    assert row_counts(venue.engine) == before


@pytest.mark.parametrize("body", [b"", b"{", b"null", b"\xff", b'{"format": "impos.end_of_day/9"}'])
def test_a_body_that_is_none_is_refused_and_stores_nothing(untouched: Venue, body: bytes) -> None:
    before = row_counts(untouched.engine)
    view = untouched.engine.receive(untouched.token, body)
    assert not view.accepted
    assert all(one.what for one in view.findings)
    assert row_counts(untouched.engine) == before


def test_a_body_above_the_limit_is_refused_before_it_is_read(ready: Ready) -> None:
    with pytest.raises(TooLarge, match="5,000,000 bytes"):
        ready(0).engine.receive("whatever", b" " * (BODY_LIMIT + 1))


def test_a_preview_writes_nothing(ready: Ready) -> None:
    venue = ready(3, numbering="builtin:dated")
    before = row_counts(venue.engine)
    first = venue.engine.preview(LOCAL, "anchor", OCTOBER)
    assert venue.engine.preview(LOCAL, "anchor", OCTOBER) == first
    assert row_counts(venue.engine) == before
    assert [one.number for one in first.documents] == ["S26100100", "S26100200", "S26100300"]
    assert venue.books.invoices() == []
    venue.sync()
    assert [one["InvoiceNumber"] for one in venue.books.invoices()] == [one.number for one in first.documents]


def test_a_file_is_read_like_a_push(ready: Ready, made_up: Month) -> None:
    pushed, filed = ready(2), ready(0)
    body = b"\n".join(json.dumps(one).encode() for one in made_up.first[:2])
    assert filed.engine.import_file(LOCAL, "anchor", body, name="days.jsonl").accepted
    assert filed.engine.days(LOCAL, "anchor") == pushed.engine.days(LOCAL, "anchor")
