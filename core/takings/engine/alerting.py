"""The part of the engine that tells people: where an owner's alerts go, and the digests that are sent."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlmodel import Session, col, select

from takings.engine.base import EngineBase
from takings.errors import UsageError
from takings.store import audit
from takings.store.alert_tables import AlertState, Digest
from takings.sync import alerting
from takings.sync.concerns import load_concerns
from takings.sync.digests import subject_of, text_of
from takings.views import Principal
from takings.views.alerts import AlertsView, DigestView

_ADDRESS = re.compile(r"[^@\s<>,;\"]{1,64}@[^@\s<>,;\"]+\.[^@\s<>,;\".]+", re.ASCII)
_LONGEST = 254

#: How many digests are shown.
_SHOWN = 10


class Alerting(EngineBase):
    """Alerts."""

    def set_alerts(self, principal: Principal, address: str) -> AlertsView:
        """Say where the owner's alerts go: an e-mail address, or nothing for nowhere; raises UsageError."""
        if address and not (len(address) <= _LONGEST and _ADDRESS.fullmatch(address)):
            raise UsageError(f"{address!r} is no e-mail address, like books@shop.example.")
        with self.database.write() as session:
            row = session.get(AlertState, principal.owner) or AlertState(owner=principal.owner)
            row.address, row.changed_by = address, principal.name
            session.add(row)
            audit.record(
                session,
                at=self.clock.now(),
                owner=principal.owner,
                principal=principal.name,
                request_id=principal.request_id,
                action="alerts.set",
                details={"address": address},
            )
        return self.alerts(principal)

    def alerts(self, principal: Principal) -> AlertsView:
        """Show where the owner's alerts go, what would be told now, and the last digests."""
        notifiers = tuple(alerting.chosen(self._services))
        with self.database.read() as session:
            state = session.get(AlertState, principal.owner) or AlertState(owner=principal.owner)
            concerns = load_concerns(session, self.clock.now(), principal.owner).get(principal.owner, [])
            digests = _digests(session, principal.owner)
        new = [one for one in concerns if one.key not in state.told]
        return AlertsView(
            owner=principal.owner,
            address=state.address,
            operator=self.installation.alerts_to,
            notifiers=notifiers,
            standing=len(concerns),
            new=len(new),
            subject=subject_of(new) if new else "",
            text=text_of(new, len(concerns) - len(new), state.last_digest_at) if new else "",
            last_digest_at=state.last_digest_at,
            digests=digests,
        )

    # --- What workers call; it concerns all owners -------------------------------------------------------------

    def send_alerts(self, *, gather: timedelta = alerting.GATHER) -> int:
        """Make the digests that are due and send what waits; returns how many were sent.

        Any number of processes may do this at once. `gather` is how long what is new waits for more of it.
        """
        alerting.make_digests(self._services, gather=gather)
        return alerting.send_digests(self._services)


def _digests(session: Session, owner: str) -> tuple[DigestView, ...]:
    query = select(Digest).where(Digest.owner == owner).order_by(col(Digest.id).desc()).limit(_SHOWN)
    return tuple(
        DigestView(
            notifier=one.notifier,
            recipients=tuple(one.recipients),
            subject=one.subject,
            text=one.text,
            urgent=one.urgent,
            state=one.state,
            attempts=one.attempts,
            reason=one.reason,
            made_at=one.made_at,
            sent_at=one.sent_at,
        )
        for one in session.exec(query)
    )
