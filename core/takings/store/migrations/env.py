"""What alembic runs for an upgrade: the migrations, on the connection and in the transaction it is given."""

from __future__ import annotations

from alembic import context

from takings.store.migrations import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    version_table=VERSION_TABLE,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
