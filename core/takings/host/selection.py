"""Which plugins may load, read from the environment and the command line before any is touched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

#: Among the disabled ids this one stands for every plugin but the built-in one.
EVERY_PLUGIN = "*"

_OPTION = "--no-plugins"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What `PluginHost.load` is told: the allow list (None: all), the disabled ids, and whether to be strict."""

    allow: frozenset[str] | None = None
    disabled: frozenset[str] = frozenset()
    strict: bool = False


def from_environment(environ: Mapping[str, str], argv: Sequence[str]) -> Selection:
    """Read `TAKINGS_ALLOWED_PLUGINS`, `TAKINGS_DISABLED_PLUGINS`, `TAKINGS_STRICT_PLUGINS` and `--no-plugins[=ID,…]`.

    A bare `--no-plugins` disables all but the built-in plugin. An allow list that is set but empty allows none.
    """
    disabled = _ids(environ.get("TAKINGS_DISABLED_PLUGINS", ""))
    for argument in takewhile(lambda one: one != "--", argv):
        if argument == _OPTION:
            disabled |= {EVERY_PLUGIN}
        elif argument.startswith(_OPTION + "="):
            disabled |= _ids(argument.removeprefix(_OPTION + "="))
    allowed = environ.get("TAKINGS_ALLOWED_PLUGINS")
    return Selection(
        allow=None if allowed is None else _ids(allowed),
        disabled=disabled,
        strict=environ.get("TAKINGS_STRICT_PLUGINS", "").strip().lower() in {"1", "true", "yes", "on"},
    )


def _ids(text: str) -> frozenset[str]:
    return frozenset(part.strip().lower().replace("-", "_") for part in text.split(",") if part.strip())
