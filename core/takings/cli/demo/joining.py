"""Connects the two sides of the demonstration, each as its plugin declares it, without anybody typing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import httpx

from takings.cli.demo.consent import REDIRECT_URI, follow
from takings.errors import TakingsError
from takings.plugin import NoConnection, OAuth2, TokenHandedOut, TokenTyped
from takings.views import LOCAL, IntegrationView

if TYPE_CHECKING:
    from takings.cli.demo.picks import Pick
    from takings.engine import Engine

#: What each side is called.
TITLES = {"source": "point of sale", "target": "ledger"}


def join_side(
    engine: Engine,
    client: httpx.Client,
    view: IntegrationView,
    *,
    side: str,
    pick: Pick,
    ready: dict[str, Any],
    tell: Callable[[str], None],
) -> None:
    """Connect one side unless it is connected; `ready` is what its stand-in server said."""
    connecting = pick.declared.connecting
    settings = ready.get("connection", {})
    if isinstance(connecting, TokenHandedOut):
        _hand_over(engine, client, view, pick=pick, ready=ready, tell=tell)
        return
    connection = view.source if side == "source" else view.target
    if connection is not None and connection.state == "connected" and view.last_run is not None:
        return
    tell(f"Connecting the {TITLES[side]}.")
    if isinstance(connecting, OAuth2):
        if settings and connection is not None:
            engine.set_connection(LOCAL, view.id, side=side, settings=settings)
        _consent(engine, client, view, side=side)
    elif isinstance(connecting, TokenTyped):
        token = ready.get("token")
        if not isinstance(token, str) or not token:
            raise TakingsError(f"The stand-in server of {pick.component} says no token to type in.")
        engine.connect_directly(LOCAL, view.id, side=side, token=token, settings=settings)
    elif isinstance(connecting, NoConnection):
        engine.connect_directly(LOCAL, view.id, side=side, settings=settings)


def _hand_over(
    engine: Engine,
    client: httpx.Client,
    view: IntegrationView,
    *,
    pick: Pick,
    ready: dict[str, Any],
    tell: Callable[[str], None],
) -> None:
    entry = ready.get("enter_token")
    keeps = pick.sandbox is not None and pick.sandbox.keeps_data
    if not isinstance(entry, dict) or (keeps and view.last_run is not None):
        return
    tell("Handing the Auth Token over to the point of sale.")
    client.post(entry["url"], json={"token": engine.new_token(LOCAL, view.id)}).raise_for_status()


def _consent(engine: Engine, client: httpx.Client, view: IntegrationView, *, side: str) -> None:
    answer = follow(client, engine.begin_connect(LOCAL, view.id, REDIRECT_URI, side=side))
    found = engine.finish_connect(LOCAL, **answer)
    if not found.organisations:
        raise TakingsError(f"The stand-in server of the {TITLES[side]} has no organisation.")
    engine.choose_organisation(LOCAL, found, found.organisations[0].id)
