"""Units whose documents stood in the ledger already: found again after a database was lost, and not made by a run."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the column; what was taken over before counts as made."""
    with op.batch_alter_table("unit") as table:
        table.add_column(sa.Column("taken_over", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("unit") as table:
        table.alter_column("taken_over", existing_type=sa.Boolean(), existing_nullable=False, server_default=None)
