"""The tables of checking what was posted: the last check, what differs, and what ledgers tell by themselves."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, UniqueConstraint
from sqlmodel import Field

from takings.store.metadata import Stored
from takings.store.types import Instant, Json


def _instant() -> Any:
    return Field(sa_column=Column(Instant, nullable=False))


def _maybe_instant() -> Any:
    return Field(default=None, sa_column=Column(Instant, nullable=True))


class Verification(Stored, table=True):
    """How often an integration's documents are checked (`off`, `weekly`, `daily`), and what the last check came to.

    A check of single documents, as after a notification of the ledger, changes none of this.
    """

    __tablename__ = "verification"

    integration_id: str = Field(foreign_key="integration.id", primary_key=True)
    owner: str = Field(index=True)
    every: str = "weekly"
    next_due: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True, index=True))
    run_id: str = ""
    checked_at: datetime | None = _maybe_instant()
    first: date | None = None
    last: date | None = None
    documents: int = 0
    payments: int = 0
    differing: int = 0


class Drift(Stored, table=True):
    """A posted document that the ledger holds otherwise; it goes when a check finds that both agree again.

    `noted_by` says who knows of just these differences and leaves them.
    """

    __tablename__ = "drift"

    integration_id: str = Field(foreign_key="integration.id", primary_key=True)
    document: str = Field(primary_key=True)
    owner: str = Field(index=True)
    business_date: date
    kind: str
    number: str = ""
    findings: list[dict[str, str]] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    run_id: str = ""
    found_at: datetime = _instant()
    checked_at: datetime = _instant()
    noted_by: str = ""
    noted_at: datetime | None = _maybe_instant()


class LedgerNotice(Stored, table=True):
    """A ledger's own word that one of its documents changed; `at` is the ledger's, as text.

    One that was taken stays for a while, so that the same word said again is not taken again.
    """

    __tablename__ = "ledger_notice"
    __table_args__ = (UniqueConstraint("connection_id", "document", "kind", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    owner: str = Field(index=True)
    connection_id: str = Field(foreign_key="connection.id")
    document: str
    kind: str = ""
    at: str = ""
    received_at: datetime = Field(sa_column=Column(Instant, nullable=False, index=True))
    taken_at: datetime | None = _maybe_instant()
