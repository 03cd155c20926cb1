"""Opens the engine for a command: plugins, database, keys, the installation's settings."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from takings.cli import places
from takings.cli.common import Common

if TYPE_CHECKING:
    from takings.connect.installation import Installation
    from takings.engine import Engine
    from takings.host import PluginHost
    from takings.store.secrets import KeyRing


@contextmanager
def opened(common: Common) -> Iterator[Engine]:
    """Open the engine as the common options and the environment say, and close it at the end.

    A new or empty database gets this version's schema; an older one raises `DatabaseOutdated`.
    """
    from takings.connect.installation import Installation  # noqa: PLC0415 - slow to import; help needs none of it

    place = places.database(common)
    settings = Installation.load(file=places.config_file(common), environ=os.environ)
    with open_engine(place, keys=keys(common, place), plugins=plugins(common), installation=settings) as engine:
        yield engine


@contextmanager
def open_engine(place: str, *, keys: KeyRing, plugins: PluginHost, installation: Installation) -> Iterator[Engine]:
    """Open an engine on a database whose schema is made when it is new and checked when it is not."""
    from takings.engine import Engine  # noqa: PLC0415 - slow to import; help needs none of it
    from takings.store.database import Database  # noqa: PLC0415

    with Database(place) as database:
        if database.revision():
            database.check_current()
        else:
            database.upgrade()
        with Engine(database, plugins, keys=keys, installation=installation) as engine:
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


def keys(common: Common, place: str) -> KeyRing:
    """Return the keys of `TAKINGS_KEYS`, or of the key file, which is made when it is not there yet."""
    from takings.store.secrets import KeyRing, load_or_create_key_file  # noqa: PLC0415 - slow to import

    text = os.environ.get("TAKINGS_KEYS", "")
    if text and not common.key_file:
        return KeyRing.from_text(text)
    return load_or_create_key_file(Path(places.key_file(common, place)))
