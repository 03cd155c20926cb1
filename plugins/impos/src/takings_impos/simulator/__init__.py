"""Is responsible for trying the plugin without ImPOS: a service with made-up venues that speaks the feed.

Nothing here imports `takings`. `Simulator` needs Flask (the extra `simulator`); the rest does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .awkward import awkward_month
from .books import Key
from .options import Options
from .quirks import QUIRKS
from .venue_list import VENUES
from .venues import Record

if TYPE_CHECKING:
    from .server import Simulator

__all__ = ["QUIRKS", "VENUES", "Key", "Options", "Record", "Simulator", "awkward_month"]


def __getattr__(name: str) -> Any:
    # Late, so that awkward_month and the options serve where Flask is not installed.
    if name == "Simulator":
        from .server import Simulator  # noqa: PLC0415

        return Simulator
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
