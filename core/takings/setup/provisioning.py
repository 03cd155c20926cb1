"""Creates integrations and changes their settings, each change with its audit event."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from takings.domain.starting import unfit_start
from takings.errors import UsageError
from takings.host import ComponentKind, PluginHost
from takings.plugin.connecting import NoConnection
from takings.plugin.sources import SourceType
from takings.plugin.targets import TargetType
from takings.setup.charts import load_chart
from takings.setup.combining import NAMES, set_combining
from takings.setup.ledger_fields import resolved
from takings.setup.settings import migrated, show_version, validate_settings
from takings.store import audit
from takings.store.query import columns
from takings.store.tables import Connection, Integration
from takings.views import Principal

#: What `configure` changes.
_ALLOWED = frozenset(
    {
        "numbering",
        "numbering_settings",
        "target_settings",
        "source_settings",
        "start_date",
        "trailing_days",
        *NAMES,
    }
)

#: Longest name of an integration, in characters.
_LONGEST_NAME = 60
#: Longest trailing window, in days.
_LONGEST_WINDOW = 400


def provision(  # noqa: PLR0913 - everything that an integration begins with, named
    session: Session,
    host: PluginHost,
    principal: Principal,
    *,
    name: str,
    source: str,
    target: str,
    numbering: Mapping[str, Any],
    target_settings: Mapping[str, Any],
    trailing_days: int,
    now: datetime,
) -> Integration:
    """Create an integration with its source connection, in state draft."""
    _check_name(session, principal, name)
    source_id = host.component(ComponentKind.SOURCE, source).id
    target_id = host.component(ComponentKind.TARGET, target).id
    source_type, target_type = host.source(source_id), host.target(target_id)
    connection = _source_connection(session, principal, source_id, source_type=source_type, now=now)
    integration = Integration(
        id=f"int_{secrets.token_hex(4)}",
        owner=principal.owner,
        name=name,
        source_component=source_id,
        target_component=target_id,
        source_connection_id=connection.id,
        flows=_common_flows(source_type, target_type),
        target_settings=validate_settings(target_type.integration, target_settings, target_id),
        settings_versions={
            source_id: show_version(source_type.settings_version),
            target_id: show_version(target_type.settings_version),
        },
        numbering=check_numbering(host, numbering),
        trailing_days=check_window(trailing_days),
        created_at=now,
    )
    session.add(integration)
    _audit(session, principal, integration, action="integration.provisioned", details={"name": name}, now=now)
    return integration


def _common_flows(source_type: SourceType, target_type: TargetType) -> list[str]:
    flows = {flow.key for flow in source_type.flows} & {flow.key for flow in target_type.flows}
    if not flows:
        sent = ", ".join(sorted(flow.key for flow in source_type.flows))
        taken = ", ".join(sorted(flow.key for flow in target_type.flows))
        raise UsageError(
            f"{source_type.title} sends nothing that {target_type.title} takes: it sends {sent}, "
            f"the other takes {taken}."
        )
    return sorted(flows)


def _source_connection(
    session: Session, principal: Principal, component: str, *, source_type: SourceType, now: datetime
) -> Connection:
    connection = Connection(
        id=f"con_{secrets.token_hex(6)}",
        owner=principal.owner,
        side="source",
        component=component,
        settings_version=show_version(source_type.settings_version),
        state="connected" if isinstance(source_type.connecting, NoConnection) else "new",
        created_at=now,
    )
    session.add(connection)
    session.flush()
    return connection


def _check_name(session: Session, principal: Principal, name: str) -> None:
    if not re.fullmatch(rf"[^\W_][\w .'&-]{{0,{_LONGEST_NAME - 1}}}", name):
        shown = name if len(name) <= _LONGEST_NAME else f"{name[:20]}…"
        raise UsageError(
            f"The name {shown!r} is not usable: up to {_LONGEST_NAME} letters, digits, spaces and . _ ' & -, "
            "beginning with a letter or digit."
        )
    for taken, id_ in session.execute(
        columns(Integration.name, Integration.id).where(Integration.owner == principal.owner)
    ):
        if taken.casefold() == name.casefold():
            raise UsageError(f"There is an integration {taken} already ({id_}).")


def check_numbering(host: PluginHost, numbering: Mapping[str, Any]) -> dict[str, Any]:
    """Return a numbering choice as it is stored: the strategy's id and its validated settings."""
    component = host.component(ComponentKind.NUMBERING, str(numbering.get("strategy", "builtin:ledger"))).id
    settings = validate_settings(host.numbering(component).settings, numbering.get("settings", {}), component)
    return {"strategy": component, "settings": settings}


