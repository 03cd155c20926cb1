"""`takings setup`: set an integration up, with questions or from a file."""

from __future__ import annotations

from pathlib import Path

import click

from takings.cli.asking import can_ask
from takings.cli.commands.sync import say_run
from takings.cli.common import Common, pass_common
from takings.cli.consenting import Asked, consent_options
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import note, say, write_json
from takings.cli.problems import has_errors
from takings.cli.wizard.course import Course
from takings.errors import TakingsError
from takings.views import RunView

_INTERRUPTED = 130


@make(
    examples=(
        "takings setup anchor",
        "takings setup anchor --check",
        "takings setup anchor --export anchor.toml",
        "takings setup harbour --answers anchor.toml",
    )
)
@click.argument("integration")
@click.option("--answers", metavar="FILE", help="Take the answers from a TOML file; - reads standard input.")
@click.option("--export", metavar="FILE", help="Write such a file from what stands; - is standard output.")
@click.option("--check", is_flag=True, help="Only say what is missing; exit code 1 when something is.")
@click.option("--step", metavar="KEY", default="", help="Begin at this step; --check names them.")
@consent_options
@pass_common
def command(
    common: Common,
    integration: str,
    *,
    answers: str | None,
    export: str | None,
    check: bool,
    step: str,
    **asked: str | int | bool,
) -> int:
    """Set INTEGRATION up step by step: connect, what to send, match codes, settings, and when to send.

    Asks at the terminal, and keeps every answer at once: leave with q or Ctrl-C and come back any time. Nothing is
    posted before the review at the end, and days of the past only when you type how many they are.
    """
    chosen = [name for name, on in (("--answers", answers), ("--export", export), ("--check", check)) if on]
    if len(chosen) > 1:
        raise click.UsageError(f"Give only one of {' and '.join(chosen)}.")
    if step and chosen:
        raise click.UsageError(f"--step is for the terminal; leave it out with {chosen[0]}.")
    if common.json and (export or not chosen):
        raise click.UsageError("--json goes with --answers or --check.")
    if not chosen and not can_ask():
        raise click.UsageError(
            "takings setup asks questions, and this is no terminal. Give --answers FILE to set up without a "
            "question, --export FILE to write such a file, or --check to see what is missing"
        )
    with opened(common) as engine:
        name = engine.integration(common.principal, integration).name
        course = Course(engine=engine, who=common.principal, ref=name)
        if check:
            return _check(common, course)
        if export:
            return _export(course, export)
        if answers:
            return _answer(common, course, answers)
        return _walk(course, step, Asked(**asked))  # type: ignore[arg-type]


def _check(common: Common, course: Course) -> int:
    from takings.cli.wizard.report import report, say_report  # noqa: PLC0415 - one of four ways

    found = report(course.view())
    if common.json:
        write_json(found)
    else:
        say_report(found)
    return 0 if found.is_good else 1


def _export(course: Course, file: str) -> int:
    from takings.cli.wizard.writing import write  # noqa: PLC0415 - one of four ways

    text = write(course)
    if file == "-":
        click.echo(text, nl=False)
        return 0
    try:
        Path(file).write_text(text, "utf-8")
    except OSError as error:
        raise TakingsError(f"The file {file} can't be written: {error.strerror or error}.") from error
    note(f"{file} has the answers of {course.ref}, without secrets.")
    return 0


def _answer(common: Common, course: Course, file: str) -> int:
    from takings.cli.wizard.answers import load  # noqa: PLC0415 - one of four ways
    from takings.cli.wizard.applying import apply  # noqa: PLC0415
    from takings.cli.wizard.report import say_report  # noqa: PLC0415

    found = apply(course, load(file))
    if common.json:
        write_json(found)
    else:
        say_report(found)
        if found.run is not None:
            say_run(found.run, course.ref)
        if found.token:
            note("The token is shown this once:")
            say(found.token)
    return 0 if found.is_good and (found.run is None or _went_well(found.run)) else 1


def _went_well(run: RunView) -> bool:
    return run.state == "done" and not has_errors(run.findings)


def _walk(course: Course, step: str, browser: Asked) -> int:
    from takings.cli.wizard.walk import walk  # noqa: PLC0415 - one of four ways

    walked = walk(course, browser, begin=step)
    if walked.left:
        return _INTERRUPTED if walked.by_force else 0
    if walked.run is not None:
        say_run(walked.run, course.ref)
    say(f"{course.ref} is set up.")
    return 0 if walked.run is None or _went_well(walked.run) else 1
