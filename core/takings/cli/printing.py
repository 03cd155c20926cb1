"""The ways in which a report is written: for reading, as JSON, as CSV, or as a page to print."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, Literal, TypeVar

import click

from takings.cli.common import Common, current
from takings.cli.output import write_json

Shape = Literal["", "csv", "html"]
R = TypeVar("R")


def print_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--csv` and `--html`; the command takes which of them was given as `shape`, and no other beside it."""

    def call(*args: Any, shape: Shape, **values: Any) -> Any:
        if shape:
            not_beside_json(f"--{shape}")
        return function(*args, shape=shape, **values)

    call = update_wrapper(call, function)
    as_csv = click.option("--csv", "shape", flag_value="csv", default="", help="Write a CSV file for a spreadsheet.")
    as_html = click.option("--html", "shape", flag_value="html", help="Write a page to print or keep.")
    return as_csv(as_html(call))


def not_beside_json(option: str) -> None:
    """Refuse an option that asks for another shape than `--json` does."""
    if current(click.get_current_context()).json:
        raise click.UsageError(f"{option} and --json exclude each other.")


def print_report(common: Common, report: R, shape: Shape, *, show: Callable[[R], None]) -> None:
    """Write a report as it was asked for."""
    if common.json:
        write_json(report)
        return
    if not shape:
        show(report)
        return
    from takings.engine import printing  # noqa: PLC0415 - only for files

    click.echo(printing.print_csv(report) if shape == "csv" else printing.print_html(report), nl=False)  # type: ignore[arg-type]
