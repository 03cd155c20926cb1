"""Which documents of others look like a day that is to be posted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from takings.plugin import StandingDocument, Survey, Unit
from takings.sync.planning import Candidate, Planned
from takings.sync.strangers import Strangers, looks_posted, venue_of
from takings.testing import FakeTarget, ordinary_day

DAY = date(2026, 10, 5)
CHART = FakeTarget().chart()
KEY = "fake:till/kit/2026-10-05.1/g1"
MAPPED = ordinary_day(CHART, DAY)
TOTAL = MAPPED.day.counted_total


def planned(**document: Any) -> Planned:
    """A day that is to be posted, its document changed."""
    unit = Unit(key=KEY, generation=1, number=None, days=(MAPPED,))
    plan = FakeTarget().plan(unit, Survey(chart=CHART), None)
    plan = replace(plan, documents=tuple(replace(one, **document) for one in plan.documents))
    candidate = Candidate(day_id=1, record_id=1, mapped=MAPPED)
    return Planned(unit=unit, plan=plan, candidates=(candidate,), findings=(), reservation=None, stands=False)


def standing(**values: Any) -> StandingDocument:
    """A document that stands in the ledger and was not made here."""
    return StandingDocument(**{"id": "x", "number": "INV-7", "key": "", "day": DAY, "total": TOTAL} | values)


def seen(*documents: StandingDocument, unit: Planned | None = None) -> list[str]:
    survey = Survey(chart=CHART, documents=documents)
    return [one.id for one in Strangers(survey, venue_of(KEY)).of(unit or planned())]


def test_the_same_date_and_amount_is_seen_and_nothing_else():
    assert seen(standing()) == ["x"]
    assert seen(standing(day=DAY + timedelta(days=1))) == []
    assert seen(standing(total=TOTAL + Decimal("0.01"))) == []
    assert seen(standing(voided=True)) == []
    assert seen(standing(sign=-1)) == []


def test_a_document_dated_on_the_close_is_compared_on_both_dates():
    later = planned(day=DAY + timedelta(days=1))
    assert seen(standing(), unit=later) == ["x"]
    assert seen(standing(day=DAY + timedelta(days=1)), unit=later) == ["x"]


def test_a_document_of_another_amount_than_was_counted_is_compared_by_both():
    larger = TOTAL + 5
    assert seen(standing(total=larger), unit=planned(total=larger)) == ["x"]
    assert seen(standing(), unit=planned(total=larger)) == ["x"]
    assert seen(standing(total=larger, sign=-1), unit=planned(total=larger, sign=-1)) == ["x"]


def test_a_document_of_nothing_is_compared_by_what_was_counted():
    balanced = planned(total=Decimal(0), lines=())
    assert seen(standing(), unit=balanced) == ["x"]
    assert seen(standing(total=Decimal(0)), unit=balanced) == []


def test_a_journal_by_hand_counts_by_what_it_moves():
    assert seen(standing(total=Decimal(0), lines={"sales": TOTAL, "cash": -TOTAL})) == ["x"]


def test_what_was_posted_for_another_venue_by_another_program_is_seen():
    assert seen(standing(key="other:till/kit/2026-10-05.1/g1/invoice.1")) == ["x"]


@settings(max_examples=30)
@given(
    st.integers(1, 40), st.integers(1, 9), st.sampled_from(["entry.1", "invoice.1", "journal.1", "undo_creditnote.1"])
)
def test_our_own_document_of_any_generation_and_kind_is_never_seen(generation: int, sequence: int, kind: str):
    key = f"fake:till/kit/2026-10-05.{sequence}/g{generation}/{kind}"
    assert seen(standing(key=key)) == []
    week = f"fake:till/kit/2026-10-05.1+2026-10-11.{sequence}-0123abcd/g{generation}/{kind}"
    assert seen(standing(key=week)) == []


def test_the_finding_names_the_document_and_who_may_have_made_it():
    found = looks_posted(planned(), standing(contact="Cash sales"), "AUD")
    assert f"INV-7 for Cash sales of 2026-10-05 comes to {TOTAL:,.2f} AUD as well" in found.what
    assert "somebody may have posted the day" in found.why
    other = looks_posted(planned(), standing(number="", key="other:till/kit/2026-10-05.1/g1/invoice.1"), "AUD")
    assert "a document without a number of 2026-10-05" in other.what
    assert "another program" in other.why


def test_a_document_of_a_stranger_is_seen_behind_our_own():
    ours = standing(id="ours", key=f"{KEY}/entry.1")
    assert seen(ours, standing()) == ["x"]
    assert seen(standing(voided=True), standing()) == ["x"]


def test_a_journal_of_less_than_one_unit_counts_by_what_it_moves():
    small = standing(total=Decimal(0), lines={"sales": Decimal("0.50"), "cash": Decimal("-0.50")})
    found = looks_posted(planned(), small, "AUD")
    assert "comes to 0.50 AUD" in found.what
