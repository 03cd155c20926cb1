"""Taking a unit back: what is removed first, what is voided, and what is reversed because it can't be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from takings.plugin import (
    Chart,
    Finding,
    InspectedPayment,
    Inspection,
    PostedOperation,
    PostedUnit,
    Standing,
    Survey,
)
from takings_xero.bodies import write_body
from takings_xero.kinds import KINDS
from takings_xero.undoing import plan_undo

KEY = "till:eod/1/2026-10-01.1/g1"
SURVEY = Survey(chart=Chart(organisation="o", organisation_name="Pub", currency="AUD"))
LINES = [
    {"Description": "Food", "LineAmount": "110.00", "AccountID": "sales", "TaxType": "OUTPUT"},
    {"Description": "Discount", "LineAmount": "-10.00", "AccountID": "sales", "TaxType": "OUTPUT"},
]


def posted(kind: str = "invoice", payments: int = 2) -> PostedUnit:
    paid = {"invoice": "Invoice", "creditnote": "CreditNote"}.get(kind, "")
    payload = {
        "Type": "ACCREC",
        "Contact": {"ContactID": "c"},
        "LineAmountTypes": "Inclusive",
        "CurrencyCode": "AUD",
        "LineItems": LINES,
        "InvoiceNumber": "S1",
    }
    if kind == "journal":
        payload = {
            "Narration": f"Takings of Pub: {KEY}/journal.1",
            "LineAmountTypes": "Inclusive",
            "JournalLines": LINES,
        }
    return PostedUnit(
        key=KEY,
        generation=1,
        operations=(
            PostedOperation(key=f"{KEY}/{kind}.1", kind=kind, payload=payload, receipt={"id": "doc", "number": "S1"}),
            *(
                PostedOperation(
                    key=f"{KEY}/payment.{n}",
                    kind="payment",
                    payload={paid: {}, "Account": {"AccountID": f"bank{n}"}},
                    receipt={"id": f"p{n}"},
                )
                for n in range(1, payments + 1)
            ),
        ),
        documents=(),
        dated=date(2026, 11, 25),
    )


def held(
    kind: str = "invoice", status: str = "PAID", payments: tuple[str, ...] = ("p1", "p2")
) -> dict[str, Inspection]:
    key = f"{KEY}/{kind}.1"
    return {
        key: Inspection(
            key=key,
            standing=Standing.STANDS,
            number="S1",
            day=date(2026, 10, 1),
            total=Decimal(100),
            status=status,
            payments=tuple(InspectedPayment(id=one, key=one, account="", amount=Decimal(50)) for one in payments),
        )
    }


def fixed(id_: str, why: str) -> dict[str, Inspection]:
    found = held()
    (one,) = found.values()
    marked = tuple(replace(paid, fixed=why if paid.id == id_ else "") for paid in one.payments)
    return {one.key: replace(one, payments=marked)}


def test_payments_are_removed_before_the_invoice_is_voided() -> None:
    first, second, void = plan_undo(posted(), held(), SURVEY).operations
    assert [(one.kind, one.payload) for one in (first, second)] == [
        ("payment_removal", {"PaymentID": "p1"}),
        ("payment_removal", {"PaymentID": "p2"}),
    ]
    assert (void.kind, void.payload) == ("void", {"InvoiceID": "doc", "Status": "VOIDED"})
    assert set(void.depends_on) == {first.key, second.key}
    assert first.key == f"{KEY}/undo_payment.1"


def test_the_removal_of_a_payment_sends_its_status_and_nothing_else() -> None:
    removal = plan_undo(posted(), held(), SURVEY).operations[0]
    assert write_body(removal.kind, [removal]) == b'{"Status":"DELETED"}'
    assert KINDS[removal.kind].address(removal.payload) == "Payments/p1"
    assert KINDS[removal.kind].method == "POST"


@pytest.mark.parametrize(("why", "code"), [("reconciled", "xero.undo_reconciled"), ("batch", "xero.undo_batch")])
def test_a_payment_that_looks_fixed_goes_first_and_all_others_wait_for_it(why: str, code: str) -> None:
    plan = plan_undo(posted(), fixed("p2", why), SURVEY)
    first, second, _ = plan.operations
    assert first.payload == {"PaymentID": "p2"}
    assert second.depends_on == (first.key,)
    assert [one.code for one in plan.findings] == [code]


@pytest.mark.parametrize(
    ("kind", "void", "id_name"),
    [("creditnote", "void_creditnote", "CreditNoteID"), ("journal", "void_journal", "ManualJournalID")],
)
def test_credit_notes_and_journals_are_voided(kind: str, void: str, id_name: str) -> None:
    (operation,) = plan_undo(posted(kind, 0), held(kind, "POSTED", ()), SURVEY).operations
    assert (operation.kind, operation.payload) == (void, {id_name: "doc", "Status": "VOIDED"})


@pytest.mark.parametrize("status", ["DRAFT", "SUBMITTED"])
def test_what_was_never_approved_is_deleted(status: str) -> None:
    (operation,) = plan_undo(posted(payments=0), held(status=status, payments=()), SURVEY).operations
    assert operation.payload["Status"] == "DELETED"


@pytest.mark.parametrize("standing", [Standing.VOIDED, Standing.ABSENT])
def test_nothing_is_done_about_what_stands_no_longer(standing: Standing) -> None:
    found = {key: replace(one, standing=standing) for key, one in held().items()}
    assert plan_undo(posted(), found, SURVEY).operations == ()


def test_what_somebody_else_paid_or_credited_leaves_everything_as_it_is() -> None:
    foreign = plan_undo(posted(), held(payments=("p1", "p2", "theirs")), SURVEY)
    assert (foreign.operations, [one.code for one in foreign.findings]) == ((), ["xero.undo_foreign_payment"])
    found = {key: replace(one, credited=Decimal(5)) for key, one in held().items()}
    credited = plan_undo(posted(), found, SURVEY)
    assert (credited.operations, [one.code for one in credited.findings]) == ((), ["xero.undo_credited"])


def test_a_locked_invoice_is_reversed_by_a_credit_note_with_refunds_and_what_is_open_is_allocated() -> None:
    locked = replace(SURVEY, locked_through=date(2026, 10, 31))
    plan = plan_undo(posted(), held(status="AUTHORISED", payments=("p1",)), locked)
    note, refund, allocation = plan.operations
    assert (note.kind, note.payload["Type"], note.payload["Date"]) == ("creditnote", "ACCRECCREDIT", "2026-11-25")
    assert note.payload["LineItems"] == LINES
    assert "InvoiceNumber" not in note.payload
    assert (refund.payload["Account"], refund.payload["Amount"]) == ({"AccountID": "bank1"}, "50.00")
    assert refund.depends_on == allocation.depends_on == (note.key,)
    assert (allocation.payload["Amount"], allocation.payload["Invoice"]) == ("50.00", {"InvoiceID": "doc"})
    assert [(one.code, one.why) for one in plan.findings] == [
        ("xero.undo_reversed", "It can't be voided in Xero: its date is locked")
    ]


def test_a_locked_credit_note_is_reversed_by_an_invoice_that_it_settles() -> None:
    locked = replace(SURVEY, locked_through=date(2026, 10, 31))
    invoice, allocation = plan_undo(posted("creditnote", 0), held("creditnote", "AUTHORISED", ()), locked).operations
    assert (invoice.kind, invoice.payload["Type"], invoice.payload["DueDate"]) == ("invoice", "ACCREC", "2026-11-25")
    assert allocation.payload["CreditNoteID"] == "doc"


def test_a_locked_journal_is_mirrored_and_its_key_ends_the_narration() -> None:
    locked = replace(SURVEY, locked_through=date(2026, 10, 31))
    (mirror,) = plan_undo(posted("journal", 0), held("journal", "POSTED", ()), locked).operations
    assert [line["LineAmount"] for line in mirror.payload["JournalLines"]] == ["-110.00", "10.00"]
    assert mirror.payload["Narration"].endswith(f" {mirror.key}")


def test_a_voiding_that_was_refused_before_becomes_a_reversal() -> None:
    unit = posted(payments=0)
    refused = {unit.operation_key("void"): (Finding(code="xero.status", what="It can't be"),)}
    plan = plan_undo(replace(unit, refused=refused), held(status="AUTHORISED", payments=()), SURVEY)
    assert [one.kind for one in plan.operations] == ["creditnote", "allocation"]
    assert [one.why for one in plan.findings] == ["Xero refused to void it"]


def test_an_invoice_of_nothing_is_paid_by_nothing_and_can_only_be_reversed() -> None:
    found = {key: replace(one, total=Decimal(0)) for key, one in held(payments=()).items()}
    plan = plan_undo(posted(payments=0), found, SURVEY)
    assert [one.kind for one in plan.operations] == ["creditnote"]
    assert [one.why for one in plan.findings] == ["It can't be voided in Xero: it came to 0.00, and counts as paid"]
