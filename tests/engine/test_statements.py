"""Lists are read by as many statements for many rows as for one, and a page reads no more than it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from shutil import copy

import pytest
from sqlalchemy import event
from sqlmodel import select
from tests.engine.conftest import Ready
from tests.support.month import Month

from takings.domain.period import Period
from takings.engine import Engine
from takings.errors import NotFound
from takings.store.database import Database
from takings.store.journal import UnitRow
from takings.store.secrets import KeyRing
from takings.store.tables import Day, Run
from takings.testing import FakeSource, FakeTarget, FixedClock, fake_host
from takings.views import LOCAL

NOW = datetime(2026, 11, 4, 23, 0, tzinfo=UTC)
OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))


@pytest.fixture
def engine(tmp_path: Path, schema_file: Path) -> Iterator[Engine]:
    copy(schema_file, tmp_path / "takings.db")
    host = fake_host(FakeSource().declaration(), FakeTarget().declaration())
    with Engine(Database(tmp_path / "takings.db"), host, keys=KeyRing.generate(), clock=FixedClock(NOW)) as made:
        yield made


def statements(engine: Engine, work: Callable[[], object]) -> list[str]:
    """Return what the database was asked."""
    seen: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        seen.append(statement)

    event.listen(engine.database.engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(engine.database.engine, "before_cursor_execute", note)
    return seen


def venue(engine: Engine, name: str) -> None:
    """Make an integration with codes and a run that waits."""
    made = engine.provision(LOCAL, name=name, source="fake:till", target="fake:ledger")
    engine.refresh_catalogue(LOCAL, made.id)
    engine.request_run(LOCAL, made.id, kind="fetch")


LISTS: dict[str, Callable[[Engine], object]] = {
    "integrations": lambda engine: engine.integrations(LOCAL),
    "overview": lambda engine: engine.overview(LOCAL),
    "runs": lambda engine: engine.runs(LOCAL, None, 200),
    "audit": lambda engine: engine.audit_trail(LOCAL),
    "alerts": lambda engine: engine.alerts(LOCAL),
}


def test_fifty_integrations_are_listed_by_as_many_statements_as_one(engine: Engine) -> None:
    venue(engine, "first")
    counted = {name: len(statements(engine, lambda work=work: work(engine))) for name, work in LISTS.items()}
    for number in range(2, 51):
        venue(engine, f"venue-{number}")
    for name, work in LISTS.items():
        assert len(statements(engine, lambda work=work: work(engine))) == counted[name] <= 10, name
    views = engine.integrations(LOCAL)
    assert len(views) == 50
    first = engine.page_of_integrations(LOCAL, limit=30)
    rest = engine.page_of_integrations(LOCAL, after=first.next, limit=30)
    assert ([*first.integrations, *rest.integrations], rest.next) == (views, "")
    assert views[7] == engine.integration(LOCAL, views[7].id)
    assert sorted(one.position for one in engine.runs(LOCAL, None, 200)) == list(range(1, 51))


def test_the_link_of_a_document_reads_one_document(ready: Ready, made_up: Month) -> None:
    venue = ready(5)
    venue.sync()
    keys = [one.key for one in venue.engine.documents(LOCAL, "anchor")]
    rows: list[int] = []

    def count(*given: object, **more: object) -> None:
        rows.append(1)

    event.listen(UnitRow, "load", count)
    try:
        venue.engine.document_link(LOCAL, "anchor", keys[2])
    finally:
        event.remove(UnitRow, "load", count)
    assert sum(rows) == 1
    with pytest.raises(NotFound):
        venue.engine.document_link(LOCAL, "anchor", "of/nobody")


def test_days_are_paged_by_whole_dates(ready: Ready, made_up: Month) -> None:
    venue = ready(7)
    venue.sync()
    whole = venue.engine.days(LOCAL, "anchor")
    seen, period = [], OCTOBER
    while True:
        page = venue.engine.page_of_days(LOCAL, "anchor", period, limit=3)
        assert len(page.days) <= 3
        seen += page.days
        if page.next is None:
            break
        period = Period(page.next, OCTOBER.last)
    assert seen == whole
    held = venue.engine.page_of_days(LOCAL, "anchor", OCTOBER, state="held").days
    assert held == tuple(one for one in whole if one.state == "held")


def test_a_date_with_more_closes_than_a_page_is_given_whole(ready: Ready, made_up: Month) -> None:
    venue = ready(1)
    with venue.engine.database.write() as session:
        (day,) = session.exec(select(Day)).all()
        for sequence in range(2, 6):
            fields = day.model_dump(exclude={"id"}) | {"sequence": sequence, "counted_total": Decimal(1)}
            session.add(Day(**fields))
    page = venue.engine.page_of_days(LOCAL, "anchor", OCTOBER, limit=2)
    assert [one.sequence for one in page.days] == [1, 2, 3, 4, 5]
    assert page.next == day.business_date + timedelta(days=1)


def test_documents_are_paged_in_their_order(ready: Ready, made_up: Month) -> None:
    venue = ready(5)
    venue.sync()
    whole = venue.engine.documents(LOCAL, "anchor")
    seen, after = [], ""
    while True:
        page = venue.engine.page_of_documents(LOCAL, "anchor", OCTOBER, after=after, limit=2)
        seen += page.documents
        after = page.next
        if not after:
            break
    assert seen == whole
    with pytest.raises(NotFound):
        venue.engine.page_of_documents(LOCAL, "anchor", after="of/nobody")


def test_runs_are_paged_from_the_newest_to_the_first(engine: Engine) -> None:
    venue(engine, "first")
    (kept,) = engine.runs(LOCAL, "first")
    with engine.database.write() as session:
        row = session.get_one(Run, kept.id)
        for number in range(6):
            fields = {"id": f"run-{number}", "state": "done", "started_at": NOW - timedelta(hours=number // 2 + 1)}
            session.add(Run(**(row.model_dump() | fields)))
    seen, before = [], ""
    while True:
        page = engine.page_of_runs(LOCAL, "first", before=before, limit=2)
        seen += [one.id for one in page.runs]
        before = page.older
        if not before:
            break
    assert seen == [kept.id, "run-1", "run-0", "run-3", "run-2", "run-5", "run-4"]
    venue(engine, "second")
    with pytest.raises(NotFound):
        engine.page_of_runs(LOCAL, "second", before=kept.id)
