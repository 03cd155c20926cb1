"""What documents for customers move is what the day says of each payment method and payment: checked by the core."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.days import DATE, SITE, a_day, a_table, entry, line, mapped, on_account, ref, steady, tender

from takings.domain.day import Line, LineKind, Site, Tender
from takings.domain.findings import Finding
from takings.domain.mapping import Choice, MappedDay
from takings.domain.money import ZERO
from takings.plugin.documents import Document, DocumentLine, Movement, Plan, Unit
from takings.sync.checking import check_plan, customers_of, expected_movements

KEY = "pos:eod/4417/2026-10-01.1/g1"
KUWAIT = Site(id="4417", name=SITE.name, timezone="Asia/Kuwait", currency="KWD")

#: House accounts go to the clearing account 615, as do payments on them; those of the bar go to 616.
TABLE = a_table(
    entry("tenders", "HOUSE", "615"), entry("tenders", "BAR", "616"), entry("accounts", "DEBTORS", "615"),
    entry("tenders", "OPEN", choice=Choice.LEAVE_OPEN), account_taxes={"DEBTORS": "FRE"},
)  # fmt: skip


def paid(amount: str, customer: str) -> Line:
    """What a customer paid on the house account."""
    return line(amount, "DEBTORS", "", kind=LineKind.ACCOUNT_PAYMENT, customer=customer)


def house_day(*parts: Line | Tender, **more: Any) -> MappedDay:
    return mapped(a_day(*parts, **{"site": KUWAIT, **more}), TABLE)


def usual() -> MappedDay:
    """Smith took 20.125 and Jones 10.000, half of it at the bar; Smith paid 12.500 of what was owed before."""
    sale = line("30.125")
    return house_day(
        sale, paid("12.500", "Smith"), on_account(Smith="20.125", Jones="5.000"), on_account("BAR", Jones="5.000"),
        tender("12.500"),
    )  # fmt: skip


def moves(customer: str, amount: str, account: str = "615", *, sign: int = 1) -> Document:
    """An invoice to a customer, or with the opposite sign a credit note: a line on the clearing account."""
    made = DocumentLine(account=ref(account), tax=None, description=customer, amount=Decimal(amount), tax_amount=ZERO)
    return Document(
        key=f"{KEY}/{customer}.{amount}", kind="invoice", number=None, day=DATE, currency="KWD", total=made.amount,
        tax=ZERO, lines=(made,), payments=(), sign=sign, customer=customer,
    )  # fmt: skip


SMITH, JONES, AT_THE_BAR = moves("Smith", "20.125"), moves("Jones", "5.000"), moves("Jones", "5.000", "616")
SMITH_PAID = moves("Smith", "12.500", sign=-1)


def checked(day: MappedDay, *documents: Document) -> tuple[Finding, ...]:
    movements = tuple(Movement(account=one, amount=amount) for one, amount in expected_movements([day]).items())
    unit = Unit(key=KEY, generation=1, number=None, days=(day,))
    return check_plan(unit, Plan(documents=documents, movements=movements))


def differs(account: str, made: str, said: str) -> Finding:
    return Finding(
        code="plan.customers_differ",
        what=f"The plan for {KEY} moves {made} from {account} to customers, the day says {said} KWD",
        why="The ledger plugin's plan and the day do not agree",
        do="Report this to the author of the ledger plugin; nothing was posted",
        where="day",
        subject=account,
    )


def test_documents_that_move_what_each_customer_took_and_paid_are_right():
    assert checked(usual(), SMITH, JONES, AT_THE_BAR, SMITH_PAID) == ()


def test_without_documents_for_customers_house_accounts_stay_on_their_clearing_account():
    own = Document(
        key=f"{KEY}/invoice.1", kind="invoice", number=None, day=DATE, currency="KWD", total=ZERO, tax=ZERO,
        lines=(), payments=(),
    )  # fmt: skip
    assert checked(usual()) == ()
    assert checked(usual(), own) == ()


@pytest.mark.parametrize(
    ("documents", "told"),
    [
        ((SMITH, JONES, AT_THE_BAR), [("id-615", "25.125", "12.625")]),
        ((SMITH, JONES, SMITH_PAID), [("id-616", "0.000", "5.000")]),
        ((moves("Smith", "20.124"), JONES, AT_THE_BAR, SMITH_PAID), [("id-615", "12.624", "12.625")]),
        (
            (SMITH, moves("Jones", "5.000", "617"), AT_THE_BAR, SMITH_PAID),
            [("id-615", "7.625", "12.625"), ("id-617", "5.000", "0.000")],
        ),
    ],
)
def test_documents_that_move_another_amount_from_an_account_are_caught(
    documents: tuple[Document, ...], told: list[tuple[str, str, str]]
):
    assert checked(usual(), *documents) == tuple(differs(*one) for one in told)


def test_what_a_customer_took_and_paid_on_one_day_may_come_to_nothing():
    day = house_day(line("5.000"), paid("5.000", "Jones"), on_account(Jones="5.000"), tender("5.000"))
    assert customers_of([day]) == {}
    assert checked(day, JONES, moves("Jones", "5.000", sign=-1)) == ()
    assert checked(day, JONES) == (differs("id-615", "5.000", "0.000"),)


def test_what_no_customer_is_named_for_and_what_is_left_open_is_moved_on_to_nobody():
    day = house_day(
        line("30.000", customer="Smith"), paid("3.000", ""), paid("4.000", "  "), paid("1.000", "Smith"),
        on_account("OPEN", Smith="7.000"), on_account(Smith="2.000"), tender("9.000", "HOUSE"), tender("20.000"),
    )  # fmt: skip
    assert customers_of([day]) == {"id-615": Decimal("1.000")}


def test_a_sale_that_names_its_customer_is_no_payment_on_the_account():
    table = a_table(entry("accounts", "DEBTORS", "615"), account_taxes={"DEBTORS": "FRE"})
    day = mapped(a_day(line("5.00", "DEBTORS", "", customer="Smith"), tender("5.00")), table)
    assert customers_of([day]) == {}


@steady
@given(st.lists(st.lists(st.integers(-999, 999), max_size=4), min_size=1, max_size=3))
def test_days_of_one_document_are_summed(amounts: list[list[int]]):
    days = [
        house_day(line("0.000"), *(on_account(Smith=str(Decimal(one).scaleb(-3))) for one in some))
        for some in amounts
    ]
    total = Decimal(sum(sum(some) for some in amounts)).scaleb(-3)
    assert customers_of(days) == ({"id-615": total} if total else {})
