"""The part of the engine that tells about document numbers: what comes next, and which were never used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlmodel import col, select

from takings.domain.findings import Finding
from takings.domain.period import Period
from takings.engine.base import EngineBase
from takings.errors import UsageError
from takings.setup.lookup import find_integration
from takings.setup.provisioning import check_numbering
from takings.store.journal import NumberRow, UnitRow
from takings.store.tables import Day
from takings.sync.joint import open_target
from takings.sync.numbers import Numberable, NumberBook
from takings.views import Principal

#: How far back the ledger is asked which numbers documents have.
_LOOKED_BACK = timedelta(days=90)

#: How many numbers are shown in advance at most.
_MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewedNumber:
    """A number that a strategy would give; empty where the ledger gives it. Nothing is reserved."""

    business_date: date
    sequence: int
    number: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnusedNumber:
    """A number that was reserved and is on no document, with the reason; it stays with the unit `unit`."""

    number: str
    series: str
    unit: str
    reason: str


class Numbering(EngineBase):
    """Document numbers."""

    def preview_numbers(
        self,
        principal: Principal,
        ref: str,
        *,
        numbering: str | None = None,
        numbering_settings: Mapping[str, Any] | None = None,
        count: int = 3,
    ) -> list[PreviewedNumber]:
        """Show the next numbers, by the integration's own strategy or by one that is being tried.

        They are for the days that wait, and after them for those to come. Nothing is reserved and nobody is asked.
        Raises `Misconfigured` for settings that are not right.
        """
        if not 1 <= count <= _MOST:
            raise UsageError(f"1 to {_MOST} numbers can be shown, not {count}.")
        with self.database.read() as session:
            joint = self._joint(session, principal, ref)
            chosen = self._tried(joint.integration.numbering, numbering, numbering_settings)
            rows = session.exec(
                select(Day)
                .where(Day.integration_id == joint.integration.id)
                .order_by(col(Day.business_date).desc(), col(Day.sequence).desc())
                .limit(count)
            ).all()
            waiting = [one for one in reversed(rows) if one.state in ("pending", "held")]
            last = rows[0].business_date if rows else self.clock.now().date() - timedelta(days=1)
            site = rows[0].site if rows else "site"
            subjects = [
                Numberable(business_date=one.business_date, sequence=one.sequence, site=one.site, source_number="1")
                for one in waiting
            ]
            subjects += [
                Numberable(business_date=last + timedelta(days=ahead + 1), site=site, source_number=str(ahead + 1))
                for ahead in range(count - len(subjects))
            ]
            dates = [one.business_date for one in subjects]
            book = NumberBook(session, self.plugins, joint, dates=dates, numbering=chosen)
            return [_previewed(book, subject) for subject in subjects]

    def _tried(
        self, kept: Mapping[str, Any], numbering: str | None, settings: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        """Return the numbering to show: the integration's own, changed by what is tried."""
        if numbering is None and settings is None:
            return dict(kept)
        strategy = numbering or kept.get("strategy", "builtin:ledger")
        own = kept.get("settings", {}) if strategy == kept.get("strategy") else {}
        return check_numbering(self.plugins, {"strategy": strategy, "settings": {**own, **(settings or {})}})

    def taken_numbers(self, principal: Principal, ref: str, numbers: Sequence[str]) -> frozenset[str]:
        """Return those of some numbers that documents have already: here, or in the ledger in the last 90 days."""
        with self.database.read() as session:
            joint = self._joint(session, principal, ref)
            known = session.exec(
                select(UnitRow.number).where(
                    UnitRow.organisation == joint.organisation, col(UnitRow.number).in_(numbers)
                )
            ).all()
        today = joint.today(self.clock.now())
        target = open_target(self._services, joint)
        with self.plugins.guard(joint.integration.target_component):
            survey = target.survey(Period(today - _LOOKED_BACK, today), joint.target_settings)
        standing = {one.number for one in survey.documents} | set(known)
        return frozenset(standing & set(numbers))

    def unused_numbers(self, principal: Principal, ref: str) -> list[UnusedNumber]:
        """List the numbers that were reserved for the integration and are on no document, with the reasons."""
        with self.database.read() as session:
            row = find_integration(session, principal.owner, ref)
            found = session.exec(
                select(NumberRow, UnitRow.id)
                .join(
                    UnitRow,
                    (col(UnitRow.organisation) == col(NumberRow.organisation))
                    & (col(UnitRow.key) == col(NumberRow.unit_key)),
                    isouter=True,
                )
                .where(
                    NumberRow.owner == principal.owner,
                    NumberRow.integration_id == row.id,
                    NumberRow.state == "reserved",
                )
                .order_by(col(NumberRow.series), col(NumberRow.counted), col(NumberRow.n))
            ).all()
            return [
                UnusedNumber(
                    number=one.number,
                    series=one.series,
                    unit=one.unit_key,
                    reason="Its document is being posted" if unit else one.reason or "Its day waits to be posted",
                )
                for one, unit in found
            ]


def _previewed(book: NumberBook, subject: Numberable) -> PreviewedNumber:
    key = f"preview/{subject.business_date.isoformat()}.{subject.sequence}"
    numbered = book.number_of(key, subject)
    return PreviewedNumber(
        business_date=subject.business_date,
        sequence=subject.sequence,
        number=numbered.number or "",
        findings=numbered.findings,
    )
