"""What a database address means: a path or URL becomes a SQLAlchemy URL and a name fit for messages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from takings.errors import InstallationError

_POSTGRES = {"postgresql", "postgres", "postgresql+psycopg"}
_SQLITE = {"sqlite", "sqlite+pysqlite"}
_SHOWN = {"host", "port"}  # options of a PostgreSQL address that say where it is and can't be secret


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where a database is: `path` for a SQLite file, `place` for messages, without a password."""

    url: URL
    place: str
    path: Path | None


def parse(address: str | Path) -> Address:
    """Read a path, `sqlite:///…` or `postgresql://…`; anything else is an `InstallationError`."""
    if isinstance(address, Path) or "://" not in address:
        return _file(str(address))
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise InstallationError("The database address is not a path or URL that can be read.") from None
    if url.drivername in _SQLITE:
        if url.query or url.host:
            raise InstallationError("A SQLite address takes a path only, like sqlite:////srv/takings/takings.db.")
        return _file(url.database or "")
    if url.drivername in _POSTGRES:
        return _server(url)
    raise InstallationError(f"Databases of the kind {url.drivername} are not supported; use SQLite or PostgreSQL.")


def _file(text: str) -> Address:
    if not text or text == ":memory:":
        raise InstallationError("The database needs a file: a database in memory would forget what was posted.")
    path = Path(text).expanduser().resolve()  # two names of one file must share one folder of locks
    return Address(url=URL.create("sqlite", database=str(path)), place=str(path), path=path)


def _server(url: URL) -> Address:
    shown = {name: value for name, value in url.query.items() if name in _SHOWN}
    place = url.set(drivername="postgresql", query=shown).render_as_string(hide_password=True)
    return Address(url=url.set(drivername="postgresql+psycopg"), place=place, path=None)
