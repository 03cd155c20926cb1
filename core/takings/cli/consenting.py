"""Consent in a browser on this machine: opens the address, waits for the answer, asks for the organisation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

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


def consent_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add what consent on this machine asks for; the command takes it by the names of the fields of `Asked`."""
    port = click.option(
        "--port", type=click.IntRange(0, 65535), default=8400, show_default=True, help="Port of the answer."
    )
    organisation = click.option(
        "--organisation", metavar="NAME", default="", help="Name or id of the organisation to take."
    )
    no_browser = click.option("--no-browser", is_flag=True, help="Only print the address to open.")
    wait = click.option(
        "--wait", type=click.IntRange(1), default=300, show_default=True, help="Seconds to wait for the answer."
    )
    return port(organisation(no_browser(wait(function))))


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
