"""The half of the engine that sets integrations up: provisioning and settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlmodel import col, select

from takings.engine.base import EngineBase
from takings.errors import UsageError
from takings.setup import provisioning
from takings.setup.charts import keep_chart
from takings.setup.ledger_fields import names_ledger
from takings.setup.lookup import find_integration
from takings.store.states import IntegrationState
from takings.store.tables import Integration
from takings.sync.joint import load_joint
from takings.sync.rechecking import recheck_days
from takings.views import IntegrationView, Principal
from takings.views.pages import PAGE, IntegrationsView


class Provisioning(EngineBase):
    """Integrations and their settings."""

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
            return self._one(session, row)

    def integrations(self, principal: Principal) -> list[IntegrationView]:
        """List the owner's integrations by name."""
        with self.database.read() as session:
            rows = session.exec(
                select(Integration).where(Integration.owner == principal.owner).order_by(col(Integration.name))
            )
            return self._shown(session, rows.all())

    def page_of_integrations(self, principal: Principal, *, after: str = "", limit: int = PAGE) -> IntegrationsView:
        """List the owner's integrations by name, those that come after a name."""
        with self.database.read() as session:
            query = select(Integration).where(Integration.owner == principal.owner, Integration.name > after)
            rows = session.exec(query.order_by(col(Integration.name)).limit(limit + 1)).all()
            shown = self._shown(session, rows[:limit])
        return IntegrationsView(integrations=tuple(shown), next=shown[-1].name if len(rows) > limit else "")

    def integration(self, principal: Principal, ref: str) -> IntegrationView:
        """Show one integration, by id or name."""
        with self.database.read() as session:
            return self._one(session, find_integration(session, principal.owner, ref))

    def pause(self, principal: Principal, ref: str, reason: str = "") -> IntegrationView:
        """Stop an integration from posting until it is resumed; days that come in are kept."""
        self._given(reason)
        return self._set_state(principal, ref, IntegrationState.PAUSED, reason=reason)

    def resume(self, principal: Principal, ref: str) -> IntegrationView:
        """Let a paused integration post again."""
        with self.database.read() as session:
            row = find_integration(session, principal.owner, ref)
        if row.state != IntegrationState.PAUSED.value:
            raise UsageError(f"{row.name} is not paused; it is {row.state.replace('_', ' ')}.")
        state = IntegrationState.ACTIVE if row.active_from else IntegrationState.DRAFT
        return self._set_state(principal, ref, state, reason="")

    def _set_state(self, principal: Principal, ref: str, state: IntegrationState, *, reason: str) -> IntegrationView:
        with self.database.write() as session:
            row = find_integration(session, principal.owner, ref)
            row.state, row.reason = state.value, reason
            session.add(row)
            self._audit(session, principal, f"integration.{state.value}", row=row)
            session.flush()
            return self._one(session, row)

    def set_closed(
        self, principal: Principal, ref: str, dates: Sequence[date], *, closed: bool = True
    ) -> IntegrationView:
        """Say that a venue was closed on some dates, or was not: no close is missed there, and no document waits."""
        with self.database.write() as session:
            row = find_integration(session, principal.owner, ref)
            named = {one.isoformat() for one in dates}
            row.closed = sorted({*row.closed, *named} if closed else set(row.closed) - named)
            session.add(row)
            action = "integration.closed" if closed else "integration.not_closed"
            self._audit(session, principal, action, row=row, details={"dates": sorted(named)})
            session.flush()
            return self._one(session, row)

    def configure(self, principal: Principal, ref: str, **changes: Any) -> IntegrationView:
        """Change `numbering`, `numbering_settings`, `target_settings`, `start_date`, `trailing_days` or `combining`.

        `combining` says what becomes one document: each `close`, `day`, `week` (from the weekday `week_starts` on) or
        `month`. It is for days that are not posted yet; what stands stays as it was posted.
        """
        with self.database.read() as session:
            joint = self._joint(session, principal, ref)
        named = names_ledger(joint.target_type.integration, changes.get("target_settings") or {})
        # What an account or a rate is called is asked of the ledger as it is now.
        connected = joint.target_connection is not None and bool(joint.target_connection.organisation)
        chart = self._chart(joint) if named and connected else None
        with self.database.write() as session:
            row = find_integration(session, principal.owner, ref)
            if chart is not None:
                keep_chart(session, joint.connected_target, chart, now=self.clock.now())
            now = self.clock.now()
            today = joint.today(now)
            provisioning.configure(
                session, self.plugins, principal, integration=row, changes=changes, today=today, now=now
            )
            recheck_days(session, load_joint(session, self._services, row), now)
            session.flush()
            return self._one(session, row)
