"""Deleting an integration: what is removed, what stays, and when it is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from tests.engine.conftest import Ready
from tests.support.chain import row_counts
from tests.support.fixtures import MakeVenue

from takings.errors import Busy, NotFound, UsageError
from takings.store.journal import AuditEvent
from takings.store.metadata import Stored
from takings.store.states import RunState
from takings.store.tables import Run
from takings.views import LOCAL, Principal

#: What is kept of a deleted integration: who did what. The owner's authorisation serves other integrations.
KEPT = {"audit_event", "authorisation"}


def test_nothing_but_the_audit_trail_is_left(ready: Ready):
    venue = ready(days=3)
    engine = venue.engine
    venue.sync()
    engine.create_setup_link(LOCAL, venue.name)
    engine.begin_connect(LOCAL, venue.name, "http://localhost:8400/oauth/callback")
    engine.setup(LOCAL, venue.name)
    engine.disconnect(LOCAL, venue.name)
    view = engine.delete(LOCAL, venue.name)
    assert (view.days, view.documents) == (3, 3)
    assert view.stays == f"What was posted stays in {view.organisation}: 3 documents."
    left = {name: count for name, count in row_counts(engine).items() if count}
    assert set(left) <= KEPT | {"operation"}, left
    assert len(venue.books.invoices()) == 3
    with engine.database.read() as session:
        actions = session.execute(select(AuditEvent.__table__.c.action)).scalars().all()
    assert actions[-1] == "integration.deleted"
    assert "run.ended" in actions


def test_a_connected_one_is_refused(ready: Ready):
    venue = ready(days=1)
    venue.sync()
    other = ready(days=0, beside=venue, name="other", books=venue.books)
    before = row_counts(venue.engine)
    with pytest.raises(UsageError, match="disconnect it first"):
        venue.engine.delete(LOCAL, other.name)
    assert row_counts(venue.engine) == before


def test_a_run_at_work_is_not_pulled_away(ready: Ready):
    venue = ready(days=1)
    venue.sync()
    engine = venue.engine
    engine.disconnect(LOCAL, venue.name)
    run = engine.runs(LOCAL, venue.name)[0]
    with engine.database.write() as session:
        row = session.get_one(Run, run.id)
        row.state, row.seen_at = RunState.RUNNING.value, engine.clock.now()
        session.add(row)
    with pytest.raises(Busy):
        engine.delete(LOCAL, venue.name)
    with engine.database.write() as session:
        row = session.get_one(Run, run.id)
        long_ago = engine.clock.now() - timedelta(hours=1)
        row.seen_at, row.started_at = long_ago, long_ago
        session.add(row)
    assert engine.delete(LOCAL, venue.name).days == 1


def test_another_owner_deletes_nothing(make_venue: MakeVenue):
    venue = make_venue(connect=False)
    with pytest.raises(NotFound):
        venue.engine.delete(Principal(owner="other"), venue.engine.integration(LOCAL, venue.name).id)


def test_the_same_venue_again_posts_nothing_twice(ready: Ready):
    venue = ready(days=2)
    venue.sync()
    venue.engine.disconnect(LOCAL, venue.name)
    venue.engine.delete(LOCAL, venue.name)
    again = ready(days=2, beside=venue, books=venue.books)
    again.sync()
    assert set(again.states().values()) == {"posted"}
    assert len(venue.books.invoices()) == 2


def test_every_table_of_an_integration_is_thought_of():
    from takings.engine import deleting

    own = {table.__tablename__ for table in deleting._OWN} | {"unit", "operation", "call"}
    named = {table.name for table in Stored.metadata.sorted_tables if "integration_id" in table.c}
    assert named - own == {"audit_event"}
