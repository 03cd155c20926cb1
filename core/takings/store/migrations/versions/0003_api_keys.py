"""Keys of programs that ask the JSON API."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the table; the way back is a backup."""
    op.create_table(
        "api_key",
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("id", "owner", "name", "digest", "hint", "created_by")
        ),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        *(sa.Column(name, sa.DateTime(), nullable=True) for name in ("expires_at", "last_used_at", "revoked_at")),
        sa.PrimaryKeyConstraint("id", name="pk_api_key"),
        sa.UniqueConstraint("digest", name="uq_api_key_digest"),
    )
    op.create_index("ix_api_key_owner", "api_key", ["owner"])
