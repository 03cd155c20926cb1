"""Whether a day can be posted, is held, or has nothing to post."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tests.support.days import a_day, a_table, any_day, line, steady, tax, tender

from takings.domain.day import DaySummary
from takings.domain.findings import Severity, errors
from takings.store.states import DayState
from takings.sync.assessing import assess, conflict_finding


def test_a_mapped_day_that_balances_waits_to_be_posted() -> None:
    found = assess(a_day(), a_table())
    assert (found.state, found.findings) == (DayState.PENDING, ())
    assert found.mapped is not None


def test_an_empty_day_has_nothing_to_post_whatever_is_mapped() -> None:
    found = assess(a_day(line("0.00", "WINE"), tender("0.00", "DIDI")), a_table())
    assert (found.state, found.findings, found.mapped) == (DayState.NOTHING, (), None)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    day = a_day(line("11.00", "WINE"), tender("12.00", "DIDI"), tax("1.00"), charges_tax=False)
    found = assess(day, a_table())
    assert found.state is DayState.HELD
    assert [one.code for one in found.findings] == [
        "day.tax_not_charged", "day.unbalanced", "mapping.open", "mapping.open"
    ]  # fmt: skip


def test_a_day_without_tax_in_its_prices_balances_with_its_tax() -> None:
    day = a_day(line("10.00"), tender("11.00"), tax("1.00"), prices_include_tax=False)
    assert assess(day, a_table()).state is DayState.PENDING
    (finding,) = assess(replace(day, taxes=()), a_table()).findings
    assert finding.code == "day.unbalanced"
    assert "10.00, 0.00 of tax on top among it, the counted" in finding.why


def test_a_venue_that_charges_no_tax_needs_no_rate() -> None:
    found = assess(a_day(line("11.00", tax=""), tender("11.00"), charges_tax=False), a_table())
    assert found.state is DayState.PENDING
    assert found.mapped is not None
    assert [one.tax for one in found.mapped.lines] == [None]


def test_an_imbalance_is_said_once() -> None:
    assert [one.code for one in assess(a_day(line("11.00"), tender("12.00")), a_table()).findings] == [
        "day.unbalanced"
    ]


def test_another_content_of_the_same_revision_warns_and_does_not_hold() -> None:
    found = assess(a_day(), a_table(), conflicts=2)
    assert found.state is DayState.PENDING
    assert [(one.code, one.severity) for one in found.findings] == [("record.conflict", Severity.WARNING)]
    assert "2 other contents" in found.findings[0].what


def test_an_older_revision_is_only_noted() -> None:
    older = conflict_finding(a_day(revision=1), older_than=2)
    assert (older.code, older.severity) == ("record.older", Severity.INFO)
    assert conflict_finding(a_day(revision=2), older_than=2).code == "record.conflict"


@steady
@given(any_day(), st.integers(0, 2))
def test_a_day_is_held_exactly_when_an_error_says_why(day: DaySummary, conflicts: int) -> None:
    found = assess(day, a_table(), conflicts=conflicts)
    assert (found.state is DayState.HELD) == bool(errors(found.findings))
    assert (found.state is DayState.PENDING) == (found.mapped is not None)
    assert (found.state is DayState.NOTHING) == day.is_empty
