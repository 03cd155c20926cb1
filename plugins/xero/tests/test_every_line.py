"""Every kind of money line, in every shape: the account and the tax rate that it is posted with, and its settings."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

import pytest
from plugins.xero.tests.accounting import Posted, check, codes, plan

from takings.domain.catalogue import Dimension, DimensionKind
from takings.domain.findings import errors
from takings.domain.mapping import LedgerRef, MappedDay, MappingEntry, MappingTable, map_day
from takings.plugin import Line, LineKind, TaxTotal, Tender
from takings.sync.checking import check_plan
from takings.sync.treating import treatments_of
from takings_xero.options import IntegrationSettings

SHAPES = ("payments", "balanced", "journal")
GST, FREE, NONE = "OUTPUT", "EXEMPTOUTPUT", "BASEXCLUDED"

#: Row by row what a close of a pub has: kind, code, amount, tax code; and the account that it goes to in Australia.
ROWS = (
    (LineKind.SALE, "FOOD", "1100.00", GST, "a-food"),
    (LineKind.DISCOUNT, "FOOD", "-55.00", GST, "a-food"),
    (LineKind.REFUND, "FOOD", "-22.00", GST, "a-food"),
    (LineKind.SALE, "BREAD", "40.00", FREE, "a-food"),
    (LineKind.DISCOUNT, "BREAD", "-4.00", FREE, "a-food"),
    (LineKind.SURCHARGE, "SUR-SUN", "110.00", GST, "a-sur"),
    (LineKind.SURCHARGE, "SUR-CARD", "11.00", GST, "a-sur"),
    (LineKind.SURCHARGE, "SERVICE", "33.00", GST, "a-sur"),
    (LineKind.TIP, "TIPS", "60.00", NONE, "a-tips"),
    (LineKind.VOUCHER_SOLD, "VOUCH", "150.00", NONE, "a-vouch"),
    (LineKind.DEPOSIT, "DEPOSIT", "500.00", NONE, "a-deposit"),
    (LineKind.ACCOUNT_PAYMENT, "ACCT-PAY", "88.00", NONE, "a-debtors"),
    (LineKind.ROUNDING, "ROUND", "-0.02", NONE, "a-round"),
    (LineKind.PAID_OUT, "ICE", "-25.00", NONE, "a-petty"),
    (LineKind.CASH_IN, "FLOAT", "30.00", NONE, "a-petty"),
    (LineKind.VARIANCE, "VARIANCE", "-20.00", NONE, "a-short"),
)
#: How it was paid: cash after cash-out on cards, a voucher redeemed, a deposit applied, a house account.
TENDERS = (
    ("CASH", "375.98", "a-cash"), ("EFTPOS", "1200.00", "a-eftpos"), ("AMEX", "150.00", "a-amex"),
    ("VOUCHER", "100.00", "a-vouch"), ("DEPOSIT-USED", "80.00", "a-deposit"), ("HOUSE", "90.00", "a-debtors"),
)  # fmt: skip
PLACES = {code: place for _, code, _, _, place in ROWS}


def ledger(build):
    """The usual survey with an account for each of these."""
    known = build.survey().chart.accounts
    kinds = {
        "a-sur": "REVENUE", "a-vouch": "LIABILITY", "a-deposit": "LIABILITY", "a-debtors": "ASSET",
        "a-petty": "ASSET", "a-short": "EXPENSE", "a-eftpos": "ASSET", "a-amex": "ASSET", "a-disc": "REVENUE",
        "a-own": "EXPENSE",
    }  # fmt: skip
    more = [replace(known[0], id=id_, kind=kind, takes_payments=kind != "REVENUE") for id_, kind in kinds.items()]
    taxes = [replace(one, kinds=()) for one in build.survey().chart.taxes]
    return build.survey(accounts=(*known, *more), taxes=tuple(taxes))


def table(settings, *, without=()):
    """The mapping of a bookkeeper, with what the settings say of kinds of lines."""
    taxes, methods, accounts = (
        Dimension(key=kind.value, title=kind.value, kind=kind)
        for kind in (DimensionKind.TAX, DimensionKind.TENDER, DimensionKind.ACCOUNT)
    )
    entries = [MappingEntry(dimension=accounts.key, code=c, ref=LedgerRef(id=p)) for c, p in PLACES.items()]
    entries += [MappingEntry(dimension=methods.key, code=c, ref=LedgerRef(id=p)) for c, _, p in TENDERS]
    entries += [MappingEntry(dimension=taxes.key, code=one, ref=LedgerRef(id=one)) for one in (GST, FREE, NONE)]
    known = [one for one in entries if one.code not in without]
    return MappingTable((taxes, methods, accounts), known, treatments=treatments_of(settings, None))


def a_unit(build, settings, *, without=(), **fields):
    lines = tuple(
        Line(kind=kind, account=code, amount=Decimal(amount), tax_code=tax) for kind, code, amount, tax, _ in ROWS
    )
    paid = tuple(Tender(code=c, name=c, recorded=Decimal(a), counted=Decimal(a)) for c, a, _ in TENDERS)
    stated = (TaxTotal(tax_code=GST, amount=Decimal("107.00"), lines=6),)
    summary = replace(build.day([], []).day, lines=lines, tenders=paid, taxes=stated, **fields)
    assert not summary.difference
    mapped = map_day(summary, table(settings, without=without))
    assert isinstance(mapped, MappedDay), mapped
    return build.unit(mapped)


def written(planned):
    """What the document says: amounts by account and rate, payments left out."""
    payload = planned.operations[0].payload
    sign = 1 if "LineItems" in payload else -1
    found = defaultdict(Decimal)
    for one in payload.get("LineItems") or payload["JournalLines"]:
        found[one["AccountID"], one["TaxType"]] += sign * Decimal(one["LineAmount"])
    return found


@pytest.mark.parametrize("shape", SHAPES)
def test_each_line_goes_to_its_account_with_its_tax(build, shape):
    settings = IntegrationSettings(shape=shape)
    unit = a_unit(build, settings)
    planned = plan(unit, ledger(build), settings)
    check(planned, unit)
    expected = defaultdict(Decimal)
    for _, _, amount, tax, place in ROWS:
        expected[place, tax] += Decimal(amount)
    if shape != "payments":
        for _, amount, place in TENDERS:
            expected[place, NONE] -= Decimal(amount)
    assert written(planned) == expected
    assert [one.code for one in check_plan(unit, planned)] == []
    paid = [(one.label, f"{one.amount:.2f}") for one in planned.documents[0].payments]
    assert paid == ([(code, amount) for code, amount, _ in TENDERS] if shape == "payments" else [])


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", ["discounts", "refunds"])
def test_discounts_and_refunds_stand_apart_where_it_is_chosen(build, shape, kind):
    apart = IntegrationSettings(shape=shape, **{kind: "apart"})
    unit = a_unit(build, apart)
    planned = plan(unit, ledger(build), apart)
    check(planned, unit)
    texts = [one.description for one in planned.documents[0].lines]
    wanted = ["Discounts: FOOD", "Discounts: BREAD"] if kind == "discounts" else ["Refunds: FOOD"]
    assert [text for text in texts if text.startswith(("Discounts", "Refunds"))] == wanted
    own = IntegrationSettings(shape=shape, **{kind: "apart", f"{kind}_account": "a-disc"})
    unit = a_unit(build, own)
    planned = plan(unit, ledger(build), own)
    check(planned, unit)
    gst, free = ("-55.00", "-4.00") if kind == "discounts" else ("-22.00", "0")
    found = written(planned)
    assert (found["a-disc", GST], found["a-disc", FREE]) == (Decimal(gst), Decimal(free))


CHANGED = (
    ("tips_tax", GST, "Tax of tips", "a-tips", NONE, "60.00"),
    ("surcharges_tax", FREE, "Tax of surcharges", "a-sur", GST, "154.00"),
    ("vouchers_tax", GST, "Tax of vouchers sold", "a-vouch", NONE, "150.00"),
    ("deposits_tax", GST, "Tax of deposits taken", "a-deposit", NONE, "500.00"),
    ("paid_outs_tax", GST, "Tax of cash paid out", "a-petty", NONE, "-25.00"),
)


@pytest.mark.parametrize("grouping", ["account", "tax"])
@pytest.mark.parametrize("case", CHANGED, ids=lambda case: case[0])
def test_a_setting_changes_the_tax_of_a_kind_and_nothing_else(build, case, grouping):
    name, rate, title, place, matched, amount = case
    for shape in SHAPES:
        settings = IntegrationSettings(shape=shape, grouping=grouping, **{name: rate})
        unit = a_unit(build, settings)
        planned = plan(unit, ledger(build), settings)
        check(planned, unit)
        before = written(plan(a_unit(build, IntegrationSettings(shape=shape)), ledger(build), settings))
        found = written(planned)
        assert found[place, rate] - before[place, rate] == Decimal(amount)
        assert found[place, matched] - before[place, matched] == -Decimal(amount)
        assert not errors(check_plan(unit, planned)), "the change is no difference to the point of sale's tax"
        changed = [one for one in planned.documents[0].lines if one.retaxed]
        assert {one.retaxed.setting for one in changed} == {title}
        assert sum(one.amount for one in changed) == Decimal(amount)
        assert all(one.retaxed.tax.id == matched for one in changed)


@pytest.mark.parametrize("shape", SHAPES)
def test_on_a_day_below_zero_a_setting_changes_the_tax_with_its_sign(build, shape):
    settings = IntegrationSettings(shape=shape, tips_tax=GST)
    day = a_unit(build, settings).days[0].day
    turned = replace(
        day,
        lines=tuple(replace(one, amount=-one.amount) for one in day.lines),
        tenders=tuple(replace(one, recorded=-one.recorded, counted=-one.counted) for one in day.tenders),
        taxes=tuple(replace(one, amount=-one.amount) for one in day.taxes),
    )
    unit = build.unit(map_day(turned, table(settings)))
    planned = plan(unit, ledger(build), settings)
    document = planned.documents[0]
    (changed,) = [one for one in document.lines if one.retaxed]
    matched, posted = document.sign * changed.retaxed.tax_amount, document.sign * changed.tax_amount
    assert (matched, posted) == (Decimal("0.00"), Decimal("-5.45"))
    assert [one.code for one in check_plan(unit, planned)] == ["tax.changed"]
    settings = IntegrationSettings(shape=shape, surcharges_tax=FREE)
    unit = build.unit(map_day(turned, table(settings)))
    planned = plan(unit, ledger(build), settings)
    changed = [one.retaxed for one in planned.documents[0].lines if one.retaxed]
    assert sum(planned.documents[0].sign * one.tax_amount for one in changed) == Decimal("-14.00")
    assert [one.code for one in check_plan(unit, planned)] == ["tax.changed"]


@pytest.mark.parametrize("shape", SHAPES)
def test_rounding_and_differences_go_to_the_accounts_of_the_settings(build, shape):
    settings = IntegrationSettings(shape=shape, rounding_account="a-own", variance_account="a-own")
    for without in ((), ("ROUND", "VARIANCE")):  # whether the codes are matched or not
        unit = a_unit(build, settings, without=without)
        planned = plan(unit, ledger(build), settings)
        check(planned, unit)
        found = written(planned)
        assert found["a-own", NONE] == Decimal("-20.02")
        assert not found["a-round", NONE]
        assert not found["a-short", NONE]


@pytest.mark.parametrize("name", ["rounding_account", "variance_account"])
def test_an_account_of_a_setting_that_is_archived_leads_to_the_setting(build, name):
    settings = IntegrationSettings(**{name: "a-old"})
    planned = plan(a_unit(build, settings), ledger(build), settings)
    assert [(one.code, one.where) for one in planned.findings] == [
        ("xero.account_archived", name),
        *([("xero.tax_not_for_account", "map:account")] if codes(planned)[1:] else []),
    ]


def test_a_rate_that_is_not_matched_can_not_be_put_on_top(build):
    settings = IntegrationSettings(tips_tax=GST)
    lines = (Line(kind=LineKind.TIP, account="TIPS", amount=Decimal("60.00"), tax_code=NONE),)
    paid = (Tender(code="CASH", name="Cash", recorded=Decimal("60.00"), counted=Decimal("60.00")),)
    day = replace(build.day([], []).day, lines=lines, tenders=paid, prices_include_tax=False)
    (finding,) = map_day(day, table(settings))
    assert (finding.code, finding.where) == ("mapping.retaxed_on_top", "tips_tax")


def test_cash_out_on_a_card_moves_money_between_methods_and_is_no_sale(build):
    settings = IntegrationSettings()
    lines = [build.line("10.00")]
    unit = build.unit(build.day(lines, [build.tender("60.00", "a-tips", "EFTPOS"), build.tender("-50.00")]))
    planned = plan(unit, build.survey(), settings)
    check(planned, unit)
    posted = Posted(planned)
    assert (posted.moved["a-tips"], posted.moved["a-cash"], posted.moved["a-food"]) == (60, -50, -10)
