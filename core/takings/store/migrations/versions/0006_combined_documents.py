"""Combined documents: how an integration's closes become documents, and on which dates its venue was closed."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

#: What the new columns hold in the integrations that are there already: each close stays a document.
_ADDED: tuple[tuple[str, sa.types.TypeEngine[Any], str], ...] = (
    ("combining", sa.String(), "close"),
    ("week_starts", sa.Integer(), "0"),
    ("closed", sa.Text(), "[]"),
)


def upgrade() -> None:
    """Add columns; the way back is a backup."""
    with op.batch_alter_table("integration") as table:
        for column, kind, default in _ADDED:
            table.add_column(sa.Column(column, kind, nullable=False, server_default=default))
    with op.batch_alter_table("integration") as table:
        for column, kind, _ in _ADDED:
            table.alter_column(column, existing_type=kind, existing_nullable=False, server_default=None)
