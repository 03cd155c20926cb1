"""A month with every awkward day in it: what is posted to the cent, what is held and why, what changes nothing."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from tests.support.chain import OCTOBER, Ledger, Venue, day_of, row_counts
from tests.support.fixtures import MakeVenue, venue_maker
from tests.support.month import (
    ACCOUNTS,
    TAXES,
    TENDERS,
    Expected,
    Month,
    Record,
    against_the_grain,
    counted,
    file_name,
    key,
    paid,
    sign_of,
)

from takings.domain.findings import Severity
from takings.host import PluginHost
from takings.store.query import columns
from takings.store.tables import Record as Stored
from takings.views import RunView
from takings_impos.simulator import Key, Options, Simulator

PAID_AS = {1: "ACCRECPAYMENT", -1: "ARCREDITPAYMENT"}
Supply = Callable[[Month, MakeVenue, Simulator], Venue]
HELD = ("2026-10-09/1", "2026-10-15/1")
#: A day of which more was given back than taken, and one of which American Express was.
BELOW_ZERO, AGAINST_THE_GRAIN = "2026-10-12", "2026-10-25"


def by_file(month: Month, make: MakeVenue, simulator: Simulator) -> Venue:
    """A venue that has only files, the catalogue too: one a record, or one with a line for each."""
    venue = make()
    bring(venue, [month.catalogue])
    if month.name == "sample":
        bring(venue, month.first)
    else:
        bring_lines(venue, month.first)
    venue.map_all()
    return venue


def by_push(month: Month, make: MakeVenue, simulator: Simulator) -> Venue:
    """A venue whose POS pushes arrays of records."""
    venue = make()
    bring(venue, [month.catalogue])
    venue.map_all()
    for start in range(0, len(month.first), 10):
        assert venue.push(month.first[start : start + 10]).accepted
    return venue


def by_pull(month: Month, make: MakeVenue, simulator: Simulator) -> Venue:
    """A venue whose POS is asked over HTTP."""
    venue = make(simulator)
    venue.engine.refresh_catalogue(venue.principal, venue.name)
    venue.map_all()
    return venue


WAYS: dict[str, Supply] = {"file": by_file, "push": by_push, "pull": by_pull}


@dataclass
class Posted:
    """A venue whose month was posted once, with the run; nothing that uses it may change anything."""

    venue: Venue
    run: RunView
    way: str

    def sync(self) -> RunView:
        return self.venue.sync(pull=self.way == "pull")


@pytest.fixture(scope="module")
def simulator(month: Month, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """A point of sale that serves the month, each day in its first revision until it is amended."""
    feed = month.write(tmp_path_factory.mktemp("feed"))
    with Simulator(Options(records=feed, revisions="later", page_size=10)) as running:
        yield running


@pytest.fixture(scope="module", params=list(WAYS))
def posted(
    request: pytest.FixtureRequest,
    month: Month,
    simulator: Simulator,
    tmp_path_factory: pytest.TempPathFactory,
    schema_file: Path,
    all_plugins: PluginHost,
    ledger_sandbox: Ledger,
) -> Iterator[Posted]:
    with ExitStack() as stack:
        folder = tmp_path_factory.mktemp("posted")
        make = venue_maker(stack, folder, schema_file, plugins=all_plugins, ledger=ledger_sandbox)
        venue = WAYS[request.param](month, make, simulator)
        yield Posted(venue, venue.sync(pull=request.param == "pull"), request.param)


@pytest.fixture
def pushed(month: Month, make_venue: MakeVenue, simulator: Simulator) -> Venue:
    """A venue with the month stored and nothing posted yet."""
    return by_push(month, make_venue, simulator)


def bring(venue: Venue, files: list[Record]) -> Counter[str]:
    """Import one file after the other, and count what became of their records."""
    results: Counter[str] = Counter()
    for content in files:
        name = file_name(content) if "trading_day" in content else "catalogue.json"
        view = venue.engine.import_file(venue.principal, venue.name, json.dumps(content).encode(), name=name)
        assert view.accepted, view.findings
        results.update(one.result for one in view.records)
    return results


def bring_lines(venue: Venue, records: list[Record]) -> Counter[str]:
    """Import one file with a record on each line."""
    body = b"\n".join(json.dumps(one).encode() for one in records)
    view = venue.engine.import_file(venue.principal, venue.name, body, name="october.jsonl")
    assert view.accepted, view.findings
    return Counter(one.result for one in view.records)


def sign(paper: Record) -> int:
    return -1 if paper["Type"] == "ACCRECCREDIT" else 1


def total_of(papers: list[Record], field: str = "Total") -> Decimal:
    return sum((sign(one) * Decimal(one[field]) for one in papers), Decimal(0))


def by_tax(papers: list[Record]) -> dict[str, tuple[Decimal, Decimal]]:
    """What stands in the ledger per tax rate: amounts tax included, and tax."""
    found: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for paper in papers:
        for line in paper["LineItems"]:
            found[line["TaxType"]][0] += sign(paper) * Decimal(line["LineAmount"])
            found[line["TaxType"]][1] += sign(paper) * Decimal(line["TaxAmount"])
    return {code: (amount, tax) for code, (amount, tax) in found.items()}


def check_ledger(venue: Venue, month: Month, records: list[Record]) -> None:
    """Hold the ledger's own trial balance, documents and tax against the records."""
    expected = month.expect(records)
    invoices, payments = venue.books.invoices(), venue.books.payments()
    papers = [*invoices, *venue.books.credit_notes()]
    assert venue.books.balances() == expected.balances
    assert by_tax(papers) == expected.by_tax
    assert (len(papers), len(payments)) == (expected.documents, expected.payments)
    assert total_of(papers) == expected.total
    assert total_of(papers, "TotalTax") == expected.tax
    assert {one["Status"] for one in papers} == {"PAID"}
    # Each document equals its day, but for tenders against the grain; each payment equals its tender, one to one.
    wanted = sorted((one["trading_day"], counted(one) - against_the_grain(one)) for one in records)
    assert sorted((day_of(one), sign(one) * Decimal(one["Total"])) for one in papers) == wanted
    tenders = Counter(
        (one["trading_day"], TENDERS[code], PAID_AS[sign_of(one)], amount)
        for one in records
        for code, amount in paid(one)
    )
    assert tenders == Counter(
        (day_of(one), one["Account"]["Code"], one["PaymentType"], Decimal(one["Amount"])) for one in payments
    )
    assert [day_of(one) for one in venue.books.credit_notes()] == [
        one["trading_day"] for one in records if counted(one) < 0
    ]


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


