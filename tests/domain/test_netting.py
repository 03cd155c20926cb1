"""What payment methods of several days come to together: all that was counted, whatever they are mapped to."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from tests.support.days import DATE, a_day, ref, steady, tender

from takings.domain.mapping import MappedDay, MappedTender
from takings.domain.netting import TenderTotal, net_tenders
from takings.plugin.documents import Unit

CODES = ("CASH", "EFTPOS", "AMEX", "HOUSE")
#: What each payment method was counted at, of several days.
COUNTED = st.lists(
    st.dictionaries(st.sampled_from(CODES), st.integers(-9_999, 9_999), min_size=1), min_size=1, max_size=4
)


def days_of(counted: list[dict[str, int]], without: str = "") -> tuple[MappedDay, ...]:
    """Map days; HOUSE is left open on the document, and `without` is not posted."""
    days = []
    for number, amounts in enumerate(counted):
        tenders = [tender(str(Decimal(cents) / 100), code) for code, cents in amounts.items()]
        posted = tuple(
            MappedTender(tender=one, account=None if one.code == "HOUSE" else ref(one.code))
            for one in tenders
            if one.code != without
        )
        day = a_day(*tenders, business_date=DATE + timedelta(days=number))
        days.append(MappedDay(day=day, lines=(), tenders=posted))
    return tuple(days)


@steady
@given(COUNTED)
def test_all_together_come_to_what_was_counted(counted: list[dict[str, int]]) -> None:
    days = days_of(counted)
    totals = net_tenders(days)
    assert sum(one.amount for one in totals) == Unit(key="k", generation=1, number=None, days=days).counted
    assert all(one.amount for one in totals)


@steady
@given(COUNTED, st.sampled_from(CODES))
def test_the_place_of_a_payment_method_stays_where_others_are_not_posted(
    counted: list[dict[str, int]], without: str
) -> None:
    all_of_them = {one.name: one for one in net_tenders(days_of(counted))}
    left = net_tenders(days_of(counted, without=without))
    assert left == tuple(one for name, one in all_of_them.items() if name != without.title())


def test_each_is_named_and_placed_by_its_first_appearance() -> None:
    days = days_of([{"AMEX": -6490, "CASH": 1000}, {"HOUSE": 500, "CASH": 250}])
    assert net_tenders(days) == (
        TenderTotal(place=1, name="Amex", account=ref("AMEX"), amount=Decimal("-64.90")),
        TenderTotal(place=2, name="Cash", account=ref("CASH"), amount=Decimal("12.50")),
        TenderTotal(place=3, name="House", account=None, amount=Decimal("5.00")),
    )
