"""Selecting single columns past the ORM, which costs a tenth of loading objects.

Building a query costs more than running it: one of a hot path is built once, of a table's own columns (`fields`) with
`bindparam` for its values, at the head of its module. That costs a sixth of building it from the class's attributes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import select
from sqlmodel import Session, SQLModel

#: How many values one query is given at once: databases take only so many parameters.
AT_ONCE = 500

T = TypeVar("T")


def columns(*wanted: Any) -> Any:
    """Return a query (`sqlalchemy.Select`) for these columns, to be run by `Session.execute`."""
    return select(*wanted)


def fields(table_class: type[SQLModel]) -> Any:
    """Return the columns of a table (`sqlalchemy.ColumnCollection`), of which the ORM knows nothing."""
    return table_class.__table__.c  # type: ignore[attr-defined]


def ask(session: Session, query: Any, **values: Any) -> Any:
    """Run a query of such columns; what waits in the session is written first, as for one of the ORM."""
    session.flush()
    return session.connection().execute(query, values)


def chunks(values: Iterable[T], most: int = AT_ONCE) -> Iterator[list[T]]:
    """Yield all values in their order, as many at once as one query is given."""
    rest = iter(values)
    while some := list(islice(rest, most)):
        yield some
