"""What the commands that make links share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click


def url_option() -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the option that says where the pages are."""
    return click.option(
        "--url",
        default="http://localhost:8400",
        show_default=True,
        metavar="ORIGIN",
        help="Where the pages of `takings serve` are.",
    )
