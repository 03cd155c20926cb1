"""`takings plugins doctor`: look for what is wrong with the plugins, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys

import click

from takings.cli.common import Common, pass_common
from takings.cli.doctor import examine
from takings.cli.group import command as make
from takings.cli.opening import plugins
from takings.cli.output import say, write_json
from takings.cli.problems import has_errors, say_findings
from takings.domain.findings import Finding

#: How long all plugins together may take to be loaded and checked, in seconds.
LIMIT = 60.0


@make(examples=("takings plugins doctor", "takings plugins doctor --json"))
@click.option("--inside", is_flag=True, hidden=True, help="Do the work in this process.")
@pass_common
def command(common: Common, *, inside: bool) -> int:
    """Load every plugin in a process of its own, run its own checks, and say what is wrong and what mends it.

    Exit code 1 when something has to be mended.
    """
    findings = examine(plugins(common)) if inside else _from_child(common)
    if common.json:
        write_json({"findings": findings})
    else:
        say_findings(findings)
        if not findings:
            say("All plugins are well.")
    return 1 if has_errors(findings) else 0


def _from_child(common: Common) -> list[Finding]:
    """Examine in a child process: a plugin that hangs or ends its process harms nobody else."""
    leave_out = [one for one in common.arguments if one.startswith("--no-plugins")]
    arguments = [sys.executable, "-m", "takings.cli", "plugins", "doctor", "--inside", "--json", *leave_out]
    try:
        done = subprocess.run(  # noqa: S603 - this program itself
            arguments, stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT, check=False
        )
    except subprocess.TimeoutExpired:
        return [_ended(f"it did not finish within {LIMIT:.0f} seconds", "")]
    try:
        return [Finding.from_dict(one) for one in json.loads(done.stdout)["findings"]]
    except (ValueError, KeyError, TypeError):
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        return [_ended(f"it ended with code {done.returncode}", lines[-1] if lines else "")]


def _ended(how: str, said: str) -> Finding:
    return Finding(
        code="plugins.process_ended",
        what=f"The process that loads the plugins gave no answer: {how}",
        why="One of the plugins hangs or ends the process while it is loaded or checked",
        do="Leave plugins out one at a time with --no-plugins=ID until it answers, and mend or remove that one",
        verbatim=said,
    )
