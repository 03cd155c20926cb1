"""Combined documents from the engine to the ledger: made when complete, found again, changed, undone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.engine.conftest import Ready, dearer
from tests.support.chain import OCTOBER, ShiftedClock, Venue
from tests.support.month import ZERO, Month, Record

from takings.domain.period import Period
from takings.errors import UsageError
from takings.views import LOCAL

WEEK = Period(date(2026, 10, 1), date(2026, 10, 4))
TUESDAY = date(2026, 10, 13)


def combined(ready: Ready, how: str, days: int = 4, **more: Any) -> Venue:
    """A venue that trades on the first days of October only."""
    venue = ready(days, **more)
    venue.engine.configure(LOCAL, venue.name, combining=how)
    venue.engine.set_closed(LOCAL, venue.name, [date(2026, 10, day) for day in range(days + 1, 32)])
    return venue


def clearing(balances: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """The balances that no rounding of tax touches: it is rounded line by line, and these are other lines."""
    return {code: amount for code, amount in balances.items() if code.startswith("6") and amount}


def gross(balances: Mapping[str, Decimal]) -> Decimal:
    """What sales and their tax come to."""
    return sum((amount for code, amount in balances.items() if code.startswith(("2", "4")) or code == "820"), ZERO)


def agree_but_for_rounding(venue: Venue, month: Month, records: list[Record]) -> bool:
    found, expected = venue.books.balances(), month.expect(records).balances
    return clearing(found) == clearing(expected) and gross(found) == gross(expected)


def codes(venue: Venue) -> dict[str, set[str]]:
    return {
        f"{one.business_date:%d}": {found.code for found in one.findings}
        for one in venue.engine.days(LOCAL, "anchor")
        if one.findings
    }


def test_a_week_becomes_one_document_that_names_its_period(ready: Ready, made_up: Month) -> None:
    venue = combined(ready, "week", 5)
    run = venue.sync()
    assert (run.state, run.counts["documents"]) == ("done", 2), run.findings
    week, monday = venue.books.invoices()
    assert {one["Description"].endswith("(2026-10-01 to 2026-10-04)") for one in week["LineItems"][:3]} == {True}
    assert "/2026-10-01.1+2026-10-04.1-" in week["Reference"]
    assert "/2026-10-05.1/g1/" in monday["Reference"]
    assert agree_but_for_rounding(venue, made_up, made_up.first[:5])
    shown = venue.engine.days(LOCAL, "anchor")
    assert [one.period for one in shown] == ["2026-10-01 to 2026-10-04"] * 4 + [""]
    assert [one.number for one in shown] == [week["InvoiceNumber"]] * 4 + [monday["InvoiceNumber"]]
    assert run.documents[0].period == "2026-10-01 to 2026-10-04"
    verified = venue.engine.verify(LOCAL, "anchor", OCTOBER)
    assert (verified.agrees, verified.documents) == (True, 2)
    sheet = venue.engine.day_sheet(LOCAL, "anchor", date(2026, 10, 2))
    (close,) = sheet.closes
    assert close.documents[0].period == "2026-10-01 to 2026-10-04"
    second = made_up.expect([made_up.first[1]]).balances
    moved = {one.account.partition(" ")[0]: one.amount for one in sheet.accounts}
    assert clearing(moved) == clearing(second), "the sheet of a day tells what that day has in the document"
    month = venue.engine.month_summary(LOCAL, "anchor", WEEK.first)
    assert [0 < one.tax < month.tax / 2 for one in month.days] == [True] * 5, "each day has its share of the tax"
    assert sum(one.tax for one in month.days) == month.tax == sum(one.amount for one in month.taxes)
    assert (month.dated_elsewhere, month.dated_here) == ((), ())
    whole = venue.engine.clearing_report(LOCAL, "anchor", WEEK).accounts
    part = venue.engine.clearing_report(LOCAL, "anchor", Period(WEEK.first, date(2026, 10, 2))).accounts
    rest = venue.engine.clearing_report(LOCAL, "anchor", Period(date(2026, 10, 3), WEEK.last)).accounts
    assert [a.total for a in whole] == [b.total + c.total for b, c in zip(part, rest, strict=True)]


def test_a_day_of_a_week_has_its_share_of_the_tax_that_a_setting_changed(ready: Ready) -> None:
    venue = combined(ready, "week", target_settings={"tips_tax": "OUTPUT"})
    venue.sync()
    month = venue.engine.month_summary(LOCAL, "anchor", WEEK.first).tax_compared
    sheets = [venue.engine.day_sheet(LOCAL, "anchor", day).tax_compared for day in WEEK]
    assert month is not None
    changed = ZERO
    for one in sheets:
        assert one is not None
        assert one.stated is not None
        assert one.rounding is not None
        assert abs(one.rounding) < Decimal("0.20"), "what a setting changed is no rounding"
        assert {(change.setting, change.matched) for change in one.changes} == {("Tax of tips", "BAS Excluded")}
        assert one.stated + one.changed + one.rounding == one.posted
        changed += one.changed
    assert month.changed > 0
    assert abs(changed - month.changed) <= Decimal("0.04")


def test_lines_and_payments_can_stand_for_each_day(ready: Ready, made_up: Month) -> None:
    venue = combined(ready, "week", target_settings={"combined_lines": "by_day"})
    venue.sync()
    (week,) = venue.books.invoices()
    named = {one["Description"][:10] for one in week["LineItems"]}
    assert named == {"2026-10-01", "2026-10-02", "2026-10-03", "2026-10-04"}
    payments = sum(sum(float(one["counted"]) > 0 for one in record["payments"]) for record in made_up.first[:4])
    assert len(venue.books.payments()) == payments
    assert agree_but_for_rounding(venue, made_up, made_up.first[:4])


def test_a_period_waits_until_it_is_over(ready: Ready) -> None:
    clock = ShiftedClock()
    clock.advance(timedelta(days=-27))  # the morning of the 5th
    venue = combined(ready, "month", clock=clock)
    run = venue.sync()
    assert (run.counts["documents"], run.counts["waiting"], run.state) == (0, 4, "done")
    assert [one.code for one in run.findings if one.code.startswith("unit.")] == ["unit.waits_for_end"]
    assert codes(venue) == {day: {"unit.waits_for_end"} for day in ("01", "02", "03", "04")}
    assert "unit.waits_for_end" in {one.code for one in venue.engine.preview(LOCAL, "anchor", WEEK).findings}
    clock.advance(timedelta(days=27))
    assert venue.sync().counts["documents"] == 1
    assert (len(venue.books.invoices()), codes(venue)["01"]) == (1, {"tax.rounding"})


def test_a_held_day_holds_its_period_until_it_is_mended_or_given_up(ready: Ready, made_up: Month) -> None:
    venue = ready(0)
    venue.engine.configure(LOCAL, "anchor", combining="week")
    broken = dict(made_up.first[1], payments=[dict(made_up.first[1]["payments"][0], counted="1.00")])
    assert venue.push([made_up.first[0], broken, *made_up.first[2:4]]).accepted
    run = venue.sync()
    assert (run.counts["documents"], run.counts["held"]) == (0, 1)
    assert codes(venue)["01"] == {"unit.waits_for_held"}
    assert "2026-10-02/1, which is held" in str(venue.engine.days(LOCAL, "anchor")[0].findings)
    venue.engine.decide(LOCAL, "anchor", [date(2026, 10, 2)], decision="never", reason="A training till")
    assert venue.sync().counts["documents"] == 1
    states = venue.states()
    assert (states["2026-10-01/1"], states["2026-10-02/1"]) == ("posted", "never")


def test_a_day_that_has_not_arrived_holds_its_period_until_it_comes_or_the_venue_was_closed(
    ready: Ready, made_up: Month
) -> None:
    venue = ready(0)
    venue.engine.configure(LOCAL, "anchor", combining="week")
    dates = [date(2026, 10, day) for day in range(1, 19) if day != TUESDAY.day]
    assert venue.push([dict(made_up.first[0], trading_day=one.isoformat()) for one in dates]).accepted
    venue.engine.configure(LOCAL, "anchor", start_date=date(2026, 10, 1))  # nothing is missed from before it
    run = venue.sync(Period(date(2026, 10, 12), date(2026, 10, 12)))
    assert run.counts["documents"] == 0
    assert "2026-10-13: no close has arrived" in str(run.findings)
    shown = venue.engine.set_closed(LOCAL, "anchor", [TUESDAY])
    assert shown.closed == (TUESDAY,)
    assert venue.sync(Period(date(2026, 10, 12), date(2026, 10, 12))).counts["documents"] == 1
    assert venue.engine.set_closed(LOCAL, "anchor", [TUESDAY], closed=False).closed == ()
    (event,) = [one for one in venue.engine.audit_trail(LOCAL, "anchor").events if one.action == "integration.closed"]
    assert event.details == {"dates": ["2026-10-13"]}


def test_a_close_that_comes_late_gets_a_document_of_its_own(ready: Ready, made_up: Month) -> None:
    venue = combined(ready, "week")
    venue.sync()
    assert venue.push([dict(made_up.first[1], sequence=2)]).accepted
    assert venue.sync().counts["documents"] == 1
    assert [one["Reference"].split("/")[2][:12] for one in venue.books.invoices()] == ["2026-10-02.2", "2026-10-01.1"]


def test_a_change_of_the_setting_begins_with_the_days_that_are_not_posted(ready: Ready, made_up: Month) -> None:
    venue = combined(ready, "close", 2)
    venue.sync()
    venue.engine.configure(LOCAL, "anchor", combining="month")
    assert venue.push(made_up.first[2:4]).accepted
    assert venue.sync().counts["documents"] == 1
    venue.engine.configure(LOCAL, "anchor", combining="close")
    assert venue.push(made_up.first[4:6]).accepted
    assert venue.sync().counts["documents"] == 2
    references = {one["Reference"].split("/")[2].split("-")[2] for one in venue.books.invoices()}
    assert references == {"01.1", "02.1", "03.1+2026", "05.1", "06.1"}
    assert agree_but_for_rounding(venue, made_up, made_up.first[:6])


@pytest.mark.parametrize(("before", "after"), [("month", "month"), ("month", "close"), ("close", "week")])
def test_a_lost_database_posts_nothing_again_whatever_the_setting_is_then(
    ready: Ready, before: str, after: str
) -> None:
    lost = combined(ready, before)
    lost.sync()
    standing = lost.books.documents()
    anew = combined(ready, after, books=lost.books)
    run = anew.sync()
    assert run.state == "done", run.findings
    assert anew.books.documents() == standing
    assert set(anew.states().values()) == {"posted"}
    assert anew.engine.verify(LOCAL, "anchor").agrees


def test_a_day_that_is_missing_in_a_lost_database_holds_what_stands_with_it(ready: Ready, made_up: Month) -> None:
    lost = combined(ready, "week")
    lost.sync()
    anew = ready(0, books=lost.books)
    assert anew.push(made_up.first[1:4]).accepted
    anew.sync()
    assert set(anew.states().values()) == {"held"}
    assert codes(anew)["02"] == {"ledger.combined_unclear"}
    assert len(anew.books.invoices()) == 1
    assert anew.push(made_up.first[:1]).accepted
    anew.sync()
    assert (set(anew.states().values()), len(anew.books.invoices())) == ({"posted"}, 1)


def test_a_late_change_of_one_day_is_posted_anew_with_its_whole_document(ready: Ready, made_up: Month) -> None:
    venue = combined(ready, "week")
    venue.sync()
    second = dearer(made_up.first[1], revision=2)
    assert venue.push([second]).accepted
    assert [state for state in venue.states().values() if state == "changed"] == ["changed"]
    venue.engine.decide(LOCAL, "anchor", [date(2026, 10, 2)], decision="repost")
    run = venue.sync()
    assert run.state == "done", run.findings
    (week,) = venue.books.invoices()
    assert "/g2/" in week["Reference"]
    assert set(venue.states().values()) == {"posted"}
    now = [made_up.first[0], second, *made_up.first[2:4]]
    assert agree_but_for_rounding(venue, made_up, now)


def test_a_late_change_of_one_day_is_adjusted_by_what_differs(ready: Ready, made_up: Month) -> None:
    venue = combined(ready, "week")
    venue.sync()
    for n, day in ((1, date(2026, 10, 2)), (2, date(2026, 10, 3))):
        assert venue.push([dearer(made_up.first[n], revision=2)]).accepted
        venue.engine.decide(LOCAL, "anchor", [day], decision="adjust")
        assert venue.sync().state == "done"
    _, *adjusting = venue.books.invoices()
    assert [str(one["Total"]) for one in adjusting] == ["10.00", "10.00"]
    assert all("(adjusts 2026-10-0" in one["LineItems"][0]["Description"] for one in adjusting)
    assert set(venue.states().values()) == {"posted"}
    before = venue.books.balances()
    undone = venue.engine.undo(LOCAL, "anchor", days=[date(2026, 10, 1)], confirm=3)
    assert undone.state == "done", undone.findings
    assert set(venue.states().values()) == {"undone"}
    assert (venue.books.invoices(), any(venue.books.balances().values()), any(before.values())) == ([], False, True)


def test_undo_takes_a_whole_document_and_a_period_only_what_lies_within_it(ready: Ready) -> None:
    venue = combined(ready, "week", 5)
    venue.sync()
    part = venue.engine.preview_undo(LOCAL, "anchor", Period(date(2026, 10, 2), date(2026, 10, 5)))
    assert (part.count, [one.code for one in part.findings]) == (1, ["undo.reaches_further"])
    with pytest.raises(UsageError, match="holds 2026-10-01 to 2026-10-04, more than 2026-10-02"):
        venue.engine.undo(LOCAL, "anchor", Period(date(2026, 10, 2), date(2026, 10, 2)), confirm=1)
    day = venue.engine.preview_undo(LOCAL, "anchor", days=[date(2026, 10, 2)])
    assert (day.count, day.documents[0].period) == (1, "2026-10-01 to 2026-10-04")
    venue.engine.undo(LOCAL, "anchor", days=[date(2026, 10, 2)], confirm=1)
    assert [state for _, state in sorted(venue.states().items())] == ["undone"] * 4 + ["posted"]


def test_days_of_a_period_that_the_ledger_closed_are_held_and_the_others_posted(ready: Ready) -> None:
    venue = combined(ready, "month")
    venue.books.change(PeriodLockDate="2026-10-02")
    venue.sync()
    assert list(venue.states().values()) == ["held", "held", "posted", "posted"]
    assert codes(venue)["01"] == {"xero.locked"}


def test_another_integration_of_the_venue_that_combines_otherwise_posts_nothing_twice(ready: Ready) -> None:
    venue = combined(ready, "week")
    venue.sync()
    other = combined(ready, "close", beside=venue, name="second", books=venue.books)
    other.sync()
    assert set(other.states().values()) == {"held"}
    assert len(venue.books.invoices()) == 1


def test_only_what_can_be_one_document_is_taken(ready: Ready) -> None:
    venue = ready(0)
    view = venue.engine.configure(LOCAL, "anchor", combining="week", week_starts="tuesday")
    assert (view.combining, view.week_starts) == ("week", "tuesday")
    with pytest.raises(UsageError, match="year"):
        venue.engine.configure(LOCAL, "anchor", combining="year")
    with pytest.raises(UsageError, match="not a weekday"):
        venue.engine.configure(LOCAL, "anchor", week_starts=True)
