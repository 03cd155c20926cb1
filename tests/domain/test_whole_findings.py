"""What each finding of the domain says, word for word: it is all that its reader has to go by.

The venue of most of these counts in a currency of three decimals, which no amount may lose.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from tests.support.days import SITE, a_day, a_table, entry, line, tender

from takings.domain.balance import check_balance
from takings.domain.catalogue import DimensionKind
from takings.domain.day import DaySummary, Line, LineKind, Tender
from takings.domain.difference import difference_finding
from takings.domain.findings import Finding, Severity
from takings.domain.mapping import Choice, MappedDay, MappingEntry, MappingTable, map_day
from takings.domain.missing import days_missing
from takings.domain.schedule import Every, Schedule, clock_change

KUWAIT = replace(SITE, currency="KWD")


def kuwaiti(*parts: Line | Tender, revision: int = 1) -> DaySummary:
    return a_day(*parts, site=KUWAIT, revision=revision)


def finding(day: DaySummary, *entries: MappingEntry, table: MappingTable | None = None) -> Finding:
    found = map_day(day, table or a_table(*entries))
    assert not isinstance(found, MappedDay)
    assert len(found) == 1
    return found[0]


def opened(what: str, *, amount: str, do: str, where: str, subject: str) -> Finding:
    return Finding(
        code="mapping.open",
        what=what,
        why=f"On 2026-10-01/1 it stands for {amount} KWD, and nothing of a day is posted while one code is open",
        do=do,
        where=where,
        subject=subject,
    )


MAP_IT = "Map it, or choose not to post it"


def test_an_account_that_is_not_mapped():
    day = kuwaiti(line("1.125", "WINE", name="Wine by the glass"), line("1.000"), tender("2.125"))
    what = "Accounts: WINE (Wine by the glass) is not mapped"
    assert finding(day) == opened(what, amount="1.125", do=MAP_IT, where="map:accounts", subject="WINE")
    same = kuwaiti(line("1.125", "WINE", name="WINE"), tender("1.125"))
    assert finding(same).what == "Accounts: WINE is not mapped"
    nameless = kuwaiti(line("1.125", "WINE"), tender("1.125"))
    assert finding(nameless).what == "Accounts: WINE is not mapped"
    codeless = kuwaiti(line("1.125", ""), tender("1.125"))
    assert finding(codeless).what == "Accounts: (empty) is not mapped"


def test_a_payment_method_that_is_not_mapped():
    day = kuwaiti(line("3.125"), tender("1.000"), tender("2.125", "DIDI"))
    what = "Payment methods: DIDI (Didi) is not mapped"
    assert finding(day) == opened(what, amount="2.125", do=MAP_IT, where="map:tenders", subject="DIDI")


def test_a_tax_code_that_is_not_mapped():
    day = kuwaiti(line("1.000"), line("2.125", tax="VAT"), tender("3.125"))
    what = "Tax codes: VAT is not mapped"
    assert finding(day) == opened(what, amount="2.125", do="Map it to a tax rate", where="map:taxes", subject="VAT")


def test_a_code_of_a_kind_that_the_source_does_not_declare():
    table = MappingTable([], [entry("accounts", "FOOD", "201")])
    found = map_day(kuwaiti(line("1.000"), tender("1.000")), table)
    assert found == (
        opened("account: FOOD is not mapped", amount="1.000", do=MAP_IT, where="map:account", subject="FOOD"),
        opened("tender: CASH (Cash) is not mapped", amount="1.000", do=MAP_IT, where="map:tender", subject="CASH"),
    )
    assert table.entries(DimensionKind.ACCOUNT) == ()


def test_the_decisions_of_a_kind_are_those_of_its_dimension():
    assert [one.code for one in a_table().entries(DimensionKind.TAX)] == ["GST", "FRE"]


def test_one_account_can_lack_a_place_and_have_a_wrong_one_and_all_is_told_in_turn():
    table = a_table(entry("accounts", "CHEF", choice=Choice.LEAVE_OPEN))
    left_out = line("0.000", "NOTHING")
    day = kuwaiti(line("1.000", "WINE"), left_out, line("1.000", "CHEF", ""), line("1.000", "FOOD"), tender("3.000"))
    found = map_day(day, table)
    assert not isinstance(found, MappedDay)
    assert [(one.code, one.subject) for one in found] == [
        ("mapping.open", "WINE"),
        ("mapping.no_tax_code", "CHEF"),
        ("mapping.leave_open_is_for_tenders", "CHEF"),
    ]


def test_what_follows_a_line_or_tender_of_nothing_is_still_mapped():
    day = kuwaiti(line("0.000"), line("2.000"), tender("0.000"), tender("2.000"))
    found = map_day(day, a_table())
    assert isinstance(found, MappedDay)
    assert (len(found.lines), len(found.tenders), found.day) == (1, 1, day)
    staff = [entry(one, "STAFF", choice=Choice.DO_NOT_POST) for one in ("accounts", "tenders")]
    day = kuwaiti(line("1.000", "STAFF"), line("2.000"), tender("1.000", "STAFF"), tender("2.000"))
    found = map_day(day, a_table(*staff))
    assert isinstance(found, MappedDay)
    assert (len(found.lines), len(found.tenders)) == (1, 1)


def test_a_line_without_a_tax_code():
    assert finding(kuwaiti(line("1.000", tax=""), tender("1.000"))) == Finding(
        code="mapping.no_tax_code",
        what="FOOD has no tax code on 2026-10-01/1",
        why="Neither the day nor the source's catalogue gives one, and a tax is never assumed",
        do="Have the POS send a tax code, or import a catalogue that gives the account one",
        where="catalogue",
        subject="FOOD",
    )


def test_a_line_that_was_to_be_left_open():
    day = kuwaiti(line("1.000", "HOLIDAY", kind=LineKind.PAID_OUT), tender("1.000"))
    assert finding(day, entry("accounts", "HOLIDAY", choice=Choice.LEAVE_OPEN)) == Finding(
        code="mapping.leave_open_is_for_tenders",
        what="HOLIDAY is a line of the day and can't be left open on the document",
        why="On 2026-10-01/1 it is of the kind 'paid out', not a payment method",
        do="Map it to a ledger account",
        where="map:accounts",
        subject="HOLIDAY",
    )


def test_what_is_left_out_on_one_side_only():
    day = kuwaiti(line("1.000"), line("0.125", "BEER"), tender("1.125"))
    assert finding(day, entry("accounts", "BEER", choice=Choice.DO_NOT_POST)) == Finding(
        code="mapping.left_out_does_not_cancel",
        what="What is set to 'do not post' does not cancel out on 2026-10-01/1",
        why="Without it the lines come to 1.000 and the tenders to 1.125 KWD",
        do="Leave out both the line and the tender it was paid with, or map them; a tender that is "
        "collected elsewhere is 'leave open', not 'do not post'",
        where="map",
        subject="2026-10-01/1",
    )


@pytest.mark.parametrize(
    ("counted", "what"),
    [
        ("1.625", "2026-10-01/1 does not balance: 0.500 KWD more was counted than its lines come to"),
        ("1.000", "2026-10-01/1 does not balance: its lines come to 0.125 KWD more than was counted"),
    ],
)
def test_a_day_that_does_not_balance(counted: str, what: str):
    assert check_balance(kuwaiti(line("1.125"), tender(counted))) == (
        Finding(
            code="day.unbalanced",
            what=what,
            why=f"The lines come to 1.125, the counted payment methods to {counted} KWD",
            do="Correct the day in the POS, so that it sends a new revision",
            where="day",
            subject="2026-10-01/1",
        ),
    )


@pytest.mark.parametrize(
    ("now", "difference", "parts"),
    [
        ("1.625", "0.500 KWD more", "account FOOD (GST) 1.125 → 1.625; payment method CASH 1.125 → 1.625"),
        ("1.000", "0.125 KWD less", "account FOOD (GST) 1.125 → 1.000; payment method CASH 1.125 → 1.000"),
        ("1.125", "0.000 KWD", "no amount differs"),
    ],
)
def test_a_day_that_was_posted_and_came_again(now: str, difference: str, parts: str):
    posted = kuwaiti(line("1.125"), tender("1.125"))
    assert difference_finding(posted, kuwaiti(line(now), tender(now), revision=4)) == Finding(
        code="day.changed",
        what=f"2026-10-01/1 was posted and came again with other content: a difference of {difference}",
        why=f"Revision 4 came after revision 1 was posted: {parts}",
        do="Nothing was changed in the ledger: decide to post the day again, to adjust it, or to leave it",
        where="day",
        severity=Severity.WARNING,
        subject="2026-10-01/1",
    )


def test_an_account_without_tax_code_that_came_or_went_is_told_by_its_code_alone():
    posted, now = kuwaiti(line("1.000", tax=""), tender("1.000")), kuwaiti(tender("1.000"))
    assert "account FOOD 1.000 → 0.000" in difference_finding(posted, now).why
    assert "account FOOD 0.000 → 1.000" in difference_finding(now, posted).why


def test_closes_that_have_not_arrived():
    monday = date(2026, 9, 7)
    week = [monday + timedelta(days=n) for n in range(7)]
    told = "2026-09-07, 2026-09-08, 2026-09-09, 2026-09-10, 2026-09-11, 2026-09-12, 2026-09-13"
    assert days_missing(week[::-1], "The Anchor", asked=True) == Finding(
        code="run.day_missing",
        what=f"No close of The Anchor has arrived for {told}",
        why="The venue usually trades on this weekday, and the point of sale was asked on the days after it too",
        do="If the venue was closed, nothing. If not, close the day at the point of sale: the next sync fetches it",
        where="day",
        severity=Severity.WARNING,
        subject=told,
    )
    longer = days_missing([*week, date(2026, 9, 14)], "The Anchor", asked=False)
    assert longer.why == "The venue usually trades on this weekday"
    assert longer.do == (
        "If the venue was closed, nothing. If not, see that the day is closed at the point of sale, and sync it, or "
        "have it sent"
    )
    assert longer.what == f"No close of The Anchor has arrived for {told} and 1 more"
    assert longer.subject == f"{told}, 2026-09-14"


def test_a_time_that_a_change_of_the_clock_touches():
    schedule = Schedule(every=Every.DAY, at=time(2, 30), timezone="Australia/Sydney")
    assert clock_change(schedule, date(2026, 10, 1), 200) == Finding(
        code="schedule.clock_change",
        what="In Australia/Sydney the clocks change at this time: on 2026-10-04 there is no 02:30, and it runs at "
        "03:00; on 2027-04-04 02:30 comes twice, and it runs at the first",
        why="It runs once on each of these days, though not always when the clock shows the time chosen",
        do="Nothing, or choose a time that no change of the clock touches, such as 05:00",
        where="at",
        severity=Severity.WARNING,
        subject="2026-10-04, 2027-04-04",
    )
    assert clock_change(schedule, date(2026, 10, 1), 3) is None
    few = clock_change(schedule, date(2026, 10, 1), 4)
    assert few is not None
    assert few.subject == "2026-10-04"
    longest = clock_change(schedule, date(2026, 10, 4))
    assert longest is not None
    assert longest.subject == "2026-10-04, 2027-04-04, 2027-10-03"


def test_a_finding_as_one_text_has_each_sentence_once_and_a_full_stop_after_it():
    found = Finding(code="a.b", what="No X", why="Because.", do="Do it")
    assert str(found) == "No X. Because. Do it."
    assert str(Finding(code="a.b", what="TAX")) == "TAX."
