"""The migrated schema, and upgrades."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect
from sqlalchemy.engine import make_url
from sqlmodel import SQLModel

from takings.errors import DatabaseOutdated, InstallationError
from takings.store import alert_tables, check_tables, journal, migrations, setup_tables, tables
from takings.store.database import Database
from takings.store.metadata import metadata

INSTALLATION = {"call_budget"}


def test_every_table_stands_in_the_metadata() -> None:
    named = (tables.Day, journal.CallRow, setup_tables.SetupLink, check_tables.Drift, alert_tables.Digest)
    assert {one.__tablename__ for one in named} <= set(metadata.tables)
    assert len(metadata.tables) == 27


def test_the_migrations_lead_to_the_tables_that_the_code_declares(database: Database) -> None:
    options = {"version_table": migrations.VERSION_TABLE, "compare_type": True, "compare_server_default": True}
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []


def test_every_constraint_has_the_name_that_the_code_declares(database: Database) -> None:
    """Comparison overlooks names; a later migration finds a constraint by nothing else."""
    found = inspect(database.engine)
    for name, table in metadata.tables.items():
        assert found.get_pk_constraint(name)["name"] == table.primary_key.name
        declared = {str(one.name) for one in table.constraints if one is not table.primary_key}
        stands = [*found.get_foreign_keys(name), *found.get_unique_constraints(name)]
        assert {one["name"] for one in stands} == declared, name


def test_every_table_of_a_customer_has_an_owner_that_is_never_null(database: Database) -> None:
    found = inspect(database.engine)
    for name in set(found.get_table_names()) - INSTALLATION - {migrations.VERSION_TABLE}:
        owners = [column for column in found.get_columns(name) if column["name"] == "owner"]
        assert [column["nullable"] for column in owners] == [False], name


def test_the_tables_leave_a_hosts_own_tables_alone() -> None:
    assert not set(metadata.tables) & set(SQLModel.metadata.tables)


def test_the_newest_revision_is_the_one_that_is_checked_for() -> None:
    scripts = ScriptDirectory("core/takings/store/migrations")
    assert scripts.get_heads() == [migrations.HEAD]


def test_upgrading_tells_before_and_after_and_is_harmless_when_repeated(empty: Database) -> None:
    with pytest.raises(DatabaseOutdated, match=r"empty.*takings db upgrade"):
        empty.check_current()
    assert empty.upgrade() == ("", migrations.HEAD)
    assert empty.upgrade() == (migrations.HEAD, migrations.HEAD)
    assert empty.revision() == migrations.HEAD
    empty.check_current()


def test_a_schema_of_a_later_version_is_left_alone(database: Database) -> None:
    with database.write() as session:
        session.connection().exec_driver_sql(f"UPDATE {migrations.VERSION_TABLE} SET version_num = '9999'")
    with pytest.raises(DatabaseOutdated, match="9999"):
        database.check_current()
    with pytest.raises(InstallationError, match="9999, which this version does not know"):
        database.upgrade()
    assert database.revision() == "9999"


def test_a_failed_upgrade_leaves_nothing_behind(empty: Database) -> None:
    with empty.write() as session:
        session.connection().exec_driver_sql("CREATE TABLE number (x INTEGER)")
    with pytest.raises(Exception, match="already exists"):
        empty.upgrade()
    with empty.write() as session:
        session.connection().exec_driver_sql("DROP TABLE number")
    assert inspect(empty.engine).get_table_names() == []
    assert empty.upgrade() == ("", migrations.HEAD)


UPGRADE = """
import sys
from datetime import date
from takings.store.database import Database
sys.stdin.readline()
with Database(sys.argv[1]) as database:
    print(*database.upgrade(), sep=">")
"""


def test_processes_that_upgrade_at_once_do_it_once(empty: Database, address: str) -> None:
    command = [sys.executable, "-W", "error", "-c", UPGRADE, address]
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen(command, **streams) for _ in range(3)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate(timeout=120)[0].strip() for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0]
    newest = migrations.HEAD
    assert sorted(said) == [f"{newest}>{newest}", f"{newest}>{newest}", f">{newest}"]
    empty.check_current()


def test_an_upgrade_says_nothing_and_changes_no_logging(empty: Database, address: str) -> None:
    code = (
        "import logging, sys; from takings.store.database import Database\n"
        "with Database(sys.argv[1]) as database: database.upgrade()\n"
        "assert not logging.getLogger().handlers"
    )
    done = subprocess.run([sys.executable, "-c", code, address], capture_output=True, text=True, check=True)
    assert done.stdout == done.stderr == ""


@pytest.mark.parametrize("kind", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_the_tables_may_stand_in_a_schema_of_their_own(empty: Database, address: str) -> None:
    with empty.write() as session:
        session.connection().exec_driver_sql("CREATE SCHEMA takings")
    theirs = make_url(address).update_query_dict({"options": "-csearch_path=takings"})
    with Database(theirs.render_as_string(hide_password=False)) as apart:
        assert apart.upgrade() == ("", migrations.HEAD)
        apart.check_current()
    assert inspect(empty.engine).get_table_names() == []
    assert empty.revision() == ""


def test_an_upgrade_from_the_first_schema_keeps_what_is_there(empty: Database) -> None:
    config = Config()
    config.set_main_option("script_location", "takings.store:migrations")
    with empty.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql(
            "INSERT INTO connection (id, owner, side, component, organisation, name, link, state, reason, settings, "
            "settings_version, created_at) VALUES ('c', 'o', 'source', 'a:b', '', '', '', 'new', '', '{}', '1.0', "
            "'2026-10-01 00:00:00')"
        )
        states = {"i": "draft", "j": "active", "k": "paused", "l": "paused", "m": "paused"}
        for id_, state in states.items():
            confirmed = '[["2026-09-01","2026-09-30"]]' if id_ == "l" else "[]"
            connection.exec_driver_sql(
                "INSERT INTO integration (id, owner, name, source_component, target_component, source_connection_id, "
                "state, reason, flows, source_settings, target_settings, settings_versions, numbering, schedule, "
                "confirmed, trailing_days, created_at, start_date) "
                f"VALUES ('{id_}', 'o', '{id_}', 'a:b', 'c:d', 'c', '{state}', '', '[]', '{{}}', '{{}}', '{{}}', "
                f"'{{}}', '{{}}', '{confirmed}', 35, '2026-10-01 00:00:00', '2026-10-02')"
            )
        connection.exec_driver_sql(
            "INSERT INTO unit (integration_id, owner, organisation, key, generation, first, last, number, state, "
            "documents, run_id, updated_at) VALUES ('m', 'o', 'c:d/1', 'a:b/1/2026-10-01.1/g1', 1, '2026-10-01', "
            "'2026-10-01', '', 'posted', '[]', '', '2026-10-01 00:00:00')"
        )
        connection.exec_driver_sql(
            "INSERT INTO run (id, integration_id, owner, trigger, principal, state, counts, findings, started_at) "
            "VALUES ('r', 'i', 'o', 'manual', 'local', 'done', '{}', '[]', '2026-10-01 00:00:00')"
        )
        connection.commit()
    assert empty.upgrade() == ("0001", migrations.HEAD)
    with empty.read() as session:
        run = session.get_one(tables.Run, "r")
        assert (run.kind, run.order, run.progress, run.due_at) == ("sync", {}, {}, None)
        found = [session.get_one(tables.Integration, one) for one in "ijklm"]
        assert found[0].next_due is None
        # A draft that was paused is one still: nobody agreed that it posts by itself.
        start = date(2026, 10, 2)
        assert [one.active_from for one in found] == [None, start, None, start, start]
