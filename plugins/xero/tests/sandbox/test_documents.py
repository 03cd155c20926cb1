"""The rules of invoices, payments, credit notes, journals and contacts, with Xero's own sentences."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

ZEROS = "00000000-0000-0000-0000-000000000000"


def test_paths_and_query_booleans_ignore_letter_case(session: Any) -> None:
    reply = session.call("PUT", "INVOICES", session.invoice(DueDate=None), params={"SummarizeErrors": "FALSE"})
    assert reply.json()["Invoices"][0]["StatusAttributeString"] == "ERROR"
    url = session.sandbox.url + "/Connections"
    assert session.http.get(url, headers=session.bearer).status_code == 200


def test_dates_come_in_both_spellings_and_go_out_in_both(session: Any) -> None:
    made = session.post_invoice(Date="/Date(1790812800000+0000)/", DueDate="2026-10-08T00:00:00")
    assert (made["Date"], made["DateString"]) == ("/Date(1790812800000+0000)/", "2026-10-01T00:00:00")
    assert made["DueDateString"] == "2026-10-08T00:00:00"


def test_a_date_that_is_none_is_malformed(session: Any) -> None:
    reply = session.call("PUT", "Invoices", session.invoice(Date="20100510"))
    assert (reply.status_code, reply.json()["ErrorNumber"]) == (400, 14)
    assert reply.json()["Message"] == "The string '20100510' is not a valid AllXsd value."


def test_the_date_defaults_to_today_where_the_organisation_is(session: Any, clock: Any) -> None:
    clock.forward(13 * 3600)  # past midnight in Sydney, not yet in UTC
    session.connect()
    assert session.post_invoice(Date=None)["DateString"] == "2026-10-02T00:00:00"


def test_the_envelope_has_xeros_keys(session: Any) -> None:
    found = session.get("Invoices")
    assert list(found) == ["Id", "Status", "ProviderName", "DateTimeUTC", "Invoices"]
    assert found["Status"] == "OK"


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


def test_lock_dates_stop_payments_too(session: Any) -> None:
    made = session.post_invoice()
    paid = session.pay(made["InvoiceID"], 10)
    session.sandbox.control.change_organisation(session.tenant, {"PeriodLockDate": "2026-10-01"})
    (message,) = session.messages("PUT", "Payments", session.payment(made["InvoiceID"], 10))
    assert message.startswith("Organisation accounts are locked on the specified payment")
    assert session.messages("POST", f"Payments/{paid['PaymentID']}", {"Status": "DELETED"}) == [message]


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


def test_paying_a_paid_invoice_says_both_sentences(session: Any) -> None:
    made = session.post_invoice()
    session.pay(made["InvoiceID"], 110)
    assert session.messages("PUT", "Payments", session.payment(made["InvoiceID"], 1)) == [
        "Payments can only be made against Authorised documents",
        "Payment amount exceeds the amount outstanding on this document",
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"Amount": 0}, "Payment amounts must be positive amounts"),
        ({"Amount": "-5.00"}, "Payment amounts must be positive amounts"),
        ({"Account": {"Code": "201"}}, "Account type is invalid for making a payment to/from"),
        ({"Account": {"Code": "999"}}, "Account could not be found"),
        ({"Account": {}}, "You must specify and Account code or Account ID for the payment"),
        ({"Invoice": {"InvoiceID": ZEROS}}, "Invoice could not be found."),
        ({"Invoice": None}, "This payment is not applied."),
        ({"CreditNote": {"CreditNoteID": ZEROS}}, "Payment is applied to more than one document."),
    ],
)
def test_payment_rules(session: Any, changes: dict[str, Any], message: str) -> None:
    made = session.post_invoice()
    assert session.messages("PUT", "Payments", session.payment(made["InvoiceID"], 10) | changes) == [message]


def test_a_bank_account_needs_no_flag_and_no_code(session: Any) -> None:
    (bank,) = session.get("Accounts", where='Type=="BANK"')["Accounts"]
    made = session.post_invoice()
    session.ok(
        "PUT", "Payments", session.payment(made["InvoiceID"], 110) | {"Account": {"AccountID": bank["AccountID"]}}
    )
    assert session.balances()["Business Bank Account"] == "110.00"


def test_removing_a_payment_takes_status_alone_and_leaves_it_visible(session: Any) -> None:
    made = session.post_invoice()
    paid = session.pay(made["InvoiceID"], 110)
    path = f"Payments/{paid['PaymentID']}"
    for body in ({"Status": "DELETED", "Amount": 5}, {"Amount": 5}):
        assert session.messages("POST", path, body) == ["Only Status accepted for updates."]
    session.ok("POST", path, {"Status": "DELETED"})
    assert session.messages("POST", path, {"Status": "DELETED"}) == ["Payment not of valid status for modification"]
    assert session.get("Invoices/" + made["InvoiceID"])["Invoices"][0]["Status"] == "AUTHORISED"
    assert [one["Status"] for one in session.get("Payments")["Payments"]] == ["DELETED"]


def test_changes_show_in_if_modified_since(session: Any, clock: Any) -> None:
    made = session.post_invoice()
    paid = session.pay(made["InvoiceID"], 10)
    clock.forward(60)
    session.ok("POST", f"Payments/{paid['PaymentID']}", {"Status": "DELETED"})
    session.post_invoice(Reference="later")
    since = {"If-Modified-Since": "2026-10-01T02:00:30"}
    payments = session.call("GET", "Payments", headers=since).json()["Payments"]
    invoices = session.call("GET", "Invoices", headers=since).json()["Invoices"]
    assert [one["Status"] for one in payments] == ["DELETED"]
    assert len(invoices) == 2


def test_several_payments_in_one_call_use_up_the_amount_due(session: Any) -> None:
    made = session.post_invoice()
    body = {"Payments": [session.payment(made["InvoiceID"], amount) for amount in (100, 10, 1)]}
    reply = session.call("PUT", "Payments", body, params={"summarizeErrors": "false"})
    elements = reply.json()["Payments"]
    assert [one["StatusAttributeString"] for one in elements] == ["OK", "OK", "ERROR"]
    assert elements[2]["PaymentID"] == ZEROS
    assert session.get(f"Invoices/{made['InvoiceNumber']}")["Invoices"][0]["Status"] == "PAID"


def test_verdicts_per_payment_can_be_switched_off(session: Any) -> None:
    session.sandbox.world.switch(payments_per_element=False)
    made = session.post_invoice()
    body = {"Payments": [session.payment(made["InvoiceID"], amount) for amount in (100, 100)]}
    assert session.call("PUT", "Payments", body, params={"summarizeErrors": "false"}).status_code == 400
    assert session.get("Payments")["Payments"] == []


def test_payments_are_found_by_invoice_and_by_account(session: Any) -> None:
    first, second = session.post_invoice(), session.post_invoice()
    session.pay(first["InvoiceID"], 10)
    session.pay(second["InvoiceID"], 20, "612")
    for where in (f'Invoice.InvoiceID==guid("{second["InvoiceID"]}")', 'Account.Code=="612"'):
        (found,) = session.get("Payments", where=where)["Payments"]
        assert (found["Amount"], found["Invoice"]["InvoiceNumber"]) == (20.0, "INV-0002")


def test_a_reconciled_payment_cannot_be_removed(session: Any) -> None:
    paid = session.pay(session.post_invoice()["InvoiceID"], 110)
    session.sandbox.control.change_payment(session.tenant, paid["PaymentID"], {"reconciled": True})
    assert session.messages("POST", f"Payments/{paid['PaymentID']}", {"Status": "DELETED"}) == [
        "This payment has been reconciled and cannot be deleted"
    ]


def test_credit_note_allocation_rules(session: Any) -> None:
    note = session.invoice(Type="ACCRECCREDIT", LineItems=[session.line("30.00")])
    (made,) = session.ok("PUT", "CreditNotes", note)["CreditNotes"]
    assert made["ID"] == made["CreditNoteID"]
    bill = session.post_invoice(LineItems=[session.line("20.00")])
    path = f"CreditNotes/{made['CreditNoteID']}/Allocations"
    wanted = {"Amount": 25, "Date": "2026-10-01", "Invoice": {"InvoiceID": bill["InvoiceID"]}}
    assert session.messages("PUT", path, wanted) == [
        "Credit Note cannot be allocated as amount is greater than amount outstanding"
    ]
    session.ok("PUT", path, wanted | {"Amount": 20})
    assert "The invoice you are trying to allocate to has already been paid off" in session.messages(
        "PUT", path, wanted
    )
    session.ok(
        "PUT",
        "Payments",
        {"CreditNote": {"CreditNoteID": made["CreditNoteID"]}, "Account": {"Code": "611"}, "Amount": 10},
    )
    (spent,) = session.get("CreditNotes")["CreditNotes"]
    assert (spent["Status"], spent["RemainingCredit"]) == ("PAID", 0)
    assert session.balances() == {"201": "9.09", "611": "-10.00", "820": "0.91"}


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


def test_balances_follow_invoice_and_payments(session: Any) -> None:
    made = session.post_invoice(LineItems=[session.line("110.00"), session.line("11.00", AccountCode="202")])
    session.pay(made["InvoiceID"], 100)
    assert session.balances() == {"201": "-100.00", "202": "-10.00", "610": "21.00", "611": "100.00", "820": "-11.00"}
    session.post_invoice(Status="DRAFT")
    assert session.balances()["610"] == "21.00"


@pytest.mark.parametrize(
    ("where", "numbers"),
    [
        ('Reference=="day 1"', ["INV-0001"]),
        ('Reference.StartsWith("day")', ["INV-0001", "INV-0002"]),
        ('Reference!=null AND Reference.StartsWith("night") OR Reference=="day 2"', ["INV-0002", "INV-0003"]),
        ("Date>=DateTime(2026,10,02) && Date<DateTime(2026,10,03)", ["INV-0002"]),
        ('Type=="ACCREC" AND Status=="AUTHORISED" AND Total>=300', ["INV-0003"]),
        ('(Reference=="day 1" OR Reference=="day 2") and Status=="PAID"', []),
        ('Contact.Name=="POS sales" && Reference.Contains("ay 2")', ["INV-0002"]),
    ],
)
def test_where(session: Any, where: str, numbers: list[str]) -> None:
    for day, reference in enumerate(("day 1", "day 2", "night 1"), start=1):
        amount = f"{day}00.00"
        session.post_invoice(Reference=reference, Date=f"2026-10-0{day}", LineItems=[session.line(amount)])
    found = session.get("Invoices", where=where, page=1)
    assert [one["InvoiceNumber"] for one in found["Invoices"]] == numbers
    assert found["pagination"]["itemCount"] == len(numbers)


def test_a_where_that_cannot_be_read(session: Any) -> None:
    for where in ("Reference==", 'Reference="a" ; drop', "Total >= nothing"):
        reply = session.call("GET", "Invoices", params={"where": where})
        assert (reply.status_code, reply.json()["Type"]) == (400, "QueryParseException")


def test_lists_by_id_number_status_and_in_short(session: Any) -> None:
    first, second = session.post_invoice(), session.post_invoice(Status="DRAFT")
    ids = f"{first['InvoiceID']},{second['InvoiceID'].upper()}"
    assert len(session.get("Invoices", IDs=ids)["Invoices"]) == 2
    assert len(session.get("Invoices", InvoiceNumbers="INV-0001,INV-0009")["Invoices"]) == 1
    (draft,) = session.get("Invoices", Statuses="DRAFT", summaryOnly="true")["Invoices"]
    assert draft["InvoiceID"] == second["InvoiceID"]
    assert "LineItems" not in draft


def test_history_is_refused_for_payments_unless_switched_on(session: Any) -> None:
    paid = session.pay(session.post_invoice()["InvoiceID"], 110)
    path, note = f"Payments/{paid['PaymentID']}/History", {"HistoryRecords": [{"Details": "x"}]}
    assert session.messages("PUT", path, note) == [
        "The document with the supplied id was not found for this endpoint."
    ]
    session.sandbox.world.switch(payment_history=True)
    assert session.ok("PUT", path, note)["HistoryRecords"][0]["Details"] == "x"


def test_what_is_not_there_is_an_empty_html_page(session: Any) -> None:
    for path in ("Invoices/" + ZEROS, "NoSuchThing"):
        reply = session.call("GET", path)
        assert (reply.status_code, reply.content) == (404, b"")
        assert reply.headers["content-type"] == "text/html; charset=utf-8"


def test_a_body_that_is_no_json_and_one_that_is_too_large(session: Any) -> None:
    bad = session.call("PUT", "Invoices", content=b"{", headers={"Content-Type": "application/json"})
    assert (bad.status_code, bad.json()["ErrorNumber"]) == (400, 14)
    assert session.call("PUT", "Invoices", content=b" " * 3_500_001).status_code == 413
