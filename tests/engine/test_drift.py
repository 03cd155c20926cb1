"""What a check finds is kept until both agree again: with the run that found it, and who knows of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from tests.engine.conftest import Ready
from tests.support.chain import OCTOBER, Venue

from takings.domain.period import Period
from takings.errors import NotFound, UsageError
from takings.store.journal import UnitRow
from takings.store.tables import Run
from takings.sync import verifying
from takings.sync.joint import open_target
from takings.views import LOCAL, RunView
from takings.views.checks import DriftView


@pytest.fixture
def venue(ready: Ready) -> Venue:
    """A venue with three days posted."""
    made = ready(3)
    made.sync()
    return made


def checked(venue: Venue, **more: Any) -> RunView:
    """Let a worker check what is asked for."""
    run = venue.engine.request_run(LOCAL, "anchor", kind="verify", **more)
    assert venue.engine.execute_run(run.id)
    return venue.engine.run(LOCAL, run.id)


def drift(venue: Venue) -> DriftView:
    return venue.engine.drift(LOCAL, "anchor")


def codes(view: DriftView) -> dict[str, list[str]]:
    """The codes of what differs, by date."""
    return {str(one.business_date): [found.code for found in one.findings] for one in view.drifted}


def remove_payment(venue: Venue, day: int = 0) -> None:
    invoice = venue.books.invoices()[day]["InvoiceID"]
    payment = next(one for one in venue.books.payments() if one["Invoice"]["InvoiceID"] == invoice)
    venue.books.change(f"payments/{payment['PaymentID']}", status="DELETED")


def put_back(venue: Venue, day: int = 0) -> None:
    """Edit the day's number and back again."""
    venue.books.change(f"invoices/{venue.books.invoices()[day]['InvoiceID']}", InvoiceNumber=f"BACK-{day}")


def state(venue: Venue) -> tuple[str, str]:
    view = venue.engine.integration(LOCAL, "anchor")
    return view.state, view.reason


def test_before_the_first_check_nothing_is_said(venue: Venue) -> None:
    found = drift(venue)
    assert (found.checked_at, found.drifted, found.every, found.differing) == (None, (), "weekly", 0)


def test_a_check_through_the_queue_keeps_its_summary_and_finds_nothing(venue: Venue) -> None:
    run = checked(venue)
    assert (run.kind, run.state, run.findings) == ("verify", "done", ())
    assert run.counts == {"checked": 3, "payments": 18, "differing": 0}
    assert run.period == "2026-10-01 to 2026-10-03"
    found = drift(venue)
    assert (found.documents, found.payments, found.differing, found.run) == (3, 18, 0, run.id)
    assert found.period == run.period
    with venue.engine.database.read() as session:
        kept = session.execute(select(Run.survey).where(Run.id == run.id)).scalar_one()  # type: ignore[call-overload]
    expected = venue.engine.verify(LOCAL, "anchor")
    assert kept == {
        "organisation": expected.organisation,
        "currency": "AUD",
        "documents": 3,
        "payments": 18,
        "total": str(expected.total),
        "tax": str(expected.tax),
        "differing": 0,
    }


def test_what_differs_is_kept_with_its_run_and_asks_for_a_person(venue: Venue) -> None:
    remove_payment(venue)
    put_back(venue, 1)
    run = checked(venue)
    assert run.state == "problems"
    assert run.counts["differing"] == 2
    assert codes(drift(venue)) == {"2026-10-01": ["verify.payment_removed"], "2026-10-02": ["verify.differs"]}
    assert {one.run for one in drift(venue).drifted} == {run.id}
    assert state(venue) == ("needs_attention", "2 documents differ in the ledger from what was posted.")
    overview = venue.engine.overview_of(LOCAL, "anchor")
    assert [(one.what, one.where) for one in overview.attention] == [
        ("2 documents differ in the ledger from what was posted", "drift")
    ]


def test_the_mark_stays_over_a_sync_and_goes_when_the_ledger_is_put_right(venue: Venue) -> None:
    number = venue.books.invoices()[0]["InvoiceNumber"]
    put_back(venue)
    checked(venue)
    assert venue.sync().state == "done"
    assert state(venue)[0] == "needs_attention"
    venue.books.change(f"invoices/{venue.books.invoices()[0]['InvoiceID']}", InvoiceNumber=number)
    checked(venue)
    assert drift(venue).drifted == ()
    assert state(venue) == ("active", "")


def test_a_check_now_keeps_what_it_finds_too(venue: Venue) -> None:
    remove_payment(venue)
    assert not venue.engine.verify(LOCAL, "anchor").agrees
    assert codes(drift(venue)) == {"2026-10-01": ["verify.payment_removed"]}
    assert [one.where for one in venue.engine.overview_of(LOCAL, "anchor").attention] == ["drift"]


