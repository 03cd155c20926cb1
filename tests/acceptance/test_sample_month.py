"""A month with every awkward day in it: what is posted to the cent, what is held and why, what changes nothing."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from tests.support.chain import OCTOBER, Venue, day_of, row_counts
from tests.support.fixtures import MakeVenue
from tests.support.month import ACCOUNTS, TAXES, TENDERS, Month, Record, counted, file_name, key

from takings.domain.findings import Severity
from takings.store.query import columns
from takings.store.tables import Record as Stored
from takings_impos.simulator import Key, Options, Simulator

Supply = Callable[[Month, Path], Venue]
HELD = ("2026-10-09/1", "2026-10-12/1", "2026-10-15/1", "2026-10-25/1")


@pytest.fixture
def by_file(make_venue: MakeVenue) -> Supply:
    """A venue that has only files, the catalogue too: one a record, or one with a line for each."""

    def supply(month: Month, folder: Path) -> Venue:
        venue = make_venue()
        bring(venue, [month.catalogue])
        if month.name == "sample":
            bring(venue, month.first)
        else:
            bring_lines(venue, month.first)
        venue.map_all()
        return venue

    return supply


@pytest.fixture
def by_push(make_venue: MakeVenue) -> Supply:
    """A venue whose POS pushes arrays of records."""

    def supply(month: Month, folder: Path) -> Venue:
        venue = make_venue()
        bring(venue, [month.catalogue])
        venue.map_all()
        for start in range(0, len(month.first), 10):
            assert venue.push(month.first[start : start + 10]).accepted
        return venue

    return supply


@pytest.fixture
def by_pull(make_venue: MakeVenue, request: pytest.FixtureRequest) -> Supply:
    """A venue whose POS is asked over HTTP."""

    def supply(month: Month, folder: Path) -> Venue:
        simulator = Simulator(Options(records=month.write(folder / "feed"), revisions="later", page_size=10))
        request.addfinalizer(simulator.close)
        venue = make_venue(simulator)
        venue.engine.refresh_catalogue(venue.principal, venue.name)
        venue.map_all()
        return venue

    return supply


@pytest.fixture(params=["file", "push", "pull"])
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def supply(request: pytest.FixtureRequest, way: str) -> Supply:
    given: Supply = request.getfixturevalue(f"by_{way}")
    return given


def bring(venue: Venue, files: list[Record]) -> Counter[str]:
    """Import one file after the other, and count what became of their records."""
    results: Counter[str] = Counter()
    for content in files:
        name = file_name(content) if "trading_day" in content else "catalogue.json"
        view = venue.engine.import_file(venue.principal, venue.name, json.dumps(content).encode(), name)
        assert view.accepted, view.findings
        results.update(one.result for one in view.records)
    return results


def bring_lines(venue: Venue, records: list[Record]) -> Counter[str]:
    """Import one file with a record on each line."""
    body = b"\n".join(json.dumps(one).encode() for one in records)
    view = venue.engine.import_file(venue.principal, venue.name, body, "october.jsonl")
    assert view.accepted, view.findings
    return Counter(one.result for one in view.records)


def posted_total(venue: Venue) -> Decimal:
    return sum((Decimal(one["Total"]) for one in venue.books.invoices()), Decimal(0))


def by_tax(venue: Venue) -> dict[str, tuple[Decimal, Decimal]]:
    """What stands in the ledger per tax rate: amounts tax included, and tax."""
    found: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for invoice in venue.books.invoices():
        for line in invoice["LineItems"]:
            found[line["TaxType"]][0] += Decimal(line["LineAmount"])
            found[line["TaxType"]][1] += Decimal(line["TaxAmount"])
    return {code: (amount, tax) for code, (amount, tax) in found.items()}


def check_ledger(venue: Venue, month: Month, records: list[Record]) -> None:
    """Hold the ledger's own trial balance, documents and tax against the records."""
    expected = month.expect(records)
    invoices, payments = venue.books.invoices(), venue.books.payments()
    assert venue.books.balances() == expected.balances
    assert by_tax(venue) == expected.by_tax
    assert (len(invoices), len(payments)) == (expected.documents, expected.payments)
    assert posted_total(venue) == expected.total
    assert sum((Decimal(one["TotalTax"]) for one in invoices), Decimal(0)) == expected.tax
    # Each document and each payment equal their day and its payment methods, one to one.
    wanted = sorted((one["trading_day"], counted(one)) for one in records)
    assert sorted((day_of(one), Decimal(one["Total"])) for one in invoices) == wanted
    tenders = Counter(
        (one["trading_day"], TENDERS[tender["paymethod"]], Decimal(tender["counted"]))
        for one in records
        for tender in one["payments"]
        if Decimal(tender["counted"])
    )
    assert Counter((day_of(one), one["Account"]["Code"], Decimal(one["Amount"])) for one in payments) == tenders


