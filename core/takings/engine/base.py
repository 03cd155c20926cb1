"""What all parts of the engine share: its services, and finding an owner's integration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import httpx
from sqlmodel import Session

from takings.clock import SystemClock
from takings.connect.contexts import ContextFactory
from takings.connect.http import HttpPool
from takings.connect.installation import Installation
from takings.connect.oauth import OAuthFlow
from takings.domain.period import EARLIEST, LATEST, Period, is_taken
from takings.engine.shown import shown
from takings.errors import UsageError
from takings.host import PluginHost
from takings.plugin.context import Clock
from takings.plugin.targets import Chart
from takings.setup.lookup import find_integration
from takings.store import audit
from takings.store.database import Database
from takings.store.secrets import KeyRing
from takings.store.states import LONGEST_REASON
from takings.store.tables import Integration, Run
from takings.sync.joint import Joint, Services, load_joint, open_target
from takings.sync.rechecking import recheck_days
from takings.sync.runs import audit_asked
from takings.views import IntegrationView, Principal


class EngineBase:
    """The services of one engine, opened and closed together."""

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

    def _taken(self, period: Period | None) -> None:
        """Refuse dates so far away that other systems can't count to them."""
        for day in (period.first, period.last) if period else ():
            if not is_taken(day):
                raise UsageError(f"{day} is too far away; dates are taken from {EARLIEST} to {LATEST}.")

    def _given(self, reason: str) -> None:
        """Refuse a reason that no face takes."""
        if len(reason) > LONGEST_REASON:
            raise UsageError(f"Give the reason in up to {LONGEST_REASON} letters; this one has {len(reason)}.")

    def _id(self, principal: Principal, ref: str) -> str:
        with self.database.read() as session:
            return find_integration(session, principal.owner, ref).id

    def _one(self, session: Session, row: Integration) -> IntegrationView:
        return self._shown(session, [row])[0]

    def _shown(self, session: Session, rows: Sequence[Integration]) -> list[IntegrationView]:
        return shown(session, self.plugins, rows)

    def _joint(self, session: Session, principal: Principal, ref: str) -> Joint:
        return load_joint(session, self._services, find_integration(session, principal.owner, ref))

    def _chart(self, joint: Joint, *, joined: bool = True) -> Chart:
        target = open_target(self._services, joint, joined=joined)
        with self.plugins.guard(joint.integration.target_component):
            return target.chart()

    def _recheck(self, principal: Principal, ref: str) -> None:
        with self.database.write() as session:
            recheck_days(session, self._joint(session, principal, ref), self.clock.now())

    def _audit_run(self, session: Session, principal: Principal, run: Run) -> None:
        """Note that somebody put a run into the queue: what it does there has the run's id."""
        audit_asked(session, run, at=self.clock.now(), principal=principal.name, request_id=principal.request_id)

    def _audit(
        self,
        session: Session,
        principal: Principal,
        action: str,
        *,
        row: Integration,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        audit.record(
            session,
            at=self.clock.now(),
            owner=principal.owner,
            principal=principal.name,
            request_id=principal.request_id,
            action=action,
            integration_id=row.id,
            details=details,
        )
