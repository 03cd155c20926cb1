"""Which findings of a day a person can confirm, and which somebody did, for the day as it is now. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from takings.domain.brakes import CONFIRMABLE
from takings.domain.findings import Finding, Severity

Told = Mapping[str, str]


def confirmable(findings: Sequence[Told]) -> list[Told]:
    """Return those of a day's stored findings that hold it until somebody confirms."""
    return [one for one in findings if one["code"] in CONFIRMABLE and one["severity"] == Severity.ERROR.value]


def confirmed_of(decision: Mapping[str, Any], record_id: int) -> list[Told]:
    """Return what was confirmed of a day while it was as it is now: code and subject of findings, by whom and why."""
    return list(decision.get("confirmed", ())) if decision.get("record") == record_id else []


def as_confirmed(finding: Finding, confirmed: Sequence[Told]) -> Finding:
    """Return a finding as good to know where a person confirmed it, else as it is."""
    for one in confirmed:
        if (one["code"], one["subject"]) == (finding.code, finding.subject):
            why = f"{one['by']} confirmed the day" + (f": {one['reason']}" if one["reason"] else "")
            return replace(finding, severity=Severity.INFO, why=why, do="")
    return finding
