"""The tables of the posting journal, numbers, call budgets, authorisation sessions and the audit trail."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Float, Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field

from takings.store.metadata import Stored
from takings.store.types import Instant, Json


def _json(default: Any) -> Any:
    return Field(default_factory=lambda: type(default)(default), sa_column=Column(Json, nullable=False))


def _instant() -> Any:
    return Field(sa_column=Column(Instant, nullable=False))


def _maybe_instant() -> Any:
    return Field(default=None, sa_column=Column(Instant, nullable=True))


class UnitRow(Stored, table=True):
    """One or more days that became a document; `organisation` is `component/id` of the ledger's organisation.

    `mapped` is what was posted: a row for each day with its record, and its lines and tenders with their places. A
    unit of the role `adjust` adds to the unit `adjusts`, and is `dated` otherwise than its day. One that is
    `unapproved` has a document that waits for approval in the ledger; one that was `taken_over` stood there already.
    """

    __tablename__ = "unit"
    __table_args__ = (
        UniqueConstraint("organisation", "key"),
        Index("ix_unit_unapproved", "integration_id", "unapproved"),
    )

    id: int | None = Field(default=None, primary_key=True)
    integration_id: str = Field(foreign_key="integration.id", index=True)
    owner: str = Field(index=True)
    organisation: str
    key: str
    generation: int
    first: date
    last: date
    number: str = ""
    state: str
    documents: list[dict[str, Any]] = _json([])
    role: str = "day"
    dated: date | None = None
    adjusts: int | None = Field(default=None, index=True)
    mapped: list[dict[str, Any]] = _json([])
    unapproved: bool = False
    taken_over: bool = False
    run_id: str = ""
    updated_at: datetime = _instant()


class OperationRow(Stored, table=True):
    """One durable write to the ledger; its key is unique in the organisation.

    `unit_id` is empty for an operation that several units share, like the creation of a contact. `purpose` is `post`,
    or `undo` for what takes the unit back.
    """

    __tablename__ = "operation"
    __table_args__ = (UniqueConstraint("organisation", "key"), Index("ix_operation_open", "organisation", "state"))

    id: int | None = Field(default=None, primary_key=True)
    owner: str = Field(index=True)
    organisation: str
    key: str
    unit_id: int | None = Field(default=None, foreign_key="unit.id", index=True)
    purpose: str = "post"
    kind: str
    payload: dict[str, Any] = _json({})
    depends_on: list[str] = _json([])
    state: str
    call_id: int | None = Field(default=None, index=True)
    receipt: dict[str, str] = _json({})
    findings: list[dict[str, str]] = _json([])


class CallRow(Stored, table=True):
    """One call to the ledger, written before it is sent: exact bytes, operations in order, idempotency key.

    `first_sent_at` is taken before the first sending, so the key's life is never thought longer than it is.
    """

    __tablename__ = "call"
    __table_args__ = (Index("ix_call_open", "organisation", "state"),)

    id: int | None = Field(default=None, primary_key=True)
    owner: str = Field(index=True)
    organisation: str
    run_id: str = Field(index=True)
    kind: str
    key: str = Field(unique=True)
    operations: list[int] = _json([])
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    state: str
    times_sent: int = 1
    first_sent_at: datetime = _instant()
    answered_at: datetime | None = _maybe_instant()
    answer: str = Field(default="", sa_type=Text)


class NumberRow(Stored, table=True):
    """A reserved document number; it stays with its unit, and an unused one says why."""

    __tablename__ = "number"
    __table_args__ = (
        UniqueConstraint("organisation", "series", "counted", "n"),
        UniqueConstraint("organisation", "unit_key"),
    )

    id: int | None = Field(default=None, primary_key=True)
    owner: str = Field(index=True)
    organisation: str
    series: str
    counted: str
    n: int
    number: str
    integration_id: str = Field(foreign_key="integration.id")
    unit_key: str
    state: str = "reserved"
    reason: str = ""


class BudgetRow(Stored, table=True):
    """How much of a call budget is used, shared by all workers; times in seconds since 1970."""

    __tablename__ = "call_budget"

    key: str = Field(primary_key=True)
    window_start: float = Field(default=0.0, sa_type=Float)
    used: int = 0
    next_free: float = Field(default=0.0, sa_type=Float)
    blocked_until: float = Field(default=0.0, sa_type=Float)


class OAuthSession(Stored, table=True):
    """A connect that was begun: the digest of its state, the sealed PKCE verifier, who began it and for what."""

    __tablename__ = "oauth_session"

    state_digest: str = Field(primary_key=True)
    owner: str = Field(index=True)
    principal: str
    component: str
    integration_id: str = Field(foreign_key="integration.id")
    redirect_uri: str
    sealed_verifier: str = Field(sa_type=Text)
    scopes: str
    created_at: datetime = _instant()
    used_at: datetime | None = _maybe_instant()


class AuditEvent(Stored, table=True):
    """What was done, when, by whom, in which request or run; rows are only ever added."""

    __tablename__ = "audit_event"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = _instant()
    owner: str = Field(index=True)
    principal: str
    action: str
    integration_id: str = Field(default="", index=True)
    request_id: str = ""
    details: dict[str, Any] = _json({})
