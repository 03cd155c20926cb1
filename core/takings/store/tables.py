"""The tables of customers: connections, integrations, mappings, records, days and runs.

Each table of a customer's data has `owner`, and every query is scoped by it. The posting journal and the
installation's own tables are in `takings.store.journal`.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field

from takings.store.metadata import Stored
from takings.store.types import Amount, Instant, Json


def _json(default: Any) -> Any:
    return Field(default_factory=lambda: type(default)(default), sa_column=Column(Json, nullable=False))


def _instant() -> Any:
    return Field(sa_column=Column(Instant, nullable=False))


def _maybe_instant() -> Any:
    return Field(default=None, sa_column=Column(Instant, nullable=True))


class Authorisation(Stored, table=True):
    """One OAuth token set of one user of the other system; several connections can share it."""

    __tablename__ = "authorisation"
    __table_args__ = (UniqueConstraint("owner", "component", "subject"),)

    id: str = Field(primary_key=True)
    owner: str = Field(index=True)
    component: str
    subject: str
    sealed_tokens: str = Field(sa_type=Text)
    access_expires_at: datetime = _instant()
    scopes: str = ""
    state: str = "connected"
    generation: int = 1
    updated_at: datetime = _instant()


class Connection(Stored, table=True):
    """One authorised link to one system: `organisation` is that system's id of the organisation or venue."""

    __tablename__ = "connection"

    id: str = Field(primary_key=True)
    owner: str = Field(index=True)
    side: str
    component: str
    organisation: str = ""
    name: str = ""
    link: str = ""
    state: str = "new"
    reason: str = ""
    authorisation_id: str | None = Field(default=None, foreign_key="authorisation.id", index=True)
    settings: dict[str, Any] = _json({})
    settings_version: str = "1.0"
    created_at: datetime = _instant()


class AuthToken(Stored, table=True):
    """An Auth Token handed out: its digest to match what is sent, and sealed where the source presents it."""

    __tablename__ = "auth_token"

    id: str = Field(primary_key=True)
    owner: str = Field(index=True)
    connection_id: str = Field(foreign_key="connection.id", index=True)
    digest: str = Field(unique=True)
    sealed: str = Field(default="", sa_type=Text)
    hint: str = ""
    created_at: datetime = _instant()
    revoked_at: datetime | None = _maybe_instant()
    last_used_at: datetime | None = _maybe_instant()


class Integration(Stored, table=True):
    """One source connection joined to one target connection, with all that the owner decided for it.

    Nothing before `history_from` is read by itself. From the later of `start_date` and `active_from` on, days go
    without asking. `active_from` is the date on which somebody made it active; a draft has none.
    `late_changes` says what becomes of a posted day that changes: `ask`, `repost`, `adjust` or `leave`. `combining`
    says what becomes one document: a `close`, a `day`, a `week` (from the weekday `week_starts` on) or a `month`.
    `closed` has the dates on which the venue did not trade, as somebody said. With `pay_approved` a sync posts the
    payments of documents that were approved in the ledger; else somebody asks for it.
    """

    __tablename__ = "integration"
    __table_args__ = (UniqueConstraint("owner", "name"),)

    id: str = Field(primary_key=True)
    owner: str = Field(index=True)
    name: str
    source_component: str
    target_component: str
    source_connection_id: str = Field(foreign_key="connection.id", index=True)
    target_connection_id: str | None = Field(default=None, foreign_key="connection.id", index=True)
    state: str = "draft"
    reason: str = ""
    flows: list[str] = _json([])
    source_settings: dict[str, Any] = _json({})
    target_settings: dict[str, Any] = _json({})
    settings_versions: dict[str, str] = _json({})
    numbering: dict[str, Any] = _json({})
    schedule: dict[str, Any] = _json({})
    next_due: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True, index=True))
    start_date: date | None = None
    active_from: date | None = None
    history_from: date | None = None
    confirmed: list[list[str]] = _json([])
    trailing_days: int = 35
    late_changes: str = "ask"
    combining: str = "close"
    week_starts: int = 0
    closed: list[str] = _json([])
    pay_approved: bool = False
    created_at: datetime = _instant()


