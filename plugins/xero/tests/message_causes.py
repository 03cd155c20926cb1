"""How each message that the sandbox's rules give is caused, by words of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from plugins.xero.tests.desk import LINE, Desk

from takings.plugin import Finding, Operation
from takings_xero.messages import explain

NOWHERE = "00000000-0000-0000-0000-0000000000ff"

Cause = Callable[[Desk], Iterable[Finding]]


def number_twice(desk: Desk) -> Iterable[Finding]:
    desk.done(InvoiceNumber="AH-1")
    return desk.posts("invoice", InvoiceNumber="AH-1")


def voided_twice(desk: Desk) -> Iterable[Finding]:
    invoice = desk.invoice()
    desk.ledger.call("POST", f"Invoices/{invoice}", {"InvoiceID": invoice, "Status": "VOIDED"})
    return desk.asks("POST", f"Invoices/{invoice}", {"Status": "VOIDED"})


def note_voided_twice(desk: Desk) -> Iterable[Finding]:
    note = desk.note()
    desk.ledger.call("POST", f"CreditNotes/{note}", {"Status": "VOIDED"})
    return desk.asks("POST", f"CreditNotes/{note}", {"Status": "VOIDED"})


def journal(desk: Desk, second: str = "-110.00") -> list[dict[str, Any]]:
    return [
        {"LineAmount": "110.00" if second == "-110.00" else "100.00", "AccountCode": "611", "Description": "Cash"},
        {"LineAmount": second, "AccountCode": "850", "Description": "Takings"},
    ]


def journal_voided_twice(desk: Desk) -> Iterable[Finding]:
    made = desk.ledger.call(
        "PUT",
        "ManualJournals",
        {"Narration": "Takings", "Date": "2026-10-01", "Status": "POSTED", "JournalLines": journal(desk)},
    )
    ident = made["ManualJournals"][0]["ManualJournalID"]
    desk.ledger.call("POST", f"ManualJournals/{ident}", {"Status": "VOIDED"})
    return desk.asks("POST", f"ManualJournals/{ident}", {"Status": "VOIDED"})


def unbalanced_journal(desk: Desk) -> Iterable[Finding]:
    payload = {"Narration": "Takings k", "Date": "2026-10-01", "Status": "POSTED"}
    payload["JournalLines"] = journal(desk, "-10.00")  # type: ignore[assignment]
    return desk.sends(Operation(key="k", kind="journal", payload=payload))


def edited(**changes: Any) -> Cause:
    def cause(desk: Desk) -> Iterable[Finding]:
        invoice, _ = desk.paid()
        return desk.asks("POST", f"Invoices/{invoice}", changes)

    return cause


def locked(which: str) -> Cause:
    def cause(desk: Desk) -> Iterable[Finding]:
        desk.locks(which)
        return desk.posts("invoice")

    return cause


def locked_later(which: str) -> Cause:
    def cause(desk: Desk) -> Iterable[Finding]:
        invoice = desk.invoice()
        desk.locks(which)
        return desk.asks("POST", f"Invoices/{invoice}", {"Status": "VOIDED"})

    return cause


def payment_locked(desk: Desk) -> Iterable[Finding]:
    invoice = desk.invoice()
    desk.locks("PeriodLockDate")
    return desk.posts("payment", Invoice={"InvoiceID": invoice})


def untaxed_account(desk: Desk) -> Iterable[Finding]:
    desk.account("201", TaxType="")
    return desk.line(TaxType=None)


def archived_line_account(desk: Desk) -> Iterable[Finding]:
    desk.account("201", Status="ARCHIVED")
    return desk.line()


def unknown_account_on_a_draft(desk: Desk) -> Iterable[Finding]:
    payload = {**desk.operations["invoice"].payload, "Status": "DRAFT", "LineItems": [{**LINE, "AccountCode": "476"}]}
    return desk.asks("PUT", "Invoices", payload)


def archived_payment_account(desk: Desk) -> Iterable[Finding]:
    desk.account("611", Status="ARCHIVED")
    return desk.pays(Account={"Code": "611"})


def paid_by_somebody(desk: Desk) -> Iterable[Finding]:
    invoice = desk.invoice()
    total = {"Invoice": {"InvoiceID": invoice}, "Account": {"Code": "611"}, "Date": "2026-10-01", "Amount": "115.00"}
    desk.ledger.call("PUT", "Payments", total)
    return desk.posts("payment", Invoice={"InvoiceID": invoice})


def removes(**state: Any) -> Cause:
    def cause(desk: Desk) -> Iterable[Finding]:
        _, payment = desk.paid()
        if state:
            desk.control.change_payment(desk.tenant, payment, state)
        return desk.asks("POST", f"Payments/{payment}", {"Status": "DELETED"})

    return cause


def edits_a_payment(desk: Desk) -> Iterable[Finding]:
    _, payment = desk.paid()
    return desk.asks("POST", f"Payments/{payment}", {"Amount": "1.00"})


def pays_two(desk: Desk) -> Iterable[Finding]:
    return desk.pays(CreditNote={"CreditNoteID": desk.note()})


def refunds_nothing(desk: Desk) -> Iterable[Finding]:
    return desk.pays(Invoice=None, CreditNote={"CreditNoteID": NOWHERE})


def allocates_to_a_paid_one(desk: Desk) -> Iterable[Finding]:
    note, other, invoice = desk.note(), desk.note(amount="115.00"), desk.invoice()
    assert list(desk.allocates(other, invoice, "115.00")) == []
    return desk.allocates(note, invoice, "1.00")


def allocates_too_much(desk: Desk) -> Iterable[Finding]:
    return desk.allocates(desk.note(), desk.invoice(), "111.00")


def allocates_to_a_bill(desk: Desk) -> Iterable[Finding]:
    return desk.allocates(desk.note("ACCPAYCREDIT"), desk.invoice(), "1.00")


def over_the_plans_limit(desk: Desk) -> Iterable[Finding]:
    desk.ledger.sandbox.world.switch(approve_limit=1)
    desk.invoice()
    return desk.posts("invoice")


def archive_the_contact(desk: Desk) -> str:
    contact = str(desk.operations["invoice"].payload["Contact"]["ContactID"])
    desk.control.change_contact(desk.tenant, contact, {"ContactStatus": "ARCHIVED"})
    return contact


def archived_contact(desk: Desk) -> Iterable[Finding]:
    archive_the_contact(desk)
    return desk.posts("invoice")


def edited_archived_contact(desk: Desk) -> Iterable[Finding]:
    return desk.asks("POST", f"Contacts/{archive_the_contact(desk)}", {"Name": "Other"})


def contacts(**fields: Any) -> Cause:
    def cause(desk: Desk) -> Iterable[Finding]:
        desk.ledger.call("PUT", "Contacts", {"Name": "First", "ContactNumber": "C1"})
        return desk.asks("PUT", "Contacts", {"Name": "Second", **fields})

    return cause


def contact_again(desk: Desk) -> Iterable[Finding]:
    return desk.sends(desk.contact_operation)


def odd_contact_status(desk: Desk) -> Iterable[Finding]:
    contact = desk.operations["invoice"].payload["Contact"]["ContactID"]
    return desk.asks("POST", f"Contacts/{contact}", {"ContactStatus": "GDPRREQUEST"})


def option_twice(desk: Desk) -> Iterable[Finding]:
    made = desk.ledger.call("PUT", "TrackingCategories", {"Name": "Place"})
    ident = made["TrackingCategories"][0]["TrackingCategoryID"]
    desk.ledger.call("PUT", f"TrackingCategories/{ident}/Options", {"Name": "Bar"})
    return desk.asks("PUT", f"TrackingCategories/{ident}/Options", {"Name": "Bar"})


def key_reused(desk: Desk) -> Iterable[Finding]:
    invoice = desk.operations["invoice"]
    desk.sends(invoice, "the-key")
    other = replace(invoice, payload={**invoice.payload, "Date": "2026-10-02"})
    (outcome,) = desk.ledger.execute("invoice", [other], "the-key")
    return [explain(outcome.reason, invoice.key)]


CAUSES: dict[str, Cause] = {
    "Invoice # must be unique": number_twice,
    "Invoice not of valid status for modification": voided_twice,
    "Invoice not of valid status for creation": lambda desk: desk.posts("invoice", Status="PAID"),
    "Document not of valid status for modification": journal_voided_twice,
    "Credit Note not of valid status for modification": note_voided_twice,
    "This document cannot be edited as it has a payment": edited(LineAmountTypes="Exclusive"),
    "The status VOIDED cannot": edited(Status="VOIDED"),
    "The status SUBMITTED cannot": edited(Status="SUBMITTED"),
    "The status DRAFT cannot": edited(Status="DRAFT"),
    "Date cannot be changed": edited(Date="2026-10-09"),
    "To update fields on a paid invoice line item": edited(LineItems=[LINE]),
    "The document date cannot be before the end of year": locked("EndOfYearLockDate"),
    "The document date cannot be before the period": locked("PeriodLockDate"),
    "is currently dated before the end of year": locked_later("EndOfYearLockDate"),
    "is currently dated before the period": locked_later("PeriodLockDate"),
    "The document DueDate": lambda desk: desk.posts("invoice", DueDate=None),
    "The Total for this document": lambda desk: desk.line(LineAmount="-1.00"),
    "Account code or ID must be specified": lambda desk: desk.line(AccountCode=None),
    "The TaxType field is mandatory": untaxed_account,
    "The description field is mandatory": lambda desk: desk.line(Description=None),
    "is not a valid code for this document": lambda desk: desk.line(AccountCode="610"),
    "has been archived, or has been deleted": archived_line_account,
    "has been removed as it does not match": unknown_account_on_a_draft,
    "Bank account status invalid": archived_payment_account,
    "cannot be used with account code": lambda desk: desk.line(AccountCode="429"),
    "The TaxType code NONE": lambda desk: desk.line(TaxType="NONE"),
    "The quantity value": lambda desk: desk.whole_line(Quantity=-1, UnitAmount="110.00"),
    "The line total": lambda desk: desk.line(Quantity=1, UnitAmount="100.00", LineAmount="1.00"),
    "The discount rate": lambda desk: desk.whole_line(UnitAmount="100.00", DiscountRate="101"),
    "The UnitAmount should be used": lambda desk: desk.line(DiscountRate="10"),
    "Payment amount exceeds": lambda desk: desk.pays(Amount="115.01"),
    "Payments can only be made against Authorised": paid_by_somebody,
    "Payment amounts must be positive": lambda desk: desk.pays(Amount="-1.00"),
    "Account type is invalid for making a payment": lambda desk: desk.pays(Account={"Code": "201"}),
    "You must specify and Account": lambda desk: desk.pays(Account=None),
    "Only Status accepted": edits_a_payment,
    "Payment not of valid status": removes(status="DELETED"),
    "Payments within a batch": removes(batch=True),
    "This payment has been reconciled": removes(reconciled=True),
    "Payment is applied to more than one": pays_two,
    "This payment is not applied": lambda desk: desk.pays(Invoice=None),
    "Account could not be found": lambda desk: desk.pays(Account={"AccountID": NOWHERE}),
    "Invoice could not be found": lambda desk: desk.pays(Invoice={"InvoiceID": NOWHERE}),
    "Document could not be found": refunds_nothing,
    "Organisation accounts are locked": payment_locked,
    "has already been paid off": allocates_to_a_paid_one,
    "amount is greater than amount outstanding": allocates_too_much,
    "Credit Note cannot be allocated to an incorrect": allocates_to_a_bill,
    "An existing Invoice with": lambda desk: desk.asks(
        "POST", "Invoices", {"InvoiceID": NOWHERE, "Status": "VOIDED"}
    ),
    "An existing Credit Note with": lambda desk: desk.asks(
        "POST", "CreditNotes", {"CreditNoteID": NOWHERE, "Status": "VOIDED"}
    ),
    "The document with the supplied id": lambda desk: desk.asks(
        "PUT", f"Invoices/{NOWHERE}/History", {"HistoryRecords": [{"Details": "Posted"}]}
    ),
    "not subscribed to currency": lambda desk: desk.posts("invoice", CurrencyCode="USD"),
    "You have reached the limit": over_the_plans_limit,
    "The contact must be un-archived": archived_contact,
    "Archived contacts cannot currently be edited": edited_archived_contact,
    "The contact name": contact_again,
    "A Contact must be specified": lambda desk: desk.posts("invoice", Contact=None),
    "must contain at least 1": lambda desk: desk.posts("invoice", Contact={"FirstName": "Nobody"}),
    "Another contact has this contact number": contacts(ContactNumber="C1"),
    "Email address": contacts(EmailAddress="nowhere"),
    "Website": contacts(Website="nowhere"),
    "is not valid for contacts": odd_contact_status,
    "For each specified tracking option": option_twice,
    "Idempotency Key": key_reused,
    "The total debits": unbalanced_journal,
}
