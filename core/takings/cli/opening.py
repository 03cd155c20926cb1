"""Opens the engine for a command: plugins, database, keys, the installation's settings."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from takings.cli import places
from takings.cli.common import Common

if TYPE_CHECKING:
    from takings.connect.installation import Installation
    from takings.engine import Engine
    from takings.host import PluginHost
    from takings.store.database import Database
    from takings.store.secrets import KeyRing


@contextmanager
def opened(common: Common) -> Iterator[Engine]:
    """Open the engine as the common options and the environment say, and close it at the end.

    A new or empty database gets this version's schema; an older one raises `DatabaseOutdated`.
    """
    from takings.connect.installation import Installation  # noqa: PLC0415 - slow to import; help needs none of it

    place = places.database(common)
    settings = Installation.load(file=places.config_file(common), environ=os.environ)
    ring = keys(common, place)
    with open_engine(place, keys=ring, plugins=plugins(common), installation=settings) as engine:
        yield engine


@contextmanager
def open_engine(
    place: str, *, keys: Callable[[Database], KeyRing], plugins: PluginHost, installation: Installation
) -> Iterator[Engine]:
    """Open an engine on a database whose schema is made when it is new and checked when it is not.

    `keys` is asked before anything is written.
    """
    from takings.engine import Engine  # noqa: PLC0415 - slow to import; help needs none of it
    from takings.store.database import Database  # noqa: PLC0415

    with Database(place) as database:
        found = database.revision()
        if found:
            database.check_current()
        ring = keys(database)
        if not found:
            database.upgrade()
        with Engine(database, plugins, keys=ring, installation=installation) as engine:
            yield engine


def plugins(common: Common, *, strict: bool | None = None) -> PluginHost:
    """Find and load the plugins that the environment and `--no-plugins` allow.

    With `strict` (None: as `--strict` or the environment say) the first that can't be loaded raises `PluginFault`.
    """
    from takings.host import PluginHost, from_environment  # noqa: PLC0415 - slow to import; help needs none of it

    selection = from_environment(os.environ, common.arguments)
    if strict is None:
        strict = common.strict or selection.strict
    return PluginHost.load(allow=selection.allow, disabled=selection.disabled, strict=strict)


def keys(common: Common, place: str) -> Callable[[Database], KeyRing]:
    """Return what gives a database its keys: those of `TAKINGS_KEYS`, or of the key file.

    A key file is made where there is none yet and nothing in the database needs an older one.
    """
    from takings.store.keyfile import keys_of  # noqa: PLC0415 - slow to import
    from takings.store.secrets import KeyRing  # noqa: PLC0415

    text = os.environ.get("TAKINGS_KEYS", "")
    if text and not common.key_file:
        ring = KeyRing.from_text(text)
        return lambda _: ring
    path = places.key_file(common, place)
    return lambda database: keys_of(database, path)
