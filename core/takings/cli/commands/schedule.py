"""`takings schedule`: show or say when an integration syncs by itself."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import click

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import say, several, write_json
from takings.cli.problems import say_findings
from takings.cli.values import WholeNumber
from takings.domain.findings import Finding
from takings.domain.schedule import WEEKDAYS, Every, Schedule, clock_change, mistakes
from takings.views import IntegrationView


@make(
    examples=(
        "takings schedule anchor",
        "takings schedule anchor --every day --at 03:30 --timezone Australia/Sydney",
        "takings schedule anchor --every week --weekday Monday --at 06:00",
        "takings schedule anchor --every manual",
    )
)
@click.argument("integration")
@click.option("--every", type=click.Choice([one.value for one in Every]), help="How often it syncs by itself.")
@click.option("--at", metavar="HH:MM", help="Local time; of an hourly schedule the minute counts.")
@click.option("--timezone", metavar="NAME", help="Time zone in which that is meant, like Australia/Sydney.")
@click.option("--weekday", type=click.Choice(WEEKDAYS, case_sensitive=False), help="With --every week.")
@click.option("--day", type=WholeNumber(1, 31), help="With --every month; 31 is the last day of any month.")
@click.option("--missing-after", type=WholeNumber(0, 60), metavar="DAYS", help="Report a close that is so late.")
@pass_common
def command(
    common: Common, integration: str, *, weekday: str | None, missing_after: int | None, **given: Any
) -> None:
    """Show when INTEGRATION syncs by itself, or say it. What is not named stays as it is.

    `takings worker` or `takings serve` has to run for it. Around a change of the clocks each time comes once.
    """
    changes = {name: value for name, value in given.items() if value is not None}
    if weekday is not None:
        changes["weekday"] = WEEKDAYS.index(weekday.capitalize())
    with opened(common) as engine:
        view = engine.integration(common.principal, integration)
        if changes or missing_after is not None:
            schedule = _changed(view.schedule, changes)
            view = engine.set_schedule(common.principal, integration, schedule, missing_after=missing_after)
        schedule, now = Schedule.from_dict(view.schedule), engine.clock.now()
    warning = clock_change(schedule, now.astimezone(schedule.zone).date())
    findings = (warning,) if warning else ()
    if common.json:
        write_json({"integration": view, "findings": findings})
    else:
        _say(view, schedule, findings)


def _changed(stored: dict[str, Any], changes: dict[str, Any]) -> Schedule:
    wanted = {**stored, **changes}
    for sentence in mistakes(wanted).values():
        raise click.UsageError(sentence)
    if wanted["every"] == Every.MANUAL and changes.keys() & {"at", "weekday", "day"}:
        raise click.UsageError("Name --every too: it syncs only when somebody asks, so a time would change nothing.")
    return Schedule.from_dict(wanted)


def _say(view: IntegrationView, schedule: Schedule, findings: tuple[Finding, ...]) -> None:
    say(f"{view.name} syncs {schedule}.")
    if view.next_due is not None and view.state in ("active", "needs_attention"):
        local = view.next_due.astimezone(ZoneInfo(schedule.timezone or "UTC"))
        say(f"Next: {local:%A %Y-%m-%d %H:%M} there, {view.next_due:%Y-%m-%d %H:%M} UTC.")
    if view.state == "draft" and schedule.every is not Every.MANUAL:
        say("It is a draft: it begins to sync by itself when its first sync was confirmed.")
    if view.state == "paused":
        say(f"It is paused: nothing is posted until takings resume {view.name}.")
    say(f"A close that has not come is reported after {several(view.schedule['missing_after'], 'day')}.")
    say_findings(findings, view.name)
