"""A day that does not balance is told with both sums."""

from __future__ import annotations

from hypothesis import given
from tests.support.days import a_day, any_day, line, steady, tender

from takings.domain.balance import check_balance
from takings.domain.day import DaySummary, LineKind
from takings.domain.findings import Severity


def test_a_day_with_every_kind_of_line_balances() -> None:
    signs = {LineKind.DISCOUNT: -1, LineKind.REFUND: -1, LineKind.PAID_OUT: -1}
    lines = [line(f"{signs.get(kind, 1) * n}.00", kind=kind) for n, kind in enumerate(LineKind, start=10)]
    total = sum(one.amount for one in lines)
    assert check_balance(a_day(*lines, tender(f"{total - 5}"), tender("5.00", "CARD"))) == ()


def test_more_counted_than_sold_is_told_with_both_sums() -> None:
    (found,) = check_balance(a_day(line("5563.22"), tender("5573.22")))
    assert (found.code, found.severity, found.subject) == ("day.unbalanced", Severity.ERROR, "2026-10-01/1")
    assert "10.00 AUD more was counted than its lines come to" in found.what
    assert "5,563.22" in found.why
    assert "5,573.22" in found.why
    assert found.do


def test_less_counted_than_sold_is_told_the_other_way_round() -> None:
    (found,) = check_balance(a_day(line("11.00"), tender("10.50")))
    assert "its lines come to 0.50 AUD more than was counted" in found.what


@steady
@given(any_day())
def test_a_day_is_told_exactly_when_it_does_not_balance(day: DaySummary) -> None:
    assert bool(check_balance(day)) == (day.lines_total != day.counted_total)
