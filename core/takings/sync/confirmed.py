"""Which findings of a day a person can confirm, and which somebody did, for the day as it is now. Pure.

Whoever confirms a day has been told of other contents beside it as well: one that comes later asks again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from takings.domain.brakes import CONFIRMABLE
from takings.domain.findings import Finding, Severity

Told = Mapping[str, str]

#: The code of the finding that a day came with other content under the same revision.
BESIDE = "record.conflict"


def confirmable(findings: Sequence[Told]) -> list[Told]:
    """Return those of a day's stored findings that hold it until somebody confirms."""
    return [one for one in findings if one["code"] in CONFIRMABLE and one["severity"] == Severity.ERROR.value]


def told_with(findings: Sequence[Told]) -> list[Told]:
    """Return what somebody who confirms a day is told: what holds it, and that other contents are kept beside it."""
    return confirmable(findings) + [one for one in findings if one["code"] == BESIDE]


def as_kept(findings: Sequence[Told], told: Told) -> list[Told]:
    """Return what is kept of a confirmation, with who and why (`told`); of other contents the whole sentence."""
    return [
        {
            "code": one["code"],
            "subject": one["subject"],
            **({"what": one["what"]} if one["code"] == BESIDE else {}),
            **told,
        }
        for one in told_with(findings)
    ]


def covers(confirmed: Sequence[Told], beside: Iterable[Finding]) -> bool:
    """Whether who confirmed a day knew of all contents that are kept beside it now."""
    known = {one["what"] for one in confirmed if one["code"] == BESIDE}
    return all(one.what in known for one in beside)


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