def test_the_month_is_posted_to_the_cent_whatever_way_it_comes_in(month: Month, posted: Posted) -> None:
    venue, run = posted.venue, posted.run
    check_mapping(venue)
    records = month.posted(month.first)
    check_ledger(venue, month, records)
    assert (run.counts["documents"], run.counts["held"], run.counts["nothing"]) == (29, 2, 1)
    held = {f"{one.business_date}/{one.sequence}": one.findings for one in run.held}
    assert tuple(held) == HELD
    for record in month.first:
        if why := month.why_held(record):
            assert why in {one.code for one in held[key(record)] if one.severity is Severity.ERROR}
            assert all(one.what and one.do for one in held[key(record)])
    assert [day_of(one) for one in venue.books.credit_notes()] == [BELOW_ZERO]
    days = [day_of(one) for one in (*venue.books.invoices(), *venue.books.credit_notes())]
    assert not {"2026-10-21", *(day.partition("/")[0] for day in HELD)} & set(days)
    assert days.count("2026-10-18") == 2
    assert venue.states()["2026-10-21/1"] == "nothing"

    verified = venue.engine.verify(venue.principal, venue.name)
    expected = month.expect(records)
    assert verified.agrees
    assert (verified.documents, verified.payments) == (expected.documents, expected.payments)
    assert (verified.total, verified.tax) == (expected.total, expected.tax)
    if month.name == "sample":
        check_sample(venue, expected)


