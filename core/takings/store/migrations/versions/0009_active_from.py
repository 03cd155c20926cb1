"""From when on days are posted without asking: the date on which somebody made an integration active."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the column; what posts by itself already goes on doing so from its start date, and a draft does not.

    A paused one may be a draft that was paused: it is none where something was posted or somebody confirmed a period.
    """
    with op.batch_alter_table("integration") as table:
        table.add_column(sa.Column("active_from", sa.Date(), nullable=True))
    op.execute(
        "UPDATE integration SET active_from = start_date WHERE state <> 'draft' AND (state <> 'paused' "
        "OR confirmed <> '[]' OR EXISTS (SELECT 1 FROM unit WHERE unit.integration_id = integration.id))"
    )
