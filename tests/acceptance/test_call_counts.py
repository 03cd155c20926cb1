"""How many calls a year costs at the ledger: what limits the work is what the ledger allows."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from tests.support.chain import Ledger, ShiftedClock
from tests.support.fixtures import MakeVenue

from takings.domain.period import Period
from takings_impos.simulator import Options, Simulator

YEAR = Period(date(2025, 10, 1), date(2026, 9, 30))
NOW = datetime(2026, 10, 31, 22, 0, tzinfo=UTC)


def test_a_year_costs_at_most_30_writing_calls_and_10_reads_and_a_check_of_it_8(
    make_venue: MakeVenue, ledger_sandbox: Ledger, capsys: pytest.CaptureFixture[str]
) -> None:
    options = Options(tenders=("CASH", "EFTPOS", "AMEX"), stopped_at=NOW)
    with Simulator(options) as simulator:
        venue = make_venue(simulator, clock=ShiftedClock(NOW))
        venue.engine.refresh_catalogue(venue.principal, venue.name)
        venue.map_all()
        ledger_sandbox.reset()
        run = venue.sync(YEAR, pull=True)
        posting = ledger_sandbox.counters()
        verified = venue.engine.verify(venue.principal, venue.name, YEAR)
        counters = ledger_sandbox.counters()
        ledger_sandbox.reset()
        checked = venue.engine.request_run(venue.principal, venue.name, kind="verify")
        assert venue.engine.execute_run(checked.id)
    checking = ledger_sandbox.counters()["calls"]
    checked = venue.engine.run(venue.principal, checked.id)

    writes = {name: n for name, n in counters["calls"].items() if name.split()[0] != "GET"}
    reads = {name: n for name, n in counters["calls"].items() if name.split()[0] == "GET"}
    with capsys.disabled():
        print(  # noqa: T201 - the figures are what this test is for
            f"\n365 days with 3 payments each: {sum(writes.values())} writing calls {writes}, "
            f"{sum(reads.values())} reads {reads} (of them {_reads(posting['calls'])} for posting), "
            f"{counters['rate_limited']} refused, at most {counters['most_in_flight']} at once"
        )
    assert (run.state, run.counts["documents"], run.counts["held"]) == ("done", 365, 0)
    assert verified.agrees
    assert (verified.documents, verified.payments) == (365, 3 * 365)
    assert len(venue.books.invoices()) == 365
    assert len(venue.books.payments()) == 3 * 365
    assert sum(writes.values()) <= 30
    assert sum(reads.values()) <= 10
    assert counters["rate_limited"] == 0
    assert set(counters["statuses"]) == {"200"}
    assert (checked.state, checked.counts) == ("done", {"checked": 365, "payments": 3 * 365, "differing": 0})
    assert sum(checking.values()) == _reads(checking) <= 8, f"a check of 365 documents makes {checking}"


def _reads(calls: dict[str, int]) -> int:
    return sum(n for name, n in calls.items() if name.startswith("GET "))
