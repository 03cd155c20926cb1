"""An integration with the component types and connections that it joins, and the services a sync needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from takings.connect.contexts import ContextFactory
from takings.connect.installation import Installation
from takings.domain.mapping import Choice, LedgerRef, MappingEntry, MappingTable
from takings.errors import Misconfigured, PostingDisabled, SettingsTooNew
from takings.host import PluginHost
from takings.plugin.context import Clock
from takings.plugin.settings import Settings
from takings.plugin.sources import Source, SourceType
from takings.plugin.targets import Target, TargetType
from takings.setup.charts import load_chart
from takings.setup.settings import current_settings
from takings.store.database import Database
from takings.store.query import ask, columns, fields
from takings.store.tables import CatalogueCode, Connection, Integration, MappingRow
from takings.sync.treating import treatments_of
from takings.views import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What a sync works with; nothing of it belongs to one owner."""

    database: Database
    host: PluginHost
    contexts: ContextFactory
    installation: Installation
    clock: Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """One integration, its two declared components, and its connections."""

    integration: Integration
    source_type: SourceType
    target_type: TargetType
    source_connection: Connection
    target_connection: Connection | None

    @property
    def organisation(self) -> str:
        """The ledger's organisation as the journal knows it: `component/id`."""
        connection = self.connected_target
        return f"{connection.component}/{connection.organisation}"

    @property
    def connected_target(self) -> Connection:
        """The target's connection; raises while there is none."""
        if self.target_connection is None or not self.target_connection.organisation:
            raise PostingDisabled(
                self.integration.name,
                "not connected to a ledger",
                f"Run: takings connect {self.integration.name}",
            )
        return self.target_connection

    @property
    def target_settings(self) -> Settings:
        """The integration's settings of the target, validated."""
        component = self.integration.target_component
        return current_settings(
            self.target_type,
            "integration",
            self.integration.target_settings,
            stored=self.integration.settings_versions.get(component, "1.0"),
            place=component,
        )

    @property
    def tenders_as_lines(self) -> bool:
        """Whether payment methods become lines, so that their accounts have to take lines; settings may be wrong."""
        asked = self.target_type.tenders_as_lines
        try:
            return bool(asked and asked(self.target_settings))
        except (Misconfigured, SettingsTooNew):
            return False

    def today(self, now: datetime) -> date:
        """Return the date it is at the venue."""
        zone = self.integration.schedule.get("timezone", "")
        return now.astimezone(ZoneInfo(zone) if zone else UTC).date()


_CONNECTIONS = select(Connection).where(col(Connection.id).in_(bindparam("ids", expanding=True)))


def load_joint(session: Session, services: Services, integration: Integration) -> Joint:
    """Bring an integration's parts together; raises PluginMissing when one of its plugins is not loaded."""
    ids = [one for one in (integration.source_connection_id, integration.target_connection_id) if one]
    found = {one.id: one for one in session.exec(_CONNECTIONS, params={"ids": ids})}
    return Joint(
        integration=integration,
        source_type=services.host.source(integration.source_component),
        target_type=services.host.target(integration.target_component),
        source_connection=found[integration.source_connection_id],
        target_connection=found[integration.target_connection_id] if integration.target_connection_id else None,
    )


def load_table(session: Session, joint: Joint) -> MappingTable:
    """Read the mapping of an integration."""
    rows = ask(session, _MAPPING, of=joint.integration.id).all()
    taxes = ask(session, _TAXES, of=joint.integration.id).all()
    try:
        treatments = treatments_of(joint.target_settings, None)
        if treatments and (kept := load_chart(session, joint.integration.target_connection_id)):
            treatments = treatments_of(joint.target_settings, kept.chart)  # with the names that are shown
    except (Misconfigured, SettingsTooNew):
        treatments = {}  # nothing is posted with such settings, and what was posted can still be shown
    return MappingTable(
        joint.source_type.dimensions, [entry_of(row) for row in rows], dict(taxes), treatments=treatments
    )


_ROW, _CODE = fields(MappingRow), fields(CatalogueCode)
_MAPPING = columns(_ROW.dimension, _ROW.code, _ROW.choice, _ROW.ref_id, _ROW.ref_code, _ROW.ref_name).where(
    _ROW.integration_id == bindparam("of")
)
_TAXES = columns(_CODE.code, _CODE.tax_code).where(_CODE.integration_id == bindparam("of"), _CODE.tax_code != "")


def entry_of(row: Any) -> MappingEntry:
    """Turn a stored decision into the domain's."""
    choice = Choice(row.choice)
    ref = LedgerRef(id=row.ref_id, code=row.ref_code, name=row.ref_name) if choice is Choice.POST else None
    return MappingEntry(dimension=row.dimension, code=row.code, choice=choice, ref=ref)


def open_source(services: Services, joint: Joint) -> Source:
    """Open the source for a few calls; raises when it has no way of being called."""
    source_type, connection = joint.source_type, joint.source_connection
    if source_type.open is None:
        raise PostingDisabled(joint.integration.name, "not able to pull", f"{source_type.title} sends or gives files")
    context = services.contexts.for_connection(connection)
    installation = services.installation.settings(connection.component, source_type.installation)
    settings = _connection_settings(source_type, connection)
    with services.host.guard(connection.component):
        return source_type.open(installation, settings, context)


def open_target(services: Services, joint: Joint, *, joined: bool = True) -> Target:
    """Open the target for a few calls; before it is joined, its organisation is not known yet."""
    connection = joint.connected_target if joined else joint.target_connection
    target_type = joint.target_type
    assert connection is not None
    context = services.contexts.for_connection(connection)
    installation = services.installation.settings(connection.component, target_type.installation)
    settings = _connection_settings(target_type, connection)
    with services.host.guard(connection.component):
        return target_type.open(installation, settings, connection.organisation, context)


def _connection_settings(declared: SourceType | TargetType, connection: Connection) -> Settings:
    return current_settings(
        declared, "connection", connection.settings, stored=connection.settings_version, place=connection.component
    )


ProgressCall = Callable[[Progress], None]


def no_progress(progress: Progress) -> None:
    """Show nothing."""
