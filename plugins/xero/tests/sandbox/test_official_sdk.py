"""The official SDK, unchanged, as a client over loopback HTTP: one named check for each thing it must do."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from xero_python.accounting import (
    Account,
    AccountingApi,
    AccountType,
    Allocation,
    Allocations,
    Contact,
    Contacts,
    CreditNote,
    CreditNotes,
    HistoryRecord,
    HistoryRecords,
    Invoice,
    Invoices,
    LineAmountTypes,
    LineItem,
    LineItemTracking,
    ManualJournal,
    ManualJournalLine,
    ManualJournals,
    Payment,
    PaymentDelete,
    Payments,
    TrackingCategory,
    TrackingOption,
)
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token, TokenApi
from xero_python.exceptions import (
    AccountingBadRequestException,
    HTTPStatusException,
    NotFoundException,
    RateLimitException,
)
from xero_python.identity import IdentityApi

DAY = date(2026, 10, 1)


class Sdk:
    """xero-python connected to the sandbox."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self.saved: list[dict[str, Any]] = []
        token = session.tokens | {"scope": session.tokens["scope"].split(), "expires_at": time.time() + 1800}
        self.token = token
        configuration = Configuration()
        configuration.oauth2_token = OAuth2Token(*session.basic)
        self.client = ApiClient(configuration, oauth2_token_getter=lambda: self.token, oauth2_token_saver=self._save)
        self.api = AccountingApi(self.client, base_url=session.installation["api_url"])
        self.identity = IdentityApi(self.client, base_url=session.sandbox.url)
        self.tenant = session.tenant

    def _save(self, token: dict[str, Any]) -> None:
        self.token = token
        self.saved.append(token)

    def create(self, *invoices: Invoice, **more: Any) -> list[Invoice]:
        return self.api.create_invoices(self.tenant, Invoices(invoices=list(invoices)), **more).invoices

    def pay(self, invoice: Invoice, amount: str, code: str = "611") -> Payment:
        wanted = Payment(
            invoice=Invoice(invoice_id=invoice.invoice_id), account=Account(code=code), amount=amount, date=DAY
        )
        return self.api.create_payments(self.tenant, Payments(payments=[wanted])).payments[0]


@pytest.fixture
def sdk(session: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sdk]:
    monkeypatch.setattr(TokenApi, "refresh_token_url", session.installation["token_url"])
    monkeypatch.setattr(TokenApi, "revoke_token_url", session.installation["revocation_url"])
    connected = Sdk(session)
    yield connected
    connected.client.rest_client.pool_manager.clear()


def invoice(*amounts: str, **changes: Any) -> Invoice:
    lines = [
        LineItem(description="Food", quantity=1, unit_amount=amount, account_code="201", tax_type="OUTPUT")
        for amount in amounts or ("110.00",)
    ]
    fields: dict[str, Any] = {
        "type": "ACCREC",
        "contact": Contact(name="POS sales"),
        "line_items": lines,
        "date": DAY,
        "due_date": DAY,
        "line_amount_types": LineAmountTypes.INCLUSIVE,
        "status": "AUTHORISED",
    }
    return Invoice(**(fields | changes))


def refused(call: Any) -> list[str]:
    with pytest.raises(AccountingBadRequestException) as caught:
        call()
    data = caught.value.error_data
    assert data["Message"] == "A validation exception occurred"
    return [error["Message"] for one in data["Elements"] for error in one["ValidationErrors"]]


def test_connections(sdk: Sdk) -> None:
    found = sdk.identity.get_connections()
    assert [(one.tenant_id, one.tenant_type, one.tenant_name) for one in found] == [
        (sdk.tenant, "ORGANISATION", "Harbour Street Tavern")
    ]
    sdk.identity.delete_connection(found[0].id)
    assert sdk.identity.get_connections() == []


def test_organisation(sdk: Sdk) -> None:
    found = sdk.api.get_organisations(sdk.tenant).organisations[0]
    assert (found.country_code.value, found.base_currency.value) == ("AU", "AUD")
    assert found.sales_tax_basis == "ACCRUALS"
    assert found.short_code.startswith("!")
    actions = sdk.api.get_organisation_actions(sdk.tenant).actions
    assert {one.name: one.status for one in actions}["CreateApprovedInvoice"] == "ALLOWED"


