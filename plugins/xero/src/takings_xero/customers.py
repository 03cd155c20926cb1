"""House accounts as one document for each customer and day, with its opposite on the clearing account. Pure.

The day's own document takes what went on the house account to its clearing account, like any payment method. An
invoice to each customer then moves it on, from the clearing account to what the customer owes. What a customer pays
on the account comes in the same way: a credit note takes it off what is owed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from takings.plugin import ZERO, Document, DocumentLine, Finding, LedgerRef, LineKind, MappedDay, Operation, Ref, Unit
from takings_xero import findings, payloads
from takings_xero.arranging import CREDIT_NOTE, INVOICE
from takings_xero.checking import can_be_number, check_number
from takings_xero.contacts import contact_number
from takings_xero.ledger_index import LedgerIndex
from takings_xero.options import AUTHORISED, CUSTOMERS, IntegrationSettings

#: Their keys are counted from here on, so that the unit's own document is told from them.
FIRST_PLACE = 101

_CONTACT = "contact/"

SALE, PAYMENT = "House account", "Paid on the house account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one customer took or paid on one day, and the clearing account that it came to."""

    day: date
    customer: str
    about: str
    account: LedgerRef
    amount: Decimal


def customer_documents(
    unit: Unit, index: LedgerIndex, settings: IntegrationSettings, *, dated: date
) -> tuple[Document, ...]:
    """Return the documents of the customers, in an order that a changed mapping does not move."""
    if settings.house_accounts != CUSTOMERS:
        return ()
    return tuple(
        _document(unit, share, index, place=place, day=unit.dated or max(share.day, dated), settings=settings)
        for place, share in enumerate(_shares(unit.days), start=FIRST_PLACE)
    )


def _shares(days: Iterable[MappedDay]) -> list[Share]:
    sums: dict[tuple[date, str, str, str], Share] = {}
    for one in (share for day in days for share in _of_day(day)):
        key = (one.day, one.customer, one.about, one.account.id)
        known = sums.get(key)
        amount = one.amount + (known.amount if known else ZERO)
        sums[key] = Share(day=one.day, customer=one.customer, about=one.about, account=one.account, amount=amount)
    return [one for one in sums.values() if one.amount]


def _of_day(mapped: MappedDay) -> Iterator[Share]:
    day = mapped.day.business_date
    for tender in mapped.tenders:
        for one in tender.tender.customers if tender.account else ():
            assert tender.account is not None
            yield Share(day=day, customer=_name(one.customer), about=SALE, account=tender.account, amount=one.amount)
    for line in mapped.lines:
        if line.line.kind is LineKind.ACCOUNT_PAYMENT and line.line.customer.strip():
            name = _name(line.line.customer)
            yield Share(day=day, customer=name, about=PAYMENT, account=line.account, amount=-line.line.amount)


def _name(customer: str) -> str:
    """Return a customer's name as Xero can be asked for it: its filters know no quotes and no backslashes."""
    return customer.replace('"', "'").replace("\\", "/").strip()[:255].strip()


def _document(
    unit: Unit, share: Share, index: LedgerIndex, *, place: int, day: date, settings: IntegrationSettings
) -> Document:
    sign = 1 if share.amount > 0 else -1
    line = DocumentLine(
        account=share.account,
        tax=index.no_tax(share.account.id),
        description=f"{share.about}, {share.day}",
        amount=sign * share.amount,
        tax_amount=ZERO,
    )
    kind = INVOICE if sign > 0 else CREDIT_NOTE
    return Document(
        key=unit.operation_key(kind, place),
        kind=kind,
        number=f"{unit.number}-{place - FIRST_PLACE + 1}" if unit.number else None,
        day=day,
        currency=index.survey.chart.currency,
        total=line.amount,
        tax=ZERO,
        lines=(line,),
        payments=(),
        sign=sign,
        prices=unit.days[0].day.prices,
        customer=share.customer,
        draft=settings.status != AUTHORISED,
    )


def customer_operations(
    documents: Iterable[Document], main: str, settings: IntegrationSettings
) -> tuple[Operation, ...]:
    """Return what makes these documents: each contact is looked up before it is made, and they wait for the day's."""
    found: dict[str, Operation] = {}
    papers = []
    for one in documents:
        contact = Operation(
            key=f"{_CONTACT}{one.customer}",
            kind="contact",
            payload={"Name": one.customer, "ContactNumber": contact_number(one.customer)},
            looks_first=True,
        )
        found.setdefault(contact.key, contact)
        papers.append(
            Operation(
                key=one.key,
                kind=one.kind,
                payload=payloads.write_paper(one, Ref(key=contact.key, field="id").as_json(), settings),
                depends_on=(contact.key, main),
            )
        )
    return (*found.values(), *papers)


def customer_of(operation: Operation) -> str:
    """Return whose document or contact an operation makes, or an empty text where it is no customer's."""
    if operation.kind == "contact":
        return str(operation.payload["Name"]) if "ContactNumber" in operation.payload else ""
    # The day's own document waits for its contact at most.
    contact, *others = operation.depends_on or ("",)
    return contact.removeprefix(_CONTACT) if others and contact.startswith(_CONTACT) else ""


def check_customers(
    documents: Iterable[Document], unit: Unit, index: LedgerIndex, *, settings: IntegrationSettings
) -> Iterator[Finding]:
    """Check that clearing accounts take lines, numbers are free, and nothing with a customer is left open."""
    if settings.house_accounts != CUSTOMERS:
        return
    documents = tuple(documents)
    yield from _check_numbers(documents, unit, index)
    for one in documents:
        ref = one.lines[0].account
        account = index.accounts.get(ref.id)
        if account is None:
            yield findings.account_unknown(ref, findings.MAP_TENDERS)
        elif not account.takes_lines:
            yield findings.customer_needs_a_line(account, one.customer)
        elif one.lines[0].tax is None:
            yield findings.no_free_rate(account, one.customer)
    for day in unit.days:
        for tender in day.tenders:
            if tender.account is None and tender.tender.customers:
                yield findings.customer_left_open(tender.tender.name or tender.tender.code)


def _check_numbers(documents: Sequence[Document], unit: Unit, index: LedgerIndex) -> Iterator[Finding]:
    """Check the numbers before the day's own document stands; what is wrong with that one's is said of it alone."""
    if unit.number is None or not can_be_number(unit.number):
        return
    for one in documents:
        if one.number is not None:
            yield from check_number(one.number, one.key, index)
