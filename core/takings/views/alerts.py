"""What the engine shows of alerts: who is told, what would be told now, and the digests that were made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestView:
    """One digest: `state` is `waiting`, `sending`, `sent` or `given_up`, with the reason where it was not sent."""

    notifier: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    urgent: bool
    state: str
    attempts: int
    reason: str
    made_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertsView:
    """An owner's alerts: where they go, and what stands now; `new` of that was not told yet.

    `operator` is the installation's own address, which gets them too.
    """

    owner: str
    address: str
    operator: str
    notifiers: tuple[str, ...]
    standing: int
    new: int
    subject: str
    text: str
    last_digest_at: datetime | None
    digests: tuple[DigestView, ...]
