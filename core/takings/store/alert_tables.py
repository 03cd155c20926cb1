"""The tables of alerts: where an owner's go, what was told already, and the digests that are sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, Text, UniqueConstraint
from sqlmodel import Field

from takings.store.metadata import Stored
from takings.store.types import Instant, Json


def _instant() -> Any:
    return Field(sa_column=Column(Instant, nullable=False))


def _maybe_instant() -> Any:
    return Field(default=None, sa_column=Column(Instant, nullable=True))


class AlertState(Stored, table=True):
    """Where an owner's alerts go (`address`, empty for nowhere), and what their digests have told so far.

    `told` are the keys of what was told and still stands, with when; `digests` counts the digests that were made.
    `noticed_at` is when something new was seen first that no digest has told yet.
    """

    __tablename__ = "alert_state"

    owner: str = Field(primary_key=True)
    address: str = ""
    changed_by: str = ""
    told: dict[str, str] = Field(default_factory=dict, sa_column=Column(Json, nullable=False))
    digests: int = 0
    last_digest_at: datetime | None = _maybe_instant()
    noticed_at: datetime | None = _maybe_instant()


class Digest(Stored, table=True):
    """One digest for one notifier, made in the transaction that notes what it tells.

    `state` is `waiting`, `sending` (since `try_at`), `sent` or `given_up`. One whose process died over it is sent
    again under the same reference, unless that was more than a day ago: nobody knows whether it went out.
    """

    __tablename__ = "digest"
    __table_args__ = (UniqueConstraint("owner", "n", "notifier"), Index("ix_digest_state", "state", "try_at"))

    id: int | None = Field(default=None, primary_key=True)
    owner: str = Field(index=True)
    n: int
    notifier: str
    recipients: list[str] = Field(default_factory=list, sa_column=Column(Json, nullable=False))
    subject: str
    text: str = Field(sa_type=Text)
    urgent: bool = False
    state: str = "waiting"
    attempts: int = 0
    reason: str = ""
    made_at: datetime = _instant()
    try_at: datetime = _instant()
    sent_at: datetime | None = _maybe_instant()
