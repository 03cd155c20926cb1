"""`takings plugins doctor`: look for what is wrong with the plugins, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys

import click

from takings.cli.common import Common, pass_common
from takings.cli.doctor import examine
from takings.cli.doctor_stored import examine_stored
from takings.cli.group import command as make
from takings.cli.opening import plugins
from takings.cli.output import say, write_json
from takings.cli.problems import say_findings
from takings.cli.stored import read_stored
from takings.domain.findings import Finding, Severity
from takings.errors import InstallationError, NotFound

#: How long all plugins together may take to be loaded and checked, in seconds.
LIMIT = 60.0


@make(
    examples=(
        "takings plugins doctor",
        "takings plugins doctor example --strict",
        "takings plugins doctor --json",
    )
)
@click.argument("plugin", metavar="[ID]", default="")
@click.option("--inside", is_flag=True, hidden=True, help="Do the work in this process.")
@pass_common
def command(common: Common, *, plugin: str, inside: bool) -> int:
    """Load every plugin in a process of its own, check it, and say what is wrong and what mends it.

    With ID only that plugin's findings are shown. Exit code 1 when something has to be mended; with --strict warnings
    count too.
    """
    findings = _here(common) if inside else _from_child(common)
    wanted = plugin.partition(":")[0]
    if wanted:
        findings = [one for one in findings if one.subject.partition(":")[0] in ("", wanted)]
        if not findings and not inside:
            _must_exist(common, wanted)
    if common.json:
        write_json({"findings": findings})
    else:
        say_findings(findings)
        if not findings:
            say(f"The plugin {wanted} is well." if wanted else "All plugins are well.")
    counting = {Severity.ERROR, Severity.WARNING} if common.strict else {Severity.ERROR}
    return 1 if any(one.severity in counting for one in findings) else 0


def _must_exist(common: Common, plugin: str) -> None:
    records = plugins(common, strict=False).records()
    if plugin not in {one.id for one in records}:
        raise NotFound("plugin", plugin, tuple(dict.fromkeys(one.id for one in records)))


def _here(common: Common) -> list[Finding]:
    host = plugins(common, strict=False)
    findings = examine(host)
    try:
        findings += examine_stored(host, read_stored(common))
    except InstallationError as error:
        findings.append(
            Finding(
                code="plugins.stored_unread",
                what="Whether stored integrations miss a plugin could not be looked at",
                why=str(error),
                severity=Severity.INFO,
            )
        )
    return findings


def _from_child(common: Common) -> list[Finding]:
    """Examine in a child process: a plugin that hangs or ends its process harms nobody else."""
    given = [one for one in common.arguments if one.startswith("--no-plugins")]
    given += [f"--database={common.database}"] if common.database else []
    arguments = [sys.executable, "-m", "takings.cli", "plugins", "doctor", "--inside", "--json", *given]
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
