"""Checks of what was posted, notifications of ledgers, and alerts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the tables; the way back is a backup."""
    _checks()
    _notices()
    _alerts()
    for table in ("verification", "drift", "ledger_notice", "digest"):
        op.create_index(f"ix_{table}_owner", table, ["owner"])


def _checks() -> None:
    op.create_table(
        "verification",
        *(_text(name) for name in ("integration_id", "owner", "every")),
        _instant("next_due", maybe=True),
        _text("run_id"),
        _instant("checked_at", maybe=True),
        *(sa.Column(name, sa.Date(), nullable=True) for name in ("first", "last")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("documents", "payments", "differing")),
        sa.PrimaryKeyConstraint("integration_id", name="pk_verification"),
        _refers("verification", "integration_id", "integration.id"),
    )
    op.create_index("ix_verification_next_due", "verification", ["next_due"])
    op.create_table(
        "drift",
        *(_text(name) for name in ("integration_id", "document", "owner")),
        sa.Column("business_date", sa.Date(), nullable=False),
        *(_text(name) for name in ("kind", "number")),
        _text("findings", sa.Text()),
        _text("run_id"),
        _instant("found_at"),
        _instant("checked_at"),
        _text("noted_by"),
        _instant("noted_at", maybe=True),
        sa.PrimaryKeyConstraint("integration_id", "document", name="pk_drift"),
        _refers("drift", "integration_id", "integration.id"),
    )


def _notices() -> None:
    op.create_table(
        "ledger_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        *(_text(name) for name in ("owner", "connection_id", "document", "kind", "at")),
        _instant("received_at"),
        _instant("taken_at", maybe=True),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_notice"),
        sa.UniqueConstraint(
            "connection_id", "document", "kind", "at", name="uq_ledger_notice_connection_id_document_kind_at"
        ),
        _refers("ledger_notice", "connection_id", "connection.id"),
    )
    op.create_index("ix_ledger_notice_received_at", "ledger_notice", ["received_at"])


def _alerts() -> None:
    op.create_table(
        "alert_state",
        *(_text(name) for name in ("owner", "address", "changed_by")),
        _text("told", sa.Text()),
        sa.Column("digests", sa.Integer(), nullable=False),
        _instant("last_digest_at", maybe=True),
        _instant("noticed_at", maybe=True),
        sa.PrimaryKeyConstraint("owner", name="pk_alert_state"),
    )
    op.create_table(
        "digest",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("owner"),
        sa.Column("n", sa.Integer(), nullable=False),
        _text("notifier"),
        _text("recipients", sa.Text()),
        _text("subject"),
        _text("text", sa.Text()),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        _text("state"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _text("reason"),
        _instant("made_at"),
        _instant("try_at"),
        _instant("sent_at", maybe=True),
        sa.PrimaryKeyConstraint("id", name="pk_digest"),
        sa.UniqueConstraint("owner", "n", "notifier", name="uq_digest_owner_n_notifier"),
    )
    op.create_index("ix_digest_state", "digest", ["state", "try_at"])


def _text(name: str, kind: sa.types.TypeEngine[str] | None = None) -> sa.Column[str]:
    return sa.Column(name, kind or sa.String(), nullable=False)


def _instant(name: str, *, maybe: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(), nullable=maybe)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=f"fk_{table}_{column}")
