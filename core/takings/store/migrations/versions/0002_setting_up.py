"""Setting up and running by schedule: half-given answers, links, sign-ins, charts kept, queued and scheduled runs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

#: What the new columns of `run` hold in the rows that are there already.
_OF_RUNS: tuple[tuple[str, sa.types.TypeEngine[str], str], ...] = (
    ("kind", sa.String(), "sync"),
    ("order", sa.Text(), "{}"),
    ("progress", sa.Text(), "{}"),
    ("worker", sa.String(), ""),
)


def upgrade() -> None:
    """Add tables and columns; the way back is a backup."""
    _setting_up()
    with op.batch_alter_table("integration") as table:
        table.add_column(sa.Column("next_due", sa.DateTime(), nullable=True))
        table.add_column(sa.Column("history_from", sa.Date(), nullable=True))
        table.create_index("ix_integration_next_due", ["next_due"])
    with op.batch_alter_table("run") as table:
        for name, kind, default in _OF_RUNS:
            table.add_column(sa.Column(name, kind, nullable=False, server_default=default))
        table.add_column(sa.Column("due_at", sa.DateTime(), nullable=True))
        table.add_column(sa.Column("seen_at", sa.DateTime(), nullable=True))
        table.create_unique_constraint("uq_run_integration_id_due_at", ["integration_id", "due_at"])
        table.create_index("ix_run_state", ["state", "started_at"])
        table.drop_index("ix_run_integration_id")
        table.create_index("ix_run_newest", ["integration_id", "started_at"])
        table.drop_index("ix_run_owner")
        table.create_index("ix_run_owner_state", ["owner", "state"])
    op.create_index("ix_day_date", "day", ["integration_id", "business_date"])
    with op.batch_alter_table("run") as table:
        for name, kind, _ in _OF_RUNS:
            table.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)


def _setting_up() -> None:
    op.create_table(
        "setup_session",
        *(_text(name) for name in ("integration_id", "owner")),
        *(_text(name, sa.Text()) for name in ("drafts", "done", "undo", "sealed_token")),
        _text("updated_by"),
        _instant("updated_at"),
        sa.PrimaryKeyConstraint("integration_id", name="pk_setup_session"),
        _refers("setup_session", "integration_id", "integration.id"),
    )
    op.create_table(
        "setup_link",
        *(_text(name) for name in ("id", "owner", "integration_id", "digest", "created_by")),
        _instant("created_at"),
        _instant("expires_at"),
        _instant("used_at", maybe=True),
        _instant("revoked_at", maybe=True),
        sa.PrimaryKeyConstraint("id", name="pk_setup_link"),
        sa.UniqueConstraint("digest", name="uq_setup_link_digest"),
        _refers("setup_link", "integration_id", "integration.id"),
    )
    op.create_index("ix_setup_link_integration_id", "setup_link", ["integration_id"])
    op.create_table(
        "web_session",
        *(_text(name) for name in ("digest", "owner", "principal", "integration_id")),
        _instant("created_at"),
        _instant("expires_at"),
        sa.PrimaryKeyConstraint("digest", name="pk_web_session"),
    )
    op.create_table(
        "ledger_chart",
        _text("connection_id"),
        _text("owner"),
        _text("chart", sa.Text()),
        _instant("read_at"),
        sa.PrimaryKeyConstraint("connection_id", name="pk_ledger_chart"),
        _refers("ledger_chart", "connection_id", "connection.id"),
    )
    for table in ("setup_session", "setup_link", "web_session", "ledger_chart"):
        op.create_index(f"ix_{table}_owner", table, ["owner"])


def _text(name: str, kind: sa.types.TypeEngine[str] | None = None) -> sa.Column[str]:
    return sa.Column(name, kind or sa.String(), nullable=False)


def _instant(name: str, *, maybe: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(), nullable=maybe)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=f"fk_{table}_{column}")
