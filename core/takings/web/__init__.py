"""The pages as one ASGI callable for hosts, and the stand-alone HTTP server. Extra `takings[web]`.

`make_web` is loaded when it is asked for, so that the package can be imported without the extra.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from takings.web.branding import Branding
    from takings.web.mounted import make_web
    from takings.web.principal import WebPrincipal

__all__ = ["Branding", "WebPrincipal", "make_web"]

_PLACES = {
    "Branding": "takings.web.branding",
    "WebPrincipal": "takings.web.principal",
    "make_web": "takings.web.mounted",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(name)
    from importlib import import_module  # noqa: PLC0415 - only when it is asked for

    return getattr(import_module(_PLACES[name]), name)
