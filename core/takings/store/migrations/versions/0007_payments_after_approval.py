"""Payments after approval: whether a sync posts those of documents that were approved in the ledger."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the column; the way back is a backup."""
    with op.batch_alter_table("integration") as table:
        table.add_column(sa.Column("pay_approved", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("integration") as table:
        table.alter_column("pay_approved", existing_type=sa.Boolean(), existing_nullable=False, server_default=None)