def test_accounts(sdk: Sdk) -> None:
    accounts = sdk.api.get_accounts(sdk.tenant).accounts
    by_code = {one.code: one for one in accounts}
    assert by_code["610"].system_account == "DEBTORS"
    assert by_code["611"].enable_payments_to_account is True
    bank = sdk.api.get_accounts(sdk.tenant, where='Type=="BANK"').accounts
    assert [(one.name, one.code) for one in bank] == [("Business Bank Account", None)]
    made = sdk.api.create_account(
        sdk.tenant, Account(code="299", name="Bar", type=AccountType.REVENUE, tax_type="OUTPUT")
    )
    assert sdk.api.get_account(sdk.tenant, made.accounts[0].account_id).accounts[0].name == "Bar"


def test_tax_rates(sdk: Sdk) -> None:
    rates = {one.tax_type: one for one in sdk.api.get_tax_rates(sdk.tenant).tax_rates}
    assert rates["OUTPUT"].effective_rate == 10
    assert rates["INPUT"].can_apply_to_revenue is False
    assert "NONE" not in rates


def test_tracking(sdk: Sdk) -> None:
    made = sdk.api.create_tracking_category(sdk.tenant, TrackingCategory(name="Venue"))
    category = made.tracking_categories[0]
    sdk.api.create_tracking_options(sdk.tenant, category.tracking_category_id, TrackingOption(name="Front bar"))
    found = sdk.api.get_tracking_categories(sdk.tenant).tracking_categories
    assert [(one.name, [option.name for option in one.options]) for one in found] == [("Venue", ["Front bar"])]
    known, unknown = (
        LineItem(
            description="Food",
            quantity=1,
            unit_amount="11",
            account_code="201",
            tracking=[LineItemTracking(name="Venue", option=option)],
        )
        for option in ("Front bar", "No such bar")
    )
    lines = sdk.create(invoice(line_items=[known, unknown]))[0].line_items
    assert [[one.option for one in item.tracking] for item in lines] == [["Front bar"], []]


def test_contacts(sdk: Sdk) -> None:
    made = sdk.api.create_contacts(sdk.tenant, Contacts(contacts=[Contact(name="Harbour POS")])).contacts[0]
    assert sdk.api.get_contact(sdk.tenant, made.contact_id).contacts[0].name == "Harbour POS"
    assert sdk.create(invoice(contact=Contact(name="harbour pos")))[0].contact.contact_id == made.contact_id
    again = Contacts(contacts=[Contact(name="Harbour POS")])
    assert refused(lambda: sdk.api.create_contacts(sdk.tenant, again)) == [
        (
            "The contact name Harbour POS is already assigned to another contact. "
            "The contact name must be unique across all active contacts."
        )
    ]


def test_create_and_read_an_invoice(sdk: Sdk) -> None:
    made = sdk.create(invoice(reference="harbour 2026-10-01"))[0]
    read = sdk.api.get_invoice(sdk.tenant, made.invoice_id).invoices[0]
    assert (read.invoice_number, read.reference, read.date) == ("INV-0001", "harbour 2026-10-01", DAY)
    assert (read.sub_total, read.total_tax, read.total) == (Decimal("100"), Decimal("10"), Decimal("110"))
    assert (read.status, read.amount_due) == ("AUTHORISED", Decimal("110"))
    found = sdk.api.get_invoices(sdk.tenant, where='Reference=="harbour 2026-10-01"').invoices
    assert [one.invoice_id for one in found] == [made.invoice_id]


def test_page_through_invoices(sdk: Sdk) -> None:
    sdk.create(*[invoice(reference=f"day {n}") for n in range(5)])
    page = sdk.api.get_invoices(sdk.tenant, page=2, page_size=2, order="InvoiceNumber DESC")
    assert [one.invoice_number for one in page.invoices] == ["INV-0003", "INV-0002"]
    assert (page.pagination.page_count, page.pagination.item_count) == (3, 5)
    assert sdk.api.get_invoices(sdk.tenant).pagination is None


def test_void_an_invoice(sdk: Sdk) -> None:
    made = sdk.create(invoice())[0]
    voided = sdk.api.update_invoice(
        sdk.tenant, made.invoice_id, Invoices(invoices=[Invoice(status="VOIDED")])
    ).invoices[0]
    assert (voided.status, voided.amount_due) == ("VOIDED", Decimal(0))


