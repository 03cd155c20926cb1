"""The audit trail can be added to and nothing else."""

from __future__ import annotations

from contextlib import suppress

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select
from tests.store.rows import NOW

from takings.store import audit
from takings.store.database import Database
from takings.store.journal import AuditEvent

COLUMNS = "id, at, owner, principal, action, integration_id, request_id, details"


@pytest.fixture
def told(database: Database) -> Database:
    with database.write() as session:
        audit.record(
            session,
            at=NOW,
            owner="venue-7",
            principal="local",
            action="mapping.changed",
            integration_id="i1",
            request_id="r1",
            details={"code": "GST", "from": "", "to": "OUTPUT"},
        )
    return database


def test_an_event_says_who_when_what_and_in_which_request(told: Database) -> None:
    with told.read() as session:
        event = session.exec(select(AuditEvent)).one()
    assert (event.at, event.owner, event.principal, event.action) == (NOW, "venue-7", "local", "mapping.changed")
    assert (event.integration_id, event.request_id) == ("i1", "r1")
    assert event.details == {"code": "GST", "from": "", "to": "OUTPUT"}


def test_an_event_may_be_about_no_integration(database: Database) -> None:
    with database.write() as session:
        audit.record(session, at=NOW, owner="venue-7", principal="local", action="keys.rotated")
        session.flush()
        assert session.exec(select(AuditEvent)).one().details == {}


def test_an_event_goes_when_its_transaction_does_not_hold(database: Database) -> None:
    with suppress(ZeroDivisionError), database.write() as session:
        audit.record(session, at=NOW, owner="venue-7", principal="local", action="keys.rotated")
        _ = 1 / 0
    with database.read() as session:
        assert session.exec(select(AuditEvent)).all() == []


ONLY_HERE = {
    "sqlite": f"INSERT OR REPLACE INTO audit_event ({COLUMNS}) SELECT {COLUMNS} FROM audit_event",
    "postgresql": "TRUNCATE audit_event",
}


@pytest.mark.parametrize("change", ["UPDATE audit_event SET principal = 'me'", "DELETE FROM audit_event", ""])
def test_the_database_refuses_to_change_an_event(told: Database, change: str) -> None:
    change = change or ONLY_HERE[told.dialect]
    with pytest.raises(IntegrityError, match="only ever added"), told.write() as session:
        session.connection().exec_driver_sql(change)
    with told.read() as session:
        assert session.exec(select(AuditEvent.principal)).all() == ["local"]