class CatalogueCode(Stored, table=True):
    """A code of the source that is to be mapped, as the source described it."""

    __tablename__ = "catalogue_code"

    integration_id: str = Field(foreign_key="integration.id", primary_key=True)
    dimension: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    owner: str = Field(index=True)
    name: str = ""
    category: str = ""
    rate: Decimal | None = Field(default=None, sa_column=Column(Amount, nullable=True))
    tax_code: str = ""
    role: str = ""
    origin: str = "catalogue"
    first_seen_at: datetime = _instant()


class MappingRow(Stored, table=True):
    """The decision on one source code."""

    __tablename__ = "mapping"

    integration_id: str = Field(foreign_key="integration.id", primary_key=True)
    dimension: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    owner: str = Field(index=True)
    choice: str
    ref_id: str = ""
    ref_code: str = ""
    ref_name: str = ""
    decided_by: str
    decided_at: datetime = _instant()


class Cursor(Stored, table=True):
    """How far a period was read: committed together with the records read up to it."""

    __tablename__ = "cursor"

    integration_id: str = Field(foreign_key="integration.id", primary_key=True)
    period: str = Field(primary_key=True)
    owner: str = Field(index=True)
    position: str = Field(sa_type=Text)
    kept_at: datetime = _instant()


class Record(Stored, table=True):
    """One record exactly as it came (compressed), with its canonical day and content hash.

    `standing` is `current`, `older` (a newer revision stands) or `conflict` (other content, not newer).
    """

    __tablename__ = "record"
    __table_args__ = (
        UniqueConstraint(
            *("integration_id", "site", "business_date", "sequence", "revision", "content_hash"),
            name="uq_record_content",  # the convention's name is longer than PostgreSQL takes
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    integration_id: str = Field(foreign_key="integration.id")
    owner: str
    site: str
    business_date: date
    sequence: int
    revision: int
    content_hash: str
    standing: str
    way: str
    raw: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    canonical: str = Field(sa_type=Text)
    run_id: str = ""
    received_at: datetime = _instant()


class Day(Stored, table=True):
    """Where one close of one business date stands.

    `record_id` is what the source says now, `posted_record_id` what was posted. `generation` counts the documents
    that were made for it, from 1. `decision` is what a person or the policy decided: which, for which record, who,
    when, and why.

    `state` is one of `takings.store.states.DayState`.
    """

    __tablename__ = "day"
    __table_args__ = (
        UniqueConstraint("integration_id", "site", "business_date", "sequence"),
        Index("ix_day_state", "integration_id", "state", "business_date"),
        Index("ix_day_date", "integration_id", "business_date"),
    )

    id: int | None = Field(default=None, primary_key=True)
    integration_id: str = Field(foreign_key="integration.id")
    owner: str = Field(index=True)
    site: str
    business_date: date
    sequence: int
    record_id: int = Field(foreign_key="record.id")
    state: str = "pending"
    counted_total: Decimal = Field(sa_column=Column(Amount, nullable=False))
    findings: list[dict[str, str]] = _json([])
    unit_id: int | None = Field(default=None, index=True)
    posted_record_id: int | None = None
    generation: int = 1
    decision: dict[str, Any] = _json({})
    updated_at: datetime = _instant()


class Run(Stored, table=True):
    """One execution of a sync, with its trigger, counts and findings.

    `kind` is `sync`, `fetch` which only reads the source, `preview`, or `undo`. A queued run has `order`, what it was
    asked to do; `due_at` is the due time that a scheduled run is for. While it runs, `worker` and `seen_at` say who
    is at it.
    """

    __tablename__ = "run"
    __table_args__ = (
        UniqueConstraint("integration_id", "due_at"),
        Index("ix_run_state", "state", "started_at"),
        Index("ix_run_newest", "integration_id", "started_at"),
        Index("ix_run_owner_state", "owner", "state"),
    )

    id: str = Field(primary_key=True)
    integration_id: str = Field(foreign_key="integration.id")
    owner: str
    kind: str = "sync"
    trigger: str
    principal: str
    state: str = "running"
    first: date | None = None
    last: date | None = None
    counts: dict[str, int] = _json({})
    findings: list[dict[str, str]] = _json([])
    survey: dict[str, Any] | None = Field(default=None, sa_column=Column(Json, nullable=True))
    order: dict[str, Any] = _json({})
    progress: dict[str, Any] = _json({})
    worker: str = ""
    due_at: datetime | None = _maybe_instant()
    seen_at: datetime | None = _maybe_instant()
    started_at: datetime = _instant()
    ended_at: datetime | None = _maybe_instant()
