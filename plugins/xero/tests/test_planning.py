"""Planning a unit: what the invoice and its payments say, what they move, and what holds them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from takings.plugin import LineKind, Site, StandingDocument
from takings_xero.ledger_index import LedgerIndex
from takings_xero.options import IntegrationSettings
from takings_xero.planning import plan_unit

SETTINGS = IntegrationSettings()


def plan(unit, survey, settings=SETTINGS):
    return plan_unit(unit, LedgerIndex(survey), settings)


def codes(planned):
    return [finding.code for finding in planned.findings]


def moved(planned):
    return {one.account: one.amount for one in planned.movements}


def test_an_ordinary_day_becomes_one_invoice_and_a_payment_for_each_method(build):
    planned = plan(build.simple(number="AH-1"), build.survey())
    assert not planned.findings
    invoice, cash, card = planned.operations
    assert invoice.key == "impos:eod/4417/2026-10-01.1/g1/invoice.1"
    assert invoice.payload == {
        "Type": "ACCREC",
        "Status": "AUTHORISED",
        "Contact": {"ContactID": "c-1"},
        "Date": "2026-10-01",
        "DueDate": "2026-10-01",
        "LineAmountTypes": "Inclusive",
        "CurrencyCode": "AUD",
        "Reference": invoice.key,
        "InvoiceNumber": "AH-1",
        "LineItems": [
            {
                "Description": "Food: Kitchen",
                "LineAmount": "110.00",
                "AccountID": "a-food",
                "TaxType": "OUTPUT",
            },
            {"Description": "Tap Beer", "LineAmount": "55.00", "AccountID": "a-beer", "TaxType": "OUTPUT"},
            {"Description": "Tips", "LineAmount": "5.00", "AccountID": "a-tips", "TaxType": "BASEXCLUDED"},
        ],
    }
    assert cash.payload == {
        "Invoice": {"InvoiceID": {"$ref": invoice.key, "field": "id"}},
        "Account": {"AccountID": "a-cash"},
        "Date": "2026-10-01",
        "Amount": "100.00",
        "Reference": "impos:eod/4417/2026-10-01.1/g1/payment.1",
    }
    assert card.depends_on == (invoice.key,)
    json.dumps([one.payload for one in planned.operations])


def test_the_document_shows_what_xero_will_compute(build):
    (document,) = plan(build.simple(), build.survey()).documents
    assert (document.total, document.tax) == (Decimal("170.00"), Decimal("15.00"))
    assert [line.tax_amount for line in document.lines] == [Decimal("10.00"), Decimal("5.00"), Decimal("0.00")]
    assert [line.tax_codes for line in document.lines] == [("OUTPUT",), ("OUTPUT",), ("BASEXCLUDED",)]
    assert document.number is None


def test_no_number_is_sent_when_the_ledger_numbers(build):
    invoice = plan(build.simple(), build.survey()).operations[0]
    assert "InvoiceNumber" not in invoice.payload


def test_movements_leave_accounts_receivable_out(build):
    assert moved(plan(build.simple(), build.survey())) == {
        "a-food": Decimal("-110.00"),
        "a-beer": Decimal("-55.00"),
        "a-tips": Decimal("-5.00"),
        "a-cash": Decimal("100.00"),
        "a-bank": Decimal("70.00"),
    }


def test_an_account_that_is_both_sold_to_and_paid_into_moves_by_the_difference(build):
    unit = build.unit(build.day([build.line("50.00", "a-tips", "BASEXCLUDED")], [build.tender("50.00", "a-tips")]))
    assert moved(plan(unit, build.survey())) == {"a-tips": Decimal("0.00")}


def test_sale_discount_and_refund_of_one_code_are_one_line(build):
    lines = [
        build.line("100.00", name="Kitchen"),
        build.line("-12.00", name="Kitchen", kind=LineKind.DISCOUNT),
        build.line("-3.00", name="Kitchen", kind=LineKind.REFUND),
    ]
    (document,) = plan(build.unit(build.day(lines, [build.tender("85.00")])), build.survey()).documents
    (line,) = document.lines
    assert line.amount == Decimal("85.00")
    assert line.description == "Kitchen (after discounts -12.00, refunds -3.00)"


def test_codes_of_one_account_stay_apart(build):
    lines = [build.line("10.00", source="A"), build.line("20.00", source="B"), build.line("5.00", tax_code="FRE2")]
    (document,) = plan(build.unit(build.day(lines, [build.tender("35.00")])), build.survey()).documents
    assert [line.amount for line in document.lines] == [Decimal("10.00"), Decimal("20.00"), Decimal("5.00")]


def test_a_code_that_nets_to_nothing_has_no_line_and_a_movement_of_zero(build):
    lines = [build.line("20.00"), build.line("7.00", "a-beer", source="B"), build.line("-7.00", "a-beer", source="B")]
    planned = plan(build.unit(build.day(lines, [build.tender("20.00")])), build.survey())
    assert [line["AccountID"] for line in planned.operations[0].payload["LineItems"]] == ["a-food"]
    assert moved(planned)["a-beer"] == 0


def test_a_day_whose_every_code_nets_to_nothing_leaves_nothing_to_do(build):
    planned = plan(build.unit(build.day([build.line("9.00"), build.line("-9.00")], [])), build.survey())
    assert planned.operations == planned.documents == planned.findings == ()


def test_a_tender_left_open_has_no_payment(build):
    unit = build.unit(build.day([build.line("30.00")], [build.tender("10.00"), build.tender("20.00", None, "ACCT")]))
    planned = plan(unit, build.survey())
    assert [one.payload["Amount"] for one in planned.operations if one.kind == "payment"] == ["10.00"]
    assert moved(planned) == {"a-food": Decimal("-30.00"), "a-cash": Decimal("10.00")}


def test_an_absent_contact_is_created_once_under_a_key_that_all_units_share(build):
    survey = build.survey(contact="absent")
    other = build.unit(build.day([build.line("1.00")], [build.tender("1.00")], date(2026, 10, 2)))
    plans = [plan(build.simple(), survey), plan(other, survey)]
    assert {one.operations[0].key for one in plans} == {"contact/POS sales"}
    invoice = plans[0].operations[1]
    assert invoice.payload["Contact"] == {"ContactID": {"$ref": "contact/POS sales", "field": "id"}}
    assert invoice.depends_on == ("contact/POS sales",)


def test_a_source_without_taxes_takes_the_accounts_own_rate(build):
    unit = build.unit(build.day([build.line("11.00", tax=None)], [build.tender("11.00")]))
    planned = plan(unit, build.survey())
    assert planned.operations[0].payload["LineItems"][0]["TaxType"] == "OUTPUT"
    assert planned.documents[0].tax == Decimal("1.00")


def test_several_days_become_one_invoice_of_the_last_day(build):
    days = [
        build.day([build.line("10.00", name="Kitchen")], [build.tender("10.00")], date(2026, 10, day))
        for day in (1, 2)
    ]
    planned = plan(build.unit(*days), build.survey())
    invoice, payment = planned.operations
    assert invoice.payload["Date"] == "2026-10-02"
    assert [(line["Description"], line["LineAmount"]) for line in invoice.payload["LineItems"]] == [
        ("Kitchen (2026-10-01 to 2026-10-02)", "20.00")
    ]
    assert payment.payload["Amount"] == "20.00"


def test_several_days_can_have_lines_and_payments_of_their_own(build):
    days = [
        build.day([build.line("10.00", name="Kitchen")], [build.tender("10.00")], date(2026, 10, day))
        for day in (1, 2)
    ]
    planned = plan(build.unit(*days), build.survey(), SETTINGS.model_copy(update={"combined_lines": "by_day"}))
    invoice, *payments = planned.operations
    assert [(line["Description"], line["LineAmount"]) for line in invoice.payload["LineItems"]] == [
        ("2026-10-01: Kitchen", "10.00"),
        ("2026-10-02: Kitchen", "10.00"),
    ]
    assert [one.payload["Amount"] for one in payments] == ["10.00", "10.00"]
    assert len({one.key for one in payments}) == 2


def test_the_due_date_follows_the_setting(build):
    planned = plan(build.simple(), build.survey(), IntegrationSettings(due_days=14))
    assert planned.operations[0].payload["DueDate"] == "2026-10-15"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Soup\tof the\x00day", "Soup of the day"),
        ("half \ud83d emoji", "half   emoji"),
        ("Wine – by the glass", "Wine – by the glass"),
        ("x" * 5000, "x" * 4000),
        ("", "FOOD"),
    ],
)
def test_descriptions_hold_only_what_xero_takes(build, name, written):
    unit = build.unit(build.day([build.line("1.00", name=name)], [build.tender("1.00")]))
    line = plan(unit, build.survey()).operations[0].payload["LineItems"][0]
    assert line["Description"] == written


@pytest.mark.parametrize(("kind", "written"), [(LineKind.TIP, "Tips"), (LineKind.VARIANCE, "Till over/short")])
def test_a_line_without_a_name_is_called_what_it_is(build, kind, written):
    unit = build.unit(build.day([build.line("1.00", kind=kind)], [build.tender("1.00")]))
    assert plan(unit, build.survey()).documents[0].lines[0].description == written


def test_payments_are_labelled_with_their_methods(build):
    assert [one.label for one in plan(build.simple(), build.survey()).documents[0].payments] == ["Cash", "Eftpos"]


STANDING = StandingDocument(id="i-1", number="AH-1", key="", day=date(2026, 9, 1), total=Decimal(1), status="VOIDED")


def one_line(build, *args, **fields):
    return build.unit(build.day([build.line("10.00", *args, **fields)], [build.tender("10.00")]))


HELD = {
    "xero.tender_needs_a_line": lambda b: (
        b.unit(b.day([b.line("10.00")], [b.tender("15.00"), b.tender("-5.00", "a-bank", code="AMEX")])),
        b.survey(),
    ),
    "xero.open_opposite_sign": lambda b: (
        b.unit(b.day([b.line("10.00")], [b.tender("15.00"), b.tender("-5.00", None, code="ACCT")])),
        b.survey(),
    ),
    "xero.no_free_rate": lambda b: (
        b.unit(b.day([b.line("10.00")], [b.tender("15.00"), b.tender("-5.00", code="AMEX")])),
        b.survey(taxes=tuple(one for one in b.survey().chart.taxes if one.id != "BASEXCLUDED")),
    ),
    "xero.closed_late": lambda b: (b.simple(), b.survey(through=date(2026, 9, 30))),
    "xero.currency": lambda b: (b.simple(), b.survey(currency="NZD")),
    "xero.locked": lambda b: (b.simple(), b.survey(locked_through=date(2026, 10, 1))),
    "xero.contact_archived": lambda b: (b.simple(), b.survey(contact="archived")),
    "xero.account_unknown": lambda b: (one_line(b, "a-none"), b.survey()),
    "xero.account_archived": lambda b: (one_line(b, "a-old"), b.survey()),
    "xero.account_takes_no_lines": lambda b: (one_line(b, "a-bank", "BASEXCLUDED"), b.survey()),
    "xero.account_takes_no_payments": lambda b: (
        b.unit(b.day([b.line("10.00")], [b.tender("10.00", "a-food")])),
        b.survey(),
    ),
    "xero.tax_unknown": lambda b: (one_line(b, "a-food", "OLD"), b.survey()),
    "xero.tax_not_for_account": lambda b: (one_line(b, "a-wages"), b.survey()),
    "xero.no_tax": lambda b: (one_line(b, "a-wages", None), b.survey()),
    "xero.number_taken": lambda b: (b.simple(number="AH-1"), b.survey(documents=(STANDING,))),
    "xero.number_invalid": lambda b: (b.simple(number="١٢"), b.survey()),
    "xero.no_rounding_account": lambda b: (
        b.unit(b.day([b.line("10.00")], [b.tender("11.01")], prices_include_tax=False)),
        b.survey(accounts=[one for one in b.survey().chart.accounts if not one.role]),
    ),
}


@pytest.mark.parametrize("code", HELD)
def test_what_xero_would_refuse_is_held_before_anything_is_sent(build, code):
    unit, survey = HELD[code](build)
    planned = plan(unit, survey)
    assert code in codes(planned)
    assert not planned.operations
    for finding in planned.findings:
        assert finding.what
        assert finding.why
        assert finding.do
        assert finding.where


def test_the_finding_names_the_lock_date(build):
    unit, survey = HELD["xero.locked"](build)
    (finding,) = plan(unit, survey).findings
    assert "period lock date is 2026-10-01" in finding.why


def test_the_day_after_the_lock_date_is_open(build):
    assert not plan(build.simple(), build.survey(locked_through=date(2026, 9, 30))).findings


def test_the_units_own_standing_invoice_does_not_hold_its_number(build):
    unit = build.simple(number="AH-1")
    own = replace(STANDING, key=unit.operation_key("invoice"), status="AUTHORISED")
    assert not plan(unit, build.survey(documents=(own,))).findings


@pytest.mark.parametrize("number", ["", " ", "x" * 256, "AH\n1", "é"])
def test_numbers_that_xero_would_not_take_are_held(build, number):
    assert codes(plan(build.simple(number=number), build.survey())) == ["xero.number_invalid"]


def test_one_wrong_account_under_many_lines_is_one_finding(build):
    lines = [build.line("1.00", "a-old", source=str(number)) for number in range(5)]
    planned = plan(build.unit(build.day(lines, [build.tender("5.00")])), build.survey())
    assert codes(planned) == ["xero.account_archived"]


def test_a_venue_in_another_currency_is_held(build):
    site = Site(id="1", name="X", timezone="Pacific/Auckland", currency="NZD")
    unit = build.unit(build.day([build.line("1.00")], [build.tender("1.00")], site=site))
    assert codes(plan(unit, build.survey())) == ["xero.currency"]


@pytest.mark.parametrize(
    ("amount", "tax"),
    [("55.00", "5.00"), ("0.05", "0.00"), ("0.06", "0.01"), ("0.17", "0.02"), ("-0.06", "-0.01"), ("6.05", "0.55")],
)
def test_tax_is_computed_per_line_half_up(build, amount, tax):
    lines = [build.line(amount), build.line("1000.00", "a-tips", "BASEXCLUDED", source="T")]
    total = Decimal(amount) + 1000
    (document,) = plan(build.unit(build.day(lines, [build.tender(total)])), build.survey()).documents
    assert document.lines[0].tax_amount == Decimal(tax)


cents = st.decimals(min_value=-5000, max_value=5000, places=2)
line_values = st.tuples(
    cents,
    st.sampled_from([("a-food", "OUTPUT"), ("a-beer", "EXEMPTOUTPUT"), ("a-tips", "BASEXCLUDED")]),
    st.sampled_from("ABC"),
)
tender_values = st.tuples(
    st.decimals(min_value=Decimal("0.01"), max_value=9000, places=2),
    # A code has one decision, so it never goes to two accounts.
    st.sampled_from(
        [("a-cash", "CASH"), ("a-bank", "EFTPOS"), ("a-bank", "AMEX"), ("a-tips", "VOUCH"), (None, "ACCT")]
    ),
)


def balanced(build, lines, tenders):
    """Make a day that balances: the last line takes the difference."""
    made = [build.line(amount, *where, source=source) for amount, where, source in lines]
    paid = [build.tender(amount, account, code) for amount, (account, code) in tenders]
    rest = sum((one.tender.counted for one in paid), Decimal(0)) - sum((one.line.amount for one in made), Decimal(0))
    return build.unit(build.day([*made, build.line(rest, source="REST")], paid))


@given(st.lists(line_values, max_size=12), st.lists(tender_values, min_size=1, max_size=6))
def test_payments_and_what_is_open_come_to_the_total_and_every_account_moves_as_the_day_says(build, lines, tenders):
    unit = balanced(build, lines, tenders)
    planned = plan(unit, build.survey())
    assert not planned.findings
    (document,), (day,) = planned.documents, unit.days
    paid = sum((one.amount for one in document.payments), Decimal(0))
    assert document.total == day.total == paid + day.open_total
    expected: dict[str, Decimal] = {}
    for mapped in day.lines:
        expected[mapped.account.id] = expected.get(mapped.account.id, Decimal(0)) - mapped.line.amount
    for mapped in day.tenders:
        if mapped.account:
            expected[mapped.account.id] = expected.get(mapped.account.id, Decimal(0)) + mapped.tender.counted
    assert moved(planned) == expected
    assert document.tax == sum((one.tax_amount for one in document.lines), Decimal(0))


@given(st.lists(line_values, max_size=8), st.lists(tender_values, min_size=1, max_size=4))
def test_equal_arguments_give_equal_plans(build, lines, tenders):
    unit = balanced(build, lines, tenders)
    assert plan(unit, build.survey()) == plan(unit, build.survey())


def test_a_payment_keeps_its_key_when_another_payment_method_is_left_open(build):
    tenders = [build.tender("10.00", "a-cash", "CASH"), build.tender("20.00", "a-bank", "EFTPOS")]
    lines = [build.line("30.00", "a-food", "OUTPUT")]
    before = plan(build.unit(build.day(lines, tenders)), build.survey()).documents[0]
    day = build.day(lines, [build.tender("10.00", None, "CASH"), tenders[1]])
    after = plan(build.unit(day), build.survey()).documents[0]
    assert [one.key for one in after.payments] == [one.key for one in before.payments][1:]
