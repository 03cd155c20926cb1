"""The tables of setting up: half-given answers, links for owners, sign-ins, and what the ledger offered last."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Text
from sqlmodel import Field

from takings.store.metadata import Stored
from takings.store.types import Instant, Json


def _json() -> Any:
    return Field(default_factory=dict, sa_column=Column(Json, nullable=False))


def _instant() -> Any:
    return Field(sa_column=Column(Instant, nullable=False))


def _maybe_instant() -> Any:
    return Field(default=None, sa_column=Column(Instant, nullable=True))


class SetupSession(Stored, table=True):
    """How far the setup of one integration is.

    `drafts` keeps what was saved and not accepted yet, by step; `done` says when a step was accepted that leaves no
    other trace; `undo` keeps what a bulk action decided; `sealed_token` is a token waiting to be shown once.
    """

    __tablename__ = "setup_session"

    integration_id: str = Field(foreign_key="integration.id", primary_key=True)
    owner: str = Field(index=True)
    drafts: dict[str, Any] = _json()
    done: dict[str, Any] = _json()
    undo: dict[str, Any] = _json()
    sealed_token: str = Field(default="", sa_type=Text)
    updated_by: str = ""
    updated_at: datetime = _instant()


class SetupLink(Stored, table=True):
    """A link that lets an owner set one integration up; only its digest is kept."""

    __tablename__ = "setup_link"

    id: str = Field(primary_key=True)
    owner: str = Field(index=True)
    integration_id: str = Field(foreign_key="integration.id", index=True)
    digest: str = Field(unique=True)
    created_by: str
    created_at: datetime = _instant()
    expires_at: datetime = _instant()
    used_at: datetime | None = _maybe_instant()
    revoked_at: datetime | None = _maybe_instant()


class WebSession(Stored, table=True):
    """A sign-in of `takings serve`, by the digest of its cookie; with `integration_id` it reaches that one only."""

    __tablename__ = "web_session"

    digest: str = Field(primary_key=True)
    owner: str = Field(index=True)
    principal: str
    integration_id: str = ""
    created_at: datetime = _instant()
    expires_at: datetime = _instant()


class ApiKey(Stored, table=True):
    """A key of a program that asks the JSON API of `takings serve`; only its digest is kept."""

    __tablename__ = "api_key"

    id: str = Field(primary_key=True)
    owner: str = Field(index=True)
    name: str
    digest: str = Field(unique=True)
    hint: str
    created_by: str
    created_at: datetime = _instant()
    expires_at: datetime | None = _maybe_instant()
    last_used_at: datetime | None = _maybe_instant()
    revoked_at: datetime | None = _maybe_instant()


class LedgerChart(Stored, table=True):
    """The accounts and tax rates that a ledger offered when it was asked last."""

    __tablename__ = "ledger_chart"

    connection_id: str = Field(foreign_key="connection.id", primary_key=True)
    owner: str = Field(index=True)
    chart: str = Field(sa_type=Text)
    read_at: datetime = _instant()
