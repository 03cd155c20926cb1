"""The difference between what was posted and what is said now: added to what stands, it gives the new day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.days import a_day, a_table, entry, line, on_account, tender

from takings.domain.adjusting import (
    adjustment,
    as_mapped,
    content_of,
    decided_day,
    decode_content,
    encode_content,
    is_nothing,
    left_of,
    named_customers,
    source_code,
    together,
    untracked,
    with_difference_on,
)
from takings.domain.day import DaySummary, Line, LineKind, Prices, Site, TaxTotal, Tender
from takings.domain.mapping import Choice, LedgerRef, MappedDay, MappedLine, MappedTender, MappingTable
from takings.sync.checking import expected_movements

SITE = Site(id="1", name="Pub", timezone="Australia/Melbourne", currency="AUD")
ACCOUNTS = [LedgerRef(id=name) for name in ("sales", "food", "tips")]
TAXES = [LedgerRef(id="GST"), LedgerRef(id="FREE"), None]
PLACES = [LedgerRef(id="cash"), LedgerRef(id="cards"), None]
AMOUNTS = st.decimals(min_value=-500, max_value=500, places=2).filter(bool)


@st.composite
def mapped_days(draw: st.DrawFn) -> MappedDay:
    """A day of a few lines and tenders, wherever they go."""
    lines = [
        MappedLine(
            line=Line(kind=LineKind.SALE, account=f"a{n}", amount=draw(AMOUNTS)),
            account=draw(st.sampled_from(ACCOUNTS)),
            tax=draw(st.sampled_from(TAXES)),
        )
        for n in range(draw(st.integers(0, 5)))
    ]
    tenders = []
    for n in range(draw(st.integers(0, 4))):
        amount = draw(AMOUNTS)
        tender = Tender(code=f"t{n}", name=f"T{n}", recorded=amount, counted=amount)
        tenders.append(MappedTender(tender=tender, account=draw(st.sampled_from(PLACES))))
    day = DaySummary(
        site=SITE,
        business_date=date(2026, 10, 1),
        sequence=1,
        revision=1,
        lines=tuple(one.line for one in lines),
        tenders=tuple(one.tender for one in tenders),
    )
    return MappedDay(day=day, lines=tuple(lines), tenders=tuple(tenders))


def moved(*days: MappedDay) -> dict[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for account, amount in expected_movements(days).items():
        found[account] += amount
    return {account: amount for account, amount in found.items() if amount}


@given(mapped_days(), mapped_days())
def test_what_stands_and_the_adjustment_move_the_ledger_as_the_new_day_does(
    before: MappedDay, now: MappedDay
) -> None:
    assert moved(before, adjustment(content_of(before), now)) == moved(now)


@given(mapped_days(), mapped_days(), mapped_days())
def test_a_second_adjustment_is_to_all_that_stands(first: MappedDay, second: MappedDay, third: MappedDay) -> None:
    one = adjustment(content_of(first), second)
    two = adjustment(together((content_of(first), content_of(one))), third)
    assert moved(first, one, two) == moved(third)


@given(mapped_days())
def test_nothing_has_to_be_added_to_a_day_that_stands(day: MappedDay) -> None:
    assert is_nothing(adjustment(content_of(day), day))


@given(mapped_days())
def test_what_was_posted_is_kept_as_json(day: MappedDay) -> None:
    content = content_of(day)
    assert decode_content(encode_content(content)) == content


@given(mapped_days(), mapped_days())
def test_each_payment_method_of_an_adjustment_has_a_code_of_its_own(before: MappedDay, now: MappedDay) -> None:
    codes = [one.tender.code for one in adjustment(content_of(before), now).tenders]
    assert len(set(codes)) == len(codes)


@given(mapped_days())
def test_a_difference_on_the_variance_account_balances_the_day(day: MappedDay) -> None:
    balanced = with_difference_on(day.day, "OVER")
    assert not balanced.difference
    assert balanced.lines[: len(day.day.lines)] == day.day.lines
    assert with_difference_on(replace(balanced), "OVER") == balanced


GST, CASH, SAFE = LedgerRef(id="GST"), LedgerRef(id="cash"), LedgerRef(id="safe")


def a_mapped_day(amount: str, paid_to: LedgerRef | None, *, code: str = "CASH", **where: str) -> MappedDay:
    """One line of a discount, and its payment."""
    line = Line(kind=LineKind.DISCOUNT, account="FOOD", amount=Decimal(amount), name="Food", tax_code="T1", **where)
    tender = Tender(code=code, name="Notes and coins", recorded=Decimal(amount), counted=Decimal(amount))
    day = DaySummary(
        site=SITE, business_date=date(2026, 10, 1), sequence=1, revision=1, lines=(line,), tenders=(tender,)
    )
    return MappedDay(
        day=day,
        lines=(MappedLine(line=line, account=ACCOUNTS[0], tax=GST, tax_code="T1"),),
        tenders=(MappedTender(tender=tender, account=paid_to),),
    )


def test_an_adjustment_is_told_by_what_the_source_calls_it():
    before, now = a_mapped_day("10.00", CASH), a_mapped_day("12.50", CASH)
    found = adjustment(content_of(before), replace(now, day=replace(now.day, statistics={"covers": 3})))
    line = Line(kind=LineKind.DISCOUNT, account="FOOD", amount=Decimal("2.50"), name="Food", tax_code="T1")
    tender = Tender(code="CASH", name="Notes and coins", recorded=Decimal("2.50"), counted=Decimal("2.50"))
    assert found == MappedDay(
        day=replace(now.day, lines=(line,), tenders=(tender,)),
        lines=(MappedLine(line=line, account=ACCOUNTS[0], tax=GST, tax_code="T1"),),
        tenders=(MappedTender(tender=tender, account=CASH),),
    )


KITCHEN = {"category": "Kitchen", "department": "Food", "day_part": "Lunch"}


def test_an_adjustment_says_where_its_sales_were_made():
    before, now = a_mapped_day("10.00", CASH, **KITCHEN), a_mapped_day("12.50", CASH, **KITCHEN)
    (found,) = adjustment(content_of(before), now).lines
    assert (found.line.amount, found.line.name) == (Decimal("2.50"), "Kitchen")
    assert {name: getattr(found.line, name) for name in KITCHEN} == KITCHEN
    stored = decode_content(encode_content(content_of(before)))
    assert adjustment(stored, now) == adjustment(content_of(before), now)


@pytest.mark.parametrize("where", list(KITCHEN))
def test_sales_that_moved_within_an_account_are_moved_there(where: str):
    before, now = a_mapped_day("10.00", CASH, **KITCHEN), a_mapped_day("10.00", CASH, **KITCHEN | {where: "Bar"})
    found = adjustment(content_of(before), now)
    assert {getattr(one.line, where): one.line.amount for one in found.lines} == {
        "Bar": Decimal("10.00"), KITCHEN[where]: Decimal("-10.00")
    }  # fmt: skip
    assert not found.tenders
    again = adjustment(together((content_of(before), content_of(found))), now)
    assert is_nothing(again)


def test_what_an_older_version_kept_is_compared_by_account_and_tax_rate_alone():
    before, now = a_mapped_day("10.00", CASH), a_mapped_day("12.50", CASH, **KITCHEN)
    data = encode_content(content_of(before))
    del data["tracked"]
    (found,) = adjustment(decode_content(data), now).lines
    assert (found.line.amount, found.line.department) == (Decimal("2.50"), "")
    both = together((decode_content(data), content_of(a_mapped_day("2.50", CASH, **KITCHEN))))
    assert is_nothing(adjustment(both, now))
    assert not both.tracked
    assert untracked(content_of(now)) == decode_content(encode_content(untracked(content_of(now))))


def test_a_payment_method_that_moved_has_a_code_for_each_place():
    moved_to = adjustment(content_of(a_mapped_day("10.00", CASH)), a_mapped_day("12.50", SAFE))
    assert [(one.tender.code, one.account, one.tender.counted) for one in moved_to.tenders] == [
        ("CASH", SAFE, Decimal("12.50")),
        ("CASH@cash", CASH, Decimal("-10.00")),
    ]
    opened = adjustment(content_of(a_mapped_day("10.00", None)), a_mapped_day("10.00", SAFE))
    assert [one.tender.code for one in opened.tenders] == ["CASH", "CASH@open"]
    assert not opened.lines
    assert not is_nothing(opened)


def test_lines_of_one_account_are_netted_for_each_tax_rate():
    taxed = a_mapped_day("10.00", CASH)
    free = replace(taxed, lines=tuple(replace(one, tax=None, tax_code="") for one in taxed.lines))
    found = content_of(replace(taxed, lines=(*taxed.lines, *free.lines, *taxed.lines)))
    assert [(one.tax, one.amount) for one in found.lines] == [(GST, Decimal("20.00")), (None, Decimal("10.00"))]


def test_a_difference_is_posted_only_where_that_was_decided_of_this_record():
    day = a_mapped_day("10.00", CASH).day
    short = replace(day, tenders=(replace(day.tenders[0], counted=Decimal("9.00")),))
    decision = {"decision": "post_difference", "record": 7, "account": "OVER"}
    line = Line(kind=LineKind.VARIANCE, account="OVER", amount=Decimal("-1.00"), name="Difference posted by decision")
    assert decided_day(short, decision, 7) == replace(short, lines=(*short.lines, line))
    assert decided_day(short, decision, 8) == short
    assert decided_day(short, decision | {"decision": "never"}, 7) == short
    assert decided_day(short, {}, 7) == short


def priced(net: str, tax: str, counted: str) -> MappedDay:
    """A day of one sale whose price is without tax."""
    line = Line(kind=LineKind.SALE, account="A", amount=Decimal(net), tax_code="GST")
    tender = Tender(code="CASH", name="Cash", recorded=Decimal(counted), counted=Decimal(counted))
    day = DaySummary(
        site=SITE,
        business_date=date(2026, 10, 1),
        sequence=1,
        revision=1,
        lines=(line,),
        tenders=(tender,),
        taxes=(TaxTotal(tax_code="GST", amount=Decimal(tax), lines=1),),
        prices_include_tax=False,
    )
    return MappedDay(
        day=day,
        lines=(MappedLine(line=line, account=ACCOUNTS[0], tax=TAXES[0], tax_code="GST"),),
        tenders=(MappedTender(tender=tender, account=PLACES[0]),),
    )


def test_the_tax_on_top_is_adjusted_as_one_sum() -> None:
    posted, now = content_of(priced("10.00", "1.00", "11.00")), priced("30.00", "3.01", "33.01")
    assert (posted.prices, posted.tax, posted.tax_lines) == (Prices.EXCLUSIVE, Decimal("1.00"), 1)
    assert decode_content(encode_content(posted)) == posted
    added = adjustment(posted, now)
    (total,) = added.day.taxes
    assert (total.tax_code, total.account, total.amount, total.lines) == ("", "", Decimal("2.01"), 2)
    assert (added.total, added.day.difference) == (Decimal("22.01"), 0)
    assert together([posted, content_of(added)]).tax == Decimal("3.01")
    assert is_nothing(adjustment(content_of(now), now))


def test_what_a_customer_took_and_paid_is_summed_by_where_it_went() -> None:
    payment = LineKind.ACCOUNT_PAYMENT
    day = a_day(
        line("30.00"),
        line("20.00", "DEBTORS", kind=payment, customer="Smith"),
        line("5.50", "DEBTORS", kind=payment, customer="Smith"),
        line("4.00", "OLD", kind=payment, customer="Smith"),
        line("7.00", "DEBTORS", kind=payment),
        line("9.00", "DEBTORS", customer="Smith"),
        tender("58.00"),
        on_account(Smith="10.00", Jones="4.00"),
        on_account("BAR", Smith="2.00"),
        on_account(Smith="1.50"),
    )
    assert named_customers(day) == {
        ("HOUSE", "Smith"): Decimal("11.50"),
        ("HOUSE", "Jones"): Decimal("4.00"),
        ("BAR", "Smith"): Decimal("2.00"),
        ("DEBTORS", "Smith"): Decimal("-25.50"),
        ("OLD", "Smith"): Decimal("-4.00"),
    }
    assert named_customers(a_day()) == {}


def test_an_adjustment_of_an_adjustment_moves_nothing_that_is_even():
    first, second, third = (a_mapped_day(f"{n}.00", place) for n, place in ((10, CASH), (12, SAFE), (15, SAFE)))
    adjusted = adjustment(content_of(first), second)
    assert [source_code(one) for one in content_of(adjusted).tenders] == ["CASH", "CASH"]
    again = adjustment(together((content_of(first), content_of(adjusted))), third)
    assert [(one.tender.code, one.account, one.tender.counted) for one in again.tenders] == [
        ("CASH", SAFE, Decimal("3.00"))
    ]


def test_what_is_left_of_an_adjustment_whose_document_stands_goes_where_it_is_mapped_now():
    posted = content_of(adjustment(content_of(a_mapped_day("10.00", CASH)), a_mapped_day("12.50", SAFE)))
    assert [one.code for one in posted.tenders] == ["CASH", "CASH@cash"]
    day = a_mapped_day("12.50", SAFE).day
    table = a_table(entry("tenders", "CASH", "drawer"))
    moved_on = left_of(posted, day, standing={"CASH@cash"}, table=table)
    assert [(one.tender.code, one.account and one.account.id, one.tender.counted) for one in moved_on.tenders] == [
        ("CASH", "id-drawer", Decimal("12.50")), ("CASH@cash", "cash", Decimal("-10.00"))
    ]  # fmt: skip
    assert [(one.line.amount, one.account) for one in moved_on.lines] == [(Decimal("2.50"), ACCOUNTS[0])]
    assert moved_on.total == Decimal("2.50")
    assert left_of(posted, day, standing={"CASH", "CASH@cash"}, table=table) == as_mapped(posted, day)


def test_what_is_left_and_not_posted_any_more_is_left_open_and_without_a_decision_stays():
    posted, day = content_of(a_mapped_day("12.50", SAFE)), a_mapped_day("12.50", SAFE).day
    for choice in (Choice.LEAVE_OPEN, Choice.DO_NOT_POST):
        table = a_table(entry("tenders", "CASH", choice=choice))
        assert [one.account for one in left_of(posted, day, standing=(), table=table).tenders] == [None]
    empty = MappingTable((), ())
    assert [one.account for one in left_of(posted, day, standing=(), table=empty).tenders] == [SAFE]
