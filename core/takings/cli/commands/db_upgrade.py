"""`takings db upgrade`: bring the database to this version's schema."""

from __future__ import annotations

from takings.cli import places
from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.output import say, write_json


@make(examples=("takings db upgrade", "takings db upgrade --database postgresql://takings@db/takings"))
@pass_common
def command(common: Common) -> None:
    """Bring the database to the schema of this version. Make a backup first; a failed upgrade changes nothing."""
    from takings.store.database import Database  # noqa: PLC0415 - slow to import; help needs none of it

    with Database(places.database(common)) as database:
        before, after = database.upgrade()
        place = database.place
    if common.json:
        write_json({"database": place, "before": before, "after": after})
    elif before == after:
        say(f"The database {place} is up to date ({after}).")
    else:
        say(f"The database {place} was upgraded from {before or 'empty'} to {after}.")
