"""The key file of a database: read, and made only while nothing in the database was sealed by another one."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from takings.errors import InstallationError
from takings.store.database import Database
from takings.store.rotation import SEALED
from takings.store.secrets import KeyRing, load_or_create_key_file


def keys_of(database: Database, path: Path) -> KeyRing:
    """Read the key file of a database; a new one is made for a database that holds no sealed secret.

    Raises `InstallationError` when the file is missing and the database needs it, or when it can't be used.
    """
    if not path.exists() and holds_secrets(database):
        raise InstallationError(
            f"There is no key file {path}, and the database {database.place} holds secrets that were sealed with it. "
            "Put the file back from your backup, or name it with --key-file. If it is lost, make a new one as "
            "docs/reference/database.md says under Keys, connect each ledger again and make new Auth Tokens."
        )
    return load_or_create_key_file(path)


def holds_secrets(database: Database) -> bool:
    """Say whether anything in the database is sealed; one without a schema holds nothing."""
    if not database.revision():
        return False
    with database.read() as session:
        for sealed in SEALED:
            column = sealed.table_class.__table__.c[sealed.column]  # type: ignore[attr-defined]
            if session.connection().execute(select(column).where(column != "").limit(1)).first():
                return True
    return False
