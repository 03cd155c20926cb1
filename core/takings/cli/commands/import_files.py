"""`takings import`: read days or a catalogue from files."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import say, words, write_json
from takings.cli.problems import has_errors, say_findings
from takings.domain.findings import Finding, Severity
from takings.errors import InvalidInput, TooLarge
from takings.views import IntakeView, RecordResult

#: More than a venue's years of days; a larger file is not what it was taken for.
LARGEST = 100_000_000


@make(
    examples=(
        "takings import anchor october/*.json",
        "takings import anchor catalogue.json",
        "zcat days.jsonl.gz | takings import anchor -",
    )
)
@click.argument("integration")
@click.argument(
    "files",
    metavar="FILE…",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, readable=False, allow_dash=True),
)
@pass_common
def command(common: Common, integration: str, files: tuple[str, ...]) -> int:
    """Read days or a catalogue of INTEGRATION from files; - is standard input.

    Of a file with a mistake nothing is stored, and the other files are read. Exit code 1 when there was one, and when
    a day contradicts one that is there or changes one that is posted.
    """
    seen: list[tuple[str, IntakeView]] = []
    with opened(common) as engine:
        named = engine.integration(common.principal, integration).name
        for name in files:
            try:
                view = engine.import_file(common.principal, integration, _read(name), name=_called(name))
            except InvalidInput as problem:  # of this file; the others may be well
                view = IntakeView(integration=named, accepted=False, findings=(_unusable(problem),))
            seen.append((name, view))
            if not common.json:
                _say(name, seen[-1][1])
    if common.json:
        write_json({"files": [{"file": name, "intake": view} for name, view in seen]})
    return 0 if all(_is_well(view) for _, view in seen) else 1


def _called(name: str) -> str:
    return name if name == "-" else Path(name).name


def _read(name: str) -> bytes:
    try:
        if name == "-":
            body = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with Path(name).open("rb") as file:
                body = file.read(LARGEST + 1)
    except OSError as error:
        raise InvalidInput(f"{name} can't be read: {error.strerror}.") from error
    if len(body) > LARGEST:
        raise TooLarge(name, LARGEST)
    return body


def _unusable(problem: InvalidInput) -> Finding:
    return Finding(
        code="file.unusable", what=str(problem), do="Nothing of it was stored; mend it and import it again"
    )


def _is_well(view: IntakeView) -> bool:
    told = [one for record in view.records for one in record.findings]
    changed = any(one.code == "day.changed" for one in told)
    return (
        view.accepted and not changed and not has_errors(view.findings) and not any(map(_contradicts, view.records))
    )


def _contradicts(record: RecordResult) -> bool:
    """Tell a day that contradicts the one that is there from an older revision that only came late."""
    late = record.findings and all(one.severity is Severity.INFO for one in record.findings)
    return record.result == "conflict" and not late


def _say(name: str, view: IntakeView) -> None:
    if not view.accepted:
        say(f"{name}: nothing was stored.")
    elif view.catalogue_codes:
        say(f"{name}: a catalogue with {view.catalogue_codes} codes.")
    else:
        results = [one.result for one in view.records]
        say(
            f"{name}: "
            + (", ".join(f"{results.count(one)} {words(one)}" for one in dict.fromkeys(results)) or "empty")
        )
    say_findings(view.findings, view.integration, indent="  ")
    for one in view.records:
        if one.findings:
            say(f"  {one.business_date} (close {one.sequence}, revision {one.revision}), {words(one.result)}:")
            say_findings(one.findings, view.integration, indent="    ")
