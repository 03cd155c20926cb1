"""The rules of invoices, journals and contacts, with Xero's own sentences."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

ZEROS = "00000000-0000-0000-0000-000000000000"


def test_the_date_defaults_to_today_where_the_organisation_is(session: Any, clock: Any) -> None:
    clock.forward(13 * 3600)  # past midnight in Sydney, not yet in UTC
    session.connect()
    assert session.post_invoice(Date=None)["DateString"] == "2026-10-02T00:00:00"


def test_numbers_are_given_in_sequence_and_skip_used_ones(session: Any) -> None:
    session.post_invoice(InvoiceNumber="INV-0002")
    assert [session.post_invoice()["InvoiceNumber"] for _ in range(2)] == ["INV-0001", "INV-0003"]


def test_put_never_overwrites_and_post_does_silently(session: Any) -> None:
    made = session.post_invoice(InvoiceNumber="TAV-1")
    assert session.messages("PUT", "Invoices", session.invoice(InvoiceNumber="TAV-1")) == [
        "Invoice # must be unique."
    ]
    other = session.invoice(InvoiceNumber="TAV-1", LineItems=[session.line("55.00")])
    (overwritten,) = session.ok("POST", "Invoices", other)["Invoices"]
    assert (overwritten["InvoiceID"], overwritten["Total"]) == (made["InvoiceID"], 55.0)


def test_post_on_a_voided_number_is_refused_with_the_standing_document_as_echo(session: Any) -> None:
    made = session.post_invoice(InvoiceNumber="TAV-1")
    session.ok("POST", f"Invoices/{made['InvoiceID']}", {"Status": "VOIDED"})
    reply = session.call("POST", "Invoices", session.invoice(InvoiceNumber="TAV-1")).json()
    (element,) = reply["Elements"]
    assert element["InvoiceID"] == made["InvoiceID"]
    assert element["ValidationErrors"] == [{"Message": "Invoice not of valid status for modification"}]


@pytest.mark.parametrize(("switch", "allowed"), [(False, False), (True, True)])
def test_a_voided_number_can_be_used_again_only_when_switched_so(session: Any, switch: bool, allowed: bool) -> None:
    session.sandbox.world.switch(reuse_dead_numbers=switch)
    made = session.post_invoice(InvoiceNumber="TAV-1")
    session.ok("POST", f"Invoices/{made['InvoiceID']}", {"Status": "VOIDED"})
    reply = session.call("PUT", "Invoices", session.invoice(InvoiceNumber="TAV-1"))
    assert (reply.status_code == 200) is allowed


@pytest.mark.parametrize(
    ("types", "amount", "tax", "total"),
    [
        ("Exclusive", "45.45", "4.55", "50.00"),
        ("Inclusive", "55.00", "5.00", "55.00"),
        ("Inclusive", "-0.05", "0.00", "-0.05"),
        ("NoTax", "541.25", "0.00", "541.25"),
    ],
)
def test_tax_is_rounded_half_up_on_each_line(session: Any, types: str, amount: str, tax: str, total: str) -> None:
    lines = [session.line(amount), session.line("1000.00", TaxType="EXEMPTOUTPUT")]
    made = session.post_invoice(LineAmountTypes=types, LineItems=lines)
    assert Decimal(str(made["LineItems"][0]["TaxAmount"])) == Decimal(tax)
    assert Decimal(str(made["Total"])) == Decimal(total) + 1000


def test_amounts_are_read_and_written_exactly(session: Any) -> None:
    lines = [session.line("AMOUNT")]
    body = json.dumps(session.invoice(LineAmountTypes="NoTax", LineItems=lines))
    body = body.replace('"AMOUNT"', "1234567890123.45")
    reply = session.call("PUT", "Invoices", content=body, headers={"Content-Type": "application/json"})
    assert b'"Total":1234567890123.45' in reply.content


def test_summarised_refusal_keeps_nothing_of_the_call(session: Any) -> None:
    reply = session.call("PUT", "Invoices", {"Invoices": [session.invoice(), session.invoice(DueDate=None)]})
    (element,) = reply.json()["Elements"]
    assert (element["InvoiceID"], element["HasErrors"]) == (ZEROS, True)
    assert session.get("Invoices")["Invoices"] == []


def test_the_status_machine(session: Any) -> None:
    draft = session.post_invoice(Status="DRAFT", DueDate=None)
    path = f"Invoices/{draft['InvoiceID']}"
    invalid = ["Invoice not of valid status for modification"]
    assert session.messages("POST", path, {"Status": "VOIDED"}) == invalid
    assert session.messages("POST", path, {"Status": "AUTHORISED"}) == [
        "The document DueDate field must be specified."
    ]
    approved = session.ok("POST", path, {"Status": "AUTHORISED", "DueDate": "2026-10-09"})["Invoices"][0]
    assert (approved["Status"], approved["InvoiceNumber"]) == ("AUTHORISED", "INV-0001")
    assert session.messages("POST", path, {"Status": "DELETED"}) == invalid
    assert session.messages("POST", path, {"Status": "DRAFT"}) == invalid
    session.ok("POST", path, {"Status": "VOIDED"})
    assert session.messages("POST", path, {"Reference": "x"}) == invalid
    assert session.messages("PUT", "Invoices", session.invoice(Status="PAID")) == [
        "Invoice not of valid status for creation"
    ]


def test_an_update_replaces_lines_and_keeps_those_named_by_id(session: Any) -> None:
    made = session.post_invoice(LineItems=[session.line("10.00"), session.line("20.00")])
    kept = made["LineItems"][1]
    changes = {"LineItems": [{"LineItemID": kept["LineItemID"], "UnitAmount": 22}, session.line("1.00")]}
    changed = session.ok("POST", f"Invoices/{made['InvoiceID']}", changes)["Invoices"][0]
    assert changed["LineItems"][0]["LineItemID"] == kept["LineItemID"]
    assert [one["LineAmount"] for one in changed["LineItems"]] == [22.0, 1.0]
    assert changed["Total"] == 23.0


def test_a_paid_invoice_cannot_be_changed_in_its_amounts(session: Any) -> None:
    made = session.post_invoice()
    session.pay(made["InvoiceID"], 110)
    path = f"Invoices/{made['InvoiceID']}"
    (item,) = made["LineItems"]
    ignored = {"Reference": "new", "LineItems": [{"LineItemID": item["LineItemID"], "UnitAmount": 1}]}
    changed = session.ok("POST", path, ignored)["Invoices"][0]
    assert (changed["Reference"], changed["Total"], changed["Status"]) == ("new", 110.0, "PAID")
    cases: list[tuple[dict[str, Any], str]] = [
        (
            {"Date": "2026-10-02"},
            "Date cannot be changed on an invoice that has payment or credit notes allocated to it.",
        ),
        (
            {"LineItems": [session.line()]},
            "To update fields on a paid invoice line item, you must supply a LineItemID",
        ),
        (
            {"LineAmountTypes": "Exclusive"},
            "This document cannot be edited as it has a payment or credit note allocated to it.",
        ),
        (
            {"Status": "VOIDED"},
            (
                "The status VOIDED cannot be applied to the invoice because it has payments or credit notes "
                "allocated to it."
            ),
        ),
    ]
    for body, message in cases:
        assert session.messages("POST", path, body) == [message]


def test_an_editable_document_in_a_locked_year_cannot_be_edited(session: Any) -> None:
    made = session.post_invoice()
    session.sandbox.control.change_organisation(session.tenant, {"EndOfYearLockDate": "2026-10-01"})
    assert session.messages("POST", f"Invoices/{made['InvoiceID']}", {"Reference": "x"}) == [
        "The document cannot be edited as it is currently dated before the end of year lock date"
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"AccountCode": None}, "Account code or ID must be specified"),
        ({"AccountCode": "476"}, "Account code '476' is not a valid code for this document."),
        ({"AccountCode": "610"}, "Account code '610' is not a valid code for this document."),
        ({"TaxType": "NONE"}, "The TaxType code NONE does not exist or cannot be used for this type of transaction."),
        ({"TaxType": "INPUT"}, "The TaxType code 'INPUT' cannot be used with account code '201'."),
        (
            {"AccountCode": "400", "TaxType": "OUTPUT"},
            "The TaxType code 'OUTPUT' cannot be used with account code '400'.",
        ),
        ({"Description": ""}, "The description field is mandatory for each line item."),
        ({"Quantity": -1}, "The quantity value '-1.0000' is invalid. Quantity must not be less than zero."),
        ({"LineAmount": 1}, "The line total 1.00 does not match the expected line total 110.00"),
        ({"UnitAmount": "-5"}, "The Total for this document must be greater than or equal to zero."),
    ],
)
def test_line_rules(session: Any, changes: dict[str, Any], message: str) -> None:
    line = {key: value for key, value in session.line(**changes).items() if value is not None}
    assert session.messages("PUT", "Invoices", session.invoice(LineItems=[line])) == [message]


def test_an_archived_account_is_refused(session: Any) -> None:
    session.sandbox.control.change_account(session.tenant, "201", {"Status": "ARCHIVED"})
    assert session.messages("PUT", "Invoices", session.invoice()) == [
        "Account code '201' has been archived, or has been deleted. Each line item must reference a valid account."
    ]


def test_a_draft_with_an_unknown_account_is_kept_with_a_warning(session: Any) -> None:
    made = session.post_invoice(Status="DRAFT", LineItems=[session.line(AccountCode="476")])
    assert made["Warnings"] == [
        {"Message": "Account code '476' has been removed as it does not match a recognised account."}
    ]


def test_lines_may_only_describe_and_may_be_negative(session: Any) -> None:
    made = session.post_invoice(LineItems=[session.line(), {"Description": "Note"}, session.line("-10.00")])
    assert made["Total"] == 100.0
    assert "LineAmount" not in made["LineItems"][1]


def test_line_amount_alone_is_enough(session: Any) -> None:
    made = session.post_invoice(LineItems=[{"Description": "x", "LineAmount": 33, "AccountCode": "201"}])
    assert (made["Total"], made["LineItems"][0]["UnitAmount"]) == (33.0, 33.0)


def test_unitdp_4_keeps_four_decimals(session: Any) -> None:
    body = session.invoice(LineItems=[session.line("0.1234", Quantity=100)])
    four = session.call("PUT", "Invoices", body, params={"unitdp": 4}).json()["Invoices"][0]
    assert (four["LineItems"][0]["UnitAmount"], four["Total"]) == (0.1234, 12.34)
    assert session.post_invoice(LineItems=body["LineItems"])["Total"] == 12.0


@pytest.mark.parametrize(
    ("mode", "status", "tax"), [("accept", 200, 9.99), ("ignore", 200, 10.0), ("refuse", 400, 0)]
)
def test_a_tax_amount_of_ones_own(session: Any, mode: str, status: int, tax: float) -> None:
    session.sandbox.world.switch(tax_amount=mode)
    reply = session.call("PUT", "Invoices", session.invoice(LineItems=[session.line(TaxAmount="9.99")]))
    assert reply.status_code == status
    if status == 200:
        assert reply.json()["Invoices"][0]["TotalTax"] == tax


@pytest.mark.parametrize("status", ["PAID", "AUTHORISED"])
def test_what_becomes_of_a_zero_total_is_a_switch(session: Any, status: str) -> None:
    session.sandbox.world.switch(zero_total=status)
    assert session.post_invoice(LineItems=[session.line("5"), session.line("-5")])["Status"] == status


def test_tracking_as_an_object_is_a_server_error(session: Any) -> None:
    body = session.invoice(LineItems=[session.line(Tracking={"Name": "Venue", "Option": "Bar"})])
    reply = session.call("PUT", "Invoices", body)
    assert (reply.status_code, reply.json()["Title"]) == (500, "An error occurred")


def test_contact_rules(session: Any) -> None:
    assert session.messages("PUT", "Invoices", session.invoice(Contact=None)) == [
        "A Contact must be specified for this type of transaction"
    ]
    assert session.messages("PUT", "Invoices", session.invoice(Contact={"EmailAddress": "a@b.au"})) == [
        (
            "The Contact must contain at least 1 of the following elements to identify the contact: "
            "Name, ContactID, ContactNumber"
        )
    ]
    made = session.post_invoice()["Contact"]
    session.ok("POST", f"Contacts/{made['ContactID']}", {"ContactStatus": "ARCHIVED"})
    assert session.messages("PUT", "Invoices", session.invoice()) == [
        (
            "The contact with the specified contact details has been archived. "
            "The contact must be un-archived before creating new invoices or credit notes"
        )
    ]
    assert session.messages("POST", f"Contacts/{made['ContactID']}", {"EmailAddress": "a@b.au"}) == [
        (
            "The specified contact details matched an archived contact. "
            "Archived contacts cannot currently be edited via the API."
        )
    ]
    assert session.get("Contacts")["Contacts"] == []
    assert len(session.get("Contacts", includeArchived="true")["Contacts"]) == 1


def test_manual_journals_balance_and_spare_system_accounts(session: Any) -> None:
    def journal(*lines: tuple[str, str], **changes: Any) -> dict[str, Any]:
        made = [{"LineAmount": amount, "AccountCode": code} for amount, code in lines]
        return {"Narration": "Variance", "Date": "2026-10-01", "Status": "POSTED", "JournalLines": made} | changes

    assert session.messages("PUT", "ManualJournals", journal(("100", "422"), ("-10", "611"))) == [
        "The total debits (100.00) must equal total credits (-10.00)"
    ]
    assert session.messages("PUT", "ManualJournals", journal(("10", "610"), ("-10", "611"))) == [
        "Account code '610' is not a valid code for this document."
    ]
    (made,) = session.ok("PUT", "ManualJournals", journal(("10", "422"), ("-10", "611")))["ManualJournals"]
    assert session.balances() == {"422": "10.00", "611": "-10.00"}
    session.ok("POST", f"ManualJournals/{made['ManualJournalID']}", {"Status": "VOIDED"})
    assert session.balances() == {}
