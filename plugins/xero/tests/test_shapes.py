"""Each shape with each awkward day, by hand: what the document is, what is a line, what is paid, what is held."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from plugins.xero.tests.accounting import SHAPES, Posted, check, codes, plan
from pydantic import ValidationError

from takings_xero.options import IntegrationSettings


def mixed_day(build, *tenders, lines=None):
    made = lines or [build.line("110.00"), build.line("20.00", "a-tips", "BASEXCLUDED", source="TIPS")]
    return build.unit(build.day(made, [build.tender(*one) for one in tenders]), number="AH-1")


CASES = {
    "an ordinary day": lambda b: mixed_day(b, ("100.00",), ("30.00", "a-tips", "VOUCHER")),
    "a tender of the opposite sign": lambda b: mixed_day(b, ("194.90",), ("-64.90", "a-tips", "AMEX")),
    "a negative day": lambda b: mixed_day(b, ("-55.00",), lines=[b.line("-66.00"), b.line("11.00", "a-beer")]),
    "a negative day with money taken in": lambda b: mixed_day(
        b, ("-76.00",), ("10.00", "a-tips", "VOUCHER"), lines=[b.line("-66.00")]
    ),
    "nothing in all, with tenders of both signs": lambda b: mixed_day(
        b, ("40.00",), ("-40.00", "a-tips", "VOUCHER"), lines=[b.line("5.00"), b.line("-5.00")]
    ),
    "lines that cancel between tax rates": lambda b: mixed_day(
        b, lines=[b.line("110.00"), b.line("-110.00", "a-food", "EXEMPTOUTPUT", tax_code="FRE")]
    ),
}
KINDS = {
    "payments": ("invoice", "invoice", "creditnote", "creditnote", "invoice", "invoice"),
    "balanced": ("invoice",) * 6,
    "journal": ("journal",) * 6,
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("case", CASES)
def test_each_awkward_day_becomes_one_document_that_says_what_the_day_says(build, case, shape):
    unit = CASES[case](build)
    planned = plan(unit, build.survey(), SHAPES[shape])
    assert not planned.findings
    check(planned, unit)
    assert planned.documents[0].kind == KINDS[shape][list(CASES).index(case)]


def test_a_tender_against_the_grain_raises_the_invoice_and_the_payments_pay_all_of_it(build):
    unit = CASES["a tender of the opposite sign"](build)
    invoice, payment = plan(unit, build.survey(), SHAPES["payments"]).operations
    assert [(one["AccountID"], one["LineAmount"], one["TaxType"]) for one in invoice.payload["LineItems"]] == [
        ("a-food", "110.00", "OUTPUT"),
        ("a-tips", "20.00", "BASEXCLUDED"),
        ("a-tips", "64.90", "BASEXCLUDED"),
    ]
    assert payment.payload["Amount"] == "194.90"


def test_a_negative_day_is_a_credit_note_with_a_refund(build):
    unit = CASES["a negative day with money taken in"](build)
    note, refund = plan(unit, build.survey(), SHAPES["payments"]).operations
    assert note.payload["CreditNoteNumber"] == "AH-1"
    assert "InvoiceNumber" not in note.payload
    assert [(one["AccountID"], one["LineAmount"]) for one in note.payload["LineItems"]] == [
        ("a-food", "66.00"),
        ("a-tips", "10.00"),
    ]
    assert refund.payload["CreditNote"] == {"CreditNoteID": {"$ref": note.key, "field": "id"}}
    assert (refund.payload["Amount"], refund.depends_on) == ("76.00", (note.key,))


def test_a_journal_says_what_it_is_of_and_ends_with_its_key(build):
    unit = mixed_day(build, ("100.00",), ("30.00", "a-tips", "VOUCHER"))
    (journal,) = plan(unit, build.survey(contact="archived"), SHAPES["journal"]).operations
    assert journal.payload["Narration"] == f"Takings of The Anchor Hotel, 2026-10-01, AH-1: {journal.key}"
    assert journal.payload["Status"] == "POSTED"
    assert [(one["AccountID"], one["LineAmount"]) for one in journal.payload["JournalLines"]] == [
        ("a-food", "-110.00"),
        ("a-tips", "-20.00"),
        ("a-cash", "100.00"),
        ("a-tips", "30.00"),
    ]


def test_a_day_without_any_amount_leads_to_nothing_in_every_shape(build):
    unit = build.unit(build.day([build.line("9.00"), build.line("-9.00")], []))
    for settings in SHAPES.values():
        planned = plan(unit, build.survey(), settings)
        assert planned.operations == planned.documents == planned.findings == ()


@pytest.mark.parametrize(
    ("shape", "tenders", "held"),
    [
        ("payments", [("80.00",), ("50.00", None, "ACCT")], []),
        ("balanced", [("80.00",), ("50.00", None, "ACCT")], []),
        ("journal", [("80.00",), ("50.00", None, "ACCT")], ["xero.journal_leaves_nothing_open"]),
        ("payments", [("180.00",), ("-50.00", None, "ACCT")], ["xero.open_opposite_sign"]),
        ("balanced", [("180.00",), ("-50.00", None, "ACCT")], []),
        ("payments", [("100.00",), ("50.00", None, "ACCT"), ("-20.00", None, "ROOM")], ["xero.open_opposite_sign"]),
        ("balanced", [("100.00",), ("50.00", None, "ACCT"), ("-20.00", None, "ROOM")], ["xero.open_opposite_sign"]),
        ("payments", [("80.00",), ("50.00", "a-bank", "AMEX")], []),
        ("balanced", [("80.00",), ("50.00", "a-bank", "AMEX")], ["xero.tender_needs_a_line"]),
        ("journal", [("80.00",), ("50.00", "a-bank", "AMEX")], ["xero.tender_needs_a_line"]),
        ("payments", [("180.00",), ("-50.00", "a-bank", "AMEX")], ["xero.tender_needs_a_line"]),
        ("payments", [("180.00",), ("-50.00", "a-old", "AMEX")], ["xero.account_archived"]),
        ("balanced", [("80.00",), ("50.00", "a-none", "AMEX")], ["xero.account_unknown"]),
    ],
)
def test_what_is_left_open_and_where_lines_are_needed(build, shape, tenders, held):
    unit = mixed_day(build, *tenders)
    planned = plan(unit, build.survey(), SHAPES[shape])
    assert codes(planned) == held
    if held:
        assert planned.operations == ()
        assert all(one.why and one.do and one.where == "map:tender" for one in planned.findings)
    else:
        check(planned, unit)


def test_what_is_left_open_below_zero_stays_open_on_a_credit_note(build):
    unit = mixed_day(build, ("180.00",), ("-50.00", None, "ACCT"))
    (note,) = plan(unit, build.survey(), SHAPES["balanced"]).operations
    assert note.kind == "creditnote"
    assert Posted(plan(unit, build.survey(), SHAPES["balanced"])).open == Decimal("50.00")


def test_the_sentence_about_a_needed_line_tells_the_shapes_apart(build):
    # Without any payment beside it, the sentence still is about the sign.
    unit = mixed_day(build, ("-5.00", "a-bank", "AMEX"), ("135.00", None))
    against = plan(unit, build.survey(), SHAPES["payments"])
    ordinary = plan(mixed_day(build, ("130.00", "a-bank", "AMEX")), build.survey(), SHAPES["balanced"])
    assert "gave back" in against.findings[0].why
    assert "In this shape" in ordinary.findings[0].why


@pytest.mark.parametrize(
    ("shape", "status", "written"),
    [
        ("payments", "AUTHORISED", "AUTHORISED"),
        ("balanced", "AUTHORISED", "AUTHORISED"),
        ("balanced", "SUBMITTED", "SUBMITTED"),
        ("balanced", "DRAFT", "DRAFT"),
        ("journal", "AUTHORISED", "POSTED"),
        ("journal", "DRAFT", "DRAFT"),
    ],
)
def test_documents_get_the_chosen_status(build, shape, status, written):
    planned = plan(build.unit(build.day([build.line("10.00")], [build.tender("10.00")])), build.survey(),
                   IntegrationSettings(shape=shape, status=status))  # fmt: skip
    assert planned.operations[0].payload["Status"] == written


@pytest.mark.parametrize(
    ("values", "setting", "sentence"),
    [
        ({"shape": "journal", "status": "SUBMITTED"}, "status", "can't be submitted"),
        ({"tracking": "all"}, "tracking_option", "Choose the tracking option"),
        ({"tracking": "category"}, "tracking_category", "Choose the tracking category"),
    ],
)
def test_settings_that_do_not_go_together_are_refused_by_the_name_of_one(values, setting, sentence):
    with pytest.raises(ValidationError, match=sentence) as refused:
        IntegrationSettings(**values)
    assert [one["loc"] for one in refused.value.errors()] == [(setting,)]


def test_the_date_of_a_document_is_the_trading_day_or_the_venues_day_of_the_close(build):
    melbourne = timezone(timedelta(hours=11))
    closes = {
        datetime(2026, 10, 6, 2, 40, tzinfo=melbourne): date(2026, 10, 6),
        datetime(2026, 10, 5, 15, 40, tzinfo=UTC): date(2026, 10, 6),
        datetime(2026, 10, 5, 22, 10, tzinfo=melbourne): date(2026, 10, 5),
        # A clock that is wrong by a day dates nothing before its trading day.
        datetime(2026, 10, 4, 22, 10, tzinfo=melbourne): date(2026, 10, 5),
        None: date(2026, 10, 5),
    }
    for closed, expected in closes.items():
        day = build.day([build.line("10.00")], [build.tender("10.00")], date(2026, 10, 5), closed_at=closed)
        for shape in SHAPES:
            by_close = IntegrationSettings(shape=shape, posting_date="closing_date")
            found = plan(build.unit(day), build.survey(), by_close)
            assert found.documents[0].day == expected
            assert {one.payload["Date"] for one in found.operations} == {expected.isoformat()}
            assert plan(build.unit(day), build.survey(), SHAPES[shape]).documents[0].day == date(2026, 10, 5)


def test_a_close_in_a_locked_period_counts_by_the_documents_date(build):
    closed = datetime(2026, 10, 2, 2, 40, tzinfo=timezone(timedelta(hours=10)))
    unit = build.unit(build.day([build.line("10.00")], [build.tender("10.00")], date(2026, 10, 1), closed_at=closed))
    survey = build.survey(locked_through=date(2026, 10, 1))
    assert codes(plan(unit, survey, SHAPES["payments"])) == ["xero.locked"]
    assert not plan(unit, survey, IntegrationSettings(posting_date="closing_date")).findings


def test_a_close_dated_beyond_what_was_read_is_held(build):
    closed = datetime(2026, 12, 24, 2, 40, tzinfo=UTC)
    unit = build.unit(build.day([build.line("10.00")], [build.tender("10.00")], closed_at=closed))
    held = plan(unit, build.survey(through=date(2026, 12, 1)), IntegrationSettings(posting_date="closing_date"))
    assert codes(held) == ["xero.closed_late"]
