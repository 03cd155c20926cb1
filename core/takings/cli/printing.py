"""The ways in which a report is written: for reading, as JSON, as CSV, or as a page to print."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeVar

import click

from takings.cli.common import Common
from takings.cli.output import write_json

Shape = Literal["", "csv", "html"]
R = TypeVar("R")


def print_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--csv` and `--html`; the command takes which of them was given as `shape`."""
    as_csv = click.option("--csv", "shape", flag_value="csv", default="", help="Write a CSV file for a spreadsheet.")
    as_html = click.option("--html", "shape", flag_value="html", help="Write a page to print or keep.")
    return as_csv(as_html(function))


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