def check_sample(venue: Venue, expected: Expected) -> None:
    """The figures of the sample month, by hand."""
    assert (expected.documents, expected.payments) == (29, 168)
    assert (expected.total, expected.tax) == (Decimal("202291.96"), Decimal("17564.86"))
    (note,) = venue.books.credit_notes()
    assert Decimal(note["Total"]) == Decimal("7643.05")
    (invoice,) = [one for one in venue.books.invoices() if day_of(one) == AGAINST_THE_GRAIN]
    assert Decimal(invoice["Total"]) == Decimal("7725.02")
    (amex,) = [one for one in invoice["LineItems"] if one["AccountCode"] == TENDERS["AMEX"]]
    assert (amex["LineAmount"], amex["TaxType"]) == (Decimal("64.90"), "BASEXCLUDED")


def test_each_way_in_gives_identical_days(month: Month, make_venue: MakeVenue, simulator: Simulator) -> None:
    found = []
    for way, supply in WAYS.items():
        venue = supply(month, make_venue, simulator)
        run = venue.sync(pull=way == "pull")
        assert run.counts.get("received", 0) == (32 if way == "pull" else 0)
        with venue.engine.database.read() as session:
            wanted = columns(Stored.canonical, Stored.content_hash, Stored.revision, Stored.standing)
            stored = sorted(tuple(row) for row in session.execute(wanted))
        found.append((stored, venue.engine.days(venue.principal, venue.name), venue.books.balances()))
    assert found[0] == found[1] == found[2]
    assert len(found[0][0]) == len(month.first) == 32


def test_the_preview_says_what_the_sync_then_posts(month: Month, pushed: Venue) -> None:
    venue = pushed
    preview = venue.engine.preview(venue.principal, venue.name, OCTOBER)
    run = venue.sync()
    expected = month.expect(month.posted(month.first))
    assert (preview.total, preview.tax) == (expected.total, expected.tax)
    assert (len(preview.documents), preview.payments) == (expected.documents, expected.payments)
    assert tuple(f"{one.business_date}/{one.sequence}" for one in preview.held) == HELD
    planned = [(one.key, one.total, one.tax, one.payments) for one in preview.documents]
    assert planned == [(one.key, one.total, one.tax, one.payments) for one in run.documents]
    standing = venue.engine.verify(venue.principal, venue.name).checked
    assert [one.lines for one in preview.documents] == [one.lines for one in standing]


def test_a_revision_after_posting_is_reported_and_changes_nothing(month: Month, pushed: Venue) -> None:
    venue = pushed
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
    month: Month, make_venue: MakeVenue, simulator: Simulator, order: str
) -> None:
    (later,) = month.later
    earlier = next(one for one in month.first if key(one) == key(later))
    others = [one for one in month.first if one is not earlier]
    both = [earlier, later] if order == "older first" else [later, earlier]
    changed = Month(month.name, month.catalogue, (*others, *both))
    venue = by_push(Month(month.name, month.catalogue, tuple(others)), make_venue, simulator)
    assert bring(venue, both) == ({"stored": 2} if order == "older first" else {"stored": 1, "conflict": 1})
    run = venue.sync()
    newest = [*others, later]
    check_ledger(venue, changed, changed.posted(newest))
    assert run.counts["documents"] == 29
    assert not run.counts["changed"]
    if month.name == "sample":
        assert total_of([*venue.books.invoices(), *venue.books.credit_notes()]) == Decimal("202269.96")


def test_the_same_again_changes_nothing_and_says_so(month: Month, posted: Posted) -> None:
    venue = posted.venue
    documents, rows = venue.books.documents(), row_counts(venue.engine)
    days = venue.engine.days(venue.principal, venue.name)
    venue.ledger.reset()
    if posted.way == "file":
        again = bring(venue, [month.catalogue, *month.first[:3]]) + bring_lines(venue, month.first[3:])
        assert again == {"unchanged": 32}
    elif posted.way == "push":
        assert Counter(one.result for one in venue.push(month.first).records) == {"unchanged": 32}
    run = posted.sync()
    if posted.way == "pull":
        assert (run.counts["unchanged"], run.counts.get("new", 0)) == (32, 0)
    assert (run.counts["documents"], run.counts.get("calls", 0), venue.ledger.writes()) == (0, 0, 0)
    assert venue.books.documents() == documents
    assert venue.engine.days(venue.principal, venue.name) == days
    changed = {name for name, count in row_counts(venue.engine).items() if count != rows[name]}
    assert changed == {"run", "audit_event"}
