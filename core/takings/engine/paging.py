"""The part of the engine that lists what may be long, page by page."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import tuple_
from sqlmodel import Session, col, select

from takings.domain.period import Period
from takings.engine.base import EngineBase
from takings.errors import NotFound
from takings.setup.lookup import find_integration
from takings.store.journal import UnitRow
from takings.store.query import columns
from takings.store.tables import Integration, Run
from takings.sync import showing
from takings.views import Principal
from takings.views.pages import PAGE, DaysView, DocumentsView, RunsView

_DAY = timedelta(days=1)


class Paging(EngineBase):
    """Pages of days, documents and runs; each reads no more rows than it shows."""

    def page_of_days(
        self, principal: Principal, ref: str, period: Period, *, state: str = "", limit: int = PAGE
    ) -> DaysView:
        """List the first days of a period, of one state or of all; the next page begins with the date `next`."""
        states = (state,) if state else ()
        with self.database.read() as session:
            row = find_integration(session, principal.owner, ref)
            days = showing.show_days(session, row, period, states=states, limit=limit + 1)
            if len(days) <= limit:
                return DaysView(days=tuple(days), next=None)
            following = days[-1].business_date
            whole = [one for one in days if one.business_date < following]
            if not whole:  # one date has more closes than a page
                whole = showing.show_days(session, row, Period(following, following), states=states)
                following += _DAY
        return DaysView(days=tuple(whole), next=following if following <= period.last else None)

    def page_of_documents(
        self, principal: Principal, ref: str, period: Period | None = None, *, after: str = "", limit: int = PAGE
    ) -> DocumentsView:
        """List documents of so many units in their order; `after` is what the page before said, else NotFound."""
        with self.database.read() as session:
            row = find_integration(session, principal.owner, ref)
            query = columns(UnitRow.id, UnitRow.key).where(UnitRow.integration_id == row.id)
            if period:
                query = query.where(UnitRow.first >= period.first, UnitRow.last <= period.last)
            if after:
                query = query.where(tuple_(col(UnitRow.first), col(UnitRow.key)) > _place_of(session, row, after))
            ordered = query.order_by(col(UnitRow.first), col(UnitRow.key)).limit(limit + 1)
            units = session.execute(ordered).all()
            documents = showing.show_units(session, row, [id_ for id_, _ in units[:limit]])
        return DocumentsView(documents=tuple(documents), next=units[limit - 1][1] if len(units) > limit else "")

    def page_of_runs(self, principal: Principal, ref: str, *, before: str = "", limit: int = PAGE) -> RunsView:
        """List the newest runs of an integration, or those older than the run `before`; raises NotFound."""
        with self.database.read() as session:
            row = find_integration(session, principal.owner, ref)
            query = select(Run).where(Run.integration_id == row.id)
            if before:
                known = session.get(Run, before)
                if known is None or known.integration_id != row.id:
                    raise NotFound("run", before)
                query = query.where(tuple_(col(Run.started_at), col(Run.id)) < (known.started_at, known.id))
            runs = session.exec(query.order_by(col(Run.started_at).desc(), col(Run.id).desc()).limit(limit + 1)).all()
            shown = showing.show_runs(session, runs[:limit])
        return RunsView(runs=tuple(shown), older=shown[-1].id if len(runs) > limit else "")


def _place_of(session: Session, row: Integration, key: str) -> tuple[date, str]:
    query = columns(UnitRow.first).where(UnitRow.integration_id == row.id, UnitRow.key == key)
    first = session.execute(query).scalars().first()
    if first is None:
        raise NotFound("document", key)
    return first, key
