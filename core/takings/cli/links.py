"""What the commands that make links share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import click


def url_option() -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the option that says where the pages are."""
    return click.option(
        "--url",
        default="http://localhost:8400",
        show_default=True,
        metavar="ORIGIN",
        callback=_origin,
        help="Where the pages of `takings serve` are.",
    )


def _origin(context: click.Context, option: click.Parameter, given: str) -> str:
    """Take an origin only: a link with another address leads nowhere, and is shown just once."""
    try:
        parts = urlsplit(given)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable or parts.path.strip("/") or parts.query or parts.fragment:
        raise click.BadParameter(f"{given!r} is not an origin, like https://shop.example.", context, option)
    return given
