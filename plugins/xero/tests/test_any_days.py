"""Whatever the days and settings: a document moves every account by what the days say, or the days are held."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from plugins.xero.tests.accounting import SHAPES, ZERO, check, plan, tax_on, without_zeros

from takings.plugin import LineKind, TaxTotal
from takings_xero.options import IntegrationSettings

#: Accounts that take lines, each with a rate that goes with it.
PLACES = (
    ("a-food", "OUTPUT"), ("a-food", "EXEMPTOUTPUT"), ("a-beer", "OUTPUT"), ("a-tips", "BASEXCLUDED"),
    ("a-cash", "BASEXCLUDED"), ("a-wages", "BASEXCLUDED"),
)  # fmt: skip
CLEARING = (("a-cash", "CASH"), ("a-tips", "VOUCHER"), ("a-cash", "EFTPOS"))
ANYWHERE = (*CLEARING, ("a-bank", "AMEX"), (None, "ACCT"), (None, "ROOM"))

cents = st.integers(-400_000, 400_000).map(lambda one: Decimal(one).scaleb(-2))
small = st.integers(-12, 12).map(lambda one: Decimal(one).scaleb(-2))


PRICED = {
    "inclusive": {},
    "exclusive": {"prices_include_tax": False},
    "no_tax": {"charges_tax": False},
}


def stated(draw, lines):
    """The tax that the point of sale states on top of these lines: rounded row by row, or once."""
    rows = [one.line.amount for one in lines if one.tax_code == "OUTPUT"]
    parts = rows if draw(st.booleans()) else [sum(rows, ZERO)]
    amount = sum((tax_on(one, Decimal(10), "Exclusive") for one in parts), ZERO)
    return (TaxTotal(tax_code="OUTPUT", amount=amount, lines=len(rows)),) if rows else ()


@st.composite
def days(draw, build, tenders, number, prices):
    amounts = cents | small
    lines = [
        build.line(
            draw(amounts),
            *draw(st.sampled_from(PLACES)),
            source=draw(st.sampled_from("ABC")),
            kind=draw(st.sampled_from(LineKind)),
            category=draw(st.sampled_from(["", "Food", "Bar"])),
            department=draw(st.sampled_from(["", "Bar"])),
            day_part=draw(st.sampled_from(["", "Dinner"])),
        )
        for _ in range(draw(st.integers(0, 6)))
    ]
    paid = [build.tender(draw(amounts), *draw(st.sampled_from(tenders))) for _ in range(draw(st.integers(0, 4)))]
    if prices == "no_tax":
        lines = [replace(one, tax=None) for one in lines]
    taxes = stated(draw, lines) if prices == "exclusive" else ()
    rest = sum((one.tender.counted for one in paid), ZERO) - sum((one.line.amount for one in lines), ZERO)
    rest -= sum((one.amount for one in taxes), ZERO)
    if draw(st.booleans()):
        lines.append(build.line(rest, "a-food", None if prices == "no_tax" else "EXEMPTOUTPUT", source="REST"))
    else:
        paid.append(build.tender(-rest, *draw(st.sampled_from(tenders))))
    return build.day(lines, paid, date(2026, 10, 1) + timedelta(days=number), taxes=taxes, **PRICED[prices])


@st.composite
def units(draw, build, tenders):
    prices = draw(st.sampled_from(["inclusive", *PRICED]))
    return build.unit(
        *[draw(days(build, tenders, number, prices)) for number in range(draw(st.sampled_from([1, 1, 1, 2, 7])))]
    )


settings_of_all_kinds = st.builds(
    lambda shape, grouping, tracking: IntegrationSettings(shape=shape, grouping=grouping, **tracking),
    st.sampled_from(list(SHAPES)),
    st.sampled_from(["account", "department", "category", "tax"]),
    st.sampled_from(
        [
            {},
            {"tracking": "all", "tracking_option": "o-bar"},
            {"tracking": "department", "tracking_category": "k-place"},
            {"tracking": "category", "tracking_category": "k-place"},
            {"tracking": "day_part", "tracking_category": "k-part"},
        ]
    ),
)


@given(st.data(), settings_of_all_kinds)
def test_days_on_clearing_accounts_are_never_held_and_move_what_they_say(build, data, settings):
    unit = data.draw(units(build, CLEARING))
    planned = plan(unit, build.survey(), settings)
    assert not planned.findings
    check(planned, unit)


@given(st.data(), settings_of_all_kinds)
def test_any_days_are_held_or_move_what_they_say(build, data, settings):
    unit = data.draw(units(build, ANYWHERE))
    planned = plan(unit, build.survey(), settings)
    if planned.findings:
        assert planned.operations == ()
    else:
        check(planned, unit)


@given(st.data())
def test_all_shapes_agree(build, data):
    unit = data.draw(units(build, CLEARING))
    found = [plan(unit, build.survey(), settings) for settings in SHAPES.values()]
    moved = [without_zeros({one.account: one.amount for one in each.movements}) for each in found]
    taxes = [sum((one.sign * one.tax for one in each.documents), ZERO) for each in found]
    assert moved[0] == moved[1] == moved[2]
    assert taxes[0] == taxes[1] == taxes[2]
