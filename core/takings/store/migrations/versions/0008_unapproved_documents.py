"""Documents that wait for approval: which units have one, so that a sync asks the ledger about these only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the column with its index; the next check says of what was posted before which of it waits."""
    with op.batch_alter_table("unit") as table:
        table.add_column(sa.Column("unapproved", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("unit") as table:
        table.alter_column("unapproved", existing_type=sa.Boolean(), existing_nullable=False, server_default=None)
    op.create_index("ix_unit_unapproved", "unit", ["integration_id", "unapproved"])
