"""Runs the migrations in one transaction. Imported only when there is something to upgrade: alembic is slow."""

from __future__ import annotations

import sqlite3
from typing import cast

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from takings.errors import InstallationError
from takings.store.migrations import HEAD


def upgrade(connection: Connection, found: str) -> None:
    """Bring the schema from revision `found` ("" when empty) to `HEAD` and commit."""
    config = Config()
    config.set_main_option("script_location", "takings.store:migrations")
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found and found not in known:
        raise InstallationError(
            f"The database schema is {found}, which this version does not know; "
            "use the later version of takings that wrote it, or restore a backup."
        )
    if connection.dialect.name != "sqlite":
        with connection.begin():
            command.upgrade(config, HEAD)
        return
    # SQLite changes a table by copying and dropping it, which would delete the rows that refer to it.
    raw = cast("sqlite3.Connection", connection.connection.driver_connection)
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        with connection.begin():
            command.upgrade(config, HEAD)
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            if broken is not None:
                raise InstallationError(f"The upgrade would leave {broken[0]} with references to nothing; undone.")
    finally:
        raw.execute("PRAGMA foreign_keys=ON")
