"""What the stored integrations of an installation use of plugins: for the operator, without any customer's data."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from takings.store.database import Database
from takings.store.query import columns
from takings.store.tables import Connection, Integration


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredComponent:
    """A component that integrations use: how many, and the versions that its settings were stored with."""

    component: str
    integrations: int
    settings_versions: tuple[str, ...] = ()

    @property
    def plugin(self) -> str:
        """The plugin that declares it."""
        return self.component.partition(":")[0]


def stored_components(database: Database) -> tuple[StoredComponent, ...]:
    """Return each component that an integration of any owner uses, by id."""
    used: Counter[str] = Counter()
    versions: dict[str, set[str]] = {}
    with database.read() as session:
        rows = session.execute(
            columns(
                Integration.source_component,
                Integration.target_component,
                Integration.numbering,
                Integration.settings_versions,
            )
        )
        for source, target, numbering, stored in rows:
            used.update({source, target, numbering.get("strategy", "builtin:ledger")})
            for component, version in stored.items():
                versions.setdefault(component, set()).add(version)
        for component, version in session.execute(columns(Connection.component, Connection.settings_version)):
            versions.setdefault(component, set()).add(version)
    return tuple(
        StoredComponent(
            component=component, integrations=count, settings_versions=tuple(sorted(versions.get(component, ())))
        )
        for component, count in sorted(used.items())
    )
