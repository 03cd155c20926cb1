"""Says findings and held days in sentences, with the command that mends them where there is one."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from takings.cli.output import say
from takings.domain.findings import Finding, Severity
from takings.views import DayView, DocumentView


def sentence(finding: Finding, integration: str = "") -> str:
    """Return one finding as sentences: what, why, what to do, where, and the other system's own words."""
    parts = [str(finding)]
    if place := where(finding, integration):
        parts.append(place)
    if finding.verbatim:
        parts.append(f"It said: {finding.verbatim}")
    return " ".join(parts)


def where(finding: Finding, integration: str = "") -> str:
    """Return where to mend it: a command for a code that is not mapped, else the place that the finding names."""
    kind, _, dimension = finding.where.partition(":")
    if kind == "map" and dimension and finding.subject and integration:
        named = " ".join(map(shlex.quote, (integration, dimension, finding.subject)))
        return f"With: takings map set {named} ACCOUNT"
    return f"Where: {finding.where}." if finding.where else ""


def say_findings(findings: Iterable[Finding], integration: str = "", *, indent: str = "") -> None:
    """Write findings, one a line, errors first."""
    order = list(Severity)
    for one in sorted(findings, key=lambda one: order.index(one.severity)):
        label = "" if one.severity is Severity.ERROR else f"{one.severity.value}: "
        say(f"{indent}{label}{sentence(one, integration)}")


def say_held(held: Iterable[DayView], integration: str = "") -> None:
    """Write each held day with its reasons."""
    for day in held:
        say(f"Held: {name_of(day)}. Nothing of it is posted.")
        say_findings(day.findings, integration, indent="  ")


def say_documents_findings(documents: Iterable[DocumentView], integration: str = "") -> None:
    """Write the documents that have findings, each with them."""
    for one in documents:
        if one.findings:
            say(f"{name_of(one)}, {one.number or one.kind}:")
            say_findings(one.findings, integration, indent="  ")


def name_of(day: DayView | DocumentView) -> str:
    """Return a day's name for people: its business date, and which close it was when it isn't the first."""
    return f"{day.business_date}" + (f" (close {day.sequence})" if day.sequence > 1 else "")


def has_errors(findings: Iterable[Finding]) -> bool:
    """Tell whether one of the findings is an error."""
    return any(one.severity is Severity.ERROR for one in findings)