def test_payments_and_their_removal(sdk: Sdk) -> None:
    made = sdk.create(invoice())[0]
    first, second = sdk.pay(made, "100.00"), sdk.pay(made, "10.00", "612")
    paid = sdk.api.get_invoice(sdk.tenant, made.invoice_id).invoices[0]
    assert (paid.status, paid.amount_due, len(paid.payments)) == ("PAID", Decimal(0), 2)
    assert sdk.api.get_payment(sdk.tenant, first.payment_id).payments[0].payment_type == "ACCRECPAYMENT"
    sdk.api.delete_payment(sdk.tenant, second.payment_id, PaymentDelete(status="DELETED"))
    open_again = sdk.api.get_invoice(sdk.tenant, made.invoice_id).invoices[0]
    assert (open_again.status, open_again.amount_due) == ("AUTHORISED", Decimal("10"))
    found = sdk.api.get_payments(sdk.tenant, where='Status=="DELETED"').payments
    assert [one.payment_id for one in found] == [second.payment_id]


def test_credit_notes_and_refunds(sdk: Sdk) -> None:
    note = CreditNote(
        type="ACCRECCREDIT",
        contact=Contact(name="POS sales"),
        date=DAY,
        line_amount_types=LineAmountTypes.INCLUSIVE,
        status="AUTHORISED",
        line_items=[LineItem(description="Refunds", quantity=1, unit_amount="33.00", account_code="201")],
    )
    made = sdk.api.create_credit_notes(sdk.tenant, CreditNotes(credit_notes=[note])).credit_notes[0]
    assert (made.credit_note_number, made.remaining_credit) == ("CN-0001", Decimal("33"))
    bill = sdk.create(invoice("11.00"))[0]
    wanted = Allocations(
        allocations=[Allocation(amount="11.00", date=DAY, invoice=Invoice(invoice_id=bill.invoice_id))]
    )
    allocated = sdk.api.create_credit_note_allocation(sdk.tenant, made.credit_note_id, wanted).allocations[0]
    assert sdk.api.get_invoice(sdk.tenant, bill.invoice_id).invoices[0].status == "PAID"
    refund = Payment(
        credit_note=CreditNote(credit_note_id=made.credit_note_id), account=Account(code="611"), amount="22", date=DAY
    )
    refunded = sdk.api.create_payments(sdk.tenant, Payments(payments=[refund])).payments[0]
    assert refunded.payment_type == "ARCREDITPAYMENT"
    spent = sdk.api.get_credit_note(sdk.tenant, made.credit_note_id).credit_notes[0]
    assert (spent.status, spent.remaining_credit) == ("PAID", Decimal(0))
    gone = sdk.api.delete_credit_note_allocations(sdk.tenant, made.credit_note_id, allocated.allocation_id)
    assert gone.is_deleted is True
    assert sdk.api.get_invoice(sdk.tenant, bill.invoice_id).invoices[0].amount_due == Decimal("11")


def test_manual_journals_and_history(sdk: Sdk) -> None:
    lines = [
        ManualJournalLine(line_amount=amount, account_code=code)
        for amount, code in (("10.00", "422"), ("-10.00", "611"))
    ]
    journal = ManualJournal(narration="Till over/short", journal_lines=lines, status="POSTED", date=DAY)
    made = sdk.api.create_manual_journals(sdk.tenant, ManualJournals(manual_journals=[journal])).manual_journals[0]
    assert sdk.api.get_manual_journal(sdk.tenant, made.manual_journal_id).manual_journals[0].status == "POSTED"
    bill = sdk.create(invoice())[0]
    note = HistoryRecords(history_records=[HistoryRecord(details="Posted by the till")])
    sdk.api.create_invoice_history(sdk.tenant, bill.invoice_id, note)
    found = sdk.api.get_invoice_history(sdk.tenant, bill.invoice_id).history_records
    assert [one.details for one in found] == ["Posted by the till"]


