"""Which tenders of a half-posted unit stay where they were posted: decided from its documents and the new plan."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from takings.sync.kept_tenders import kept_tenders, standing_codes

Tender = dict[str, Any]


def tender(code: str, amount: str, account: str = "", name: str = "") -> Tender:
    return {
        "code": code,
        "name": name or code.title(),
        "amount": amount,
        "account": {"id": account} if account else None,
    }


def paid(key: str, amount: str, account: str, label: str = "") -> dict[str, Any]:
    return {"key": key, "amount": amount, "account": {"id": account}, "label": label}


def document(*payments: dict[str, Any], sign: int = 1) -> dict[str, Any]:
    return {"key": "invoice", "payments": list(payments), "sign": sign}


def kept(
    old: Sequence[Sequence[Tender]],
    new: Sequence[Sequence[Tender]],
    *,
    posted: dict[str, Any],
    planned: dict[str, Any] | None = None,
    done: set[str] = frozenset(),  # type: ignore[assignment]
) -> list[list[tuple[str, str, str]]]:
    """The code, account and amount of each day's tenders, days counted from 1."""
    before, after = ([{"day": n, "tenders": list(some)} for n, some in enumerate(days, 1)] for days in (old, new))
    found = kept_tenders(before, after, posted=[posted], planned=[planned or document()], done={"invoice", *done})
    return [
        [(one["code"], one["account"]["id"] if one["account"] else "", one["amount"]) for one in found[n]]
        for n in range(1, len(new) + 1)
    ]


CASH, CARD = tender("CASH", "60.00", "611"), tender("CARD", "50.00", "612")
REFUNDED = tender("AMEX", "-10.00", "613")
INVOICE = document(paid("pay.1", "60.00", "611", "Cash"), paid("pay.2", "50.00", "612", "Card"))


def moved(one: Tender, account: str) -> Tender:
    return {**one, "account": {"id": account} if account else None}


def test_one_that_is_a_line_of_the_document_stays_there_whatever_it_is_mapped_to_now():
    old = [[CASH, CARD, REFUNDED]]
    now = [[moved(CASH, "621"), moved(CARD, "622"), moved(REFUNDED, "623")]]
    assert kept(old, now, posted=INVOICE) == [
        [("CASH", "621", "60.00"), ("CARD", "622", "50.00"), ("AMEX", "613", "-10.00")]
    ]
    assert kept(old, now, posted=INVOICE, done={"pay.2"}) == [
        [("CASH", "621", "60.00"), ("CARD", "612", "50.00"), ("AMEX", "613", "-10.00")]
    ]


def test_on_a_credit_note_it_is_the_money_taken_that_stands_among_the_lines():
    back, taken = tender("CASH", "-60.00", "611"), tender("CARD", "50.00", "612")
    note = document(paid("pay.1", "60.00", "611", "Cash"), sign=-1)
    now = [[moved(back, "621"), moved(taken, "622")]]
    assert kept([[back, taken]], now, posted=note) == [[("CASH", "621", "-60.00"), ("CARD", "612", "50.00")]]


def test_a_line_on_the_account_of_somebody_elses_payment_is_no_payment():
    other = moved(CARD, "613")
    invoice = document(paid("pay.1", "50.00", "613", "Card"))
    now = [[moved(other, "622"), moved(REFUNDED, "623")]]
    assert kept([[other, REFUNDED]], now, posted=invoice) == [[("CARD", "622", "50.00"), ("AMEX", "613", "-10.00")]]


def test_of_two_payments_to_one_account_each_is_its_own_methods():
    visa, card = tender("VISA", "50.00", "612"), CARD
    invoice = document(paid("pay.1", "50.00", "612", "Visa"), paid("pay.2", "50.00", "612", "Card"))
    now = [[moved(card, "622"), moved(visa, "623")]]
    assert kept([[card, visa]], now, posted=invoice, done={"pay.1"}) == [
        [("CARD", "622", "50.00"), ("VISA", "612", "50.00")]
    ]
    unnamed = document(paid("pay.1", "50.00", "612"), paid("pay.2", "50.00", "612"))
    assert kept([[card, visa]], now, posted=unnamed, done={"pay.1"}) == [
        [("CARD", "612", "50.00"), ("VISA", "623", "50.00")]
    ]


@pytest.mark.parametrize("label", ["Card", ""])
def test_days_that_share_a_payment_stand_together(label: str) -> None:
    first, second = tender("CARD", "50.00", "612"), tender("CARD", "-20.00", "612")
    invoice = document(paid("pay.1", "30.00", "612", label))
    now = [[moved(first, "622")], [moved(second, "622")]]
    assert kept([[first], [second]], now, posted=invoice) == [
        [("CARD", "622", "50.00")],
        [("CARD", "622", "-20.00")],
    ]
    assert kept([[first], [second]], now, posted=invoice, done={"pay.1"}) == [
        [("CARD", "612", "50.00")],
        [("CARD", "612", "-20.00")],
    ]


def test_days_with_a_payment_each_stand_by_themselves():
    one = tender("CARD", "50.00", "612")
    invoice = document(
        paid("pay.1", "50.00", "612", "2026-10-01: Card"), paid("pay.2", "50.00", "612", "2026-10-02: Card")
    )
    now = [[moved(one, "622")], [moved(one, "622")]]
    assert kept([[one], [one]], now, posted=invoice, done={"pay.1"}) == [
        [("CARD", "612", "50.00")],
        [("CARD", "622", "50.00")],
    ]


