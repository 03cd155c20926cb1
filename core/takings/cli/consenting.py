"""Consent in a browser on this machine: opens the address, waits for the answer, asks for the organisation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from takings.cli.asking import choose
from takings.cli.callback import CallbackServer
from takings.cli.output import note
from takings.errors import TakingsError

if TYPE_CHECKING:
    from takings.engine import Engine
    from takings.views import IntegrationView, Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Where the answer comes to, which organisation to take, whether to open a browser, how many seconds to wait."""

    port: int
    organisation: str = ""
    no_browser: bool = False
    wait: int = 300


def by_consent(
    engine: Engine,
    who: Principal,
    view: IntegrationView,
    *,
    side: str,
    asked: Asked,
    settings: Mapping[str, Any] | None = None,
) -> IntegrationView:
    """Connect one side of an integration; raises `TakingsError` when no answer came or it was refused."""
    # Before anybody consents: a mistake in the settings should not show only afterwards.
    early = bool(settings) and (side == "source" or view.target is not None)
    if early:
        engine.set_connection(who, view.id, side=side, settings=settings or {})
    with CallbackServer(asked.port) as server:
        address = engine.begin_connect(who, view.id, server.address, side=side)
        note("Open this address and allow access:")
        note(address)
        if not asked.no_browser:
            _open_browser(address)
        answer = server.wait(asked.wait)
    if answer is None:
        raise TakingsError(f"No answer came within {asked.wait} seconds; run takings connect {view.name} again.")
    found = engine.finish_connect(who, **answer)
    view = engine.choose_organisation(who, found, choose(found.organisations, asked.organisation).id)
    return engine.set_connection(who, view.id, side=side, settings=settings) if settings and not early else view


def _open_browser(address: str) -> None:
    import webbrowser  # noqa: PLC0415 - only when one is to be opened

    if not webbrowser.open(address):
        note("No browser could be opened here.")
