"""The part of the engine that looks back: overviews, calendars, single days and runs, the audit trail."""

from __future__ import annotations

from datetime import date

from sqlmodel import col, select

from takings.domain.period import Period
from takings.engine.base import EngineBase
from takings.errors import NotFound
from takings.plugin.documents import Standing
from takings.setup.lookup import find_integration
from takings.store.journal import AuditEvent, UnitRow
from takings.store.tables import Integration
from takings.sync import calendars, day_history, overviews, run_history, showing
from takings.sync.joint import load_joint, load_table, open_target
from takings.sync.verifying import load_postings
from takings.views import DocumentView, Principal
from takings.views.history import AuditPage, AuditView, CalendarView, DayDetailView, OverviewView, RunDetailView

#: For how many dates the overview gives takings.
OVERVIEW_DAYS = 30

#: How many audit events a page has.
AUDIT_PAGE = 50


class History(EngineBase):
    """What became of days, runs and decisions; reads only, each by a constant number of queries."""

    def overview(self, principal: Principal, *, days: int = OVERVIEW_DAYS) -> list[OverviewView]:
        """List the owner's integrations at a glance, those that need a person first."""
        with self.database.read() as session:
            return overviews.load_overviews(
                session, principal.owner, now=self.clock.now(), days=days, titles=self._source_titles()
            )

    def overview_of(self, principal: Principal, ref: str, *, days: int = OVERVIEW_DAYS) -> OverviewView:
        """Show one integration at a glance."""
        with self.database.read() as session:
            row = find_integration(session, principal.owner, ref)
            now = self.clock.now()
            return overviews.load_overviews(
                session, principal.owner, now=now, days=days, only=row.id, titles=self._source_titles()
            )[0]

    def _source_titles(self) -> dict[str, str]:
        return {name: declared.title for name, declared in self.plugins.sources().items()}

    def calendar(self, principal: Principal, ref: str, month: date | None = None) -> CalendarView:
        """Show one month by its dates, with those at which a close is missing; None is the venue's current month."""
        with self.database.read() as session:
            joint = load_joint(session, self._services, find_integration(session, principal.owner, ref))
            today = joint.today(self.clock.now())
            return calendars.load_calendar(session, joint.integration, month or today, today=today)

    def day(
        self, principal: Principal, ref: str, business_date: date, *, sequence: int = 1, site: str = ""
    ) -> DayDetailView:
        """Show one close of one date, whole; raises NotFound."""
        with self.database.read() as session:
            joint = load_joint(session, self._services, find_integration(session, principal.owner, ref))
            table = load_table(session, joint)
            return day_history.load_day(
                session, joint.integration, table, business_date=business_date, sequence=sequence, site=site
            )

    def documents(self, principal: Principal, ref: str, period: Period | None = None) -> list[DocumentView]:
        """List the documents that were made or are being made, without their lines, in order."""
        with self.database.read() as session:
            row = find_integration(session, principal.owner, ref)
            query = select(UnitRow.id).where(UnitRow.integration_id == row.id)
            if period:
                query = query.where(UnitRow.first >= period.first, UnitRow.last <= period.last)
            ids = [one for one in session.exec(query).all() if one is not None]
            return showing.show_units(session, row, ids)

    def document_link(self, principal: Principal, ref: str, key: str) -> str:
        """Ask the ledger where a posted document can be looked at; empty where the ledger has no such page.

        Raises NotFound for a document that was not posted by this integration.
        """
        with self.database.read() as session:
            joint = load_joint(session, self._services, find_integration(session, principal.owner, ref))
            posting = next(iter(load_postings(session, joint, None, documents=(key,))), None)
        if posting is None:
            raise NotFound("posted document", key)
        target = open_target(self._services, joint)
        guard = self.plugins.guard(joint.integration.target_component)
        day = posting.document.day
        inspections = guard.iterate(lambda: target.inspect({key: posting.receipt}, Period(day, day)))
        return next((one.link for one in inspections if one.standing is Standing.STANDS and one.key == key), "")

    def run_detail(self, principal: Principal, run_id: str) -> RunDetailView:
        """Show one run, whole; raises NotFound."""
        with self.database.read() as session:
            return run_history.load_run(session, principal.owner, run_id)

    def audit_trail(
        self, principal: Principal, ref: str | None = None, *, before: int = 0, limit: int = AUDIT_PAGE
    ) -> AuditPage:
        """List events, the newest first, of one integration or of all; `before` is the id to go on from."""
        with self.database.read() as session:
            query = select(AuditEvent).where(AuditEvent.owner == principal.owner)
            if ref is not None:
                query = query.where(AuditEvent.integration_id == find_integration(session, principal.owner, ref).id)
            if before:
                query = query.where(col(AuditEvent.id) < before)
            rows = session.exec(query.order_by(col(AuditEvent.id).desc()).limit(limit + 1)).all()
            shown = {row.integration_id for row in rows}
            known = select(Integration.id, Integration.name).where(
                Integration.owner == principal.owner, col(Integration.id).in_(shown)
            )
            names = dict(session.exec(known).all())
        events = tuple(_event(row, names) for row in rows[:limit])
        return AuditPage(events=events, older=events[-1].id if len(rows) > limit else 0)


def _event(row: AuditEvent, names: dict[str, str]) -> AuditView:
    assert row.id is not None
    return AuditView(
        id=row.id,
        at=row.at,
        principal=row.principal,
        action=row.action,
        integration=row.integration_id,
        integration_name=names.get(row.integration_id, ""),
        request_id=row.request_id,
        details=row.details,
    )
