"""The base class of all tables: metadata of our own, with a name for every constraint.

Of our own, because a host may use SQLModel for its own tables in the same process, and `run` or `connection` must
not collide. Named, because SQLite and PostgreSQL change a constraint only by its name.
"""

from __future__ import annotations

from sqlalchemy import MetaData
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = MetaData(naming_convention=NAMING)


class Stored(SQLModel, registry=registry(metadata=metadata)):
    """A row of one of our tables."""
