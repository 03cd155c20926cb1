"""The schema's history, run by `Database.upgrade`; here stands what can be known without importing alembic."""

#: The newest revision in `versions/`.
HEAD = "0010"

#: Not alembic's own name for it, which a host's migrations in the same database may use.
VERSION_TABLE = "takings_schema"
