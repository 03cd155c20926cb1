"""Reads what stored integrations use of plugins, where there is a database already."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from takings.cli import places

if TYPE_CHECKING:
    from takings.cli.common import Common
    from takings.engine.stored import StoredComponent


def read_stored(common: Common) -> tuple[StoredComponent, ...]:
    """Return the components that stored integrations use; nothing, and no new file, where there is no database yet.

    Raises `InstallationError` for a database that can't be read.
    """
    place = places.database(common)
    if not places.is_address(place) and not Path(place).exists():
        return ()
    from takings.engine.stored import stored_components  # noqa: PLC0415 - slow to import; help needs none of it
    from takings.store.database import Database  # noqa: PLC0415

    with Database(place) as database:
        if not database.revision():
            return ()
        database.check_current()
        return stored_components(database)
