"""A day below zero everywhere: asked about, previewed, posted, told and compared with its sign; changed shapes."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.engine.conftest import Ready
from tests.support.chain import OCTOBER, Books, Venue
from tests.support.month import Month, Record, counted, key, paid

from takings.cli.showing import documents_table
from takings.cli.takings_table import agreement, takings_table
from takings.errors import ConfirmationNeeded
from takings.views import LOCAL, Confirmation, DocumentView

ORDINARY, BELOW_ZERO = "2026-10-01/1", "2026-10-12/1"


@pytest.fixture
def both(made_up: Month) -> list[Record]:
    """An ordinary day and one below zero."""
    return [one for one in made_up.first if key(one) in (ORDINARY, BELOW_ZERO)]


@pytest.fixture
def venue(ready: Ready, both: list[Record]) -> Venue:
    made = ready(0)
    made.push(both)
    return made


def test_the_question_the_preview_and_verify_count_a_credit_note_below_zero(
    venue: Venue, made_up: Month, both: list[Record]
) -> None:
    expected, asked = made_up.expect(both), list[Confirmation]()
    preview = venue.engine.preview(LOCAL, "anchor", OCTOBER)
    run = venue.sync(confirm=lambda question: asked.append(question) or True)
    verified = venue.engine.verify(LOCAL, "anchor")
    assert [one.total for one in asked] == [expected.total]
    for view in (preview, verified):
        assert (view.total, view.tax, view.payments) == (expected.total, expected.tax, expected.payments)
    assert verified.agrees
    for documents in (preview.documents, run.documents, verified.checked):
        invoice, note = documents
        assert [(one.kind, one.sign) for one in documents] == [("invoice", 1), ("creditnote", -1)]
        refunded = sum(amount for _, amount in paid(both[1]))
        assert note.total == refunded == -note.signed_total
        assert note.tax == -note.signed_tax
        assert invoice.signed_total == counted(both[0])


def test_tables_show_what_a_credit_note_takes_away(
    venue: Venue, both: list[Record], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    venue.sync()
    verified = venue.engine.verify(LOCAL, "anchor")
    note: DocumentView = verified.checked[1]
    for write in (takings_table, documents_table):
        write(verified.checked)
        row = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("2026-10-12"))
        assert f"-{note.total:,.2f}" in row
        assert f"{note.signed_tax:,.2f}" in row
    takings_table(verified.checked)
    (_, refund) = paid(both[1])[0]
    assert f"-{refund:,.2f}" in capsys.readouterr().out
    assert f"AUD {verified.total:,.2f}" in agreement(verified)


def test_a_database_set_up_anew_finds_the_credit_note_and_posts_nothing_twice(
    ready: Ready, venue: Venue, both: list[Record]
) -> None:
    venue.sync()
    before = venue.books.documents()
    anew = ready(0, books=venue.books)
    anew.push(both)
    run = anew.sync()
    assert (run.counts["documents"], run.counts["taken_over"]) == (0, 2)
    assert set(anew.states().values()) == {"posted"}
    assert anew.books.documents() == before
    assert anew.engine.verify(LOCAL, "anchor").agrees


@pytest.mark.parametrize("shape", ["balanced", "journal"])
def test_another_shape_after_the_database_was_lost_holds_what_stands(
    ready: Ready, venue: Venue, both: list[Record], shape: str
) -> None:
    venue.sync()
    before = venue.books.documents()
    anew = ready(0, books=venue.books, target_settings={"shape": shape})
    anew.push(both)
    anew.sync()
    assert set(anew.states().values()) == {"held"}
    days = anew.engine.days(LOCAL, "anchor")
    assert [{one.code for one in day.findings} for day in days] == [{"ledger.stands_otherwise"}] * 2
    assert anew.books.documents() == before


@pytest.mark.parametrize("shape", ["payments", "balanced", "journal"])
def test_the_same_again_in_every_shape_changes_nothing(ready: Ready, both: list[Record], shape: str) -> None:
    venue = ready(0, target_settings={"shape": shape})
    venue.push(both)
    shown = venue.engine.preview(LOCAL, "anchor", OCTOBER)
    taken = sum(day.total for day in venue.engine.days(LOCAL, "anchor"))
    if shape == "payments":  # where a payment method gave back, the document comes to less
        taken = sum(one.signed_total for one in shown.documents)
    assert taken != 0
    with pytest.raises(ConfirmationNeeded, match=f"AUD {taken:,.2f} in all, would be posted"):
        venue.sync(confirm=None)
    assert venue.sync().counts["documents"] == 2
    with pytest.raises(ConfirmationNeeded, match=f"AUD {taken:,.2f} in all, would be taken back") as asked:
        venue.engine.undo(LOCAL, "anchor", OCTOBER, confirm=1)
    assert venue.engine.preview_undo(LOCAL, "anchor", OCTOBER).question == asked.value.summary
    assert shown.total == venue.engine.verify(LOCAL, "anchor").total == taken
    before = venue.books.documents()
    assert venue.sync().counts["documents"] == 0
    anew = ready(0, books=venue.books, target_settings={"shape": shape})
    anew.push(both)
    assert anew.sync().counts["taken_over"] == 2
    assert anew.books.documents() == before
    assert anew.engine.verify(LOCAL, "anchor").agrees


def test_a_credit_note_that_somebody_changed_is_told(venue: Venue) -> None:
    venue.sync()
    books: Books = venue.books
    (note,) = books.credit_notes()
    refund = next(one for one in books.payments() if one["PaymentType"] == "ARCREDITPAYMENT")
    books.change(f"payments/{refund['PaymentID']}", status="DELETED")
    verified = venue.engine.verify(LOCAL, "anchor")
    assert [one.code for one in verified.differences] == ["verify.payment_removed"]
    assert f"{Decimal(refund['Amount']):,.2f}" in verified.differences[0].what
    assert note["CreditNoteNumber"] in verified.differences[0].what
