"""Column types give back what was stored, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, Table, insert, select, text
from sqlalchemy.exc import StatementError

from takings.store.database import Database
from takings.store.types import Amount, Instant, Json

VALUES = Table("value", MetaData(), Column("at", Instant), Column("data", Json), Column("amount", Amount))

zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
instants = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=zones)  # noqa: DTZ001
plain = st.text(st.characters(exclude_categories=["Cs"]))
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | plain, lambda inner: st.lists(inner) | st.dictionaries(plain, inner)
)
amounts = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=4)


@pytest.fixture
def values(empty: Database) -> Database:
    with empty.write() as session:
        VALUES.create(session.connection())
    return empty


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(at=instants, data=documents, amount=amounts)
def test_values_come_back_as_they_were(values: Database, at: datetime, data: object, amount: Decimal) -> None:
    with values.write() as session:
        connection = session.connection()
        connection.execute(VALUES.delete())
        connection.execute(insert(VALUES).values(at=at, data=data, amount=amount))
        found = connection.execute(select(VALUES)).one()
    assert found.at == at
    assert found.at.tzinfo is UTC
    assert found.data == data
    assert str(found.amount) == f"{amount:f}"


def test_instants_sort_by_time_whatever_their_zone(values: Database) -> None:
    here, there = timezone(timedelta(hours=10)), timezone(timedelta(hours=-5))
    order = [datetime(2025, 1, 2, 9, tzinfo=here), datetime(2025, 1, 1, 20, tzinfo=there)]
    with values.write() as session:
        session.connection().execute(insert(VALUES), [{"at": at} for at in reversed(order)])
        found = session.connection().scalars(select(VALUES.c.at).order_by(VALUES.c.at)).all()
    assert found == order


def test_an_instant_without_a_zone_is_refused(values: Database) -> None:
    with pytest.raises(StatementError, match="no time zone"), values.write() as session:
        session.connection().execute(insert(VALUES).values(at=datetime(2025, 1, 1)))  # noqa: DTZ001


def test_a_refusal_does_not_repeat_the_values(values: Database) -> None:
    """They may be tokens, or a customer's figures, and an error ends in a log."""
    with pytest.raises(StatementError) as caught, values.write() as session:
        session.connection().execute(text("INSERT INTO value (nothing) VALUES (:secret)"), {"secret": "hunter2"})
    assert "hunter2" not in str(caught.value)


def test_json_is_stored_compactly_and_readable(values: Database) -> None:
    with values.write() as session:
        session.connection().execute(insert(VALUES).values(data={"name": "Café", "n": [1, 2]}))
        stored = session.connection().exec_driver_sql("SELECT data FROM value").scalar_one()
    assert stored == '{"name":"Café","n":[1,2]}'


def test_an_amount_is_never_written_with_an_exponent(tmp_path: Path) -> None:
    with Database(tmp_path / "x.db") as database, database.write() as session:
        VALUES.create(session.connection())
        session.connection().execute(insert(VALUES).values(amount=Decimal("1E+3")))
        assert session.connection().exec_driver_sql("SELECT amount FROM value").scalar_one() == "1000"
