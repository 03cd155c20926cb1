"""Writes what commands report: JSON as documented, tables by rich on a terminal and plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import click

from takings.cli.text import aligned, clean, width
from takings.domain.money import show_amount


def say(text: object = "") -> None:
    """Write one line to standard output."""
    click.echo(clean(text))


def note(text: object) -> None:
    """Write one line to standard error: what is going on, not a result."""
    click.echo(clean(text), err=True)


def write_json(value: Any) -> None:
    """Write a view, or a dictionary of views, in its documented JSON shape."""
    import json  # noqa: PLC0415 - only with --json

    from takings.views import encode  # noqa: PLC0415 - only with --json

    click.echo(json.dumps(encode(value), ensure_ascii=False, indent=2))


def money(amount: Decimal, currency: str) -> str:
    """Return an amount for people."""
    return show_amount(amount, currency)


def several(count: int, noun: str) -> str:
    """Return a count with its noun, which gets an s unless it is one."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def words(state: str) -> str:
    """Return a state for people: `do_not_post` becomes `do not post`."""
    return state.replace("_", " ")


def table(headings: Sequence[str], rows: Iterable[Sequence[object]], *, right: Iterable[str] = ()) -> None:
    """Write a table; the columns headed by one of `right` are aligned to the right."""
    cells = [[clean(cell) for cell in row] for row in rows]
    if not cells:
        return
    sides = [heading in set(right) for heading in headings]
    if fits(headings, cells) and sys.stdout.isatty():
        _rich_table(headings, cells, sides)
        return
    for line in aligned([list(headings), *cells], sides):
        click.echo(line)


def fits(headings: Sequence[str], cells: Sequence[Sequence[str]]) -> bool:
    """Tell whether a table fits the terminal without cutting a cell; it always does where there is none."""
    if not sys.stdout.isatty():
        return True
    import shutil  # noqa: PLC0415 - only on a terminal

    wanted = sum(max(map(width, column)) + 2 for column in zip(headings, *cells, strict=True))
    return wanted <= shutil.get_terminal_size().columns


def _rich_table(headings: Sequence[str], cells: Sequence[Sequence[str]], sides: Sequence[bool]) -> None:
    from rich.console import Console  # noqa: PLC0415 - only on a terminal
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for heading, is_right in zip(headings, sides, strict=True):
        shown.add_column(heading, justify="right" if is_right else "left", no_wrap=True)
    for row in cells:
        shown.add_row(*map(Text, row))
    Console(highlight=False).print(shown)
