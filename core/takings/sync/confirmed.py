"""Which findings of a day a person can confirm, and which somebody did, for the day as it is now. Pure.

Whoever confirms a day has been told of other contents beside it as well: one that comes later asks again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from takings.domain.brakes import CONFIRMABLE
from takings.domain.findings import Finding, Severity
from takings.store.states import DayState, Decision

Told = Mapping[str, str]

#: The code of the finding that a day came with other content under the same revision.
BESIDE = "record.conflict"


def confirmable(findings: Sequence[Told]) -> list[Told]:
    """Return those of a day's stored findings that hold it until somebody confirms."""
    return [one for one in findings if one["code"] in CONFIRMABLE and one["severity"] == Severity.ERROR.value]


def holding_on(
    state: str, findings: Sequence[Told], *, wanted: DayState, told: Sequence[Told]
) -> tuple[DayState, list[dict[str, str]]]:
    """Return what a day comes to that was in a state with `findings`, and is assessed anew as `wanted` with `told`.

    What somebody has to confirm goes on holding it, and is told first: only a sync can tell that nothing is to be
    confirmed any more.
    """
    guards = confirmable(findings) if state == DayState.HELD and wanted is DayState.PENDING else []
    return (DayState.HELD if guards else wanted), [dict(one) for one in (*guards, *told)]


def told_with(findings: Sequence[Told], decision: Decision) -> list[Told]:
    """Return what somebody is told who lets a held day be posted: what it confirms, and other contents beside it."""
    if decision not in (Decision.POST_ANYWAY, Decision.POST_DIFFERENCE):
        return []
    confirms = confirmable(findings) if decision is Decision.POST_ANYWAY else []
    return confirms + [one for one in findings if one["code"] == BESIDE]


def as_kept(told_of: Iterable[Told], told: Told) -> list[Told]:
    """Return what is kept of what somebody was `told_of`, with who and why; of other contents the whole sentence."""
    return [
        {
            "code": one["code"],
            "subject": one["subject"],
            **({"what": one["what"]} if one["code"] == BESIDE else {}),
            **told,
        }
        for one in told_of
    ]


def covers(confirmed: Sequence[Told], beside: Iterable[Finding]) -> bool:
    """Whether who confirmed a day knew of all contents that are kept beside it now."""
    known = {one["what"] for one in confirmed if one["code"] == BESIDE}
    return all(one.what in known for one in beside)


def confirmed_of(decision: Mapping[str, Any], record_id: int) -> list[Told]:
    """Return what was confirmed of a day while it was as it is now: code and subject of findings, by whom and why."""
    return list(decision.get("confirmed", ())) if decision.get("record") == record_id else []


def decided_before(
    decision: Mapping[str, Any], record_id: int, beside: Sequence[Finding], *, day: str
) -> tuple[Finding, ...]:
    """Say that somebody decided to post a day's difference without knowing of all that is kept `beside` it."""
    mine = decision.get("decision") == Decision.POST_DIFFERENCE and decision.get("record") == record_id
    if not mine or covers(confirmed_of(decision, record_id), beside):
        return ()
    return (
        Finding(
            code="record.conflict_after_decision",
            what=f"{day} came with another content after somebody decided to post its difference",
            why="Who decided knew one content only, and there may be no difference in the other",
            do="Have the POS send the right one with a higher revision; or decide again, if the first is right",
            where="day",
            subject=day,
        ),
    )


def as_confirmed(finding: Finding, confirmed: Sequence[Told]) -> Finding:
    """Return a finding as good to know where a person confirmed it, else as it is."""
    for one in confirmed:
        if (one["code"], one["subject"]) == (finding.code, finding.subject):
            why = f"{one['by']} confirmed the day" + (f": {one['reason']}" if one["reason"] else "")
            return replace(finding, severity=Severity.INFO, why=why, do="")
    return finding
