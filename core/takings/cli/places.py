"""Where things are: the database, the key file, the settings file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from takings.errors import DatabaseMissing, InstallationError

if TYPE_CHECKING:
    from takings.cli.common import Common


def database(common: Common, environ: Mapping[str, str] = os.environ) -> str:
    """Return the database's address or file.

    A folder that the user named must be there; the default one is created. Raises `DatabaseMissing`.
    """
    named = common.database or environ.get("TAKINGS_DATABASE", "")
    if is_address(named):
        return named
    if not named:
        return str(_data_folder(environ) / "takings.db")
    file = Path(named).expanduser()
    if not file.parent.is_dir():
        raise DatabaseMissing(file, f"there is no folder {file.parent}. Create it, or name another place.")
    if file.is_dir():
        raise DatabaseMissing(file, "it is a folder. Name a file in it.")
    return str(file)


def key_file(common: Common, place: str, environ: Mapping[str, str] = os.environ) -> Path:
    """Return the key file: the one named, or `takings.key` beside the database file.

    Raises `InstallationError` where the database is on a server and no file is named.
    """
    named = common.key_file or environ.get("TAKINGS_KEY_FILE", "")
    if named:
        file = Path(named).expanduser()
        if not file.parent.is_dir():
            raise InstallationError(f"There is no folder {file.parent} for the key file; create it.")
        return file
    if is_address(place):
        raise InstallationError(
            "A database on a server needs keys that every machine has: name a file with --key-file, "
            "or give them in TAKINGS_KEYS."
        )
    return Path(place).with_suffix(".key")


def config_file(common: Common, environ: Mapping[str, str] = os.environ) -> Path | None:
    """Return the file with the installation's settings, or None; raises `InstallationError` when it isn't there."""
    named = common.config or environ.get("TAKINGS_CONFIG", "")
    if not named:
        return None
    file = Path(named).expanduser()
    if not file.is_file():
        raise InstallationError(f"There is no settings file {file}.")
    return file


def is_address(place: str) -> bool:
    """Tell an address like `postgresql://…` from a file."""
    return "://" in place


def _data_folder(environ: Mapping[str, str]) -> Path:
    local = environ.get("XDG_DATA_HOME") or environ.get("LOCALAPPDATA")
    folder = (Path(local) if local else Path.home() / ".local" / "share") / "takings"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise DatabaseMissing(folder, f"the folder can't be created: {error.strerror}.") from error
    return folder
