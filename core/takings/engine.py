"""The embedding API: everything that a host, the command line and the web can ask of takings, for one database.

An `Engine` holds no global state: two of them, with different databases and plugins, work in one process. Each
method takes the `Principal` on whose behalf it acts and sees that owner's data only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Self

import httpx
from sqlmodel import Session, col, select


from takings.clock import SystemClock
from takings.connect import tokens
from takings.connect.contexts import ContextFactory
from takings.connect.http import HttpPool
from takings.connect.installation import Installation
from takings.connect.oauth import OAuthFlow
from takings.domain.findings import Finding
from takings.domain.mapping import Choice, MappingEntry
from takings.domain.money import ZERO
from takings.domain.period import Period
from takings.errors import NotFound, PostingDisabled, TooLarge, UsageError
from takings.host import PluginHost
from takings.plugin.connecting import TokenHandedOut
from takings.plugin.context import Clock
from takings.plugin.sources import WayIn
from takings.plugin.targets import Chart
from takings.setup import mapping as mapping_setup
from takings.setup import provisioning
from takings.setup.lookup import find_integration
from takings.store import audit
from takings.store.database import Database
from takings.store.secrets import KeyRing
from takings.store.states import DayState, IntegrationState
from takings.store.tables import Connection, Day, Integration, Run
from takings.sync import previewing, receiving, showing
from takings.sync.joint import Joint, ProgressCall, Services, load_joint, no_progress, open_target
from takings.sync.rechecking import recheck_days
from takings.sync.running import Confirm, Order, Sync
from takings.sync.verifying import load_for_verify, verify_postings
from takings.views import (
    ConnectView,
    DayView,
    IntakeView,
    IntegrationView,
    MappingView,
    OrganisationView,
    PreviewView,
    Principal,
    RunView,
    VerifyView,
)


class Engine:
    """One engine on one database; a context manager, safe in any number of threads.

    `database` is a path or URL (or an open `Database`), `keys` seal the credentials, `transport` replaces the network
    (an `httpx.BaseTransport`), `installation` has the operator's settings of the components.
    """

    def __init__(
        self,
        database: str | Path | Database,
        plugins: PluginHost,
        *,
        keys: KeyRing,
        clock: Clock | None = None,
        transport: httpx.BaseTransport | None = None,
        installation: Installation | None = None,
    ) -> None:
        self.database = database if isinstance(database, Database) else Database(database)
        self.plugins, self.keys = plugins, keys
        self.clock: Clock = clock or SystemClock()
        self.installation = installation or Installation({})
        self._pool = HttpPool(transport=transport, plain_http_hosts=self.installation.plain_http_hosts)
        parts: dict[str, Any] = {
            "database": self.database,
            "keys": keys,
            "clock": self.clock,
            "pool": self._pool,
            "host": plugins,
            "installation": self.installation,
        }
        self.oauth = OAuthFlow(**parts)
        self._services = Services(
            database=self.database,
            host=plugins,
            contexts=ContextFactory(**parts, oauth=self.oauth),
            installation=self.installation,
            clock=self.clock,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()

    def close(self) -> None:
        """Close connections to the network and the database."""
        self._pool.close()
        self.database.close()

    def upgrade(self) -> tuple[str, str]:
        """Bring the database's schema up to date; returns its revision before and after."""
        return self.database.upgrade()

    # --- Integrations -------------------------------------------------------------------------------------

    def provision(  # noqa: PLR0913 - everything that an integration begins with, named
        self,
        principal: Principal,
        *,
        name: str,
        source: str,
        target: str,
        numbering: str = "builtin:ledger",
        numbering_settings: Mapping[str, Any] | None = None,
        target_settings: Mapping[str, Any] | None = None,
        trailing_days: int = 35,
    ) -> IntegrationView:
        """Create an integration in state draft, with nothing connected yet."""
        with self.database.write() as session:
            row = provisioning.provision(
                session,
                self.plugins,
                principal,
                name=name,
                source=source,
                target=target,
                numbering={"strategy": numbering, "settings": dict(numbering_settings or {})},
                target_settings=dict(target_settings or {}),
                trailing_days=trailing_days,
                now=self.clock.now(),
            )
            session.flush()
            return showing.show_integration(session, row)

    def integrations(self, principal: Principal) -> list[IntegrationView]:
        """List the owner's integrations by name."""
        with self.database.read() as session:
            rows = session.exec(
                select(Integration).where(Integration.owner == principal.owner).order_by(col(Integration.name))
            )
            return [showing.show_integration(session, row) for row in rows.all()]

    def integration(self, principal: Principal, ref: str) -> IntegrationView:
        """Show one integration, by id or name."""
        with self.database.read() as session:
            return showing.show_integration(session, find_integration(session, principal.owner, ref))

    def configure(self, principal: Principal, ref: str, **changes: Any) -> IntegrationView:
        """Change `numbering`, `numbering_settings`, `target_settings`, `start_date` or `trailing_days`."""
        with self.database.write() as session:
            row = find_integration(session, principal.owner, ref)
            provisioning.configure(session, self.plugins, principal, row, changes=changes, now=self.clock.now())
            recheck_days(session, load_joint(session, self._services, row), self.clock.now())
            session.flush()
            return showing.show_integration(session, row)

    # --- Connecting ---------------------------------------------------------------------------------------

    def new_token(self, principal: Principal, ref: str) -> str:
        """Make the integration's Auth Token and return it, this once; an older one stops working."""
        with self.database.write() as session:
            joint = self._joint(session, principal, ref)
            connecting = joint.source_type.connecting
            if not isinstance(connecting, TokenHandedOut):
                raise UsageError(f"{joint.source_type.title} is not connected by an Auth Token.")
            self._revoke_tokens(session, principal, joint)
            plain = tokens.create(
                session,
                keys=self.keys,
                connection=joint.source_connection,
                presented=connecting.presented,
                at=self.clock.now(),
            )
            self._audit(session, principal, "token.created", joint.integration)
            return plain

    def revoke_token(self, principal: Principal, ref: str) -> None:
        """Stop the integration's Auth Token from working."""
        with self.database.write() as session:
            joint = self._joint(session, principal, ref)
            if not self._revoke_tokens(session, principal, joint):
                raise NotFound("Auth Token of", ref)
            self._audit(session, principal, "token.revoked", joint.integration)

    def _revoke_tokens(self, session: Session, principal: Principal, joint: Joint) -> int:
        rows = tokens.live(session, joint.source_connection.id)
        for row in rows:
            tokens.revoke(session, row.id, owner=principal.owner, at=self.clock.now())
        return len(rows)

    def begin_connect(self, principal: Principal, ref: str, redirect_uri: str) -> str:
        """Begin to connect the ledger; returns the address that the owner opens to consent."""
        with self.database.read() as session:
            row = find_integration(session, principal.owner, ref)
        return self.oauth.begin(
            integration_id=row.id,
            owner=principal.owner,
            principal=principal.name,
            component=row.target_component,
            redirect_uri=redirect_uri,
        )

    def finish_connect(
        self, principal: Principal, *, state: str, code: str = "", error: str = "", error_description: str = ""
    ) -> ConnectView:
        """Finish what `begin_connect` began, with what came back to the redirect address."""
        finished = self.oauth.finish(
            state=state, code=code, error=error, error_description=error_description, principal=principal.name
        )
        return ConnectView(
            integration=finished.integration_id,
            authorisation_id=finished.authorisation_id,
            component=finished.component,
            organisations=tuple(OrganisationView(id=one.id, name=one.name) for one in finished.organisations),
        )

    def choose_organisation(
        self, principal: Principal, connect: ConnectView, organisation_id: str
    ) -> IntegrationView:
        """Join one organisation of a finished authorisation to the integration."""
        self.oauth.choose(
            integration_id=connect.integration,
            authorisation_id=connect.authorisation_id,
            organisation_id=organisation_id,
            owner=principal.owner,
            principal=principal.name,
        )
        with self.database.write() as session:
            row = find_integration(session, principal.owner, connect.integration)
            if row.state == IntegrationState.NEEDS_ATTENTION.value:
                row.state, row.reason = IntegrationState.ACTIVE.value, ""
                session.add(row)
            session.flush()
            return showing.show_integration(session, row)

    def disconnect(self, principal: Principal, ref: str) -> None:
        """Disconnect the integration's ledger; what was posted stays."""
        with self.database.read() as session:
            row = find_integration(session, principal.owner, ref)
        if row.target_connection_id is None:
            raise PostingDisabled(row.name, "not connected to a ledger")
        self.oauth.disconnect(row.target_connection_id, principal.owner, principal.name)

    # --- Mapping ------------------------------------------------------------------------------------------

    def refresh_catalogue(self, principal: Principal, ref: str) -> int:
        """Ask the source for its codes; returns how many there are."""
        count = receiving.refresh_catalogue(self._services, self._id(principal, ref))
        self._recheck(principal, ref)
        return count

    def mapping(
        self, principal: Principal, ref: str, *, suggestions: bool = False, dimension: str | None = None
    ) -> list[MappingView]:
        """List the codes with their decisions, with suggestions if wanted (the ledger is asked for them)."""
        with self.database.read() as session:
            joint = self._joint(session, principal, ref)
            rows = mapping_setup.load_rows(session, joint, dimension)
        if not suggestions:
            return rows
        chart = self._chart(joint)
        with self.database.read() as session:
            return mapping_setup.add_suggestions(session, self.plugins, joint, rows, chart)

    def set_mapping(
        self,
        principal: Principal,
        ref: str,
        *,
        dimension: str,
        code: str,
        choice: str = "post",
        to: str | None = None,
    ) -> MappingView:
        """Decide on one code; `to` is a code, name or id of the ledger. Held days are looked at again at once."""
        with self.database.read() as session:
            joint = self._joint(session, principal, ref)
        kind = {one.key: one.kind for one in joint.source_type.dimensions}.get(dimension)
        if kind is None:
            raise NotFound("dimension", dimension, tuple(one.key for one in joint.source_type.dimensions))
        chosen = mapping_setup.parse_choice(choice, kind)
        if (chosen is Choice.POST) != bool(to):
            raise UsageError("Give the ledger's account or tax rate exactly when the code is to be posted.")
        found = mapping_setup.find_ref(self._chart(joint), kind, to) if to else None
        entry = MappingEntry(dimension=dimension, code=code, choice=chosen, ref=found)
        self._decide(principal, ref, [entry])
        return next(row for row in self.mapping(principal, ref, dimension=dimension) if row.code == code)

    def accept_suggestions(self, principal: Principal, ref: str, *, least_score: int = 60) -> list[MappingView]:
        """Give each open code its best suggestion with at least this score; returns the rows that were set."""
        rows = [row for row in self.mapping(principal, ref, suggestions=True) if row.choice == mapping_setup.OPEN]
        good = [row for row in rows if row.suggestions and row.suggestions[0].score >= least_score]
        entries = [mapping_setup.accepted(row) for row in good]
        self._decide(principal, ref, entries)
        keys = {(entry.dimension, entry.code) for entry in entries}
        return [row for row in self.mapping(principal, ref) if (row.dimension, row.code) in keys]

    def _decide(self, principal: Principal, ref: str, entries: Sequence[MappingEntry]) -> None:
        with self.database.write() as session:
            joint = self._joint(session, principal, ref)
            mapping_setup.decide(session, joint, principal, entries, now=self.clock.now())
            recheck_days(session, joint, self.clock.now())

    # --- Records ------------------------------------------------------------------------------------------

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
                content,
                way=WayIn.PUSH,
                principal="push",
                request_id=request_id,
            )

    def import_file(self, principal: Principal, ref: str, body: bytes, name: str) -> IntakeView:
        """Take a file of records or a catalogue: stored whole, or not at all."""
        if len(body) > receiving.FILE_LIMIT:
            raise TooLarge(f"The file {name}", receiving.FILE_LIMIT)
        with self.database.read() as session:
            joint = self._joint(session, principal, ref)
        content = self._content(joint, WayIn.FILE, partial(joint.source_type.reader.read_file, body, name))
        with self.database.write() as session:
            joint = self._joint(session, principal, ref)
            view = receiving.accept_content(
                session, self._services, joint, content, way=WayIn.FILE, principal=principal.name
            )
            recheck_days(session, joint, self.clock.now())
            return view

    def _content(self, joint: Joint, way: WayIn, read: Any) -> Any:
        if way not in joint.source_type.ways_in:
            raise UsageError(f"{joint.source_type.title} takes no records by {way.value}.")
        with self.plugins.guard(joint.integration.source_component):
            return read()

    # --- Syncing ------------------------------------------------------------------------------------------

    def preview(self, principal: Principal, ref: str, period: Period | None = None) -> PreviewView:
        """Show what a sync of the stored days would post, hold and skip; changes nothing."""
        with self.database.read() as session:
            joint = self._joint(session, principal, ref)
            period = self._period(session, joint, period)
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
        with self.database.read() as session:
            joint = self._joint(session, principal, ref)
            if joint.integration.state == IntegrationState.PAUSED.value:
                raise PostingDisabled(joint.integration.name, "paused", joint.integration.reason)
            order = Order(
                period=self._period(session, joint, period),
                asked=period is not None,
                confirm=confirm,
                trigger=trigger,
                principal=principal.name,
                pulling=pull and WayIn.PULL in joint.source_type.ways_in,
                progress=progress or no_progress,
            )
        sync = Sync(self._services, joint.integration.id, order)
        run = sync.run()
        with self.database.read() as session:
            row = find_integration(session, principal.owner, ref)
            documents = showing.show_units(session, row, sync.tally.unit_ids)
            held = showing.show_days(session, row, order.period, (DayState.HELD.value, DayState.PARTLY.value))
            return showing.show_run(session, run, documents=documents, held=held)

    def verify(
        self,
        principal: Principal,
        ref: str,
        period: Period | None = None,
        *,
        progress: ProgressCall | None = None,
    ) -> VerifyView:
        """Compare what was posted with what the ledger holds now."""
        with self.database.read() as session:
            joint = self._joint(session, principal, ref)
        target = open_target(self._services, joint)
        postings = load_for_verify(self._services, joint, period)
        checked = verify_postings(self._services, joint, target, postings, progress=progress or no_progress)
        with self.database.read() as session:
            row = find_integration(session, principal.owner, ref)
            sequences = showing.load_sequences(session, row)
            held = showing.show_days(session, row, period, (DayState.HELD.value, DayState.PARTLY.value))
        views = [showing.show_checked(one, sequences) for one in checked]
        differences: tuple[Finding, ...] = tuple(found for one in checked for found in one.differences)
        return VerifyView(
            integration=row.name,
            organisation=joint.connected_target.name,
            currency=views[0].currency if views else "",
            agrees=not differences,
            documents=len(views),
            payments=sum(len(view.payments) for view in views),
            total=sum((view.total for view in views), ZERO),
            tax=sum((view.tax for view in views), ZERO),
            checked=tuple(views),
            differences=differences,
            held=tuple(held),
        )

    def days(self, principal: Principal, ref: str, period: Period | None = None) -> list[DayView]:
        """List the days that are known, in order."""
        with self.database.read() as session:
            return showing.show_days(session, find_integration(session, principal.owner, ref), period)

    def runs(self, principal: Principal, ref: str | None = None, limit: int = 20) -> list[RunView]:
        """List runs, the newest first."""
        with self.database.read() as session:
            query = select(Run).where(Run.owner == principal.owner).order_by(col(Run.started_at).desc()).limit(limit)
            if ref is not None:
                query = query.where(Run.integration_id == find_integration(session, principal.owner, ref).id)
            return [showing.show_run(session, run) for run in session.exec(query).all()]

    # --- Inside -------------------------------------------------------------------------------------------

    def _id(self, principal: Principal, ref: str) -> str:
        with self.database.read() as session:
            return find_integration(session, principal.owner, ref).id

    def _joint(self, session: Session, principal: Principal, ref: str) -> Joint:
        return load_joint(session, self._services, find_integration(session, principal.owner, ref))

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

    def _chart(self, joint: Joint) -> Chart:
        target = open_target(self._services, joint)
        with self.plugins.guard(joint.integration.target_component):
            return target.chart()

    def _recheck(self, principal: Principal, ref: str) -> None:
        with self.database.write() as session:
            recheck_days(session, self._joint(session, principal, ref), self.clock.now())

    def _period(self, session: Session, joint: Joint, period: Period | None) -> Period:
        """Return the period named, or the trailing window, begun earlier where the last sync was longer ago."""
        if period is not None:
            return period
        integration = joint.integration
        today = joint.today(self.clock.now())
        first = today - timedelta(days=integration.trailing_days)
        newest = session.exec(
            select(Day).where(Day.integration_id == integration.id).order_by(col(Day.business_date).desc()).limit(1)
        ).first()
        if newest:
            first = min(first, newest.business_date)
        if integration.start_date:
            first = max(first, min(integration.start_date, today))
        return Period(first, today)

    def _audit(self, session: Session, principal: Principal, action: str, row: Integration) -> None:
        audit.record(
            session,
            at=self.clock.now(),
            owner=principal.owner,
            principal=principal.name,
            action=action,
            integration_id=row.id,
        )