def test_a_payment_of_another_amount_is_told_by_its_sign():
    invoice = document(paid("pay.1", "59.95", "611"))
    now = [[moved(CASH, "621")]]
    assert kept([[CASH]], now, posted=invoice) == [[("CASH", "621", "60.00")]]
    assert kept([[CASH]], now, posted=invoice, done={"pay.1"}) == [[("CASH", "611", "60.00")]]


def test_what_was_left_open_is_filled_by_a_payment_and_by_nothing_else():
    still_open, now = [[moved(CASH, "")]], [[CASH]]
    pays = document(paid("pay.1", "60.00", "611", "Cash"))
    assert kept(still_open, now, posted=document(), planned=pays) == [[("CASH", "611", "60.00")]]
    assert kept(still_open, now, posted=document(), planned=document()) == [[("CASH", "", "60.00")]]


def test_what_is_not_paid_yet_can_be_left_open_or_not_be_posted_any_more():
    assert kept([[CASH]], [[moved(CASH, "")]], posted=INVOICE) == [[("CASH", "", "60.00")]]
    assert kept([[CASH]], [[]], posted=INVOICE) == [[]]
    assert kept([[moved(CASH, "")]], [[]], posted=INVOICE) == [[]]


@pytest.mark.parametrize("done", [set(), {"pay.1"}])
def test_what_stands_is_counted_though_it_is_not_to_be_posted_any_more(done: set[str]) -> None:
    found = kept([[CASH, REFUNDED]], [[]], posted=INVOICE, done=done)
    assert found == [[("CASH", "611", "60.00")] * len(done) + [("AMEX", "613", "-10.00")]]
    assert sum(Decimal(amount) for _, _, amount in found[0]) == Decimal("-10.00") + 60 * len(done)


def test_a_payment_to_another_account_is_another_methods():
    cash, card = tender("CASH", "50.00", "611"), tender("CARD", "50.00", "612")
    invoice = document(paid("pay.2", "50.00", "612"), paid("pay.1", "50.00", "611"))
    now = [[moved(cash, "621"), moved(card, "622")]]
    assert kept([[cash, card]], now, posted=invoice, done={"pay.1"}) == [
        [("CASH", "611", "50.00"), ("CARD", "622", "50.00")]
    ]


def test_a_method_without_a_name_is_called_by_its_code():
    cash, card = ({**tender(code, "50.00", "611"), "name": ""} for code in ("CASH", "CARD"))
    invoice = document(paid("pay.1", "50.00", "611", "CARD"), paid("pay.2", "50.00", "611", "CASH"))
    now = [[moved(cash, "621"), moved(card, "622")]]
    assert kept([[cash, card]], now, posted=invoice, done={"pay.1"}) == [
        [("CASH", "621", "50.00"), ("CARD", "611", "50.00")]
    ]


def test_a_days_payment_that_is_as_high_as_all_days_together_is_that_days_alone():
    days = [[tender("CARD", amount, "612")] for amount in ("30.00", "70.00", "-30.00")]
    invoice = document(
        paid("pay.2", "70.00", "612", "2026-10-02: Card"), paid("pay.1", "30.00", "612", "2026-10-01: Card")
    )
    now = [[moved(one, "622")] for (one,) in days]
    assert kept(days, now, posted=invoice, done={"pay.1"}) == [
        [("CARD", "612", "30.00")], [("CARD", "622", "70.00")], [("CARD", "612", "-30.00")]
    ]  # fmt: skip
    assert kept(days, now, posted=invoice, done={"pay.2"}) == [
        [("CARD", "622", "30.00")], [("CARD", "612", "70.00")], [("CARD", "612", "-30.00")]
    ]  # fmt: skip


def test_a_days_own_payment_comes_before_one_of_all_days_where_none_says_whose_it_is():
    days = [[tender("CARD", amount, "612")] for amount in ("30.00", "70.00", "-30.00")]
    invoice = document(paid("pay.2", "70.00", "612"), paid("pay.1", "30.00", "612"))
    now = [[moved(one, "622")] for (one,) in days]
    first, second, _ = kept(days, now, posted=invoice, done={"pay.1"})
    assert (first, second) == ([("CARD", "612", "30.00")], [("CARD", "622", "70.00")])


def test_what_was_left_open_is_asked_of_each_day_by_itself():
    still_open = [[moved(CASH, "")], [moved(CASH, "")]]
    now = [[CASH], [moved(CASH, "612")]]
    pays = document(paid("pay.1", "60.00", "611", "2026-10-01: Cash"))
    assert kept(still_open, now, posted=document(), planned=pays) == [
        [("CASH", "611", "60.00")], [("CASH", "", "60.00")]
    ]  # fmt: skip


def test_the_codes_that_stand_are_those_paid_and_those_among_the_lines():
    row = {"day": 1, "tenders": [CASH, CARD, REFUNDED, moved(tender("TAB", "5.00"), "")]}
    assert standing_codes(row, [INVOICE], {"invoice"}) == {"AMEX"}
    assert standing_codes(row, [INVOICE], {"invoice", "pay.2"}) == {"AMEX", "CARD"}
