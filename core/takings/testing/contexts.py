"""What a plugin is given in tests: the core's own authorised client with faults on request, files, clock and log."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from takings.connect.components import origin
from takings.connect.context import AuthorisedHttp
from takings.connect.files import FolderFiles, NoFiles
from takings.connect.http import HttpPool
from takings.plugin import Clock, Files, Settings
from takings.testing.clocks import FixedClock
from takings.testing.faults import FaultyHttp


class Bearer:
    """Authorises with one token that never changes, or with nothing."""

    def __init__(self, token: str) -> None:
        self._token = token

    def header(self, *, refresh_of: str | None = None) -> str | None:
        """Return the header's value."""
        return f"Bearer {self._token}" if self._token else None


class KitLog:
    """A log that hides nothing, so that a test sees what the plugin wrote; `lines` has all of it."""

    def __init__(self, component: str) -> None:
        self._logger = logging.getLogger(f"takings.plugin.{component.partition(':')[0]}")
        self.lines: list[str] = []

    def info(self, message: str, **values: Any) -> None:
        """Note something ordinary."""
        self._write(logging.INFO, message, values)

    def warning(self, message: str, **values: Any) -> None:
        """Note something that an operator should look at."""
        self._write(logging.WARNING, message, values)

    def _write(self, level: int, message: str, values: Mapping[str, Any]) -> None:
        self.lines.append(" ".join([message, *(f"{name}={value}" for name, value in values.items())]))
        self._logger.log(level, "%s", self.lines[-1])


@dataclass(frozen=True, slots=True, kw_only=True)
class KitContext:
    """All that a plugin is given."""

    http: FaultyHttp
    files: Files
    clock: Clock
    log: KitLog


def make_context(
    pool: HttpPool, *, component: str, token: str = "", installation: Settings | None = None
) -> KitContext:
    """Return a context that sends `token` to the addresses of the installation settings only, as the core does."""
    given = addresses(installation, "folder")
    origins = frozenset(origin(one) for one in addresses(installation, "address"))
    http = AuthorisedHttp(pool, Bearer(token), system=component, origins=origins)
    return KitContext(
        http=FaultyHttp(http),
        files=FolderFiles(Path(given[0]), system=component) if given else NoFiles(component),
        clock=FixedClock(),
        log=KitLog(component),
    )


def addresses(settings: Settings | None, kind: str) -> list[str]:
    """Return the values of the settings of one kind that are not empty."""
    names = names_of_kind(type(settings), kind) if settings is not None else []
    return [str(value) for name in names if (value := getattr(settings, name))]


def names_of_kind(model: type[Settings], kind: str) -> list[str]:
    """Return the names of a model's fields of one kind."""
    found = []
    for name, field in model.model_fields.items():
        extra = field.json_schema_extra
        declared = extra.get("takings") if isinstance(extra, dict) else None
        if isinstance(declared, dict) and declared.get("kind") == kind:
            found.append(name)
    return found
