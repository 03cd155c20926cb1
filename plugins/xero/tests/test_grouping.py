"""Grouping and tracking of lines, in every shape."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from plugins.xero.tests.accounting import SHAPES, check, codes, plan

from takings.plugin import LineKind, TaxTotal
from takings.sync.checking import check_plan
from takings_xero.options import IntegrationSettings


def grouped_lines(build):
    return [
        build.line("10.00", source="A", name="Grill", category="Food", department="Bistro"),
        build.line("20.00", source="B", name="Salads", category="Food", department="Terrace"),
        build.line("40.00", source="C", name="Tap", category="Drinks", department="Bistro"),
        build.line("80.00", "a-food", "EXEMPTOUTPUT", source="A", name="Grill", category="Food", department="Bistro"),
        build.line("5.00", "a-tips", "BASEXCLUDED", source="TIPS", kind=LineKind.TIP),
    ]


@pytest.mark.parametrize(
    ("grouping", "lines"),
    [
        (
            "account",
            {"Food: Terrace: Salads": "20.00", "Drinks: Bistro: Tap": "40.00"},
        ),
        ("category", {"Food": "80.00", "Drinks": "40.00"}),
        ("department", {"Food: Bistro": "80.00", "Bistro": "50.00", "Food: Terrace": "20.00"}),
        ("tax", {"a-food": "80.00", "a-tips": "5.00"}),
    ],
)
@pytest.mark.parametrize("shape", SHAPES)
def test_lines_are_grouped_as_chosen_and_never_across_accounts_or_rates(build, shape, grouping, lines):
    unit = build.unit(build.day(grouped_lines(build), [build.tender("155.00")]))
    planned = plan(unit, build.survey(), IntegrationSettings(shape=shape, grouping=grouping))
    check(planned, unit)
    (document,) = planned.documents
    written = {one.description: f"{one.amount:.2f}" for one in document.lines if one.tax_codes}
    assert lines.items() <= written.items()
    count = {"account": 5, "category": 4, "department": 4, "tax": 3}[grouping]
    assert len([one for one in document.lines if one.tax_codes]) == count


@pytest.mark.parametrize("grouping", ["account", "tax", "category", "department"])
@pytest.mark.parametrize("shape", SHAPES)
def test_lines_whose_rate_a_setting_changed_from_different_ones_are_not_joined(build, shape, grouping):
    def surcharge(amount, code, matched):
        named = {"category": "Surcharges", "department": "Bistro", "tax_code": code}
        line = build.line(amount, "a-tips", "BASEXCLUDED", source="SUR", kind=LineKind.SURCHARGE, **named)
        return replace(line, retaxed_by="Tax of surcharges", matched_tax=build.ref(matched))

    day = build.day(
        [
            surcharge("110.00", "GST", "OUTPUT"),
            surcharge("100.00", "FRE", "EXEMPTOUTPUT"),
            surcharge("11.00", "GST", "OUTPUT"),
        ],
        [build.tender("221.00")],
        taxes=(
            TaxTotal(tax_code="GST", amount=Decimal("11.00"), lines=2),
            TaxTotal(tax_code="FRE", amount=Decimal("0.00"), lines=1),
        ),
    )
    unit = build.unit(day)
    planned = plan(unit, build.survey(), IntegrationSettings(shape=shape, grouping=grouping))
    check(planned, unit)
    changed = {
        one.retaxed.tax.id: (one.amount, one.retaxed.tax_amount) for one in planned.documents[0].lines if one.retaxed
    }
    assert changed == {
        "OUTPUT": (Decimal("121.00"), Decimal("11.00")),
        "EXEMPTOUTPUT": (Decimal("100.00"), Decimal("0.00")),
    }
    assert [one.code for one in check_plan(unit, planned)] == ["tax.changed"]


def tracked_day(build, **fields):
    lines = [
        build.line("10.00", source="A", **({"category": "Food", "department": "bar", "day_part": "Dinner"} | fields)),
        build.line("4.00", source="B", kind=LineKind.TIP),
    ]
    return build.unit(build.day(lines, [build.tender("20.00"), build.tender("-6.00", "a-tips", "VOUCHER")]))


@pytest.mark.parametrize(
    ("settings", "options"),
    [
        ({"tracking": "all", "tracking_option": "o-bar"}, [("k-place", "o-bar"), ("k-place", "o-bar")]),
        ({"tracking": "category", "tracking_category": "k-place"}, [("k-place", "o-food"), None]),
        ({"tracking": "department", "tracking_category": "k-place"}, [("k-place", "o-bar"), None]),
        ({"tracking": "day_part", "tracking_category": "k-part"}, [("k-part", "o-dinner"), None]),
    ],
)
@pytest.mark.parametrize("shape", SHAPES)
def test_lines_carry_their_tracking_option_and_payment_methods_none(build, shape, settings, options):
    unit = tracked_day(build)
    planned = plan(unit, build.survey(), IntegrationSettings(shape=shape, **settings))
    assert not planned.findings
    check(planned, unit)
    payload = planned.operations[0].payload
    lines = payload.get("LineItems") or payload["JournalLines"]
    found = [one.get("Tracking") for one in lines]
    wanted = [one and [dict(zip(("TrackingCategoryID", "TrackingOptionID"), one, strict=True))] for one in options]
    assert found[:2] == wanted
    assert found[2:] == [None] * (1 if shape == "payments" else 2)
    assert [one.option.id if one.option else "" for one in planned.documents[0].lines[:2]] == [
        one[1] if one else "" for one in options
    ]


@pytest.mark.parametrize(
    ("settings", "fields", "code"),
    [
        ({"tracking": "all", "tracking_option": "o-gone"}, {}, "xero.tracking_gone"),
        ({"tracking": "all", "tracking_option": "o-none"}, {}, "xero.tracking_gone"),
        (
            {"tracking": "department", "tracking_category": "k-place"},
            {"department": "Terrace"},
            "xero.tracking_unknown",
        ),
        ({"tracking": "category", "tracking_category": "k-part"}, {}, "xero.tracking_unknown"),
        ({"tracking": "category", "tracking_category": "Place"}, {}, "xero.tracking_gone"),
    ],
)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_tracking_option_that_is_missing_holds_the_day(build, shape, settings, fields, code):
    planned = plan(tracked_day(build, **fields), build.survey(), IntegrationSettings(shape=shape, **settings))
    assert codes(planned) == [code]
    assert planned.operations == ()


def test_lines_of_one_account_with_two_tracking_options_stay_apart(build):
    lines = [build.line("10.00", category="Food"), build.line("20.00", category="Bar")]
    unit = build.unit(build.day(lines, [build.tender("30.00")]))
    settings = IntegrationSettings(grouping="tax", tracking="category", tracking_category="k-place")
    (document,) = plan(unit, build.survey(), settings).documents
    assert [(one.option.name, one.amount) for one in document.lines] == [
        ("Food", Decimal("10.00")),
        ("Bar", Decimal("20.00")),
    ]
