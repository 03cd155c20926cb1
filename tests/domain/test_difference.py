"""What changed in a day is told in amounts."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from tests.support.days import a_day, any_day, line, on_account, steady, tender

from takings.domain.day import DaySummary, LineKind
from takings.domain.difference import changed_besides, compare_amounts, difference_finding
from takings.domain.findings import Severity


def test_a_reversed_payment_is_told_by_account_and_payment_method() -> None:
    posted = a_day(line("100.00"), line("50.00", "BEER"), tender("150.00"))
    now = a_day(
        line("100.00"), line("-22.00", kind=LineKind.REFUND), line("50.00", "BEER"), tender("128.00"), revision=2
    )
    found = difference_finding(posted, now)
    assert (found.code, found.severity, found.subject) == ("day.changed", Severity.WARNING, "2026-10-01/1")
    assert "a difference of 22.00 AUD less" in found.what
    assert "Revision 2 came after revision 1 was posted" in found.why
    assert "account FOOD (GST) 100.00 → 78.00" in found.why
    assert "payment method CASH 150.00 → 128.00" in found.why
    assert "BEER" not in found.why


def test_a_change_that_moves_money_between_accounts_has_no_difference_in_all() -> None:
    found = difference_finding(a_day(), a_day(line("11.00", "BEER"), tender("11.00")))
    assert "a difference of 0.00 AUD" in found.what
    assert "less" not in found.what
    assert "account BEER (GST) 0.00 → 11.00" in found.why


def test_a_change_without_amounts_says_so() -> None:
    assert (
        "no amount differs"
        in difference_finding(
            a_day(),
            a_day(),
        ).why
    )


def test_sales_that_only_moved_are_told_by_where_they_were_made() -> None:
    posted = a_day(line("60.00", department="Bar"), line("40.00", department="Bistro"), tender("100.00"))
    now = a_day(line("55.00", department="Bar"), line("45.00", department="Bistro"), tender("100.00"))
    assert "department Bar 60.00 → 55.00; department Bistro 40.00 → 45.00" in difference_finding(posted, now).why
    by_part = compare_amounts(a_day(line("10.00", day_part="Lunch")), a_day(line("10.00", day_part="Dinner")))
    assert [what for what, *_ in by_part] == ["day part Dinner", "day part Lunch"]
    assert compare_amounts(a_day(line("10.00", category="Food")), a_day(line("10.00"))) == [
        ("category Food", Decimal("10.00"), Decimal(0))
    ]
    assert [what for what, *_ in compare_amounts(posted, replace(now, lines=posted.lines[:1]))] == [
        "account FOOD (GST)"
    ]


@steady
@given(any_day(currency="AUD"), any_day(currency="AUD"))
def test_the_parts_of_a_change_come_to_the_whole(posted: DaySummary, now: DaySummary) -> None:
    parts = compare_amounts(posted, now)
    lines = sum((after - before for what, before, after in parts if what.startswith(("account ", "tax"))), Decimal(0))
    tenders = sum((after - before for what, before, after in parts if what.startswith("payment ")), Decimal(0))
    assert lines == now.lines_total - posted.lines_total
    assert tenders == now.counted_total - posted.counted_total
    assert all(before != after for _, before, after in parts)


@steady
@given(any_day())
def test_a_day_does_not_differ_from_itself(day: DaySummary) -> None:
    assert compare_amounts(day, replace(day, revision=day.revision + 1)) == []


def test_what_customers_took_otherwise_is_told_though_nothing_else_differs() -> None:
    posted = a_day(line("150.00"), on_account("ACCT", Smith="100.00", Jones="50.00"))
    now = a_day(line("150.00"), on_account("ACCT", Smith="150.00"))
    told = ("customer Jones (ACCT) 50.00 → 0.00", "customer Smith (ACCT) 100.00 → 150.00")
    assert changed_besides(posted, now) == told
    assert "; ".join(told) in difference_finding(posted, now).why


def test_what_has_no_amount_is_told_in_words() -> None:
    posted = a_day(line("10.00"), tender("10.00"))
    renamed = replace(posted, closed_by="Ann", tenders=(replace(posted.tenders[0], name="Notes", count=7),))
    told = changed_besides(posted, renamed)
    assert told == (
        "closed by nothing → Ann",
        f"name of payment method CASH {posted.tenders[0].name or 'nothing'} → Notes",
        f"payments of payment method CASH {posted.tenders[0].count} → 7",
    )
    assert difference_finding(posted, renamed).why.endswith(f"no amount differs; {'; '.join(told)}")
    detail = replace(posted, lines=(replace(posted.lines[0], quantity=3),))
    assert changed_besides(posted, detail) == ("only details of its lines, like quantities or references",)


@given(any_day(), any_day())
@steady
def test_contents_that_differ_are_always_told_of(posted: DaySummary, now: DaySummary) -> None:
    now = replace(now, site=posted.site, business_date=posted.business_date, sequence=posted.sequence)
    told = [*compare_amounts(posted, now), *changed_besides(posted, now)]
    assert bool(told) or replace(now, revision=posted.revision) == posted
    assert changed_besides(posted, replace(posted, revision=posted.revision + 1)) == ()
