"""Many rows at once."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from tests.store.rows import NOW, code, integration

from takings.store.bulk import insert_many, update_many, upsert
from takings.store.database import Database
from takings.store.journal import CallRow
from takings.store.tables import CatalogueCode, Cursor

KEY = ("integration_id", "dimension", "code")


@pytest.fixture
def ready(database: Database) -> Database:
    with database.write() as session:
        integration(session)
    return database


def stands(database: Database) -> dict[str, tuple[str, Decimal | None]]:
    with database.read() as session:
        return {row.code: (row.name, row.rate) for row in session.exec(select(CatalogueCode))}


def call(number: int) -> dict[str, object]:
    return {
        "owner": "venue-7",
        "organisation": "ledger/org-1",
        "run_id": "r1",
        "kind": "invoice",
        "key": f"k{number}",
        "body": b"\x00\xff",
        "state": "open",
        "first_sent_at": NOW,
    }


def test_inserted_rows_are_there_with_the_defaults_of_what_was_left_out(ready: Database) -> None:
    with ready.write() as session:
        insert_many(session, CallRow, [call(number) for number in range(120)])
    with ready.read() as session:
        rows = session.exec(select(CallRow).order_by(col(CallRow.id))).all()
    assert [row.key for row in rows] == [f"k{number}" for number in range(120)]
    assert len({row.id for row in rows}) == 120
    first = rows[0]
    assert (first.body, first.first_sent_at, first.operations, first.times_sent) == (b"\x00\xff", NOW, [], 1)


def test_no_rows_are_no_work(ready: Database) -> None:
    with ready.write() as session:
        insert_many(session, CatalogueCode, [])
        upsert(session, CatalogueCode, [], key=KEY, update=["name"])
        update_many(session, CatalogueCode, [], columns=["name"])
    assert stands(ready) == {}


def test_an_upsert_inserts_what_is_new_and_updates_what_stands(ready: Database) -> None:
    with ready.write() as session:
        upsert(session, CatalogueCode, [code("gst"), code("fre")], key=KEY, update=["name"])
        upsert(session, CatalogueCode, [code("gst", name="GST", rate=None), code("wet")], key=KEY, update=["name"])
    ten = Decimal("10.0")
    assert stands(ready) == {"gst": ("GST", ten), "fre": ("Fre", ten), "wet": ("Wet", ten)}


def test_an_upsert_without_update_leaves_what_stands(ready: Database) -> None:
    with ready.write() as session:
        upsert(session, CatalogueCode, [code("gst")], key=KEY, update=())
        upsert(session, CatalogueCode, [code("gst", name="other"), code("wet")], key=KEY, update=())
    assert {name: row[0] for name, row in stands(ready).items()} == {"gst": "Gst", "wet": "Wet"}


def test_of_two_rows_with_one_key_the_later_wins(ready: Database) -> None:
    rows = [
        {"integration_id": "i1", "period": "p", "owner": "venue-7", "position": one, "kept_at": NOW}
        for one in ("1", "2")
    ]
    with ready.write() as session:
        upsert(session, Cursor, rows, key=["integration_id", "period"], update=["position"])
        assert session.exec(select(Cursor.position)).one() == "2"


def test_an_update_sets_the_named_columns_of_its_rows_only(ready: Database) -> None:
    later = NOW + timedelta(days=1)
    with ready.write() as session:
        insert_many(session, CatalogueCode, [code("gst"), code("fre"), code("wet")])
        changed = [code(name, name="new", rate=Decimal("12.5"), first_seen_at=later) for name in ("gst", "wet")]
        update_many(session, CatalogueCode, changed, columns=["name", "first_seen_at"])
    ten = Decimal("10.0")
    assert stands(ready) == {"gst": ("new", ten), "fre": ("Fre", ten), "wet": ("new", ten)}
    with ready.read() as session:
        assert session.exec(select(CatalogueCode.first_seen_at).where(CatalogueCode.code == "wet")).one() == later


def test_rows_may_refer_to_what_still_waits_in_the_session(database: Database) -> None:
    with database.write() as session:
        row = integration(session, "i0")
        row.name = "renamed"
        session.add(row)
        insert_many(session, CatalogueCode, [code("gst", integration_id="i0")])
    assert set(stands(database)) == {"gst"}


def test_rows_of_different_fields_are_refused(ready: Database) -> None:
    with pytest.raises(ValueError, match="role"), ready.write() as session:
        insert_many(session, CatalogueCode, [code("gst"), code("wet", role="tax")])
    with pytest.raises(ValueError, match="nonsense"), ready.write() as session:
        insert_many(session, CatalogueCode, [code("gst", nonsense=1)])
    assert stands(ready) == {}


def test_a_row_that_breaks_a_constraint_takes_all_with_it(ready: Database) -> None:
    with pytest.raises(IntegrityError), ready.write() as session:
        insert_many(session, CatalogueCode, [code("gst"), code("gst")])
    assert stands(ready) == {}
