"""The plan of a unit: one document in the chosen shape, its payments, and what moves by them. Pure."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from takings.plugin import (
    DaySummary,
    Document,
    DocumentPayment,
    Finding,
    Movement,
    Operation,
    Plan,
    Ref,
    TenderTotal,
    Unit,
)
from takings_xero import payloads
from takings_xero.arranging import MANUAL_JOURNAL, Arranged, arrange, moved_by
from takings_xero.checking import check_arranged, check_lines, check_tracking, check_unit
from takings_xero.customers import check_customers, customer_documents, customer_operations
from takings_xero.dating import dated_lines, dated_tenders
from takings_xero.ledger_index import LedgerIndex
from takings_xero.options import AUTHORISED, CLOSING_DATE, IntegrationSettings
from takings_xero.rounding import check_rounding, with_rounding


def plan_unit(unit: Unit, index: LedgerIndex, settings: IntegrationSettings) -> Plan:
    """Decide what is done for a unit; with findings there are no operations.

    Nothing is done only where every line and every tender is nothing: lines that cancel out still move tax.
    """
    taken, tenders = dated_lines(unit, index, settings), dated_tenders(unit, settings)
    if not taken and not tenders:
        return Plan()
    lines = with_rounding(taken, unit, index, settings=settings)
    arranged = arrange(settings.shape, lines, tenders, index=index)
    day = unit.dated or max(posting_day(mapped.day, settings) for mapped in unit.days)
    document = Document(
        key=unit.operation_key(arranged.kind),
        kind=arranged.kind,
        number=None if arranged.kind == MANUAL_JOURNAL else unit.number,
        day=day,
        currency=index.survey.chart.currency,
        total=arranged.total,
        tax=arranged.tax,
        lines=arranged.lines,
        payments=tuple(_payment(unit, one) for one in arranged.payments),
        sign=arranged.sign,
        prices=unit.days[0].day.prices,
        draft=settings.status != AUTHORISED,
    )
    customers = customer_documents(unit, index, settings, dated=day)
    found = _distinct(
        [
            *check_unit(unit, index, day, kind=arranged.kind),
            *check_tracking(unit, index, settings),
            *check_lines(lines, index, settings, prices=document.prices),
            *check_rounding(taken, unit, index, settings=settings),
            *check_arranged(arranged, index, unit, settings=settings),
            *check_customers(customers, unit, index, settings=settings),
        ]
    )
    operations = () if found else _operations(unit, document, index=index, settings=settings)
    operations += customer_operations(customers if operations else (), document.key, settings)
    moved = _movements(unit, document, arranged)
    return Plan(operations=operations, documents=(document, *customers), movements=moved, findings=found)


def posting_day(day: DaySummary, settings: IntegrationSettings) -> date:
    """Return the date of a day's document; the calendar day of a close is the venue's, whatever the POS's clock."""
    if settings.posting_date != CLOSING_DATE or day.closed_at is None:
        return day.business_date
    closed = day.closed_at
    if closed.tzinfo is not None:
        closed = closed.astimezone(ZoneInfo(day.site.timezone))
    return max(day.business_date, closed.date())


def _payment(unit: Unit, tender: TenderTotal) -> DocumentPayment:
    assert tender.account is not None, "what is left open is no payment"
    return DocumentPayment(
        key=unit.operation_key("payment", tender.place),
        account=tender.account,
        amount=tender.amount,
        label=tender.name,
    )


def _movements(unit: Unit, document: Document, arranged: Arranged) -> tuple[Movement, ...]:
    paid = [(one.account, one.amount) for one in document.payments]
    moved = moved_by(arranged, paid, (mapped.account.id for day in unit.days for mapped in day.lines))
    return tuple(Movement(account=account, amount=amount) for account, amount in moved.items())


def _operations(
    unit: Unit, document: Document, *, index: LedgerIndex, settings: IntegrationSettings
) -> tuple[Operation, ...]:
    if document.kind == MANUAL_JOURNAL:
        payload = payloads.write_journal(unit, document, settings)
        return (Operation(key=document.key, kind=document.kind, payload=payload),)
    first, contact = _contact(index, settings)
    paper = Operation(
        key=document.key,
        kind=document.kind,
        payload=payloads.write_paper(document, contact, settings),
        depends_on=tuple(one.key for one in first),
    )
    payments = (
        Operation(
            key=payment.key,
            kind="payment",
            payload=payloads.write_payment(document, payment),
            depends_on=(document.key,),
            # Xero takes a payment on an approved document only.
            waits=settings.status != AUTHORISED,
        )
        for payment in document.payments
    )
    return (*first, paper, *payments)


def _contact(index: LedgerIndex, settings: IntegrationSettings) -> tuple[tuple[Operation, ...], object]:
    """Return what creates the contact, where it is absent, and how documents name it."""
    if index.contact["state"] != "absent":
        return (), index.contact["id"]
    name = settings.contact_name
    made = Operation(key=f"contact/{name}", kind="contact", payload={"Name": name})
    return (made,), Ref(key=made.key, field="id").as_json()


def _distinct(found: list[Finding]) -> tuple[Finding, ...]:
    """Keep one finding for each thing that is wrong, however many lines meet it."""
    kept: dict[tuple[str, str], Finding] = {}
    for one in found:
        kept.setdefault((one.code, one.subject), one)
    return tuple(kept.values())
