"""Which dates are posted without asking: of one integration, and as the condition of a query, that is the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import product

import pytest
from tests.sync.rows import Rows, opened, sold

from takings.sync.agreed import confirms
from takings.sync.unconfirmed import is_unconfirmed, past_days

DAYS = range(1, 9)
SOME = (None, date(2026, 10, 3), date(2026, 10, 6))
PERIODS = ([], [["2026-10-02", "2026-10-02"]], [["2026-09-20", "2026-10-01"], ["2026-10-05", "2026-10-12"]])


@pytest.fixture
def rows() -> Iterator[Rows]:
    with opened() as found:
        yield found


def test_what_waits_to_be_confirmed_is_what_is_not_posted_without_asking(rows: Rows) -> None:
    for day in DAYS:
        rows.day(sold("1.00", day))
    row, counts = rows.integration, set()
    for start, active, periods in product(SOME, SOME, PERIODS):
        row.start_date, row.active_from, row.confirmed = start, active, periods
        rows.session.add(row)
        rows.session.flush()
        found = [day for day, confirmed in rows.session.execute(past_days()) if is_unconfirmed(day, confirmed)]
        dates = [date(2026, 10, day) for day in DAYS]
        # Of a draft all are asked about when somebody posts them, and till then they wait for nobody.
        assert found == ([day for day in dates if not confirms(row)(day)] if active else []), (start, active, periods)
        counts.add(len(found))
    assert len(counts) > 3
