"""The books after undo, repost and adjust, against the independent double entry: any month, in every shape."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.acceptance.test_books import RULES, begin, moves
from tests.support.amended_months import amended
from tests.support.chain import OCTOBER, Venue
from tests.support.fixtures import MakeVenue
from tests.support.independent import BANK, GST, ROUNDING, Rules, balances
from tests.support.made_months import every_kind, months
from tests.support.month import ACCOUNTS, Month, Record, key, made_up_month

CATALOGUE = made_up_month().catalogue
#: Accounts whose cents depend on how often tax was rounded.
TAXED = {GST, ROUNDING, *ACCOUNTS.values()}


@pytest.fixture(scope="module")
def first(make_lasting: MakeVenue) -> Venue:
    return make_lasting()


def walk(venue: Venue, month: Month, rules: Rules, seed: int) -> None:
    """Post a month, undo it, post it anew, adjust every day, undo all of it; the books are right after each step."""
    before = found(venue)
    venue.sync_whole()
    posted = [one for one in month.first if not rules.held(month, one)]
    there = [one for one in posted if moves(month, one)]
    assert found(venue) == balances(month, posted, rules)
    undo(venue, len(there))
    assert found(venue) == before
    assert standing(venue) == []

    venue.engine.decide(venue.principal, venue.name, days_of(there), decision="repost")
    venue.sync_whole()
    assert found(venue) == balances(month, posted, rules)
    assert len(standing(venue)) == len(there), "one live document a day"
    assert all("/g2/" in one for one in standing(venue))

    adjust(venue, month, rules, there, seed)
    undo(venue)
    assert found(venue) == before


def walk_combined(venue: Venue, month: Month, rules: Rules, seed: int) -> None:
    """The same with documents for several closes: taken back and posted anew whole, adjusted day by day."""
    before = found(venue)
    venue.sync_whole()
    there = [one for one in month.first if moves(month, one)]
    posted = found(venue)
    assert_moved_to(posted, balances(month, there, rules), documents=len(there))
    documents = len(standing(venue))
    undo(venue, documents)
    assert found(venue) == before
    taken_back = [one for one in there if venue.states()[key(one)] == "undone"]
    venue.engine.decide(venue.principal, venue.name, days_of(taken_back), decision="repost")
    venue.sync_whole()
    assert (found(venue), len(standing(venue))) == (posted, documents)
    adjust(venue, month, rules, taken_back, seed)
    undo(venue)
    assert found(venue) == before


def opposites(venue: Venue) -> int:
    """How many documents reverse another one."""
    journals = [str(one["Narration"]) for one in venue.books.documents().get("ManualJournals", [])]
    papers = [str(one["Reference"]) for one in (*venue.books.invoices(), *venue.books.credit_notes())]
    return sum("/undo_" in one for one in (*journals, *papers))


def undo(venue: Venue, count: int | None = None) -> None:
    preview = venue.engine.preview_undo(venue.principal, venue.name, OCTOBER)
    assert count in (None, preview.count)
    assert not preview.left, preview.findings
    run = venue.engine.undo(venue.principal, venue.name, OCTOBER, confirm=preview.count)
    assert run.state == "done", run.findings
    verified = venue.engine.verify(venue.principal, venue.name)
    assert (verified.agrees, verified.documents) == (True, 2 * opposites(venue)), verified.differences
    assert not {"posted", "undoing"} & set(venue.states().values())


def adjust(venue: Venue, month: Month, rules: Rules, there: list[Record], seed: int) -> None:
    """Have every posted day come again otherwise, and adjust those that can be."""
    names = {key(one) for one in there}
    later = {key(one): one for one in amended(month, seed) if key(one) in names}
    assert venue.push(list(later.values())).accepted
    changed = [one for one in later.values() if venue.states()[key(one)] == "changed"]
    venue.engine.decide(venue.principal, venue.name, days_of(changed), decision="adjust")
    venue.sync_whole()
    states = venue.states()
    assert {states[key(one)] for one in changed} <= {"posted", "changed"}
    now = [later[key(one)] if states[key(one)] == "posted" and key(one) in later else one for one in there]
    assert_moved_to(found(venue), balances(month, now, rules), documents=3 * len(there))
    assert venue.engine.verify(venue.principal, venue.name).agrees


def assert_moved_to(ours: dict[str, Decimal], wanted: dict[str, Decimal], *, documents: int) -> None:
    """Clearing accounts hold what the newest records say to the cent, the others but for the rounding of tax."""
    for account in {*ours, *wanted}:
        off = abs(ours.get(account, Decimal(0)) - wanted.get(account, Decimal(0)))
        assert off <= (Decimal("0.01") * documents if account in TAXED else 0), (account, off)
    assert sum(ours.values()) == sum(wanted.values()) == 0


def found(venue: Venue) -> dict[str, Decimal]:
    return {code or BANK: amount for code, amount in venue.books.balances().items() if amount}


def standing(venue: Venue) -> list[str]:
    """The keys of the documents that are live."""
    journals = [one for one in venue.books.documents().get("ManualJournals", []) if one["Status"] == "POSTED"]
    keys = [one["Narration"].rpartition(" ")[2] for one in journals]
    papers = [*venue.books.invoices(), *venue.books.credit_notes()]
    reversed_ = {one["Reference"].partition("/undo_")[0] for one in papers if "/undo_" in one["Reference"]}
    return keys + [one["Reference"] for one in papers if one["Reference"].rpartition("/")[0] not in reversed_]


def days_of(records: Iterable[Record]) -> list[tuple[date, int]]:
    return [(date.fromisoformat(one["trading_day"]), one["sequence"]) for one in records]


@pytest.mark.parametrize("rules", RULES[::3], ids=lambda rules: rules.shape)
def test_a_month_of_every_kind_of_day_is_taken_back_posted_anew_and_adjusted(
    first: Venue, make_lasting: MakeVenue, rules: Rules
) -> None:
    month = Month("generated", CATALOGUE, tuple(every_kind(5)))
    walk(begin(first, month, rules, make_lasting), month, rules, seed=1)


def combined(first: Venue, records: list[Record], make: MakeVenue, rules: Rules, how: str) -> tuple[Venue, Month]:
    """A venue that combines its closes, of which none is held and every usual day is there."""
    whole = Month("generated", CATALOGUE, tuple(records))
    month = Month("complete", CATALOGUE, tuple(one for one in whole.first if not whole.why_held(one)))
    venue = begin(first, month, rules, make)
    venue.engine.configure(venue.principal, venue.name, combining=how)
    known = {one["trading_day"] for one in month.first}
    venue.engine.set_closed(venue.principal, venue.name, [day for day in OCTOBER if day.isoformat() not in known])
    return venue, month


def test_combined_documents_are_taken_back_posted_anew_and_adjusted(first: Venue, make_lasting: MakeVenue) -> None:
    venue, month = combined(first, every_kind(6), make_lasting, RULES[0], "week")
    walk_combined(venue, month, RULES[0], seed=2)


def reverse(venue: Venue) -> None:
    """Post a month, close it in the ledger, and take it back: opposite documents stand on the first open date."""
    before = found(venue)
    venue.sync_whole()
    posted = len(standing(venue))
    venue.books.change(PeriodLockDate="2026-10-31")
    undo(venue, posted)
    assert found(venue) == before
    assert opposites(venue) == posted
    papers = [*venue.books.invoices(), *venue.books.credit_notes()]
    assert {one["Status"] for one in papers} <= {"PAID"}, "nothing is left open"


@pytest.mark.parametrize("rules", RULES[::3], ids=lambda rules: rules.shape)
def test_a_closed_month_of_every_kind_of_day_is_reversed_to_the_cent(
    first: Venue, make_lasting: MakeVenue, rules: Rules
) -> None:
    month = Month("generated", CATALOGUE, tuple(every_kind(7)))
    reverse(begin(first, month, rules, make_lasting))


quiet = {"deadline": None, "suppress_health_check": list(HealthCheck)}


@pytest.mark.soak
@settings(max_examples=200, **quiet)
@given(months(), st.sampled_from(RULES), st.integers(0, 2**32 - 1))
def test_any_month_is_taken_back_posted_anew_and_adjusted(
    first: Venue, make_lasting: MakeVenue, records: list[Record], rules: Rules, seed: int
) -> None:
    month = Month("generated", CATALOGUE, tuple(records))
    walk(begin(first, month, rules, make_lasting), month, rules, seed)


@pytest.mark.soak
@settings(max_examples=60, **quiet)
@given(months(), st.sampled_from(RULES[::3]), st.sampled_from(("day", "week", "month")), st.integers(0, 2**32 - 1))
def test_any_combined_documents_are_taken_back_posted_anew_and_adjusted(
    first: Venue, make_lasting: MakeVenue, records: list[Record], rules: Rules, how: str, seed: int
) -> None:
    venue, month = combined(first, records, make_lasting, rules, how)
    walk_combined(venue, month, rules, seed)


@pytest.mark.soak
@settings(max_examples=60, **quiet)
@given(months(), st.sampled_from(RULES))
def test_any_closed_month_is_reversed_to_the_cent(
    first: Venue, make_lasting: MakeVenue, records: list[Record], rules: Rules
) -> None:
    reverse(begin(first, Month("generated", CATALOGUE, tuple(records)), rules, make_lasting))