def test_refresh_rotation_and_grace(sdk: Sdk) -> None:
    first = sdk.token
    sdk.token = first | {"expires_at": 0}
    assert sdk.api.get_organisations(sdk.tenant).organisations
    (second,) = sdk.saved
    assert second["refresh_token"] != first["refresh_token"]
    # The reply was lost: the previous refresh token still works for half an hour.
    sdk.token = first | {"expires_at": 0}
    assert sdk.api.get_organisations(sdk.tenant).organisations
    sdk.session.sandbox.world.clock.forward(31 * 60)
    sdk.token = first | {"expires_at": 0}
    with pytest.raises(Exception, match="invalid_grant"):
        sdk.api.get_organisations(sdk.tenant)


def test_429(sdk: Sdk) -> None:
    # urllib3 below the SDK would sleep for Retry-After three times before the SDK sees the answer.
    sdk.client.rest_client.pool_manager.connection_pool_kw["retries"] = False
    sdk.session.sandbox.world.switch(limit_minute=1)
    sdk.api.get_organisations(sdk.tenant)
    with pytest.raises(RateLimitException) as caught:
        sdk.api.get_organisations(sdk.tenant)
    assert caught.value.rate_limit == "minute"
    assert caught.value.http_resp.data == b""
    assert int(caught.value.headers["Retry-After"]) <= 60


def test_401_bodies(sdk: Sdk) -> None:
    expired = sdk.token
    sdk.session.sandbox.world.clock.forward(1801)
    for token, detail in ((expired, "TokenExpired: token expired at"), ({"access_token": "x"}, "Authentication")):
        sdk.token = expired | token
        with pytest.raises(HTTPStatusException) as caught:
            sdk.api.get_organisations(sdk.tenant)
        assert caught.value.status == 401
        assert detail in caught.value.http_resp.text


def test_403_body(sdk: Sdk) -> None:
    with pytest.raises(HTTPStatusException) as caught:
        sdk.api.get_organisations("8e2b7a12-0000-4000-8000-000000000000")
    assert caught.value.status == 403
    assert '"Title":"Forbidden"' in caught.value.http_resp.text


def test_404_body(sdk: Sdk) -> None:
    with pytest.raises(NotFoundException) as caught:
        sdk.api.get_invoice(sdk.tenant, "8e2b7a12-0000-4000-8000-000000000000")
    assert caught.value.http_resp.data == b""
    assert caught.value.headers["Content-Type"] == "text/html; charset=utf-8"


def test_invoice_number_must_be_unique(sdk: Sdk) -> None:
    sdk.create(invoice(invoice_number="TAV-1"))
    assert refused(lambda: sdk.create(invoice(invoice_number="TAV-1"))) == ["Invoice # must be unique."]


def test_payment_above_the_amount_due(sdk: Sdk) -> None:
    made = sdk.create(invoice())[0]
    assert refused(lambda: sdk.pay(made, "110.01")) == [
        "Payment amount exceeds the amount outstanding on this document"
    ]


def test_both_lock_date_messages(sdk: Sdk) -> None:
    sdk.session.sandbox.control.change_organisation(
        sdk.tenant, {"EndOfYearLockDate": "2026-10-01", "PeriodLockDate": "2026-11-30"}
    )
    assert sdk.api.get_organisations(sdk.tenant).organisations[0].period_lock_date == date(2026, 11, 30)
    assert refused(lambda: sdk.create(invoice())) == [
        "The document date cannot be before the end of year lock date, currently set at 01-Oct-2026",
        "The document date cannot be before the period lock date, currently set at 30-Nov-2026",
    ]
    assert sdk.create(invoice(date=date(2026, 11, 30) + timedelta(days=1)))


def test_per_line_half_up_tax(sdk: Sdk) -> None:
    made = sdk.create(invoice("45.45", "45.45", line_amount_types=LineAmountTypes.EXCLUSIVE))[0]
    assert [one.tax_amount for one in made.line_items] == [Decimal("4.55"), Decimal("4.55")]
    assert (made.total_tax, made.total) == (Decimal("9.10"), Decimal("100.00"))


def test_summarize_errors_false_gives_a_verdict_per_element(sdk: Sdk) -> None:
    good, bad = sdk.create(invoice(), invoice(due_date=None), summarize_errors=False)
    assert (good.status_attribute_string, good.has_errors) == ("OK", False)
    assert (bad.status_attribute_string, bad.has_errors) == ("ERROR", True)
    assert bad.invoice_id == "00000000-0000-0000-0000-000000000000"
    assert [one.message for one in bad.validation_errors] == ["The document DueDate field must be specified."]
