"""The overview of `takings status`, by plain SQL on a SQLite file that is opened for reading only."""

from __future__ import annotations

import os
import sqlite3
from typing import Any
from urllib.parse import quote

_INTEGRATIONS = """
select integration.id, integration.name, integration.state, integration.reason,
       coalesce(connection.name, ''), coalesce(connection.state, ''),
       (select count(*) from catalogue_code as code where code.integration_id = integration.id and not exists (
          select 1 from mapping where mapping.integration_id = code.integration_id
            and mapping.dimension = code.dimension and mapping.code = code.code))
from integration left join connection on connection.id = integration.target_connection_id
where integration.owner = ? order by integration.name
"""
_DAYS = "select integration_id, state, count(*) from day where owner = ? group by integration_id, state"
_RUNS = """
select integration_id, started_at, state from run
where owner = ? and state not in ('queued', 'cancelled') and started_at = (
  select max(started_at) from run as other
  where other.integration_id = run.integration_id and other.state not in ('queued', 'cancelled'))
"""
#: States that somebody has to look at.
_BAD = {"needs_attention", "held", "partly", "changed", "failed", "problems", "interrupted", "expired", "revoked"}


def by_sqlite(named: str, owner: str) -> list[dict[str, Any]]:
    """Return one dictionary for each integration of `owner`.

    Raises `DatabaseMissing`, `DatabaseBusy`, or `InstallationError` for a file of another schema.
    """
    path = os.path.abspath(os.path.expanduser(named)) if named else _default()
    try:
        connection = sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True, timeout=5)
        try:
            return _read(connection, owner)
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise _translated(error, path) from error


def _default() -> str:
    from takings.cli.common import Common  # noqa: PLC0415 - only where no place was named
    from takings.cli.places import database  # noqa: PLC0415

    return database(Common())


def _read(connection: sqlite3.Connection, owner: str) -> list[dict[str, Any]]:
    days: dict[str, dict[str, int]] = {}
    for integration, state, number in connection.execute(_DAYS, (owner,)):
        days.setdefault(integration, {})[state] = number
    runs = {row[0]: row[1:] for row in connection.execute(_RUNS, (owner,))}
    return [
        _overview(row, days.get(row[0], {}), runs.get(row[0], ("", "")))
        for row in connection.execute(_INTEGRATIONS, (owner,))
    ]


def _overview(row: tuple[Any, ...], days: dict[str, int], run: tuple[str, str]) -> dict[str, Any]:
    _, name, state, reason, organisation, connection, waiting = row
    last_run, run_state = run
    return overview(
        name=name,
        state=state,
        reason=reason,
        organisation=organisation,
        connection=connection,
        days=days,
        open_codes=waiting,
        last_run=f"{last_run.replace(' ', 'T')}+00:00" if last_run else None,
        last_run_state=run_state,
    )


def overview(**values: Any) -> dict[str, Any]:
    """Return one integration's documented JSON shape; `needs_attention` is worked out."""
    states = {values["state"], values["connection"], values["last_run_state"], *values["days"]}
    return {**values, "needs_attention": bool(states & _BAD)}


def _translated(error: sqlite3.Error, path: str) -> Exception:
    from takings.errors import DatabaseBusy, DatabaseMissing, InstallationError  # noqa: PLC0415 - only now needed

    code = (getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return DatabaseBusy(path)
    folder = os.path.dirname(path)
    if not os.path.isdir(folder):
        return DatabaseMissing(path, f"there is no folder {folder}. Create it, or name another place.")
    if not os.path.exists(path):
        return DatabaseMissing(path, "there is no such file yet. takings provision creates it.")
    if code == sqlite3.SQLITE_ERROR:
        return InstallationError(f"The database {path} has another schema than this version; run: takings db upgrade")
    return DatabaseMissing(path, f"{error}.")
