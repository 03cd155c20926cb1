"""Each shape in a running sandbox: posted, found after a lost reply, read back, and its books."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from plugins.xero.tests.accounting import Posted, said, without_zeros

from takings.plugin import LineKind, Misconfigured, Period, ReplyLost, Standing
from takings_xero.connecting import SCOPES
from takings_xero.options import IntegrationSettings

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
DAY = date(2026, 10, 5)
FOOD, BEER, TIPS, CASH, AMEX = "201", "202", "807", "611", "613"
CASES = {
    "ordinary": ([("110.00", FOOD), ("55.00", BEER)], [("100.00", CASH), ("65.00", AMEX)]),
    "against the grain": ([("110.00", FOOD), ("55.00", BEER)], [("229.90", CASH), ("-64.90", AMEX)]),
    "below zero": ([("-220.00", FOOD), ("55.00", BEER)], [("-175.00", CASH), ("10.00", AMEX)]),
    "all given back": ([("-220.00", FOOD)], [("-200.00", CASH), ("-20.00", AMEX)]),
    "nothing in all": ([("33.00", FOOD), ("-33.00", BEER)], [("40.00", CASH), ("-40.00", AMEX)]),
    "between rates": ([("110.00", FOOD), ("-110.00", "204")], []),
}
SHAPES = ("payments", "balanced", "journal")
KEYS = {"invoice": ("Invoices", "InvoiceID"), "creditnote": ("CreditNotes", "CreditNoteID"),
        "journal": ("ManualJournals", "ManualJournalID"), "payment": ("Payments", "PaymentID")}  # fmt: skip


@pytest.fixture
def books(connect):
    """An organisation that also lets journals be written and tracking be set up."""
    return connect(*SCOPES, "accounting.manualjournals", "accounting.settings")


def unit_of(books, build, case, day=DAY, number=None, **fields):
    lines, tenders = CASES[case]
    chart = books.accounts()
    rates = {FOOD: "OUTPUT", BEER: "OUTPUT", "204": "EXEMPTOUTPUT", TIPS: "BASEXCLUDED"}
    made = build.day(
        [build.line(amount, chart[code].id, rates[code], source=code, **fields) for amount, code in lines],
        [build.tender(amount, chart[code].id, code) for amount, code in tenders],
        day,
    )
    return build.unit(made, number=number)


def planned(books, unit, **settings):
    chosen = IntegrationSettings(**settings)
    plan = books.target.plan(unit, books.target.survey(OCTOBER, chosen), chosen)
    assert not plan.findings, plan.findings
    return plan


def with_contact(books, unit, **settings):
    """Return the plan with the contact standing, so that every operation can be sent as it is."""
    plan = planned(books, unit, **settings)
    contacts = [one for one in plan.operations if one.kind == "contact"]
    if contacts:
        books.execute("contact", contacts, "contact")
    return planned(books, unit, **settings)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("case", CASES)
def test_the_books_move_by_what_the_day_says(books, build, case, shape):
    unit = unit_of(books, build, case)
    plan = with_contact(books, unit, shape=shape)
    (document,) = plan.documents
    receipts = books.post(plan)
    moved = books.balances()
    gst = moved.pop(books.accounts()["820"].id, Decimal(0))
    assert gst == -document.sign * document.tax
    assert moved == net_of(books, unit)
    # What Xero computed is what the test computes from the payload.
    computed = Posted(plan)
    (standing,) = books.call("GET", f"{KEYS[document.kind][0]}/{receipts[document.key]['id']}")[
        KEYS[document.kind][0]
    ]
    if document.kind != "journal":
        assert Decimal(str(standing["Total"])) == computed.total == document.total
        assert Decimal(str(standing["TotalTax"])) == computed.tax == document.tax
        assert standing["Status"] == "PAID"
    assert sum((Decimal(one["balance"]) for one in control(books) if one["Code"] == "610"), Decimal(0)) == 0


def net_of(books, unit):
    """What the day says of each account, without the tax in its lines."""
    moved = dict(said(unit))
    rated = {books.accounts()[code].id for code in (FOOD, BEER)}
    for mapped in unit.days[0].lines:
        if mapped.account.id in rated:
            moved[mapped.account.id] += (mapped.line.amount / 11).quantize(Decimal("0.01"))
    return without_zeros(moved)


def control(books):
    return books.sandbox.control.balances(books.organisation.id)["accounts"]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("case", CASES)
def test_what_was_posted_reads_back_as_planned(books, build, case, shape):
    plan = with_contact(books, unit_of(books, build, case, number="AH-7"), shape=shape)
    (document,) = plan.documents
    receipts = books.post(plan)
    (found,) = books.target.inspect({document.key: receipts[document.key]}, OCTOBER)
    assert (found.key, found.standing, found.day) == (document.key, Standing.STANDS, DAY)
    assert (found.total, found.tax, found.number) == (document.total, document.tax, document.number or "")
    sums: dict[str, Decimal] = {}
    for line in document.lines:
        sums[line.account.id] = sums.get(line.account.id, Decimal(0)) + line.amount
    assert without_zeros(found.lines) == without_zeros(sums)
    assert sorted((one.key, one.account, one.amount) for one in found.payments) == sorted(
        (one.key, one.account.id, one.amount) for one in document.payments
    )


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("case", ["ordinary", "below zero"])
def test_after_a_lost_reply_each_document_is_found_and_stands_once(books, build, case, shape):
    plan = with_contact(books, unit_of(books, build, case), shape=shape)
    (document, *payments) = plan.operations
    (absent,) = books.target.find(document.kind, [document])
    assert absent.standing is Standing.ABSENT
    books.sandbox.world.faults.add({"do": "commit_then_drop", "match": {"method": "PUT"}})
    with pytest.raises(ReplyLost):
        books.execute(document.kind, [document], "lost")
    (found,) = books.target.find(document.kind, [document])
    assert found.standing is Standing.STANDS
    plural, ident = KEYS[document.kind]
    (standing,) = books.sandbox.control.dump(books.organisation.id)[plural]
    assert standing[ident] == found.receipt["id"]
    for one in payments:
        sent = replace(one, payload={**one.payload, **named(one.payload, found.receipt["id"])})
        books.sandbox.world.faults.add({"do": "commit_then_drop", "match": {"method": "PUT"}})
        with pytest.raises(ReplyLost):
            books.execute("payment", [sent], f"lost {one.key}")
        assert books.target.find("payment", [sent])[0].standing is Standing.STANDS
    # A database set up anew sees the document in its survey, by the same key.
    survey = books.target.survey(OCTOBER, IntegrationSettings(shape=shape))
    assert [one.key for one in survey.documents] == [document.key]


def named(payload, ident):
    name = "Invoice" if "Invoice" in payload else "CreditNote"
    return {name: {f"{name}ID": ident}}


@pytest.mark.parametrize("shape", SHAPES)
def test_find_tells_voided_and_several(books, build, shape):
    plan = with_contact(books, unit_of(books, build, "below zero"), shape=shape)
    document = plan.operations[0]
    books.execute(document.kind, [document], "1")
    books.execute(document.kind, [document], "2")
    assert books.target.find(document.kind, [document])[0].standing is Standing.SEVERAL
    plural, ident = KEYS[document.kind]
    ours = books.sandbox.control.dump(books.organisation.id)[plural]
    receipts = {plan.documents[0].key: {"id": ours[0][ident]}}
    read = list(books.target.inspect(receipts, OCTOBER))
    assert sorted(one.standing for one in read) == sorted([Standing.STANDS, Standing.SEVERAL])
    for one in ours:
        if shape != "balanced":  # nothing is left to pay on that one, so it is paid, and what is paid can't be voided
            books.call("POST", f"{plural}/{one[ident]}", {"Status": "VOIDED"})
    end = Standing.SEVERAL if shape == "balanced" else Standing.VOIDED
    assert books.target.find(document.kind, [document])[0].standing is end


@pytest.mark.parametrize(
    ("shape", "status", "held"),
    [("balanced", "DRAFT", "DRAFT"), ("balanced", "SUBMITTED", "SUBMITTED"), ("journal", "DRAFT", "DRAFT")],
)
def test_a_draft_moves_nothing_until_it_is_approved(books, build, shape, status, held):
    unit = unit_of(books, build, "against the grain")
    plan = with_contact(books, unit, shape=shape, status=status)
    (document,) = plan.documents
    receipts = books.post(plan)
    assert books.balances() == {}
    (found,) = books.target.inspect({document.key: receipts[document.key]}, OCTOBER)
    assert (found.standing, found.status, found.total, found.tax) == (
        Standing.STANDS, held, document.total, document.tax,
    )  # fmt: skip
    plural, _ = KEYS[document.kind]
    approved = "POSTED" if shape == "journal" else "AUTHORISED"
    books.call("POST", f"{plural}/{receipts[document.key]['id']}", {"Status": approved})
    moved = books.balances()
    moved.pop(books.accounts()["820"].id)
    assert moved == net_of(books, unit)


@pytest.mark.parametrize("shape", ["payments", "balanced"])
def test_what_is_left_open_stands_on_accounts_receivable(books, build, shape):
    chart = books.accounts()
    for day, sign in ((DAY, 1), (DAY + timedelta(days=1), -1)):
        lines = [build.line(sign * Decimal("110.00"), chart[FOOD].id)]
        tenders = [
            build.tender(sign * Decimal("80.00"), chart[CASH].id),
            build.tender(sign * Decimal("30.00"), None, "ACCT"),
        ]
        books.post(with_contact(books, build.unit(build.day(lines, tenders, day)), shape=shape), f"{sign}")
        receivable = books.balances().get(chart["610"].id, Decimal(0))
        assert receivable == (Decimal("30.00") if sign > 0 else 0)


@pytest.mark.parametrize("settings", [{"shape": "journal"}, {"journals_of_others": True}])
def test_journals_need_their_own_scope(ledger, build, settings):
    with pytest.raises(Misconfigured) as caught:
        ledger.target.survey(OCTOBER, IntegrationSettings(**settings))
    assert caught.value.field == "scopes"


@pytest.mark.parametrize(
    ("settings", "reads"),
    [
        ({}, 6),
        ({"shape": "journal"}, 6),
        ({"shape": "balanced"}, 6),
        ({"journals_of_others": True}, 7),
        ({"shape": "journal", "journals_of_others": True}, 6),
    ],
)
def test_a_survey_asks_for_what_the_shape_needs(books, settings, reads):
    books.context.calls.clear()
    books.target.survey(OCTOBER, IntegrationSettings(**settings))
    assert len(books.context.calls) == reads
    read = settings.get("shape") == "journal" or settings.get("journals_of_others", False)
    assert ("GET ManualJournals" in books.context.calls) == read
    assert ("GET Contacts" in books.context.calls) == (settings.get("shape") != "journal")


def test_looking_back_finds_journals_where_the_shape_makes_invoices(books, build):
    plan = planned(books, unit_of(books, build, "ordinary"), shape="journal")
    books.post(plan)
    books.context.calls.clear()
    (found,) = books.target.look_back(OCTOBER, IntegrationSettings())
    assert books.context.calls == ["GET ManualJournals"]
    (document,) = plan.documents
    assert (found.key, found.day, found.total) == (document.key, DAY, 0)
    posted: dict[str, Decimal] = {}
    for line in document.lines:
        posted[line.account.id] = posted.get(line.account.id, Decimal(0)) + line.amount
    assert without_zeros(found.lines) == without_zeros(posted)
    assert books.target.look_back(OCTOBER, IntegrationSettings(shape="journal")) == ()
    assert books.target.look_back(OCTOBER, IntegrationSettings(journals_of_others=True)) == ()
    assert found in books.target.survey(OCTOBER, IntegrationSettings(journals_of_others=True)).documents


@pytest.mark.parametrize("shape", ["payments", "balanced"])
def test_a_survey_tells_whom_a_document_is_for_and_its_lines_where_it_comes_to_nothing(books, build, shape):
    plan = with_contact(books, unit_of(books, build, "ordinary"), shape=shape)
    books.post(plan)
    (found,) = books.target.survey(OCTOBER, IntegrationSettings(shape=shape)).documents
    assert (found.contact, found.sign) == ("POS sales", 1)
    assert bool(found.lines) == (shape == "balanced")


# Tracking.


@pytest.fixture
def tracked(books):
    """The books with a tracking category, whose id comes with its options by name."""
    made = books.call(
        "PUT", "TrackingCategories", {"Name": "Department", "Options": [{"Name": "Bar"}, {"Name": "Kitchen"}]}
    )
    (category,) = made["TrackingCategories"]
    return category["TrackingCategoryID"], {one["Name"]: one["TrackingOptionID"] for one in category["Options"]}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("how", ["all", "department", "category", "day_part"])
def test_tracking_stands_on_the_lines_of_the_takings_and_not_on_payment_methods(books, build, tracked, shape, how):
    category, options = tracked
    unit = unit_of(books, build, "against the grain", department="bar", category="Kitchen", day_part="Bar")
    chosen = {"tracking_option": options["Bar"]} if how == "all" else {"tracking_category": category}
    plan = with_contact(books, unit, shape=shape, tracking=how, **chosen)
    receipts = books.post(plan)
    (document,) = plan.documents
    plural, _ = KEYS[document.kind]
    (standing,) = books.call("GET", f"{plural}/{receipts[document.key]['id']}")[plural]
    lines = standing.get("LineItems") or standing["JournalLines"]
    wanted = "Kitchen" if how == "category" else "Bar"
    assert [[one["Option"] for one in line["Tracking"]] for line in lines] == [
        [wanted] if line.option else [] for line in document.lines
    ]
    assert sum(bool(line.option) for line in document.lines) == 2
    assert {one.id: one.category_name for one in books.target.chart().options} == dict.fromkeys(
        options.values(), "Department"
    )


def test_a_tracking_category_that_was_archived_holds_the_day(books, build, tracked):
    category, _ = tracked
    books.call("POST", f"TrackingCategories/{category}", {"Status": "ARCHIVED"})
    settings = IntegrationSettings(tracking="department", tracking_category=category)
    survey = books.target.survey(OCTOBER, settings)
    held = books.target.plan(unit_of(books, build, "ordinary", department="bar"), survey, settings)
    assert [one.code for one in held.findings] == ["xero.tracking_gone"]


# Dates, weeks, many documents.


def test_a_close_after_midnight_is_surveyed_found_and_read_back_by_its_own_date(books, build):
    chart = books.accounts()
    last = OCTOBER.last
    closed = build.DAY.replace(month=11, day=1)
    day = build.day(
        [build.line("110.00", chart[FOOD].id, kind=LineKind.SALE)],
        [build.tender("110.00", chart[CASH].id)],
        last,
        closed_at=at_two(closed),
    )
    plan = with_contact(books, build.unit(day), posting_date="closing_date")
    receipts = books.post(plan)
    (document,) = plan.documents
    assert document.day == closed
    # The date lies behind the period of the days, and what stands there is seen in spite of that.
    for settings in (IntegrationSettings(posting_date="closing_date"), IntegrationSettings()):
        assert [one.key for one in books.target.survey(OCTOBER, settings).documents] == [document.key]
    (found,) = books.target.inspect({document.key: receipts[document.key]}, Period(closed, closed))
    assert (found.standing, found.day, len(found.payments)) == (Standing.STANDS, closed, 1)


def at_two(day):
    from datetime import datetime
    from zoneinfo import ZoneInfo

    return datetime(day.year, day.month, day.day, 2, 40, tzinfo=ZoneInfo("Australia/Melbourne"))


@pytest.mark.parametrize("shape", SHAPES)
def test_a_week_of_awkward_days_is_one_document(books, build, shape):
    days = [unit_of(books, build, case, DAY + timedelta(days=number)).days[0] for number, case in enumerate(CASES)]
    unit = build.unit(*days)
    plan = with_contact(books, unit, shape=shape)
    (document,) = plan.documents
    assert document.day == days[-1].day.business_date
    books.post(plan)
    moved = books.balances()
    gst = moved.pop(books.accounts()["820"].id)
    assert gst == -document.sign * document.tax
    expected = said(unit)
    assert sum(moved.values()) + gst == 0
    clearing = {books.accounts()[code].id for code in (CASH, AMEX)}
    assert {key: amount for key, amount in moved.items() if key in clearing} == {
        key: amount for key, amount in expected.items() if key in clearing
    }


@pytest.mark.parametrize("shape", SHAPES)
def test_a_year_reads_back_in_few_calls(books, build, shape):
    books.sandbox.world.switch(limit_minute=None, limit_concurrent=None)
    year = Period(date(2026, 1, 1), date(2026, 12, 31))
    chosen = IntegrationSettings(shape=shape)
    survey = books.target.survey(year, chosen)
    template = unit_of(books, build, "ordinary"), unit_of(books, build, "below zero")
    plans = []
    for number, day in enumerate(year):
        one = template[number % 10 == 9].days[0]
        mapped = replace(one, day=replace(one.day, business_date=day))
        plans.append(books.target.plan(build.unit(mapped), survey, chosen))
    receipts = books.post_all(plans)
    books.context.calls.clear()
    wanted = {plan.documents[0].key: receipts[plan.documents[0].key] for plan in plans}
    found = {one.key: one for one in books.target.inspect(wanted, year)}
    assert len(books.context.calls) <= 8
    assert found.keys() == wanted.keys()
    for plan in plans:
        (document,), read = plan.documents, found[plan.documents[0].key]
        assert (read.standing, read.total, read.tax) == (Standing.STANDS, document.total, document.tax)
        assert sorted(one.account for one in read.payments) == sorted(one.account.id for one in document.payments)
