"""The /connections resource: which organisations a user has connected to an app, and cutting one off."""

from __future__ import annotations

from typing import Any

from takings_xero.sandbox import seeds, wire
from takings_xero.sandbox.dates import long_string
from takings_xero.sandbox.problems import NotFound
from takings_xero.sandbox.store import Store
from takings_xero.sandbox.tokens import TokenSet


def connect(store: Store, *, client_id: str, user: str, tenants: list[str], event: str, now: float) -> None:
    """Connect organisations; one that was connected before keeps its id and date of creation."""
    for tenant in tenants:
        found = store.row(
            "select id from connections where client_id = ? and user_id = ? and tenant = ?", client_id, user, tenant
        )
        if found:
            store.run("update connections set event_id = ?, live = 1, updated = ? where id = ?", event, now, found[0])
        else:
            values = (wire.new_id(), client_id, user, tenant, event, now, now)
            store.run("insert into connections values (?, ?, ?, ?, ?, ?, ?, 1)", *values)


def listing(store: Store, token: TokenSet, event: str | None = None) -> list[dict[str, Any]]:
    """Return the live connections of the token's user to its app, as Xero lists them."""
    names = {one["OrganisationID"]: one["Name"] for one in seeds.organisations(store)}
    rows = store.rows(
        "select id, event_id, tenant, created, updated from connections"
        " where client_id = ? and user_id = ? and live = 1 and (? is null or event_id = ?) order by created, id",
        token.client_id,
        token.user_id,
        event,
        event,
    )
    return [
        {
            "id": ident,
            "authEventId": event_id,
            "tenantId": tenant,
            "tenantType": "ORGANISATION",
            "tenantName": names.get(tenant, ""),
            "createdDateUtc": long_string(created),
            "updatedDateUtc": long_string(updated),
        }
        for ident, event_id, tenant, created, updated in rows
    ]


def reaches(store: Store, token: TokenSet, tenant: str) -> bool:
    """Tell whether the token may work with the organisation now."""
    return bool(
        store.row(
            "select 1 from connections where client_id = ? and user_id = ? and tenant = ? and live = 1",
            token.client_id,
            token.user_id,
            tenant,
        )
    )


def disconnect(store: Store, token: TokenSet, ident: str, *, now: float) -> None:
    """Remove one connection by its id (not the tenant's); tokens stay valid. Raises NotFound."""
    gone = store.run(
        "update connections set live = 0, updated = ? where id = ? and client_id = ? and user_id = ? and live = 1",
        now,
        ident,
        token.client_id,
        token.user_id,
    )
    if not gone:
        raise NotFound


def cut_tenant(store: Store, tenant: str, now: float) -> int:
    """Remove every connection of an organisation, as its owner does inside Xero; returns how many."""
    return store.run("update connections set live = 0, updated = ? where tenant = ? and live = 1", now, tenant)