def check_mapping(venue: Venue) -> None:
    """The suggestions that were taken are what the expectations are computed with."""
    rows = venue.engine.mapping(venue.principal, venue.name)
    chosen = {(row.dimension, row.code): row.ref_code for row in rows if row.choice == "post"}
    wanted = {
        **{("accounts", code): to for code, to in ACCOUNTS.items()},
        **{("payment_methods", code): to for code, to in TENDERS.items()},
        **{("tax_codes", code): to for code, to in TAXES.items()},
    }
    assert chosen == wanted


def test_the_month_is_posted_to_the_cent_whatever_way_it_comes_in(
    month: Month, supply: Supply, way: str, tmp_path: Path
) -> None:
    venue = supply(month, tmp_path)
    check_mapping(venue)
    run = venue.sync(pull=way == "pull")
    posted = month.posted(month.first)

    check_ledger(venue, month, posted)
    assert (run.counts["documents"], run.counts["held"], run.counts["nothing"]) == (27, 4, 1)
    held = {f"{one.business_date}/{one.sequence}": one.findings for one in run.held}
    assert tuple(held) == HELD
    for record in month.first:
        if why := month.why_held(record):
            assert why in {one.code for one in held[key(record)] if one.severity is Severity.ERROR}
            assert all(one.what and one.do for one in held[key(record)])
    days = {day_of(one) for one in venue.books.invoices()}
    assert not days & {"2026-10-21", *(day.partition("/")[0] for day in HELD)}
    assert [day_of(one) for one in venue.books.invoices()].count("2026-10-18") == 2
    assert venue.states()["2026-10-21/1"] == "nothing"

    verified = venue.engine.verify(venue.principal, venue.name)
    expected = month.expect(posted)
    assert verified.agrees
    assert (verified.documents, verified.payments) == (expected.documents, expected.payments)
    assert (verified.total, verified.tax) == (expected.total, expected.tax)
    if month.name == "sample":
        assert (expected.documents, expected.payments) == (27, 162)
        assert (expected.total, expected.tax) == (Decimal("202209.99"), Decimal("17337.39"))


def test_each_way_in_gives_identical_days(
    month: Month, by_file: Supply, by_push: Supply, by_pull: Supply, tmp_path: Path
) -> None:
    found = []
    for supply in (by_file, by_push, by_pull):
        venue = supply(month, tmp_path)
        if supply is by_pull:
            run = venue.sync(pull=True)
            assert run.counts["received"] == 32
        with venue.engine.database.read() as session:
            wanted = columns(Stored.canonical, Stored.content_hash, Stored.revision, Stored.standing)
            stored = sorted(tuple(row) for row in session.execute(wanted))
        if supply is not by_pull:
            venue.sync()
        found.append((stored, venue.engine.days(venue.principal, venue.name), venue.books.balances()))
    assert found[0] == found[1] == found[2]
    assert len(found[0][0]) == len(month.first) == 32


def test_the_preview_says_what_the_sync_then_posts(month: Month, by_push: Supply, tmp_path: Path) -> None:
    venue = by_push(month, tmp_path)
    preview = venue.engine.preview(venue.principal, venue.name, OCTOBER)
    run = venue.sync()
    expected = month.expect(month.posted(month.first))
    assert (preview.total, preview.tax) == (expected.total, expected.tax)
    assert (len(preview.documents), preview.payments) == (expected.documents, expected.payments)
    assert tuple(f"{one.business_date}/{one.sequence}" for one in preview.held) == HELD
    planned = [(one.key, one.total, one.tax, one.lines, one.payments) for one in preview.documents]
    assert planned == [(one.key, one.total, one.tax, one.lines, one.payments) for one in run.documents]


