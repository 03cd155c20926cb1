"""What the engine shows of the past: overviews, calendars, single days and runs, and the audit trail."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from takings.domain.findings import Finding
from takings.views.undo import DecisionView
from takings.views.work import DayView, DocumentView, RunView


class Standing(StrEnum):
    """How an integration is doing, in the order in which a person wants to see them."""

    ATTENTION = "attention"
    RUNNING = "running"
    HEALTHY = "healthy"
    UNFINISHED = "unfinished"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionView:
    """What a person has to look at: `where` is `held`, `changed`, `payments`, `map`, `connect`, `review`,
    `drift` or `run:ID`.
    """

    what: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakingsView:
    """What was counted on one business date, over all its closes."""

    business_date: date
    total: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewView:
    """One integration at a glance; `last_run` is when the last run began, `running` the run that goes on."""

    id: str
    name: str
    state: str
    reason: str
    standing: Standing
    source: str
    organisation: str
    timezone: str
    next_due: datetime | None
    last_run: datetime | None
    last_run_id: str
    last_run_state: str
    running: str
    days: dict[str, int]
    open_codes: int
    attention: tuple[AttentionView, ...]
    takings: tuple[TakingsView, ...]
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDay:
    """One business date: the state of its worst close, or `missing` where a close should be there and is not.

    `state` is empty for dates at which nothing is expected.
    """

    business_date: date
    state: str
    closes: int = 0
    total: Decimal = Decimal(0)
    sequence: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarView:
    """The dates of one month; `earliest` and `latest` are the first and the last date that is known."""

    integration: str
    integration_name: str
    month: date
    currency: str
    days: tuple[CalendarDay, ...]
    earliest: date | None
    latest: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLineView:
    """A line of the source's day with where it goes; `choice` is `open` where nobody decided on its code."""

    kind: str
    code: str
    name: str
    tax_code: str
    amount: Decimal
    choice: str
    account: str = ""
    tax: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTenderView:
    """A payment method's totals of the source's day with where they go."""

    code: str
    name: str
    recorded: Decimal
    counted: Decimal
    choice: str
    account: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordView:
    """One record as it came; `standing` is `current`, `older` or `conflict`."""

    revision: int
    standing: str
    way: str
    received_at: datetime
    run: str
    raw: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationView:
    """One write to the ledger that a day needs, and what became of it."""

    key: str
    kind: str
    state: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptView:
    """One call to the ledger: `operations` counts what it carried, `body` is what was sent, secrets blanked."""

    id: int
    kind: str
    state: str
    operations: int
    times_sent: int
    sent_at: datetime
    answered_at: datetime | None
    answer: str
    run: str
    reference: str
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayDetailView:
    """One close of one business date, whole: what the source says, what it becomes, and how that went.

    `documents` are those of the day and those that adjust it; `decisions` were made about it, the newest first.
    """

    integration: str
    integration_name: str
    day: DayView
    site: str
    site_name: str
    timezone: str
    opened_at: datetime | None
    closed_at: datetime | None
    closed_by: str
    lines: tuple[DayLineView, ...]
    tenders: tuple[DayTenderView, ...]
    lines_total: Decimal
    difference: Decimal
    documents: tuple[DocumentView, ...]
    operations: tuple[OperationView, ...]
    attempts: tuple[AttemptView, ...]
    records: tuple[RecordView, ...]
    run: str
    closes: tuple[tuple[str, int], ...]
    previous: date | None
    next: date | None
    decisions: tuple[DecisionView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDetailView:
    """One run, whole: the documents it made, the days of its period that are held, and its calls."""

    run: RunView
    integration: str
    kind: str
    due_at: datetime | None
    progress: dict[str, Any]
    organisation: str
    attempts: tuple[AttemptView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditView:
    """One event of the audit trail."""

    id: int
    at: datetime
    principal: str
    action: str
    integration: str
    integration_name: str
    request_id: str
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage:
    """Events, the newest first; `older` is the id to go on from, 0 at the end."""

    events: tuple[AuditView, ...]
    older: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletedView:
    """What became of a deleted integration: what was removed here, and what stays in the ledger."""

    integration: str
    organisation: str
    days: int
    documents: int
    stays: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """A link that signs an owner in for one integration; the link itself is shown only when it is made."""

    id: str
    integration: str
    integration_name: str
    created_by: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInView:
    """Who is signed in: with `integration` for that one only."""

    owner: str
    name: str
    integration: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BegunConnect:
    """A connect that somebody began: for which integration, and for which of its sides."""

    integration: str
    side: str
