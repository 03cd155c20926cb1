"""What verify finds: every way in which the ledger can differ from what was posted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.days import DATE, ref, steady

from takings.domain.day import Prices
from takings.plugin.documents import (
    Document,
    DocumentLine,
    DocumentPayment,
    InspectedPayment,
    Inspection,
    Standing,
)
from takings.sync.verifying import Posting, compare

KEY = "pos:eod/4417/2026-10-01.1/g1"


def sale(to: str, amount: str, tax: str) -> DocumentLine:
    return DocumentLine(
        account=ref(to), tax=ref("OUTPUT"), description="", amount=Decimal(amount), tax_amount=Decimal(tax)
    )


POSTING = Posting(
    document=Document(
        key=f"{KEY}/invoice.1", kind="invoice", number=None, day=DATE, currency="AUD", total=Decimal("33.00"),
        tax=Decimal("3.00"),
        lines=(sale("201", "11.00", "1.00"), sale("201", "11.00", "1.00"), sale("202", "11.00", "1.00")),
        payments=(
            DocumentPayment(key=f"{KEY}/payment.1", account=ref("611"), amount=Decimal("30.00")),
            DocumentPayment(key=f"{KEY}/payment.2", account=ref("612"), amount=Decimal("3.00")),
        ),
    ),
    number="INV-7",
    receipt={"id": "i-1"},
)  # fmt: skip
CASH = InspectedPayment(id="p-1", key=f"{KEY}/payment.1", account="id-611", amount=Decimal("30.00"))
CARD = InspectedPayment(id="p-2", key=f"{KEY}/payment.2", account="id-612", amount=Decimal("3.00"))
STANDS = Inspection(
    key=f"{KEY}/invoice.1", standing=Standing.STANDS, number="INV-7", day=DATE, total=Decimal("33.00"),
    tax=Decimal("3.00"), status="PAID", lines={"id-201": Decimal("22.00"), "id-202": Decimal("11.00")},
    payments=(CASH, CARD),
)  # fmt: skip


def test_a_document_that_stands_as_it_was_posted_has_no_differences() -> None:
    assert compare(POSTING, STANDS) == ()
    assert compare(POSTING, replace(STANDS, reference=f"{KEY}/invoice.1")) == ()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"number": "INV-8"}, ["the number was posted as INV-7, the ledger says INV-8"]),
        ({"reference": "Till 1"}, [f"the reference was posted as {KEY}/invoice.1, the ledger says Till 1"]),
        ({"reference": ""}, [f"the reference was posted as {KEY}/invoice.1, the ledger says nothing"]),
        ({"day": date(2026, 10, 2)}, ["the date was posted as 2026-10-01, the ledger says 2026-10-02"]),
        ({"total": Decimal("33.01")}, ["the total was posted as 33.00, the ledger says 33.01"]),
        ({"tax": Decimal("2.99")}, ["the tax was posted as 3.00, the ledger says 2.99"]),
        (
            {"lines": {"id-201": Decimal("11.00"), "id-203": Decimal("22.00")}},
            [
                "lines on 201 Account 201 was posted as 22.00, the ledger says 11.00",
                "lines on 202 Account 202 was posted as 11.00, the ledger says 0.00",
                "lines on id-203 was posted as 0.00, the ledger says 22.00",
            ],
        ),
        ({"payments": (CASH,)}, ["the payment of 3.00 to 612 Account 612 was removed in the ledger"]),
        (
            {"payments": (replace(CASH, amount=Decimal("29.99")), CARD)},
            ["payment to 611 Account 611 was posted as 30.00, the ledger says 29.99"],
        ),
        (
            {"payments": (replace(CASH, account="id-613"), CARD)},
            ["the account of a payment was posted as 611 Account 611, the ledger says id-613"],
        ),
        (
            {"payments": (CASH, CARD, InspectedPayment(id="p-3", key="", account="id-613", amount=Decimal("0.50")))},
            ["the ledger has a payment of 0.50 AUD that was not posted from here"],
        ),
        (
            {"standing": Standing.VOIDED, "status": "VOIDED"},
            ["it was voided in the ledger"],
        ),
        ({"standing": Standing.VOIDED, "status": "DELETED"}, ["it was deleted in the ledger"]),
        ({"standing": Standing.ABSENT, "status": ""}, ["it was deleted in the ledger"]),
    ],
)  # fmt: skip
def test_each_difference_is_told_with_both_sides(change: dict[str, Any], says: list[str]) -> None:
    found = compare(POSTING, replace(STANDS, **change))
    assert len(found) == len(says)
    assert all(text in one.what for one, text in zip(found, says, strict=True))
    assert all(one.what.startswith("2026-10-01 invoice INV-7: ") and one.do for one in found)


def test_an_account_that_the_ledgers_list_does_not_tell_is_no_difference() -> None:
    assert compare(POSTING, replace(STANDS, payments=(replace(CASH, account=""), CARD))) == ()


def test_a_payment_entered_twice_with_our_key_is_told() -> None:
    found = compare(POSTING, replace(STANDS, payments=(CASH, CARD, replace(CARD, id="p-9"))))
    assert [one.code for one in found] == ["verify.foreign_payment"]


CENTS = st.integers(-5000, 5000).map(lambda cents: Decimal(cents).scaleb(-2))


@steady
@given(CENTS, CENTS, CENTS, CENTS, CENTS)
def test_any_cent_anywhere_is_found_and_nothing_else(
    total: Decimal, tax: Decimal, line: Decimal, cash: Decimal, card: Decimal
) -> None:
    seen = replace(
        STANDS,
        total=STANDS.total + total,
        tax=STANDS.tax + tax,
        lines={**STANDS.lines, "id-202": Decimal("11.00") + line},
        payments=(replace(CASH, amount=CASH.amount + cash), replace(CARD, amount=CARD.amount + card)),
    )
    assert len(compare(POSTING, seen)) == sum(bool(one) for one in (total, tax, line, cash, card))


@steady
@given(st.permutations([CASH, CARD]), st.permutations(list(STANDS.lines.items())))
def test_the_ledgers_order_does_not_matter(
    payments: list[InspectedPayment], lines: list[tuple[str, Decimal]]
) -> None:
    assert compare(POSTING, replace(STANDS, payments=tuple(payments), lines=dict(lines))) == ()


RATED = {("id-201", "id-OUTPUT"): Decimal("22.00"), ("id-202", "id-OUTPUT"): Decimal("11.00")}


def test_a_rate_that_somebody_changed_is_told_though_every_sum_is_the_same() -> None:
    assert compare(POSTING, replace(STANDS, rated=RATED)) == ()
    recoded = {**RATED, ("id-201", "id-OUTPUT"): Decimal("11.00"), ("id-201", "BASEXCLUDED"): Decimal("11.00")}
    assert [one.what.partition(": ")[2] for one in compare(POSTING, replace(STANDS, rated=recoded))] == [
        "the lines on 201 Account 201 at BASEXCLUDED was posted as 0.00, the ledger says 11.00",
        "the lines on 201 Account 201 at OUTPUT Account OUTPUT was posted as 22.00, the ledger says 11.00",
    ]


def test_rates_are_compared_where_a_document_was_posted_with_any() -> None:
    other = {("id-201", "NONE"): Decimal("22.00"), ("id-202", "NONE"): Decimal("11.00")}
    untaxed = replace(POSTING, document=replace(POSTING.document, prices=Prices.NO_TAX))
    assert compare(untaxed, replace(STANDS, rated=other)) == ()
    bare = tuple(replace(one, tax=None) for one in POSTING.document.lines)
    assert (
        compare(replace(POSTING, document=replace(POSTING.document, lines=bare)), replace(STANDS, rated=other)) == ()
    )


def test_an_option_that_was_posted_and_is_gone_is_told_and_others_beside_it_are_not() -> None:
    first, *rest = POSTING.document.lines
    lines = (replace(first, option=ref("BAR")), *rest)
    tracked = replace(POSTING, document=replace(POSTING.document, lines=lines))
    stands = {("id-201", "id-BAR"): Decimal("11.00"), ("id-201", "other"): Decimal("22.00")}
    assert compare(tracked, replace(STANDS, tracked=stands)) == ()
    (gone,) = compare(tracked, replace(STANDS, tracked={("id-201", ""): Decimal("22.00")}))
    assert "lines on 201 Account 201 for BAR Account BAR was posted as 11.00, the ledger says 0.00" in gone.what
    assert compare(POSTING, replace(STANDS, tracked=stands)) == ()


def test_what_moved_to_another_account_is_told_once() -> None:
    moved = {"id-201": Decimal("33.00")}
    rated = {("id-201", "id-OUTPUT"): Decimal("33.00")}
    found = compare(POSTING, replace(STANDS, lines=moved, rated=rated))
    assert len(found) == 2


def test_what_is_gone_is_posted_anew_or_given_up() -> None:
    for standing, status in ((Standing.VOIDED, "VOIDED"), (Standing.ABSENT, "")):
        (gone,) = compare(POSTING, replace(STANDS, standing=standing, status=status))
        assert "Decide to post the day anew" in gone.do
        assert "never posted" in gone.do
