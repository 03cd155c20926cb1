"""Runs one call: parses, catches what goes wrong, says it in one sentence, and gives the exit code."""

from __future__ import annotations

import gc
import os
import re
import sys
from collections.abc import Sequence
from itertools import takewhile

import click

from takings.cli.common import Common, set_current
from takings.cli.group import root

INTERRUPTED = 130
_LEAVE_OUT = "--no-plugins="


class OutputLost(click.ClickException):
    """Standard output takes nothing: a full disk, say."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"Standard output can't be written: {reason}.")


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one call of the command line and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    _make_writable()
    # A command lives briefly and makes many objects that stay: looking for cycles among them costs a fifth of a sync.
    gc.set_threshold(50_000, 20, 100)
    common = Common()
    common.arguments = given
    # Known before anything is parsed, so that a call that can't be parsed answers in JSON too.
    common.json = "--json" in takewhile(lambda one: one != "--", given)
    common.verbose = "--verbose" in takewhile(lambda one: one != "--", given)
    try:
        return _call(common, given)
    except BrokenPipeError:
        return _quietly()
    except Exception as error:
        if isinstance(error, OSError) and _is_of_the_output(error):
            _quietly()
            return _tell(common, OutputLost(error.strerror or str(error)))
        return _tell(common, error)


def _call(common: Common, given: list[str]) -> int:
    with click.Context(click.Command("takings")) as outer:
        set_current(outer, common)
        code = root().main(_without_left_out(given), prog_name="takings", standalone_mode=False, parent=outer)
    return code if isinstance(code, int) else 0


def _without_left_out(given: Sequence[str]) -> list[str]:
    """Drop `--no-plugins=ID,…`, which the plugin host reads from the arguments by itself."""
    options = list(takewhile(lambda one: one != "--", given))
    return [one for one in options if not one.startswith(_LEAVE_OUT)] + list(given[len(options) :])


def _tell(common: Common, error: Exception) -> int:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message(), err=True)
        return error.exit_code
    code, kind, message = describe(error)
    if common.json:
        import json  # noqa: PLC0415 - only now needed

        click.echo(json.dumps({"error": {"kind": kind, "message": message, "exit_code": code}}), err=True)
    else:
        from takings.cli.text import clean  # noqa: PLC0415 - only now needed

        click.echo(f"takings: {clean(message)}", err=True)
    if common.verbose:
        import traceback  # noqa: PLC0415 - only now needed

        click.echo("".join(traceback.format_exception(error)).rstrip(), err=True)
    return code


def describe(error: Exception) -> tuple[int, str, str]:
    """Return exit code, kind and sentence for anything that ended a command."""
    if isinstance(error, click.Abort):
        return INTERRUPTED, "interrupted", "Stopped. Nothing is lost; the next sync goes on where this one ended."
    if isinstance(error, OutputLost):
        return error.exit_code, "output_lost", error.message
    if isinstance(error, click.ClickException):
        hint = _usage_hint(error)
        return error.exit_code, "usage_error", f"{error.format_message().rstrip('.')}.{hint}"
    from takings.errors import TakingsError  # noqa: PLC0415 - `--help` needs none

    if isinstance(error, TakingsError):
        return error.exit_code, _snake(type(error).__name__), str(error)
    return (
        1,
        "fault",
        (
            f"This is a fault in takings ({type(error).__name__}: {error}). Nothing is lost; "
            "run it again with --verbose and report what it shows."
        ),
    )


def _usage_hint(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    return f" See: {context.command_path} --help" if isinstance(context, click.Context) else ""


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _make_writable() -> None:
    """Let a name that the terminal's encoding can't show be written with escapes instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _is_of_the_output(error: OSError) -> bool:
    """Tell whether an error came up while click or rich wrote; a second flush can't tell, Python drops the rest."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    return place is not None and str(place.tb_frame.f_globals.get("__name__")).partition(".")[0] in ("click", "rich")


def _quietly() -> int:
    """End without a word when nobody reads the output any more."""
    # Python flushes standard output once more at its end and would complain.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1
