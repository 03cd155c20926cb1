"""Write and read transactions."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session, select
from tests.store.rows import NOW, integration

from takings.errors import DatabaseBusy, DatabaseMissing, InstallationError
from takings.store.database import Database
from takings.store.journal import BudgetRow
from takings.store.tables import Integration


def names(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.exec(select(Integration.id).order_by(Integration.id)))


def test_what_was_written_is_there_at_the_end(database: Database) -> None:
    with database.write() as session:
        row = integration(session)
    assert row.name == "i1"  # still readable after the session
    assert names(database) == ["i1"]


def broken_off(database: Database, work: Callable[[Session], object]) -> None:
    with database.write() as session:
        work(session)
        raise InterruptedError


def test_an_exception_leaves_nothing_behind(database: Database) -> None:
    with pytest.raises(InterruptedError):
        broken_off(database, integration)
    assert names(database) == []
    with database.write() as session:
        integration(session)
    assert names(database) == ["i1"]


def test_the_schema_changes_with_the_transaction(database: Database) -> None:
    with pytest.raises(InterruptedError):
        broken_off(
            database, lambda session: session.connection().exec_driver_sql("CREATE TABLE half_done (x INTEGER)")
        )
    with pytest.raises(DBAPIError), database.read() as session:
        session.connection().exec_driver_sql("SELECT * FROM half_done")


def test_a_read_can_not_write(database: Database) -> None:
    with pytest.raises(DBAPIError, match=r"(?i)read.?only"), database.read() as session:
        integration(session)
    with database.write() as session:
        integration(session)
    assert names(database) == ["i1"]


def test_a_read_sees_one_moment(database: Database) -> None:
    with database.read() as session:
        assert session.exec(select(Integration)).all() == []
        with database.write() as other:
            integration(other)
        assert session.exec(select(Integration)).all() == []
    assert names(database) == ["i1"]


def test_a_reference_to_nothing_is_refused(database: Database) -> None:
    with pytest.raises(IntegrityError), database.write() as session:
        session.add(
            Integration(
                id="i1",
                owner="venue-7",
                name="i1",
                source_component="pos:eod",
                target_component="ledger:accounting",
                source_connection_id="nowhere",
                created_at=NOW,
            )
        )


def test_a_write_inside_a_write_fails_at_once(database: Database) -> None:
    with pytest.raises(RuntimeError, match="inside"), database.write(), database.write():
        pass
    with database.write() as session:
        integration(session)
    assert names(database) == ["i1"]


def count(database: Database, times: int) -> None:
    for _ in range(times):
        with database.write() as session:
            row = session.exec(select(BudgetRow).with_for_update()).one()
            row.used += 1


def test_many_threads_lose_no_update(database: Database) -> None:
    with database.write() as session:
        session.add(BudgetRow(key="app"))
    with ThreadPoolExecutor(24) as threads:
        list(threads.map(lambda _: count(database, 10), range(24)))
    with database.read() as session:
        assert session.exec(select(BudgetRow.used)).one() == 240


def test_more_threads_than_pooled_connections_can_read(database: Database) -> None:
    everyone = threading.Barrier(32, timeout=60)

    def look(_: int) -> list[Integration]:
        with database.read() as session:
            everyone.wait()
            return list(session.exec(select(Integration)))

    with ThreadPoolExecutor(32) as threads:
        assert list(threads.map(look, range(32))) == [[]] * 32


def test_another_writer_makes_the_database_busy(database: Database, address: str) -> None:
    """SQLite lets one write at a time, and says so at once; PostgreSQL waits for the row."""
    with database.write() as session:
        session.add(BudgetRow(key="app"))
    with Database(address, patience=timedelta(milliseconds=50)) as other, database.write() as session:
        session.exec(select(BudgetRow).with_for_update()).one()
        with pytest.raises(DatabaseBusy, match="locked by another program"), other.write() as second:
            second.exec(select(BudgetRow).with_for_update()).one()


def test_a_lock_met_in_the_middle_of_a_session_makes_the_database_busy(database: Database, address: str) -> None:
    with database.write() as session:
        session.add(BudgetRow(key="app"))
    mine = select(BudgetRow).with_for_update()
    with (  # noqa: PT012 - that it shows in the middle of the block is the point
        Database(address, patience=timedelta(milliseconds=50)) as other,
        ExitStack() as until_then,
        pytest.raises(DatabaseBusy),
        other.write() as session,
    ):
        session.commit()
        until_then.enter_context(database.write()).exec(mine).one()
        session.exec(mine).one()


def test_a_thread_of_the_same_process_waits_no_longer_than_told(address: str) -> None:
    with Database(address, patience=timedelta(milliseconds=50)) as database:
        database.upgrade()
        with database.write() as session, ThreadPoolExecutor(1) as threads:
            session.connection().exec_driver_sql("INSERT INTO call_budget VALUES ('app', 0, 0, 0, 0)")
            future = threads.submit(lambda: _insert(database))
            assert isinstance(future.exception(), DatabaseBusy)


def _insert(database: Database) -> None:
    with database.write() as session:
        session.add(BudgetRow(key="app"))


def test_a_full_disk_is_told_and_nothing_is_half_stored(tmp_path: Path) -> None:
    with Database(tmp_path / "takings.db") as database:
        database.upgrade()
        with database.write() as session:
            pages = session.connection().exec_driver_sql("PRAGMA page_count").scalar_one()
            session.connection().exec_driver_sql(f"PRAGMA max_page_count={pages}")
        with pytest.raises(InstallationError, match="is full"), database.write() as session:
            session.add(BudgetRow(key="x" * 1_000_000))
        with database.read() as session:
            assert session.exec(select(BudgetRow)).all() == []


def cut_all_connections(address: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.mark.parametrize("kind", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_a_server_that_goes_away_is_missing_and_used_again_when_it_is_back(database: Database, address: str) -> None:
    with pytest.raises(DatabaseMissing, match="terminating connection"):
        broken_off(database, lambda session: (cut_all_connections(address), integration(session)))
    with database.write() as session:
        integration(session)
    with database.lock("ledger/org-1"):
        cut_all_connections(address)
    with database.lock("ledger/org-1"):
        assert names(database) == ["i1"]
