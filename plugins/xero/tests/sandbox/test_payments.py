"""The rules of payments and of what a credit note pays, with Xero's own sentences."""

from __future__ import annotations

from typing import Any

import pytest

ZEROS = "00000000-0000-0000-0000-000000000000"


def test_lock_dates_stop_payments_too(session: Any) -> None:
    made = session.post_invoice()
    paid = session.pay(made["InvoiceID"], 10)
    session.sandbox.control.change_organisation(session.tenant, {"PeriodLockDate": "2026-10-01"})
    (message,) = session.messages("PUT", "Payments", session.payment(made["InvoiceID"], 10))
    assert message.startswith("Organisation accounts are locked on the specified payment")
    assert session.messages("POST", f"Payments/{paid['PaymentID']}", {"Status": "DELETED"}) == [message]


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


def test_balances_follow_invoice_and_payments(session: Any) -> None:
    made = session.post_invoice(LineItems=[session.line("110.00"), session.line("11.00", AccountCode="202")])
    session.pay(made["InvoiceID"], 100)
    assert session.balances() == {"201": "-100.00", "202": "-10.00", "610": "21.00", "611": "100.00", "820": "-11.00"}
    session.post_invoice(Status="DRAFT")
    assert session.balances()["610"] == "21.00"
