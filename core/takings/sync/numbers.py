"""Reserves document numbers: once per unit, never twice in a series, and stable over retries.

A `NumberBook` is used under the organisation's posting lock only, so that what it peeks is what it writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col

from takings.domain.findings import Finding, Severity
from takings.domain.mapping import MappedDay
from takings.host import PluginHost
from takings.plugin.numbering import Counter, NumberingType, NumberInput
from takings.plugin.settings import Settings
from takings.plugin.targets import NumberRules, TargetType
from takings.store.journal import NumberRow
from takings.store.query import columns
from takings.sync.joint import Joint

#: How far a standing number is searched in its series, when a lost database finds its documents again.
_SEARCH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """A unit's number (None: the ledger's own), with the row that reserves it where it is new."""

    number: str | None
    reservation: dict[str, Any] | None = None
    findings: tuple[Finding, ...] = ()


class NumberBook:
    """The numbers of one organisation, for the units of one run."""

    def __init__(self, session: Session, host: PluginHost, joint: Joint, dates: Iterable[date]) -> None:
        self._component = joint.integration.numbering.get("strategy", "builtin:ledger")
        self._host, self._joint = host, joint
        self._type: NumberingType = host.numbering(self._component)
        raw = joint.integration.numbering.get("settings", {})
        self._settings: Settings = self._type.settings.model_validate(raw)
        self._series = f"{self._component}/{self._type.series(self._settings)}"
        self._rules = _rules(joint.target_type)
        self._taken: dict[str, set[int]] = {}
        self._shared = False
        self._of_unit: dict[str, str] = {}
        self._load(session, dates)

    def _load(self, session: Session, dates: Iterable[date]) -> None:
        rows = session.execute(
            columns(
                NumberRow.unit_key,
                NumberRow.series,
                NumberRow.counted,
                NumberRow.n,
                NumberRow.number,
                NumberRow.integration_id,
            ).where(
                NumberRow.organisation == self._joint.organisation,
                col(NumberRow.counted).in_({self._counted(day) for day in dates} | {""}),
            )
        )
        for unit_key, series, counted, n, number, integration_id in rows:
            self._of_unit[unit_key] = number
            self._shared |= series == self._series and integration_id != self._joint.integration.id
            if series == self._series:
                self._taken.setdefault(counted, set()).add(n)

    def number(self, unit_key: str, days: tuple[MappedDay, ...], generation: int, *, standing: str = "") -> Numbered:
        """Return the unit's number, reserving the next one of its series where it has none yet.

        `standing` is the number of the unit's document where the ledger holds it already.
        """
        if unit_key in self._of_unit:
            return Numbered(number=self._of_unit[unit_key])
        counted = self._counted(days[-1].day.business_date)
        taken = self._taken.setdefault(counted, set())
        first = max(taken, default=-1) + 1
        number = self._write(days, generation, first)
        if number is None:
            return Numbered(number=None)
        n = first
        if standing:
            n, number = self._find(days, generation, taken, standing) or (first, standing)
        taken.add(n)
        self._of_unit[unit_key] = number
        return Numbered(
            number=number,
            reservation=self._row(unit_key, counted, n, number),
            findings=(*check_number(number, self._rules), *self._sharing()),
        )

    def _sharing(self) -> tuple[Finding, ...]:
        """Say that another integration counts in the same series: no number comes twice, but neither has its own."""
        if not self._shared:
            return ()
        return (
            Finding(
                code="number.series_shared",
                what=f"Another integration numbers its documents in the series {self._series.partition('/')[2]!r}",
                why="The numbers stay unique, but those of each venue have gaps, and nobody can tell them apart",
                do="Give each venue a prefix of its own",
                where="advanced",
                severity=Severity.WARNING,
                subject=self._series,
            ),
        )

    def _find(
        self, days: tuple[MappedDay, ...], generation: int, taken: set[int], standing: str
    ) -> tuple[int, str] | None:
        for n in range(_SEARCH):
            if n not in taken and self._write(days, generation, n) == standing:
                return n, standing
        return None

    def _write(self, days: tuple[MappedDay, ...], generation: int, counter: int) -> str | None:
        day = days[-1].day
        given = NumberInput(
            business_date=day.business_date,
            sequence=day.sequence,
            site=day.site.id,
            source_number=day.number,
            generation=generation,
            counter=counter,
        )
        with self._host.guard(self._component):
            return self._type.number(given, self._settings)

    def _counted(self, day: date) -> str:
        return day.isoformat() if self._type.counter is Counter.PER_DAY else ""

    def _row(self, unit_key: str, counted: str, n: int, number: str) -> dict[str, Any]:
        return {
            "owner": self._joint.integration.owner,
            "organisation": self._joint.organisation,
            "series": self._series,
            "counted": counted,
            "n": n,
            "number": number,
            "integration_id": self._joint.integration.id,
            "unit_key": unit_key,
            "state": "reserved",
            "reason": "",
        }


def _rules(target_type: TargetType) -> NumberRules | None:
    return next((kind.number for kind in target_type.kinds if kind.number), None)


def check_number(number: str, rules: NumberRules | None) -> tuple[Finding, ...]:
    """Return a finding when the ledger would not take the number."""
    if rules is None or (len(number) <= rules.longest and re.fullmatch(rules.pattern, number)):
        return ()
    return (
        Finding(
            code="number.not_allowed",
            what=f"The ledger does not take the number {number!r}",
            why=f"It allows {rules.longest} characters of a certain kind ({rules.pattern})",
            do="Choose another numbering strategy or prefix",
            where="advanced",
            subject=number,
        ),
    )
