"""The part of the engine that checks what was posted: now, by itself, and when a ledger says that it changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from takings.domain.findings import Finding
from takings.domain.money import ZERO
from takings.domain.period import Period
from takings.engine.base import EngineBase
from takings.errors import InvalidInput, NotFound, SignatureWrong, TooLarge, UsageError
from takings.plugin.webhooks import Notice, Webhook
from takings.runner import checks, notices
from takings.setup.lookup import find_integration
from takings.store.check_tables import Verification
from takings.store.states import DayState
from takings.sync import drift, showing
from takings.sync.joint import ProgressCall, no_progress
from takings.sync.verify_runs import CheckOrder, check, keep_checked
from takings.views import Principal, VerifyView
from takings.views.checks import DriftView

#: Bytes of a notification: each document takes about 300.
NOTICE_LIMIT = 1_000_000


class Checking(EngineBase):
    """Checks and drift."""

    def verify(
        self,
        principal: Principal,
        ref: str,
        period: Period | None = None,
        *,
        progress: ProgressCall | None = None,
    ) -> VerifyView:
        """Compare what was posted with what the ledger holds now, and keep what differs as drift."""
        self._taken(period)
        with self.database.read() as session:
            joint = self._joint(session, principal, ref)
        joint.connected_target  # noqa: B018 - raises when there is none
        checked = check(self._services, joint, CheckOrder(period=period, progress=progress or no_progress))
        keep_checked(self._services, joint, checked, period=period)
        with self.database.write() as session:
            row = find_integration(session, principal.owner, ref)
            self._audit(session, principal, "ledger.verified", row=row, details={"documents": len(checked)})
        with self.database.read() as session:
            row = find_integration(session, principal.owner, ref)
            held = showing.show_days(session, row, period, states=(DayState.HELD.value, DayState.PARTLY.value))
        views = [showing.show_checked(one) for one in checked]
        differences: tuple[Finding, ...] = tuple(found for one in checked for found in one.differences)
        return VerifyView(
            integration=row.name,
            organisation=joint.connected_target.name,
            currency=views[0].currency if views else "",
            agrees=not differences,
            documents=len(views),
            payments=sum(len(view.payments) for view in views),
            total=sum((one.posting.taken for one in checked), ZERO),
            tax=sum((view.sign * view.tax for view in views), ZERO),
            checked=tuple(views),
            differences=differences,
            held=tuple(held),
        )

    def drift(self, principal: Principal, ref: str) -> DriftView:
        """Show what the last checks found; asks the ledger nothing."""
        with self.database.read() as session:
            return drift.show_drift(session, find_integration(session, principal.owner, ref))

    def note_drift(self, principal: Principal, ref: str, documents: Collection[str] | None = None) -> DriftView:
        """Note that the differences of these documents (None: of all) are known and are left as they are.

        Other differences of the same document count again. Raises NotFound for a document that does not differ.
        """
        with self.database.write() as session:
            row = find_integration(session, principal.owner, ref)
            differing = {one.document for one in drift.show_drift(session, row).drifted}
            for unknown in sorted(set(documents or ()) - differing):
                raise NotFound("differing document", unknown)
            noted = drift.note_drift(session, row, documents, who=principal.name, now=self.clock.now())
            if noted:
                self._audit(session, principal, "drift.noted", row=row, details={"documents": noted})
            session.flush()
            return drift.show_drift(session, row)

    def set_checks(self, principal: Principal, ref: str, every: str) -> DriftView:
        """Say how often an integration is checked by itself: `off`, `weekly` (unless it is said) or `daily`."""
        if every not in checks.HOW_OFTEN:
            raise UsageError(f"There is no check {every}; there are: {', '.join(checks.HOW_OFTEN)}.")
        with self.database.write() as session:
            row = find_integration(session, principal.owner, ref)
            kept = session.get(Verification, row.id) or Verification(integration_id=row.id, owner=row.owner)
            kept.every, kept.next_due = every, checks.next_check(row, every, self.clock.now())
            session.add(kept)
            self._audit(session, principal, "checks.scheduled", row=row, details={"every": every})
            session.flush()
            return drift.show_drift(session, row)

    # --- What a ledger's server calls; it concerns all owners -------------------------------------------------

    def notify(self, component: str, headers: Mapping[str, str], body: bytes) -> int:
        """Take a notification of a ledger that documents of its changed; returns how many are of organisations here.

        It is stored only: a worker looks at the documents later. Raises NotFound for a component that takes none,
        `SignatureWrong`, `InvalidInput` for a body that can't be read.
        """
        if len(body) > NOTICE_LIMIT:
            raise TooLarge("The notification", NOTICE_LIMIT)
        declared = self.plugins.targets().get(component)
        if declared is None or declared.webhook is None:
            raise NotFound("component that takes notifications", component)
        settings = self.installation.settings(component, declared.installation)
        secret = str(getattr(settings, declared.webhook.setting))
        small = {name.lower(): text for name, text in headers.items()}
        told = self._read(component, declared.webhook, small, body=body, secret=secret)
        if not told:
            return 0
        with self.database.write() as session:
            return notices.keep_notices(session, component, told, now=self.clock.now())

    def _read(
        self, component: str, webhook: Webhook, headers: Mapping[str, str], *, body: bytes, secret: str
    ) -> Sequence[Notice]:
        with self.plugins.guard(component):
            genuine = bool(secret) and webhook.check(headers, body, secret)
        if not genuine:
            raise SignatureWrong(component)
        with self.plugins.guard(component):
            try:
                return tuple(webhook.read(body))
            except ValueError as problem:
                raise InvalidInput("The notification can't be read.") from problem
