"""What is told beside a decision on a code, in every face: what it stands for, and what is doubtful about it."""

from __future__ import annotations

import copy
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import update
from sqlmodel import col
from tests.engine.conftest import Ready
from tests.support.chain import OCTOBER, Venue
from tests.support.month import Month

from takings.engine.printing import print_csv, print_html
from takings.errors import Misconfigured, UsageError
from takings.store.tables import CatalogueCode
from takings.views import MappingView


@pytest.fixture
def venue(ready: Ready) -> Venue:
    """A venue with one day, everything matched."""
    return ready()


def row(venue: Venue, dimension: str, code: str) -> MappingView:
    rows = venue.engine.mapping(venue.principal, venue.name, dimension=dimension)
    return next(one for one in rows if one.code == code)


def test_a_code_says_what_it_stands_for_in_the_days_that_were_seen(venue: Venue) -> None:
    cash = row(venue, "payment_methods", "CASH")
    assert (cash.amount, cash.days, cash.currency) == (cash_of(venue), 1, "AUD")
    gst = row(venue, "tax_codes", "GST")
    assert gst.amount is not None
    assert gst.amount > row(venue, "accounts", "FOOD-KIT").amount  # type: ignore[operator]
    assert row(venue, "accounts", "SUR-SUN").days == 0


def test_two_closes_of_one_date_are_one_day(venue: Venue, made_up: Month) -> None:
    second = copy.deepcopy(made_up.first[0]) | {"sequence": 2}
    assert venue.push([second]).accepted, "a second close of the same date"
    assert len(venue.engine.days(venue.principal, venue.name)) == 2
    cash = row(venue, "payment_methods", "CASH")
    assert (cash.days, cash.amount) == (1, 2 * cash_of(venue))


def cash_of(venue: Venue) -> Decimal:
    day = venue.engine.days(venue.principal, venue.name)[0]
    sheet = venue.engine.day_sheet(venue.principal, venue.name, day.business_date)
    return next(one.counted for one in sheet.closes[0].tenders if one.code == "CASH")


def test_a_tax_code_on_a_rate_of_another_percentage_is_told_at_once_and_holds_the_day(venue: Venue) -> None:
    set_to = venue.engine.set_mapping(
        venue.principal, venue.name, dimension="tax_codes", code="GST", to="GST Free Income"
    )
    (finding,) = set_to.findings
    assert finding.code == "mapping.rate_differs"
    assert "is 10 % at the point of sale, and GST Free Income is 0 %" in finding.what
    assert finding.where == "map:tax_codes"
    preview = venue.engine.preview(venue.principal, venue.name, OCTOBER)
    assert finding in preview.findings
    (held,) = preview.held
    assert [one.code for one in held.findings if one.severity == "error"] == ["tax.differs"]
    run = venue.sync()
    assert "mapping.rate_differs" in [one.code for one in run.findings]
    assert run.counts.get("documents", 0) == 0


def test_a_bank_account_for_a_payment_method_is_a_risk_and_where_it_must_be_a_line_refused(venue: Venue) -> None:
    engine, principal, name = venue.engine, venue.principal, venue.name
    bank = {"dimension": "payment_methods", "code": "AMEX", "to": "Business Bank Account"}
    (warning,) = engine.set_mapping(principal, name, **bank).findings
    assert (warning.code, warning.severity) == ("mapping.takes_no_lines", "warning")
    engine.configure(principal, name, target_settings={"shape": "balanced"})
    (error,) = row(venue, "payment_methods", "AMEX").findings
    assert (error.code, error.severity) == ("mapping.takes_no_lines", "error")
    step = engine.setup_step(principal, name, "map.payment_methods")
    assert step.state == "problem"
    assert step.table is not None
    assert "takes no lines of documents" in step.table.errors["AMEX"]
    assert "Business Bank Account" not in {one.label for one in step.table.candidates}
    with pytest.raises(UsageError, match="payment methods are lines of the document here"):
        engine.set_mapping(principal, name, **{**bank, "code": "EFTPOS"})
    assert engine.set_mapping(principal, name, **{**bank, "to": "613"}).findings == ()


def test_a_sales_account_for_a_payment_method_is_an_error_once_it_becomes_a_payment(venue: Venue) -> None:
    engine, principal, name = venue.engine, venue.principal, venue.name
    engine.configure(principal, name, target_settings={"shape": "balanced"})
    sales = {"dimension": "payment_methods", "code": "AMEX", "to": "201"}
    assert engine.set_mapping(principal, name, **sales).findings == ()
    engine.configure(principal, name, target_settings={"shape": "payments"})
    (error,) = row(venue, "payment_methods", "AMEX").findings
    assert (error.code, error.severity) == ("mapping.takes_no_payments", "error")
    assert "201 Food Sales, which payments are not enabled for" in error.what
    step = engine.setup_step(principal, name, "map.payment_methods")
    assert step.table is not None
    assert (step.state, "AMEX" in step.table.errors) == ("problem", True)
    with pytest.raises(UsageError, match="payments are not enabled for it"):
        engine.set_mapping(principal, name, **sales)