def test_a_check_of_some_days_leaves_what_is_known_of_the_others(venue: Venue) -> None:
    remove_payment(venue)
    checked(venue)
    put_back(venue, 2)
    checked(venue, period=Period(OCTOBER.first + timedelta(days=1), OCTOBER.last))
    assert codes(drift(venue)) == {"2026-10-01": ["verify.payment_removed"], "2026-10-03": ["verify.differs"]}


def test_what_somebody_knows_of_asks_nobody_until_it_differs_otherwise(venue: Venue) -> None:
    remove_payment(venue)
    checked(venue)
    (one,) = drift(venue).drifted
    noted = venue.engine.note_drift(LOCAL, "anchor", [one.document])
    assert (noted.differing, noted.drifted[0].noted_by) == (0, "local")
    assert state(venue) == ("active", "")
    checked(venue)
    assert drift(venue).drifted[0].noted_by == "local"
    assert drift(venue).drifted[0].found_at == one.found_at
    remove_payment(venue)
    checked(venue)
    assert (drift(venue).differing, drift(venue).drifted[0].noted_by) == (1, "")
    assert state(venue)[0] == "needs_attention"
    assert "drift.noted" in [one.action for one in venue.engine.audit_trail(LOCAL, "anchor").events]


def test_what_does_not_differ_can_not_be_noted(venue: Venue) -> None:
    with pytest.raises(NotFound, match="There is no differing document "):
        venue.engine.note_drift(LOCAL, "anchor", ["impos:eod/nowhere"])


def test_everything_that_can_happen_to_a_document_is_told_apart(venue: Venue) -> None:
    first, second, _ = venue.books.invoices()
    for payment in venue.books.payments():
        if payment["Invoice"]["InvoiceID"] == first["InvoiceID"]:
            venue.books.change(f"payments/{payment['PaymentID']}", status="DELETED")
    venue.books.change(f"invoices/{first['InvoiceID']}", Status="VOIDED")
    of_second = next(one for one in venue.books.payments() if one["Invoice"]["InvoiceID"] == second["InvoiceID"])
    venue.books.change(f"payments/{of_second['PaymentID']}", amount="0.50")
    put_back(venue, 1)
    checked(venue)
    assert codes(drift(venue)) == {"2026-10-01": ["verify.voided"], "2026-10-03": ["verify.differs"]} | {
        "2026-10-02": ["verify.differs"]
    }


def test_what_is_taken_back_while_the_ledger_is_read_is_no_drift(venue: Venue) -> None:
    remove_payment(venue)
    with venue.engine.database.read() as session:
        joint = venue.engine._joint(session, LOCAL, "anchor")
        postings = verifying.load_postings(session, joint, None)
    services = venue.engine._services
    read = verifying.verify_postings(services, joint, open_target(services, joint), postings=postings)
    assert sum(bool(one.differences) for one in read) == 1
    with venue.engine.database.write() as session:
        for unit in session.execute(select(UnitRow)).scalars():
            unit.state = "undone"
            session.add(unit)
    with venue.engine.database.read() as session:
        left = verifying.still_posted(session, joint, read)
    assert [one for one in left if one.differences] == []
    assert len(left) == 2


def test_a_check_that_can_not_reach_the_ledger_fails_and_keeps_what_is_known(venue: Venue) -> None:
    remove_payment(venue)
    checked(venue)
    before = drift(venue)
    venue.ledger.http.post(f"{venue.ledger.control}/organisations/{venue.books.tenant}/disconnect")
    run = checked(venue)
    assert run.state == "failed"
    assert [one.code for one in run.findings] == ["run.disconnected"]
    assert drift(venue) == before
    assert state(venue)[0] == "needs_attention"
    assert "connect" in state(venue)[1]


def test_how_often_it_is_checked_can_be_said(venue: Venue) -> None:
    weekly = venue.engine.set_checks(LOCAL, "anchor", "weekly")
    daily = venue.engine.set_checks(LOCAL, "anchor", "daily")
    assert weekly.next_due is not None
    assert daily.next_due is not None
    assert daily.next_due <= weekly.next_due
    assert venue.engine.set_checks(LOCAL, "anchor", "off").next_due is None
    with pytest.raises(UsageError, match="off, weekly, daily"):
        venue.engine.set_checks(LOCAL, "anchor", "hourly")


def test_a_check_of_nothing_asks_the_ledger_nothing(ready: Ready) -> None:
    venue = ready(1)
    venue.ledger.reset()
    assert checked(venue).counts == {"checked": 0, "payments": 0, "differing": 0}
    assert venue.ledger.counters()["calls"] == {}
