"""The first schema: customers' tables, the posting journal, the installation's own tables, the audit trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_TYPES: dict[str, sa.types.TypeEngine[Any]] = {
    "": sa.String(),
    "text": sa.Text(),
    "int": sa.Integer(),
    "float": sa.Float(),
    "date": sa.Date(),
    "instant": sa.DateTime(),
    "bytes": sa.LargeBinary(),
}


def upgrade() -> None:
    """Create everything; the way back is a backup."""
    _connecting()
    _integrations()
    _days()
    _journal()
    _installation()
    _audit()


def _create(
    table: str,
    columns: str,
    *,
    key: str = "id",
    unique: Sequence[str] = (),
    refers: Mapping[str, str] | None = None,
    index: Sequence[str] = (),
) -> None:
    """Create a table from columns like `name`, `name:type` or `name:type?` where it may be null."""
    refers = refers or {}
    op.create_table(
        table,
        *(_column(column) for column in columns.split()),
        sa.PrimaryKeyConstraint(*key.split(), name=f"pk_{table}"),
        *(sa.UniqueConstraint(*group.split(), name=_name("uq", table, group)) for group in unique),
        *(sa.ForeignKeyConstraint([one], [to], name=_name("fk", table, one)) for one, to in refers.items()),
    )
    for group in index:
        op.create_index(_name("ix", table, group), table, group.split())


def _column(described: str) -> sa.Column[Any]:
    name, _, kind = described.rstrip("?").partition(":")
    return sa.Column(name, _TYPES[kind], nullable=described.endswith("?"))


_SHORT = {
    ("record", "integration_id site business_date sequence revision content_hash"): "uq_record_content",
    ("day", "integration_id state business_date"): "ix_day_state",
    ("operation", "organisation state"): "ix_operation_open",
    ("call", "organisation state"): "ix_call_open",
}


def _name(kind: str, table: str, columns: str) -> str:
    return _SHORT.get((table, columns)) or f"{kind}_{table}_{columns.replace(' ', '_')}"


def _connecting() -> None:
    _create(
        "authorisation",
        "id owner component subject sealed_tokens:text access_expires_at:instant scopes state generation:int "
        "updated_at:instant",
        unique=["owner component subject"],
        index=["owner"],
    )
    _create(
        "connection",
        "id owner side component organisation name link state reason authorisation_id? settings:text "
        "settings_version created_at:instant",
        refers={"authorisation_id": "authorisation.id"},
        index=["owner", "authorisation_id"],
    )
    _create(
        "auth_token",
        "id owner connection_id digest sealed:text hint created_at:instant revoked_at:instant? last_used_at:instant?",
        unique=["digest"],
        refers={"connection_id": "connection.id"},
        index=["owner", "connection_id"],
    )


def _integrations() -> None:
    _create(
        "integration",
        "id owner name source_component target_component source_connection_id target_connection_id? state reason "
        "flows:text source_settings:text target_settings:text settings_versions:text numbering:text schedule:text "
        "start_date:date? confirmed:text trailing_days:int created_at:instant",
        unique=["owner name"],
        refers={"source_connection_id": "connection.id", "target_connection_id": "connection.id"},
        index=["owner", "source_connection_id", "target_connection_id"],
    )
    _create(
        "catalogue_code",
        "integration_id dimension code owner name category rate? tax_code role origin first_seen_at:instant",
        key="integration_id dimension code",
        refers={"integration_id": "integration.id"},
        index=["owner"],
    )
    _create(
        "mapping",
        "integration_id dimension code owner choice ref_id ref_code ref_name decided_by decided_at:instant",
        key="integration_id dimension code",
        refers={"integration_id": "integration.id"},
        index=["owner"],
    )
    _create(
        "run",
        "id integration_id owner trigger principal state first:date? last:date? counts:text findings:text "
        "survey:text? started_at:instant ended_at:instant?",
        refers={"integration_id": "integration.id"},
        index=["integration_id", "owner"],
    )
    _create(
        "oauth_session",
        "state_digest owner principal component integration_id redirect_uri sealed_verifier:text scopes "
        "created_at:instant used_at:instant?",
        key="state_digest",
        refers={"integration_id": "integration.id"},
        index=["owner"],
    )


def _days() -> None:
    _create(
        "cursor",
        "integration_id period owner position:text kept_at:instant",
        key="integration_id period",
        refers={"integration_id": "integration.id"},
        index=["owner"],
    )
    _create(
        "record",
        "id:int integration_id owner site business_date:date sequence:int revision:int content_hash standing way "
        "raw:bytes canonical:text run_id received_at:instant",
        unique=["integration_id site business_date sequence revision content_hash"],
        refers={"integration_id": "integration.id"},
    )
    _create(
        "day",
        "id:int integration_id owner site business_date:date sequence:int record_id:int state counted_total "
        "findings:text unit_id:int? posted_record_id:int? updated_at:instant",
        unique=["integration_id site business_date sequence"],
        refers={"integration_id": "integration.id", "record_id": "record.id"},
        index=["owner", "unit_id", "integration_id state business_date"],
    )


def _journal() -> None:
    _create(
        "unit",
        "id:int integration_id owner organisation key generation:int first:date last:date number state "
        "documents:text run_id updated_at:instant",
        unique=["organisation key"],
        refers={"integration_id": "integration.id"},
        index=["integration_id", "owner"],
    )
    _create(
        "operation",
        "id:int owner organisation key unit_id:int? kind payload:text depends_on:text state call_id:int? "
        "receipt:text findings:text",
        unique=["organisation key"],
        refers={"unit_id": "unit.id"},
        index=["owner", "unit_id", "call_id", "organisation state"],
    )
    _create(
        "call",
        "id:int owner organisation run_id kind key operations:text body:bytes state times_sent:int "
        "first_sent_at:instant answered_at:instant? answer:text",
        unique=["key"],
        index=["owner", "run_id", "organisation state"],
    )
    _create(
        "number",
        "id:int owner organisation series counted n:int number integration_id unit_key state reason",
        unique=["organisation series counted n", "organisation unit_key"],
        refers={"integration_id": "integration.id"},
        index=["owner"],
    )


def _installation() -> None:
    _create(
        "call_budget",
        "key window_start:float used:int next_free:float blocked_until:float",
        key="key",
    )


def _audit() -> None:
    _create(
        "audit_event",
        "id:int at:instant owner principal action integration_id request_id details:text",
        index=["owner", "integration_id"],
    )
    refusal = "audit events are only ever added"
    if op.get_context().dialect.name == "sqlite":
        for change, when in (
            ("UPDATE", ""),
            ("DELETE", ""),
            # INSERT OR REPLACE deletes without calling the trigger of DELETE.
            ("INSERT", "WHEN EXISTS (SELECT 1 FROM audit_event WHERE id = NEW.id)"),
        ):
            op.execute(
                f"CREATE TRIGGER audit_event_no_{change.lower()} BEFORE {change} ON audit_event {when} "
                f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION takings_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{refusal}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event "
        "FOR EACH STATEMENT EXECUTE FUNCTION takings_audit_refuse()"
    )
