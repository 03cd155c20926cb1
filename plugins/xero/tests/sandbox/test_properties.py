"""What must hold for any input: books balance, tax follows its rule, no input brings the sandbox down."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from takings_xero.sandbox import query, tax
from takings_xero.sandbox.problems import QueryInvalid
from takings_xero.sandbox.wire import decode, encode

MONEY = st.decimals(min_value=-5000, max_value=5000, places=2, allow_nan=False)
TYPES = st.sampled_from(["Inclusive", "Exclusive", "NoTax"])
# One sandbox serves all examples of a test: they add documents and never depend on an empty one.
SHARED = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(amounts=st.lists(MONEY, max_size=8), types=TYPES)
def test_a_document_is_the_sum_of_its_rounded_lines(amounts: list[Decimal], types: str) -> None:
    lines = [{"LineAmount": one, "TaxAmount": tax.of_line(one, Decimal(10), types)} for one in amounts]
    subtotal, taxed, total = tax.totals(lines, types)
    assert subtotal + taxed == total
    assert taxed == sum((line["TaxAmount"] for line in lines), Decimal(0))
    assert sum((tax.net_of_line(line, types) for line in lines), Decimal(0)) == subtotal
    for line in lines:
        base = line["LineAmount"] * 10 / (110 if types == "Inclusive" else 100)
        assert types == "NoTax" or abs(base - line["TaxAmount"]) <= Decimal("0.005")


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**15), max_value=10**15))
def test_json_numbers_come_back_exactly(value: Decimal) -> None:
    assert Decimal(decode(encode({"x": value}))["x"]) == value


@given(st.text(alphabet='ab ."\\()=!<>&|,05DateTimguRfncSswh', max_size=60))
def test_any_where_is_read_or_refused(text: str) -> None:
    try:
        condition = query.parse(text)
        condition.test({"Date": "/Date(0)/", "Reference": "a"})
    except QueryInvalid:
        return
    assert (condition.sql or "").count("?") == len(condition.values)


@SHARED
@given(amounts=st.lists(MONEY, min_size=1, max_size=5), types=TYPES, share=st.integers(1, 100))
def test_the_books_balance(session: Any, amounts: list[Decimal], types: str, share: int) -> None:
    session.sandbox.world.switch(limit_minute=None, limit_day=None)
    lines = [session.line(str(one)) for one in amounts]
    reply = session.call("PUT", "Invoices", session.invoice(LineAmountTypes=types, LineItems=lines))
    if reply.status_code == 200:
        made = decode(reply.content)["Invoices"][0]
        part = (Decimal(made["AmountDue"]) * share / 100).quantize(Decimal("0.01"))
        session.call("PUT", "Payments", session.payment(made["InvoiceID"], str(part)))
    session.balances()


ODD = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=3) | st.just("2026-10-01"),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
KEYS = [
    "Type",
    "Contact",
    "Date",
    "DueDate",
    "LineItems",
    "Status",
    "InvoiceNumber",
    "Reference",
    "LineAmountTypes",
    "CurrencyCode",
    "Invoice",
    "Account",
    "Amount",
    "CreditNote",
    "Narration",
    "JournalLines",
    "Name",
    "Code",
    "ContactStatus",
]


@pytest.mark.parametrize(
    "resource", ["Invoices", "CreditNotes", "Payments", "ManualJournals", "Contacts", "Accounts"]
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=st.sampled_from(KEYS), value=ODD, method=st.sampled_from(["PUT", "POST"]))
def test_a_body_of_any_shape_is_answered(session: Any, resource: str, key: str, value: Any, method: str) -> None:
    session.sandbox.world.switch(limit_minute=None, limit_day=None)
    body = session.invoice() | {"Amount": 1, "Account": {"Code": "611"}, "Narration": "x", "Name": "n"} | {key: value}
    reply = session.call(method, resource, body)
    assert reply.status_code in {200, 400, 404, 405}, reply.text
    assert reply.content == b"" or reply.headers["content-type"].startswith("application/json")
