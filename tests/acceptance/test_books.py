"""The books after posting, against an independent double entry: any month, in every shape, to the cent."""

from __future__ import annotations

from collections import Counter
from itertools import count

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.support.chain import OCTOBER, Books, Venue, as_body
from tests.support.fixtures import MakeVenue
from tests.support.independent import BANK, Rules, balances
from tests.support.made_months import every_kind, months
from tests.support.month import Month, Record, made_up_month

SHAPES = ("payments", "balanced", "journal")
RULES = [
    rules
    for shape in SHAPES
    for rules in (Rules(shape), Rules(shape).mapped(ACCT=None), Rules(shape).mapped(AMEX=BANK, UBER="612"))
]
CATALOGUE = made_up_month().catalogue
NUMBERS = count(1)


@pytest.fixture(scope="module")
def first(make_lasting: MakeVenue) -> Venue:
    """An engine with a venue; each month gets an integration and an organisation of its own beside it."""
    return make_lasting()


def begin(first: Venue, month: Month, rules: Rules, make: MakeVenue, **settings: str) -> Venue:
    """Set a venue up whose month is stored and mapped, and of which nothing is posted yet."""
    settings = {"shape": rules.shape, **settings}
    venue = make(beside=first, name=f"month-{next(NUMBERS)}", target_settings=settings)
    engine, principal, name = venue.engine, venue.principal, venue.name
    assert engine.import_file(principal, name, as_catalogue(month), name="catalogue.json").accepted
    venue.map_all()
    # A bank account is only offered for a payment method while these are payments; it may stand from before.
    engine.configure(principal, name, target_settings={"shape": "payments"})
    for code, place in rules.tenders:
        where = {"choice": "leave_open"} if place is None else {"to": place or "Business Bank Account"}
        engine.set_mapping(principal, name, dimension="payment_methods", code=code, **where)
    engine.configure(principal, name, target_settings={"shape": rules.shape})
    assert engine.import_file(principal, name, as_body(month.first), name="month.json").accepted
    return venue


def post(first: Venue, month: Month, rules: Rules, make: MakeVenue) -> None:
    """Post a month, and hold the ledger against Beancount."""
    venue = begin(first, month, rules, make)
    counts = venue.sync_whole(OCTOBER)
    check(venue.books, month, rules, counts)
    verified = venue.engine.verify(venue.principal, venue.name, OCTOBER)
    assert verified.agrees, verified.differences
    assert verified.documents == counts.get("documents", 0)


def as_catalogue(month: Month) -> bytes:
    return as_body([month.catalogue])[1:-1]


def check(books: Books, month: Month, rules: Rules, counts: dict[str, int]) -> None:
    held = [one for one in month.first if rules.held(month, one)]
    posted = [one for one in month.first if one not in held]
    found = {code or BANK: amount for code, amount in books.balances().items() if amount}
    assert found == balances(month, posted, rules)
    assert counts.get("held", 0) == len(held)
    # A close posts nothing only where no account and no tax moves by it.
    moving = [one for one in posted if moves(month, one)]
    assert counts.get("documents", 0) == len(moving)


def moves(month: Month, record: Record) -> bool:
    sums: Counter[tuple[str, str]] = Counter()
    for row in month.rows(record):
        sums[row.account, row.tax_code] += row.amount  # type: ignore[assignment]
    return any(sums.values()) or any(float(one["counted"]) for one in record["payments"])


@pytest.mark.parametrize("rules", RULES, ids=lambda rules: f"{rules.shape}-{RULES.index(rules) % 3}")
def test_the_month_is_in_the_books_as_its_days_say(
    month: Month, rules: Rules, first: Venue, make_lasting: MakeVenue
) -> None:
    post(first, month, rules, make_lasting)


quiet = {"deadline": None, "suppress_health_check": list(HealthCheck)}


@settings(max_examples=6, derandomize=True, database=None, **quiet)
@example(every_kind(), RULES[0])
@example(every_kind(2, "exclusive"), RULES[0])
@example(every_kind(3, "no tax"), RULES[3])
@example(every_kind(4, "mixed"), RULES[6])
@given(months(), st.sampled_from(RULES))
def test_any_month_is_in_the_books_as_its_days_say(
    first: Venue, make_lasting: MakeVenue, records: list[Record], rules: Rules
) -> None:
    post(first, Month("generated", CATALOGUE, tuple(records)), rules, make_lasting)


@pytest.mark.soak
@settings(max_examples=200, **quiet)
@given(months(), st.sampled_from(RULES))
def test_many_months_are_in_the_books_as_their_days_say(
    first: Venue, make_lasting: MakeVenue, records: list[Record], rules: Rules
) -> None:
    post(first, Month("generated", CATALOGUE, tuple(records)), rules, make_lasting)
