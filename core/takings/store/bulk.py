"""Many rows at once for the posting path, past the ORM, which costs ten times as much per row.

Objects of these rows that a session already holds are not refreshed. Rows of one call have the same fields; fields
that are left out get the table class's defaults on insert.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from typing import Any

from pydantic_core import PydanticUndefined
from sqlalchemy import Executable, Table, bindparam, insert, update
from sqlmodel import Session, SQLModel

Row = Mapping[str, Any]


def insert_many(session: Session, table_class: type[SQLModel], rows: Sequence[Row]) -> None:
    """Insert rows."""
    if rows:
        _execute(session, insert(_table(table_class)), _completed(table_class, rows))


def upsert(
    session: Session,
    table_class: type[SQLModel],
    rows: Sequence[Row],
    *,
    key: Sequence[str],
    update: Sequence[str],
) -> None:
    """Insert rows; where one with the same `key` (a unique constraint) stands, set its `update` columns instead.

    Without `update` columns a row that stands is left as it is. Of two rows with one key the later one wins.
    """
    if rows:
        dialect = session.get_bind().dialect.name
        statement = _upsert(table_class, dialect, tuple(key), update=tuple(update))
        _execute(session, statement, _completed(table_class, rows))


def update_many(
    session: Session, table_class: type[SQLModel], rows: Sequence[Row], *, columns: Sequence[str]
) -> None:
    """Set `columns` of the rows found by their primary key; each row holds its key and these columns."""
    if rows:
        key = tuple(column.name for column in _table(table_class).primary_key)
        _same_fields(rows)
        values = [
            {f"new_{name}": row[name] for name in columns} | {f"at_{name}": row[name] for name in key} for row in rows
        ]
        _execute(session, _update(table_class, tuple(columns)), values)


def _execute(session: Session, statement: Executable, rows: list[dict[str, Any]]) -> None:
    session.flush()  # rows that these refer to may be waiting in the session
    session.connection().execute(statement, rows)


def _table(table_class: type[SQLModel]) -> Table:
    table: Table = table_class.__table__  # type: ignore[attr-defined]
    return table


@lru_cache(maxsize=256)
def _upsert(
    table_class: type[SQLModel], dialect: str, key: tuple[str, ...], *, update: tuple[str, ...]
) -> Executable:
    # Only the dialect of this database: the other one is megabytes that nobody needs.
    begun = import_module(f"sqlalchemy.dialects.{dialect}").insert(_table(table_class))
    statement: Executable
    if update:
        values = {name: begun.excluded[name] for name in update}
        statement = begun.on_conflict_do_update(index_elements=key, set_=values)
    else:
        statement = begun.on_conflict_do_nothing(index_elements=key)
    return statement


@lru_cache(maxsize=256)
def _update(table_class: type[SQLModel], columns: tuple[str, ...]) -> Executable:
    table = _table(table_class)
    found = (column == bindparam(f"at_{column.name}") for column in table.primary_key)
    return update(table).where(*found).values({name: bindparam(f"new_{name}") for name in columns})


@lru_cache(maxsize=64)
def _defaults(table_class: type[SQLModel]) -> dict[str, Any]:
    automatic = _table(table_class).autoincrement_column
    values = {
        column.name: table_class.model_fields[column.name].get_default(call_default_factory=True)
        for column in _table(table_class).columns
        if column is not automatic
    }
    return {name: value for name, value in values.items() if value is not PydanticUndefined}


def _completed(table_class: type[SQLModel], rows: Sequence[Row]) -> list[dict[str, Any]]:
    _same_fields(rows)
    unknown = rows[0].keys() - _table(table_class).columns.keys()
    if unknown:  # SQLAlchemy would leave them out in silence
        raise ValueError(f"{table_class.__name__} has no {sorted(unknown)}")
    defaults = _defaults(table_class)
    return [{**defaults, **row} for row in rows]


def _same_fields(rows: Sequence[Row]) -> None:
    """Refuse rows of different fields: the database driver would leave the surplus ones out in silence."""
    first = rows[0].keys()
    for row in rows:
        if row.keys() != first:
            raise ValueError(f"rows of one call differ in their fields: {sorted(row.keys() ^ first)}")