def check_window(days: int) -> int:
    """Return the length of the trailing window, in days."""
    if not 1 <= days <= _LONGEST_WINDOW:
        raise UsageError(f"The days that are read again must be 1 to {_LONGEST_WINDOW}, not {days}.")
    return days


def check_start(given: date | str | None, today: date) -> date | None:
    """Return a start date, or None where there is to be none; raises UsageError for one far from today."""
    try:
        start = date.fromisoformat(given) if isinstance(given, str) else given
    except ValueError:
        raise UsageError(f"{given!r} is no start date; enter a date like 2026-10-31.") from None
    if start is not None and (wanted := unfit_start(start, today)):
        raise UsageError(f"The start date {start} is too far from today. {wanted}")
    return start


def configure(
    session: Session,
    host: PluginHost,
    principal: Principal,
    *,
    integration: Integration,
    changes: Mapping[str, Any],
    today: date,
    now: datetime,
) -> None:
    """Change settings of an integration; unknown names are refused, and a start date far from `today`."""
    unknown = sorted(set(changes) - _ALLOWED)
    if unknown:
        raise UsageError(f"{', '.join(unknown)} can't be set; there are: {', '.join(sorted(_ALLOWED))}.")
    if "numbering" in changes or "numbering_settings" in changes:
        integration.numbering = _numbering_changed(host, integration, changes)
    if changes.get("target_settings"):
        target_type = host.target(integration.target_component)
        kept = integration.target_settings
        chart = load_chart(session, integration.target_connection_id)
        wanted = resolved(target_type.integration, changes["target_settings"], chart.chart if chart else None)
        integration.target_settings = _changed(
            integration, target_type, integration.target_component, kept=kept, changes=wanted
        )
    if changes.get("source_settings"):
        source_type = host.source(integration.source_component)
        kept = integration.source_settings
        integration.source_settings = _changed(
            integration, source_type, integration.source_component, kept=kept, changes=changes["source_settings"]
        )
    if "start_date" in changes:
        integration.start_date = check_start(changes["start_date"], today)
    if "trailing_days" in changes:
        integration.trailing_days = check_window(int(changes["trailing_days"]))
    set_combining(integration, changes)
    session.add(integration)
    shown = {name: str(value) for name, value in changes.items()}
    _audit(session, principal, integration, action="integration.configured", details=shown, now=now)


def _numbering_changed(host: PluginHost, integration: Integration, changes: Mapping[str, Any]) -> dict[str, Any]:
    strategy = changes.get("numbering", integration.numbering.get("strategy", "builtin:ledger"))
    same = strategy == integration.numbering.get("strategy") or "numbering" not in changes
    kept = integration.numbering.get("settings", {}) if same else {}
    settings = {**kept, **changes.get("numbering_settings", {})}
    return check_numbering(host, {"strategy": strategy, "settings": settings})


def _changed(
    integration: Integration,
    declared: SourceType | TargetType,
    component: str,
    *,
    kept: Mapping[str, Any],
    changes: Mapping[str, Any],
) -> dict[str, Any]:
    """Return settings with changes laid over them, both in the version of the installed plugin, which is noted."""
    stored = integration.settings_versions.get(component, "1.0")
    merged = {**migrated(declared, "integration", kept, stored=stored, place=component), **changes}
    settings = validate_settings(declared.integration, merged, component)
    versions = {**integration.settings_versions, component: show_version(declared.settings_version)}
    integration.settings_versions = versions
    return settings


def _audit(
    session: Session,
    principal: Principal,
    integration: Integration,
    *,
    action: str,
    details: Mapping[str, Any],
    now: datetime,
) -> None:
    audit.record(
        session,
        at=now,
        owner=principal.owner,
        principal=principal.name,
        request_id=principal.request_id,
        action=action,
        integration_id=integration.id,
        details=details,
    )
