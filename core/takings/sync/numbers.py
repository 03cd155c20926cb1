"""Reserves document numbers: once per unit, never twice in a series, and stable over retries.

A `NumberBook` is used under the organisation's posting lock only, so that what it peeks is what it writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session

from takings.domain.findings import Finding, Severity
from takings.domain.mapping import MappedDay
from takings.host import PluginHost
from takings.plugin.kinds import NumberRules
from takings.plugin.numbering import Counter, NumberingType, NumberInput
from takings.plugin.settings import Settings
from takings.plugin.targets import TargetType
from takings.store.journal import NumberRow
from takings.store.query import ask, columns, fields
from takings.sync.joint import Joint

#: How far a standing number is searched in its series when a lost database finds its documents again: after the one
#: found last, and from the series' beginning.
_NEAR, _FAR = 50, 2_000

#: Stands in what a number is counted by where its document was made anew, and repeats the counter of the first.
_ANEW = "/R"

_ROW = fields(NumberRow)
_COUNTED = columns(_ROW.unit_key, _ROW.series, _ROW.counted, _ROW.n, _ROW.number, _ROW.integration_id).where(
    _ROW.organisation == bindparam("organisation"),
    _ROW.counted.in_(bindparam("counted", expanding=True)) | _ROW.counted.contains(_ANEW),
)
_NUMBERS = columns(_ROW.number).where(_ROW.organisation == bindparam("organisation"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """A unit's number (None: the ledger's own), with the row that reserves it where it is new."""

    number: str | None
    reservation: dict[str, Any] | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Numberable:
    """What of a unit goes into its number."""

    business_date: date
    sequence: int = 1
    site: str = ""
    source_number: str = ""


class NumberBook:
    """The numbers of one organisation, for the units of one run.

    `numbering` replaces the integration's own choice, for trying another one.
    """

    def __init__(
        self,
        session: Session,
        host: PluginHost,
        joint: Joint,
        *,
        dates: Iterable[date],
        numbering: Mapping[str, Any] | None = None,
    ) -> None:
        chosen = joint.integration.numbering if numbering is None else numbering
        self._component = chosen.get("strategy", "builtin:ledger")
        self._host, self._joint = host, joint
        # Before a ledger is connected numbers can be shown, and none can be reserved.
        connected = joint.target_connection is not None and joint.target_connection.organisation
        self._organisation = joint.organisation if connected else ""
        self._type: NumberingType = host.numbering(self._component)
        self._settings: Settings = self._type.settings.model_validate(chosen.get("settings", {}))
        with host.guard(self._component):
            self._series = f"{self._component}/{self._type.series(self._settings)}"
            self._first = self._type.first(self._settings)
        self._rules = _rules(joint.target_type)
        self._taken: dict[str, set[int]] = {}
        self._found: dict[str, int] = {}
        self._shared = False
        self._of_unit: dict[str, str] = {}
        self._n_of: dict[str, int] = {}
        self._used: set[str] = set()
        self._load(session, dates)

    def _load(self, session: Session, dates: Iterable[date]) -> None:
        counted_ = sorted({self._counted(day) for day in dates} | {""})
        rows = ask(session, _COUNTED, organisation=self._organisation, counted=counted_)
        for unit_key, series, counted, n, number, integration_id in rows:
            self._of_unit[unit_key] = number
            self._shared |= series == self._series and integration_id != self._joint.integration.id
            if series == self._series:
                self._n_of[unit_key] = n
                self._taken.setdefault(counted, set()).add(n)
        # Of all series: another prefix and counter can make the same text.
        self._used.update(ask(session, _NUMBERS, organisation=self._organisation).scalars())

    def number(self, unit_key: str, days: tuple[MappedDay, ...], generation: int, *, standing: str = "") -> Numbered:
        """Return the unit's number, reserving the next one of its series where it has none yet.

        `standing` is the number of the unit's document where the ledger holds it already.
        """
        day = days[-1].day
        subject = Numberable(
            business_date=day.business_date, sequence=day.sequence, site=day.site.id, source_number=day.number
        )
        return self.number_of(unit_key, subject, generation, standing=standing)

    def number_of(self, unit_key: str, subject: Numberable, generation: int = 1, *, standing: str = "") -> Numbered:
        """Return the number of what is described; see `number`."""
        if unit_key in self._of_unit:
            return Numbered(number=self._of_unit[unit_key])
        if anew := self._number_anew(unit_key, subject, generation, standing=standing):
            return anew
        counted = self._counted(subject.business_date)
        taken = self._taken.setdefault(counted, set())
        n = max(max(taken, default=-1) + 1, self._first)
        number = self._write(subject, generation, n)
        if number is None:
            return Numbered(number=None)
        if standing:
            n, number = self._find(subject, generation, taken, standing=standing) or (n, standing)
        else:
            if not number:
                return Numbered(number=None, findings=(_missing(subject),))
            free = self._next_free(subject, generation, n, number=number)
            if free is None:
                return Numbered(number=None, findings=(_given_before(number),))
            n, number = free
        taken.add(n)
        self._found[counted] = n
        return self._reserved(unit_key, counted, n, number=number)

    def _number_anew(self, unit_key: str, subject: Numberable, generation: int, *, standing: str) -> Numbered | None:
        """Return the number of a document made before with another suffix; None where none is known of the series."""
        base = unit_key.rpartition("/g")[0]
        before = (self._n_of.get(f"{base}/g{one}") for one in range(generation - 1, 0, -1))
        n = next((one for one in before if one is not None), None)
        if n is None:
            return None
        number = self._write(subject, generation, n)
        if not number or number in self._used or standing not in ("", number):
            return None
        return self._reserved(
            unit_key, f"{self._counted(subject.business_date)}{_ANEW}{generation}", n, number=number
        )

    def _reserved(self, unit_key: str, counted: str, n: int, *, number: str) -> Numbered:
        self._of_unit[unit_key], self._n_of[unit_key] = number, n
        self._used.add(number)
        return Numbered(
            number=number,
            reservation=self._row(unit_key, counted, n, number=number),
            findings=(*check_number(number, self._rules), *self._sharing()),
        )

    def _next_free(self, subject: Numberable, generation: int, n: int, *, number: str) -> tuple[int, str] | None:
        """Return the first number from `n` on that was never handed out; None where counting does not change it."""
        while number in self._used:
            following = self._write(subject, generation, n + 1)
            if not following or following == number:
                return None
            n, number = n + 1, following
        return n, number

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
        self, subject: Numberable, generation: int, taken: set[int], *, standing: str
    ) -> tuple[int, str] | None:
        """Return the counter that gives a number which stands; documents mostly follow each other."""
        after = self._found.get(self._counted(subject.business_date), self._first - 1) + 1
        for n in chain(range(after, after + _NEAR), range(self._first, self._first + _FAR)):
            if n not in taken and self._write(subject, generation, n) == standing:
                return n, standing
        return None

    def _write(self, subject: Numberable, generation: int, counter: int) -> str | None:
        given = NumberInput(
            business_date=subject.business_date,
            sequence=subject.sequence,
            site=subject.site,
            source_number=subject.source_number,
            generation=generation,
            counter=counter,
        )
        with self._host.guard(self._component):
            return self._type.number(given, self._settings)

    def _counted(self, day: date) -> str:
        return day.isoformat() if self._type.counter is Counter.PER_DAY else ""

    def _row(self, unit_key: str, counted: str, n: int, *, number: str) -> dict[str, Any]:
        return {
            "owner": self._joint.integration.owner,
            "organisation": self._organisation,
            "series": self._series,
            "counted": counted,
            "n": n,
            "number": number,
            "integration_id": self._joint.integration.id,
            "unit_key": unit_key,
            "state": "reserved",
            "reason": "",
        }


def _missing(subject: Numberable) -> Finding:
    return Finding(
        code="number.missing",
        what=f"There is no number for {subject.business_date.isoformat()} (close {subject.sequence})",
        why="The numbers are to be the point of sale's own, and it gave this day none",
        do="Let the point of sale send the number, or choose another numbering strategy",
        where="advanced",
        subject=subject.business_date.isoformat(),
    )


def _given_before(number: str) -> Finding:
    return Finding(
        code="number.given_before",
        what=f"The number {number!r} was given to another document of this ledger before",
        why="A number is never handed out twice, and the numbering strategy has no other for this day",
        do="Choose a numbering strategy or pattern that tells the two apart",
        where="advanced",
        subject=number,
    )


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
