"""The books of combined documents, against the same independent double entry: what closes come to when added up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.acceptance.test_books import as_catalogue, moves
from tests.support.chain import OCTOBER, Venue, as_body
from tests.support.fixtures import MakeVenue
from tests.support.independent import BANK, Rules, balances
from tests.support.made_months import every_kind, months
from tests.support.month import ZERO, Month, Record, made_up_month

SHAPES = ("payments", "balanced", "journal")
HOW = ("day", "week", "month")
CATALOGUE = made_up_month().catalogue
NUMBERS = count(1)
_LISTS = ("sales", "surcharges", "tips", "vouchers_sold", "deposits_taken", "account_payments", "cash_movements")


@pytest.fixture(scope="module")
def first(make_lasting: MakeVenue) -> Venue:
    return make_lasting()


def part_of(record: Record, how: str) -> tuple[Any, ...]:
    """Name the document that a close belongs to; closes priced otherwise are never on the same one."""
    day = date.fromisoformat(record["trading_day"])
    named = {"close": (day, record["sequence"]), "day": (day,), "week": (day.month, day.isocalendar()[:2])}
    return (*named.get(how, (day.year, day.month)), record["prices_include_tax"], record.get("charges_tax", True))


def together(records: Iterable[Record]) -> Record:
    """Add closes up to one: a sheet of paper on which all of their rows are written below each other."""
    rows = list(records)
    if len(rows) == 1:
        return rows[0]
    made = dict(rows[-1])
    for name in _LISTS:
        made[name] = [one for record in rows for one in record[name]]
    for name in ("rounding", "variance"):
        given = [record[name] for record in rows if record.get(name)]
        if given:
            made[name] = {**given[0], "amount": str(sum((Decimal(one["amount"]) for one in given), ZERO))}
    tenders: dict[str, Decimal] = {}
    for record in rows:
        for one in record["payments"]:
            tenders[one["paymethod"]] = tenders.get(one["paymethod"], ZERO) + Decimal(one["counted"])
    made["payments"] = [{"paymethod": code, "counted": str(amount)} for code, amount in tenders.items()]
    return made


def post(first: Venue, month: Month, rules: Rules, make: MakeVenue, *, how: str, lines: str = "netted") -> None:
    """Post a month in combined documents, and hold the ledger against Beancount."""
    given = {"shape": rules.shape, "combined_lines": lines}
    venue = make(beside=first, name=f"combined-{next(NUMBERS)}", target_settings=given)
    engine, principal, name = venue.engine, venue.principal, venue.name
    engine.configure(principal, name, combining=how)
    assert engine.import_file(principal, name, as_catalogue(month), name="catalogue.json").accepted
    venue.map_all()
    for code, place in rules.tenders:
        where = {"choice": "leave_open"} if place is None else {"to": place or "Business Bank Account"}
        engine.set_mapping(principal, name, dimension="payment_methods", code=code, **where)
    known = {one["trading_day"] for one in month.first}
    engine.set_closed(principal, name, [day for day in OCTOBER if day.isoformat() not in known])
    assert engine.import_file(principal, name, as_body(month.first), name="month.json").accepted
    counts = venue.sync_whole(OCTOBER)
    documents = check(venue, month, rules, counts, how=how, lines=lines)
    verified = engine.verify(principal, name, OCTOBER)
    assert verified.agrees, verified.differences
    assert verified.documents == documents


def check(venue: Venue, month: Month, rules: Rules, counts: Mapping[str, int], *, how: str, lines: str) -> int:
    """Compare the ledger with what the closes imply; returns how many documents there are to be."""
    wrong = [one for one in month.first if month.why_held(one)]
    parts: dict[tuple[Any, ...], list[Record]] = {}
    for one in month.first:
        parts.setdefault(part_of(one, how), []).append(one)
    waits = {part_of(one, how)[:-2] for one in wrong}  # whichever way a held close is priced
    complete = [some for part, some in parts.items() if part[:-2] not in waits]
    held = [some for some in complete if rules.held(month, together(some))]
    posted = [some for some in complete if some not in held]
    books = [one for some in posted for one in (some if lines == "by_day" else [together(some)])]
    found = {code or BANK: amount for code, amount in venue.books.balances().items() if amount}
    assert found == balances(month, books, rules)
    moving = [one for some in held for one in some if not month.is_empty(one)]
    assert counts.get("held", 0) == len(wrong) + len(moving)
    waiting = [one for one in month.first if part_of(one, how)[:-2] in waits and one not in wrong]
    assert counts.get("waiting", 0) == sum(1 for one in waiting if not month.is_empty(one))
    documents = sum(1 for some in posted if moves(month, together(some)))
    assert counts.get("documents", 0) == documents
    return documents


@pytest.mark.parametrize("how", HOW)
def test_the_month_is_in_the_books_in_combined_documents(
    month: Month, how: str, first: Venue, make_lasting: MakeVenue
) -> None:
    post(first, month, Rules("payments"), make_lasting, how=how)


quiet = {"deadline": None, "suppress_health_check": list(HealthCheck)}
RULES = st.sampled_from([Rules(shape) for shape in SHAPES] + [Rules(SHAPES[0]).mapped(ACCT=None)])
LINES = st.sampled_from(("netted", "by_day"))


@settings(max_examples=6, derandomize=True, database=None, **quiet)
@example(every_kind(), Rules("payments"), "month", "netted")
@example(every_kind(4, "mixed"), Rules("balanced"), "week", "netted")
@given(months(), RULES, st.sampled_from(HOW), LINES)
def test_any_month_is_in_the_books_in_combined_documents(
    first: Venue, make_lasting: MakeVenue, records: list[Record], rules: Rules, how: str, lines: str
) -> None:
    post(first, Month("generated", CATALOGUE, tuple(records)), rules, make_lasting, how=how, lines=lines)


@pytest.mark.soak
@settings(max_examples=200, **quiet)
@given(months(), RULES, st.sampled_from(("close", *HOW)), LINES)
def test_many_months_are_in_the_books_in_combined_documents(
    first: Venue, make_lasting: MakeVenue, records: list[Record], rules: Rules, how: str, lines: str
) -> None:
    post(first, Month("generated", CATALOGUE, tuple(records)), rules, make_lasting, how=how, lines=lines)
