"""Undo and late changes: generations and decisions of days, units that adjust, and what was mapped when posted."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

#: What the new columns hold in the rows that are there already.
_ADDED: dict[str, tuple[tuple[str, sa.types.TypeEngine[Any], str], ...]] = {
    "integration": (("late_changes", sa.String(), "ask"),),
    "day": (("generation", sa.Integer(), "1"), ("decision", sa.Text(), "{}")),
    "unit": (("role", sa.String(), "day"), ("mapped", sa.Text(), "[]")),
    "operation": (("purpose", sa.String(), "post"),),
}


def upgrade() -> None:
    """Add columns; the way back is a backup."""
    for name, columns in _ADDED.items():
        with op.batch_alter_table(name) as table:
            for column, kind, default in columns:
                table.add_column(sa.Column(column, kind, nullable=False, server_default=default))
            if name == "unit":
                table.add_column(sa.Column("dated", sa.Date(), nullable=True))
                table.add_column(sa.Column("adjusts", sa.Integer(), nullable=True))
                table.create_index("ix_unit_adjusts", ["adjusts"])
        with op.batch_alter_table(name) as table:
            for column, kind, _ in columns:
                table.alter_column(column, existing_type=kind, existing_nullable=False, server_default=None)