def test_a_revision_after_posting_is_reported_and_changes_nothing(
    month: Month, by_push: Supply, tmp_path: Path
) -> None:
    venue = by_push(month, tmp_path)
    venue.sync()
    before = venue.books.documents()
    (later,) = month.later
    earlier = next(one for one in month.first if key(one) == key(later))
    difference = counted(earlier) - counted(later)

    assert bring(venue, [later]) == {"stored": 1}
    for _ in range(2):
        run = venue.sync()
        assert (run.counts["changed"], run.counts["documents"]) == (1, 0)
        (finding,) = [one for one in run.findings if one.code == "day.changed"]
        assert finding.subject == "2026-10-20/1"
        assert f"a difference of {difference:,.2f} AUD less" in finding.what
    assert venue.states()["2026-10-20/1"] == "changed"
    assert venue.books.documents() == before
    check_ledger(venue, month, month.posted(month.first))
    assert venue.engine.verify(venue.principal, venue.name).agrees
    if month.name == "sample":
        assert difference == Decimal("22.00")


def test_a_revision_after_posting_is_noticed_by_pulling_again(
    month: Month, make_venue: MakeVenue, tmp_path: Path
) -> None:
    with Simulator(Options(records=month.write(tmp_path / "feed"), revisions="later")) as simulator:
        venue = make_venue(simulator)
        venue.engine.refresh_catalogue(venue.principal, venue.name)
        venue.map_all()
        venue.sync(pull=True)
        before = venue.books.documents()
        (later,) = month.later
        simulator.state.amend(Key(OCTOBER.first.replace(day=20), 1))
        run = venue.sync(pull=True)
        assert (run.counts["changed"], run.counts["unchanged"], run.counts["new"]) == (1, 31, 1)
        assert [one.subject for one in run.findings if one.code == "day.changed"] == [key(later)]
        assert venue.books.documents() == before


@pytest.mark.parametrize("order", ["older first", "newer first"])
def test_of_two_revisions_before_posting_the_newer_is_posted(
    month: Month, by_push: Supply, tmp_path: Path, order: str
) -> None:
    (later,) = month.later
    earlier = next(one for one in month.first if key(one) == key(later))
    others = [one for one in month.first if one is not earlier]
    both = [earlier, later] if order == "older first" else [later, earlier]
    changed = Month(month.name, month.catalogue, (*others, *both))
    venue = by_push(Month(month.name, month.catalogue, tuple(others)), tmp_path)
    assert bring(venue, both) == ({"stored": 2} if order == "older first" else {"stored": 1, "conflict": 1})
    run = venue.sync()
    newest = [*others, later]
    check_ledger(venue, changed, changed.posted(newest))
    assert run.counts["documents"] == 27
    assert not run.counts["changed"]
    if month.name == "sample":
        assert posted_total(venue) == Decimal("202187.99")


def test_the_same_again_changes_nothing_and_says_so(month: Month, supply: Supply, way: str, tmp_path: Path) -> None:
    venue = supply(month, tmp_path)
    venue.sync(pull=way == "pull")
    documents, rows = venue.books.documents(), row_counts(venue.engine)
    days = venue.engine.days(venue.principal, venue.name)
    venue.ledger.reset()
    if way == "file":
        again = bring(venue, [month.catalogue, *month.first[:3]]) + bring_lines(venue, month.first[3:])
        assert again == {"unchanged": 32}
    elif way == "push":
        assert Counter(one.result for one in venue.push(month.first).records) == {"unchanged": 32}
    run = venue.sync(pull=way == "pull")
    if way == "pull":
        assert (run.counts["unchanged"], run.counts.get("new", 0)) == (32, 0)
    assert (run.counts["documents"], run.counts["calls"], venue.ledger.writes()) == (0, 0, 0)
    assert venue.books.documents() == documents
    assert venue.engine.days(venue.principal, venue.name) == days
    changed = {name for name, count in row_counts(venue.engine).items() if count != rows[name]}
    assert changed == {"run", "audit_event"}
