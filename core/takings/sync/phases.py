"""What a run counts and finds, and the phases it goes through, so that a phase can be remembered across a crash."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from takings.domain.findings import Finding
from takings.runner.port import Steps
from takings.sync.encoding import decode_findings, encode_findings

T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class Tally:
    """What a run counts, and what it found."""

    counts: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    unit_ids: list[int] = field(default_factory=list)
    failed: bool = False

    def add(self, name: str, by: int) -> None:
        """Count."""
        self.counts[name] = self.counts.get(name, 0) + by


class Phases:
    """Takes a run's phases through a runner's steps.

    What a step returns is all that a durable runner remembers, so what a phase added to the tally goes with its
    result, and is added again where the phase itself is not repeated.
    """

    def __init__(self, steps: Steps, tally: Tally) -> None:
        self._steps, self._tally = steps, tally

    def do(self, name: str, work: Callable[[], T]) -> T:
        """Do one phase; its result must be JSON where the runner is durable."""
        tally, ran = self._tally, False
        findings, units = len(tally.findings), len(tally.unit_ids)

        def recorded() -> dict[str, Any]:
            nonlocal ran
            ran = True
            del tally.findings[findings:], tally.unit_ids[units:]  # of a try that failed
            value = work()
            return {
                "value": value,
                "counts": dict(tally.counts),
                "findings": encode_findings(tuple(tally.findings[findings:])),
                "unit_ids": tally.unit_ids[units:],
                "failed": tally.failed,
            }

        result = self._steps.step(name, recorded)
        if not ran:
            tally.counts.update(result["counts"])
            tally.findings += decode_findings(result["findings"])
            tally.unit_ids += result["unit_ids"]
            tally.failed |= result["failed"]
        value: T = result["value"]
        return value