def test_a_setting_takes_an_account_by_code_and_refuses_one_that_takes_no_lines(venue: Venue) -> None:
    engine, principal, name = venue.engine, venue.principal, venue.name
    shown = engine.configure(
        principal, name, target_settings={"variance_account": "422", "tips_tax": "GST on Income"}
    )
    accounts = {one.code: one.id for one in engine.candidates(principal, name, "accounts")}
    assert shown.target_settings["variance_account"] == accounts["422"]
    assert shown.target_settings["tips_tax"] == "OUTPUT"
    with pytest.raises(Misconfigured, match="does not take document lines"):
        engine.configure(principal, name, target_settings={"rounding_account": "Business Bank Account"})
    answered = engine.submit_step(principal, name, "advanced.target", values={"surcharges_tax": "GST Free Income"})
    assert answered.saved
    step = engine.setup_step(principal, name, "advanced.target")
    fields = {one.name: one for one in step.fields}
    assert fields["variance_account"].kind == "ledger_account"
    assert "GST on Income (10 %)" in {one.label for one in fields["tips_tax"].choices}
    answered = engine.submit_step(
        principal, name, "advanced.target", values={"rounding_account": "Business Bank Account"}
    )
    assert "does not take document lines" in answered.errors["rounding_account"]


def test_a_difference_is_posted_to_the_account_of_the_settings_where_the_till_has_none(
    venue: Venue, made_up: Month
) -> None:
    engine, principal, name = venue.engine, venue.principal, venue.name
    engine.configure(principal, name, target_settings={"variance_account": "422"})
    with engine.database.write() as session:
        session.execute(update(CatalogueCode).where(col(CatalogueCode.role) == "variance").values(role=""))
    record = copy.deepcopy(made_up.first[1])
    record["payments"][0]["counted"] = f"{Decimal(record['payments'][0]['counted']) - 5:.2f}"
    stated = Decimal(record["variance"]["amount"])
    assert venue.push([record]).accepted
    day = date.fromisoformat(record["trading_day"])
    assert [one.code for one in engine.days(principal, name)[1].findings] == ["day.unbalanced"]
    engine.decide(principal, name, [day], decision="post_difference", reason="The float was short")
    venue.sync()
    first = Decimal(made_up.first[0]["variance"]["amount"])
    assert venue.books.balances()["422"] == -(first + stated - 5)


def test_tax_that_a_setting_changed_is_shown_apart_line_by_line(ready: Ready) -> None:
    venue = ready(3)
    engine, principal, name = venue.engine, venue.principal, venue.name
    engine.configure(principal, name, target_settings={"tips_tax": "GST on Income"})
    preview = engine.preview(principal, name, OCTOBER)
    assert not preview.held
    told = [finding for document in preview.documents for finding in document.findings]
    assert [one.code for one in told if one.code != "tax.rounding"] == ["tax.changed"] * len(preview.documents)
    compared = preview.tax_compared
    assert "'Tax of tips'" in next(one for one in preview.findings if one.code == "tax.changed").why
    venue.sync()
    assert engine.verify(principal, name, OCTOBER).agrees
    summary = engine.month_summary(principal, name, OCTOBER.first)
    sheet = engine.day_sheet(principal, name, OCTOBER.first)
    for one in (compared, summary.tax_compared):
        assert one is not None
        assert one.stated is not None
        assert one.rounding is not None
        assert one.stated + one.changed + one.rounding == one.posted == summary.tax
        assert {change.setting for change in one.changes} == {"Tax of tips"}
        assert {(change.matched, change.posted) for change in one.changes} == {("BAS Excluded", "GST on Income")}
        assert one.changed == sum(change.posted_tax for change in one.changes) > 0
    assert sheet.tax_compared is not None
    assert len(sheet.tax_compared.changes) == 1
    page = print_html(sheet)
    assert "Lines whose tax a setting changed" in page
    assert "Tax of tips" in page
    assert "tax changed" in print_csv(sheet)


def test_tips_that_came_late_are_adjusted_with_the_tax_that_a_setting_gives_them(
    ready: Ready, made_up: Month
) -> None:
    venue = ready(1)
    engine, principal, name = venue.engine, venue.principal, venue.name
    engine.configure(principal, name, target_settings={"tips_tax": "GST on Income"})
    venue.sync()
    before = engine.month_summary(principal, name, OCTOBER.first).tax_compared
    late = copy.deepcopy(made_up.first[0]) | {"revision": 2}
    for one, field in (
        (late["tips"][0], "amount"),
        (late["payments"][1], "recorded"),
        (late["payments"][1], "counted"),
    ):
        one[field] = f"{Decimal(one[field]) + 11:.2f}"
    assert venue.push([late]).accepted
    engine.decide(principal, name, [OCTOBER.first], decision="adjust")
    run = venue.sync()
    assert run.state == "done", run.findings
    after = engine.month_summary(principal, name, OCTOBER.first).tax_compared
    assert before is not None
    assert after is not None
    assert (after.rounding, after.stated) == (before.rounding, before.stated), "what a setting gives is no rounding"
    assert after.changed == before.changed + 1
