"""Says findings and held days in sentences, with the command that mends them where there is one."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from takings.cli.output import say
from takings.domain.findings import Finding, Severity
from takings.views import DayView, DocumentView

#: A step of the setting up or of a day's way, such as `day`, `verify` or `map:accounts`, or a setting's name.
_STEP = re.compile(r"[a-z_]+(:[a-z_]+)?")

#: How many findings of one code are told one by one, where each says something else.
_FEW = 5

#: What is said of a day and of several: where nothing is posted, and where a part stands.
_HELD = ("Held: {}. Nothing of it is posted.", "Held: {}. Nothing of them is posted.")
_PARTLY = ("Posted in part: {}. What stands of it stays.", "Posted in part: {}. What stands of them stays.")


def sentence(finding: Finding, integration: str = "") -> str:
    """Return one finding as sentences: what, why, what to do, where, and the other system's own words."""
    parts = [str(finding)]
    if place := where(finding, integration):
        parts.append(place)
    if finding.verbatim:
        parts.append(f"It said: {finding.verbatim}")
    return " ".join(parts)


def where(finding: Finding, integration: str = "") -> str:
    """Return where to mend it: a command where there is one, or a place in a file; a step helps nobody."""
    if integration and (command := _command(finding, shlex.quote(integration))):
        return f"With: {command}"
    kind, _, dimension = finding.where.partition(":")
    if kind == "map" and dimension and finding.subject and integration:
        to, several = "RATE" if "tax" in dimension else "ACCOUNT", ", " in finding.subject
        named = " ".join(map(shlex.quote, (integration, dimension, *(() if several else (finding.subject,)))))
        return f"With: takings map set {named} " + (f"CODE {to}, for {finding.subject}" if several else to)
    return f"Where: {finding.where}." if finding.where and not _STEP.fullmatch(finding.where) else ""


def _command(finding: Finding, integration: str) -> str:
    """Return the command that mends a finding which says only in words what mends it."""
    if finding.code == "run.waits_for_confirmation":
        first, _, last = finding.subject.partition(" to ")
        return f"takings sync {integration}" + (f" --from {first} --to {last or first}" if first else "")
    if finding.code == "payments.ready":
        return f"takings payments {integration}"
    if finding.code == "unit.waits_for_missing":
        return f"takings integrations set {integration} --closed DATE"
    return ""


def say_findings(findings: Iterable[Finding], integration: str = "", *, indent: str = "") -> None:
    """Write findings, one a line, errors first."""
    order = list(Severity)
    for one in sorted(findings, key=lambda one: order.index(one.severity)):
        label = "" if one.severity is Severity.ERROR else f"{one.severity.value}: "
        say(f"{indent}{label}{sentence(one, integration)}")


def say_held(held: Sequence[DayView], integration: str = "", *, whole: bool = False) -> None:
    """Write each held day with its reasons; what holds several once for all of them, unless it is to be `whole`.

    Days of which a part stands come after those of which nothing is posted.
    """
    partly = [day for day in held if day.state == "partly"]
    _say_kept([day for day in held if day.state != "partly"], integration, _HELD, whole=whole)
    _say_kept(partly, integration, _PARTLY, whole=whole)


def _say_kept(held: Sequence[DayView], integration: str, said: tuple[str, str], *, whole: bool) -> None:
    """Write days of one state with their reasons, `said` being what is said of one and of several."""
    concerned = {} if whole else _concerned(held)
    several = {key: group for key, group in concerned.items() if len(group) > 1}
    for day in held:
        mine = [one for one in day.findings if (one.code, one.what) not in several]
        if mine or not day.findings:
            say(said[0].format(name_of(day)))
            say_findings(mine, integration, indent="  ")
    together: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for key, group in several.items():
        together.setdefault(tuple(map(name_of, group)), []).append(key)
    for keys in together.values():
        group = several[keys[0]]
        say(said[1].format(_named(group)))
        say_findings([_without_reason(group, key) for key in keys], integration, indent="  ")


def say_documents_findings(documents: Iterable[DocumentView], integration: str = "") -> None:
    """Write the documents that have findings, each with them."""
    for one in documents:
        if one.findings:
            say(f"{name_of(one)}, {one.number or one.kind}:")
            say_findings(one.findings, integration, indent="  ")


def say_days(days: Iterable[DayView], integration: str = "") -> None:
    """Write each day that has findings, with all of them."""
    for one in days:
        if one.findings:
            say(f"{name_of(one)}:")
            say_findings(one.findings, integration, indent="  ")


def say_days_in_short(days: Sequence[DayView], integration: str = "") -> None:
    """Write what is wrong with one day below its name, and what is wrong with several once, at the end."""
    concerned = _concerned(days)
    alone, left_out = Counter[str](), Counter[str]()
    for day in days:
        mine = []
        for one in day.findings:
            if len(concerned[one.code, one.what]) == 1:
                alone[one.code] += 1
                mine += [one] if alone[one.code] <= _FEW else []
                left_out[one.code] += alone[one.code] > _FEW
        if mine:
            say(f"{name_of(day)}:")
            say_findings(mine, integration, indent="  ")
    for code, number in left_out.items():
        if number:
            say(f"… and {number} more of {code}. All of them: takings days {shlex.quote(integration)} --verbose")
    for key, group in concerned.items():
        if len(group) > 1:
            say(f"{_named(group)}:")
            say_findings([_without_reason(group, key)], integration, indent="  ")


def _concerned(days: Iterable[DayView]) -> dict[tuple[str, str], list[DayView]]:
    """Return the days that have the same finding, by its code and what it says."""
    concerned: dict[tuple[str, str], list[DayView]] = {}
    for day in days:
        for key in {(one.code, one.what): None for one in day.findings}:
            concerned.setdefault(key, []).append(day)
    return concerned


def _named(group: Sequence[DayView]) -> str:
    return f"{len(group)} days, {name_of(group[0])} to {name_of(group[-1])}"


def _without_reason(group: Sequence[DayView], key: tuple[str, str]) -> Finding:
    """Return what several days have in common: the reason names one day's amounts."""
    return replace(next(one for one in group[0].findings if (one.code, one.what) == key), why="")


def in_short(day: DayView) -> str:
    """Return the codes of a day's findings, each once with how often it stands there."""
    numbers = Counter(one.code for one in day.findings)
    return ", ".join(code if number == 1 else f"{code} ×{number}" for code, number in numbers.items())


def name_of(day: DayView | DocumentView) -> str:
    """Return a day's name for people: its business date, and which close it was when it isn't the first.

    A document that holds several dates is named by them.
    """
    if isinstance(day, DocumentView) and day.period:
        return day.period
    return f"{day.business_date}" + (f" (close {day.sequence})" if day.sequence > 1 else "")


def has_errors(findings: Iterable[Finding]) -> bool:
    """Tell whether one of the findings is an error."""
    return any(one.severity is Severity.ERROR for one in findings)
