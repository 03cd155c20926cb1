"""`takings demo`: try everything against the plugins' stand-in servers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

import click

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import plugins
from takings.cli.output import note, say, write_json
from takings.cli.periods import last_full_month, period_of, period_options
from takings.cli.problems import has_errors, name_of, say_findings, say_held
from takings.cli.progress import Meter
from takings.cli.takings_table import agreement, takings_table
from takings.errors import InstallationError


@make(
    examples=(
        "takings demo",
        "takings demo --data ./demo --from 2026-10-01 --to 2026-10-31",
        "takings demo --data ./demo   # once more: re-uses everything, posts nothing twice",
    )
)
@click.option("--source", metavar="COMPONENT", help="The point of sale. [default: the first that can be tried]")
@click.option("--target", metavar="COMPONENT", help="The ledger. [default: the first that can be tried]")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Keep everything here.")
@click.option("--keep", is_flag=True, help="Keep the temporary folder, and say where it is.")
@period_options
@pass_common
def command(
    common: Common,
    *,
    source: str | None,
    target: str | None,
    data: Path | None,
    keep: bool,
    first: datetime | None,
    last: datetime | None,
) -> int:
    """Post a month of made-up days to a made-up ledger, read it back and compare it to the cent.

    Both are local servers that the installed plugins bring with them, or a folder; no account is needed and nothing
    leaves this machine. The period is the last full month. Exit code 1 when the ledger differs from what was posted.
    """
    from takings.cli.demo.course import perform, staged  # noqa: PLC0415 - slow to import; help needs none of it

    period = period_of(first, last) or last_full_month()
    with (
        _folder(data, keep) as folder,
        staged(plugins(common), folder, source=source, target=target) as stage,
        Meter() as meter,
    ):
        outcome = perform(stage, period, tell=note, progress=meter)
    run, verified = outcome.run, outcome.verified
    if common.json:
        write_json({"source": outcome.source, "target": outcome.target, "run": run, "verify": verified})
    else:
        takings_table(verified.checked)
        for day in outcome.nothing:
            say(f"Nothing to post: {name_of(day)}.")
        say_held(run.held)
        say_findings(run.findings)
        say_findings(verified.differences)
        say(agreement(verified))
    failed = run.state == "failed" or has_errors(run.findings)
    return 0 if verified.agrees and not failed else 1


@contextmanager
def _folder(data: Path | None, keep: bool) -> Iterator[Path]:
    """Give the folder named, one that is kept, or one that is deleted at the end."""
    if data is not None:
        try:
            data.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InstallationError(f"The folder {data} can't be created: {error.strerror}.") from error
        yield data.resolve()
    elif keep:
        kept = Path(mkdtemp(prefix="takings-demo-"))
        note(f"Everything is kept in {kept}")
        yield kept
    else:
        with TemporaryDirectory(prefix="takings-demo-") as temporary:
            yield Path(temporary)
