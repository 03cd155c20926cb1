"""The entries of the fake ledger as they are planned, with payments that wait and those of customers. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from takings.plugin import (
    ZERO,
    Chart,
    Document,
    DocumentLine,
    DocumentPayment,
    LedgerRef,
    LineKind,
    MappedDay,
    MappedLine,
    Operation,
    Prices,
    Settings,
    Unit,
    option,
    with_tax,
)

#: The customers' entries are counted from here on, so that the unit's own is told from them.
_FIRST_CUSTOMER = 101


class FakeSettings(Settings):
    """What the owner of an integration chooses of a fake ledger that gives the choice."""

    drafts: bool = option(False, title="Leave entries as drafts", kind="switch")
    customers: bool = option(False, title="An entry for each customer of a house account", kind="switch")


def plan_documents(unit: Unit, chart: Chart, chosen: FakeSettings) -> tuple[Document, ...]:
    """Return the entry of a unit, turned round where it is below zero, and those of its customers after it."""
    main = replace(_document(unit, chart), draft=chosen.drafts)
    if not chosen.customers:
        return (main,)
    shares = enumerate((one for day in unit.days for one in _shares(day)), start=_FIRST_CUSTOMER)
    return (main, *(_bill(main, unit, place=place, share=one) for place, one in shares))


def plan_operations(documents: Iterable[Document]) -> Iterator[Operation]:
    """Yield what makes these entries. The payments of a draft are operations of their own, and wait."""
    main, *others = documents
    yield Operation(key=main.key, kind="entry", payload=_entry(main))
    for paid in main.payments if main.draft else ():
        payload = {"entry": main.key, **_payment(paid)}
        yield Operation(key=paid.key, kind="payment", payload=payload, depends_on=(main.key,), waits=True)
    for name in dict.fromkeys(one.customer for one in others):
        yield Operation(key=f"customer/{name}", kind="customer", payload={"name": name}, looks_first=True)
    for one in others:
        needs = (f"customer/{one.customer}", main.key)
        yield Operation(key=one.key, kind="entry", payload=_entry(one), depends_on=needs)


def _document(unit: Unit, chart: Chart) -> Document:
    prices = unit.days[0].day.prices
    taken = [_line(one, prices, chart) for day in unit.days for one in day.lines]
    lacks = unit.counted - sum((one.amount for one in taken), ZERO)
    if prices is Prices.EXCLUSIVE and lacks:
        taken.append(_rounding(lacks))
    sign = -1 if sum((one.amount for one in taken), ZERO) < 0 else 1
    lines = tuple(one.turned() if sign < 0 else one for one in taken)
    paid = [(one.account, one.tender.counted) for day in unit.days for one in day.tenders if one.account]
    return Document(
        key=unit.operation_key("entry"),
        kind="entry",
        number=unit.number,
        day=unit.dated or max(one.day.business_date for one in unit.days),
        currency=chart.currency,
        total=sum((one.amount for one in lines), ZERO),
        tax=sum((one.tax_amount for one in lines), ZERO),
        lines=lines,
        payments=tuple(
            DocumentPayment(key=unit.operation_key("paid", number), account=account, amount=sign * amount)
            for number, (account, amount) in enumerate(paid, start=1)
        ),
        sign=sign,
        prices=prices,
    )


def _line(mapped: MappedLine, prices: Prices, chart: Chart) -> DocumentLine:
    rate = next((one.rate for one in chart.taxes if mapped.tax and one.id == mapped.tax.id), ZERO)
    amount, tax = with_tax(mapped.line.amount, rate, chart.currency, prices=prices)
    return DocumentLine(
        account=mapped.account,
        tax=mapped.tax,
        description=mapped.line.name,
        amount=amount,
        tax_amount=tax,
        tax_codes=(mapped.tax_code,) if mapped.tax_code else (),
    )


def _rounding(amount: Decimal) -> DocumentLine:
    """Return what brings prices without tax to what was counted; this ledger has no account of its own for it."""
    sales = LedgerRef(id="sales", code="200", name="Sales")
    return DocumentLine(
        account=sales, tax=None, description="Rounding of tax", amount=amount, tax_amount=ZERO, rounds=True
    )


def _shares(day: MappedDay) -> Iterator[tuple[str, LedgerRef, Decimal]]:
    """Yield each customer with the account that his house account went to, and what he owes or paid."""
    for one in day.tenders:
        for share in one.tender.customers if one.account else ():
            assert one.account is not None
            yield share.customer, one.account, share.amount
    for line in day.lines:
        if line.line.kind is LineKind.ACCOUNT_PAYMENT and line.line.customer:
            yield line.line.customer, line.account, -line.line.amount


def _bill(main: Document, unit: Unit, *, place: int, share: tuple[str, LedgerRef, Decimal]) -> Document:
    """Return what moves a customer's share on from that account to what he owes."""
    customer, account, amount = share
    sign = 1 if amount > 0 else -1
    line = DocumentLine(account=account, tax=None, description="House account", amount=sign * amount, tax_amount=ZERO)
    return replace(
        main,
        key=unit.operation_key("entry", place),
        number=None,
        total=line.amount,
        tax=ZERO,
        lines=(line,),
        payments=(),
        sign=sign,
        customer=customer,
    )


def _entry(document: Document) -> dict[str, Any]:
    lines: dict[str, Decimal] = {}
    for one in document.lines:
        lines[one.account.id] = lines.get(one.account.id, ZERO) + one.amount
    return {
        "key": document.key,
        "number": document.number or "",
        "date": document.day.isoformat(),
        "total": str(document.total),
        "tax": str(document.tax),
        "sign": document.sign,
        "lines": {account: str(amount) for account, amount in lines.items()},
        "payments": [] if document.draft else [_payment(one) for one in document.payments],
        **({"draft": True} if document.draft else {}),
        **({"customer": document.customer} if document.customer else {}),
    }


def _payment(paid: DocumentPayment) -> dict[str, str]:
    return {"key": paid.key, "account": paid.account.id, "amount": str(paid.amount)}
