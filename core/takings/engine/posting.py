"""The half of the engine that works: records in, runs, and what is known of days."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from sqlmodel import Session, col, select

from takings.connect import tokens
from takings.domain.period import Period
from takings.engine.base import EngineBase
from takings.errors import NotFound, PostingDisabled, TooLarge, UsageError
from takings.plugin.sources import Content, WayIn
from takings.setup.lookup import find_integration
from takings.store.states import IntegrationState
from takings.store.tables import Connection, Integration, Run
from takings.sync import previewing, receiving, showing
from takings.sync.joint import Joint, ProgressCall, load_joint, no_progress
from takings.sync.orders import Confirm, Order
from takings.sync.rechecking import recheck_days
from takings.sync.running import Sync
from takings.sync.windows import usual_period, with_waiting
from takings.views import DayView, IntakeView, PreviewView, Principal, RunView


class Posting(EngineBase):
    """Records, runs and days."""

    def receive(self, token: str, body: bytes, *, request_id: str = "") -> IntakeView:
        """Take what a source pushes with its Auth Token: stored whole before this returns, or not at all."""
        if len(body) > receiving.BODY_LIMIT:
            raise TooLarge("The body", receiving.BODY_LIMIT)
        with self.database.read() as session:
            joint = self._by_token(session, token)
        content = self._content(joint, WayIn.PUSH, partial(joint.source_type.reader.read_body, body))
        with self.database.write() as session:
            joint = self._by_token(session, token)
            self._note_use(session, token)
            return receiving.accept_content(
                session,
                self._services,
                joint,
                content=content,
                way=WayIn.PUSH,
                principal="push",
                request_id=request_id,
            )

    def import_file(self, principal: Principal, ref: str, body: bytes, *, name: str) -> IntakeView:
        """Take a file of records or a catalogue: stored whole, or not at all."""
        if len(body) > receiving.FILE_LIMIT:
            raise TooLarge(f"The file {name}", receiving.FILE_LIMIT)
        with self.database.read() as session:
            joint = self._joint(session, principal, ref)
        content = self._content(joint, WayIn.FILE, partial(joint.source_type.reader.read_file, body, name))
        with self.database.write() as session:
            joint = self._joint(session, principal, ref)
            view = receiving.accept_content(
                session,
                self._services,
                joint,
                content=content,
                way=WayIn.FILE,
                principal=principal.name,
                request_id=principal.request_id,
            )
            if content.catalogue is not None:
                recheck_days(session, joint, self.clock.now())
            return view

    def _content(self, joint: Joint, way: WayIn, read: Callable[[], Content]) -> Content:
        if way not in joint.source_type.ways_in:
            raise UsageError(f"{joint.source_type.title} takes no records by {way.value}.")
        with self.plugins.guard(joint.integration.source_component):
            return read()

    def preview(self, principal: Principal, ref: str, period: Period | None = None) -> PreviewView:
        """Show what a sync of the stored days would post, hold and skip; changes nothing."""
        self._taken(period)
        with self.database.read() as session:
            joint = self._joint(session, principal, ref)
            period = period or with_waiting(session, joint.integration, self._period(session, joint, None))
        return previewing.preview(self._services, joint, period)

    def sync(
        self,
        principal: Principal,
        ref: str,
        period: Period | None = None,
        *,
        confirm: Confirm = None,
        trigger: str = "manual",
        pull: bool = True,
        progress: ProgressCall | None = None,
    ) -> RunView:
        """Pull, post and settle; raises ConfirmationNeeded before it posts days that nobody confirmed."""
        self._taken(period)
        with self.database.read() as session:
            joint = self._joint(session, principal, ref)
            if joint.integration.state == IntegrationState.PAUSED.value:
                raise PostingDisabled(joint.integration.name, "paused", joint.integration.reason)
            order = Order(
                period=self._period(session, joint, period),
                confirm=confirm,
                trigger=trigger,
                principal=principal.name,
                request_id=principal.request_id,
                pulling=pull and WayIn.PULL in joint.source_type.ways_in,
                watching=period is None,
                progress=progress or no_progress,
            )
        sync = Sync(self._services, joint.integration.id, order)
        run = sync.run()
        with self.database.read() as session:
            row = find_integration(session, principal.owner, ref)
            documents = showing.show_units(session, row, sync.tally.unit_ids, made=True)
            held = showing.show_days(session, row, order.period, states=showing.LEFT, beyond=True)
            return showing.show_run(session, run, documents=documents, held=held)

    def days(
        self, principal: Principal, ref: str, period: Period | None = None, *, states: Sequence[str] = ()
    ) -> list[DayView]:
        """List the days that are known, in order; only those in one of these states where some are named."""
        with self.database.read() as session:
            return showing.show_days(session, find_integration(session, principal.owner, ref), period, states=states)

    def runs(self, principal: Principal, ref: str | None = None, limit: int = 20) -> list[RunView]:
        """List runs, the newest first."""
        with self.database.read() as session:
            query = select(Run).where(Run.owner == principal.owner).order_by(col(Run.started_at).desc()).limit(limit)
            if ref is not None:
                query = query.where(Run.integration_id == find_integration(session, principal.owner, ref).id)
            return showing.show_runs(session, session.exec(query).all())

    def _by_token(self, session: Session, token: str) -> Joint:
        found = tokens.match(session, token)
        row = (
            session.exec(select(Integration).where(Integration.source_connection_id == found.connection_id)).first()
            if found
            else None
        )
        if row is None:
            raise NotFound("integration with", "this Auth Token")
        return load_joint(session, self._services, row)

    def _note_use(self, session: Session, token: str) -> None:
        found = tokens.match(session, token)
        if found:
            found.last_used_at = self.clock.now()
            session.add(found)
            connection = session.get_one(Connection, found.connection_id)
            connection.state = "connected"
            session.add(connection)

    def _period(self, session: Session, joint: Joint, period: Period | None) -> Period:
        return period or usual_period(session, joint, self.clock.now())
