"""Integrations as they are shown: with what their plugins and connections say of them now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session

from takings.connect.scopes import scopes_of
from takings.errors import PluginMissing
from takings.host import ComponentKind, PluginHost
from takings.setup.facts import missing_scopes
from takings.store.states import IntegrationState
from takings.store.tables import Connection, Integration
from takings.sync import showing
from takings.views import IntegrationView


def shown(session: Session, plugins: PluginHost, rows: Sequence[Integration]) -> list[IntegrationView]:
    """Show integrations, with the permissions that their settings need and lack."""
    views = showing.show_integrations(session, rows)
    return [
        _paused_without_plugin(plugins, row, replace(view, missing_scopes=_lacking(session, plugins, row)))
        for row, view in zip(rows, views, strict=True)
    ]


def _lacking(session: Session, plugins: PluginHost, row: Integration) -> tuple[str, ...]:
    declared = plugins.targets().get(row.target_component)
    if declared is None or not scopes_of(declared.integration, row.target_settings):
        return ()
    connection = session.get(Connection, row.target_connection_id) if row.target_connection_id else None
    return missing_scopes(session, declared, row.target_settings, connection=connection)


def _paused_without_plugin(plugins: PluginHost, row: Integration, view: IntegrationView) -> IntegrationView:
    """While a plugin of an integration is missing it is paused, which ends by itself with the plugin."""
    parts = (
        (ComponentKind.SOURCE, row.source_component),
        (ComponentKind.TARGET, row.target_component),
        (ComponentKind.NUMBERING, row.numbering.get("strategy", "builtin:ledger")),
    )
    try:
        for kind, component in parts:
            plugins.component(kind, component)
    except PluginMissing as missing:
        active = row.state == IntegrationState.ACTIVE.value
        state = IntegrationState.PAUSED.value if active else row.state
        return replace(view, state=state, reason=str(missing))
    return view
