"""takings posts what a point of sale took in a day to an accounting ledger.

What a program needs to embed it is here: the engine, and the values that it is made of and called with.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from takings.connect.installation import Installation
    from takings.domain.period import Period
    from takings.engine import Engine
    from takings.errors import TakingsError
    from takings.host import PluginHost
    from takings.store.secrets import KeyRing
    from takings.views import LOCAL, Principal, encode

__all__ = [
    "LOCAL",
    "Engine",
    "Installation",
    "KeyRing",
    "Period",
    "PluginHost",
    "Principal",
    "TakingsError",
    "encode",
]

_HOMES = {
    "LOCAL": "takings.views",
    "Engine": "takings.engine",
    "Installation": "takings.connect.installation",
    "KeyRing": "takings.store.secrets",
    "Period": "takings.domain.period",
    "PluginHost": "takings.host",
    "Principal": "takings.views",
    "TakingsError": "takings.errors",
    "encode": "takings.views",
}


def __getattr__(name: str) -> Any:
    """Import a name when it is first asked for: `takings --help` needs none of them."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
