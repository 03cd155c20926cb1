"""`takings connect`: authorise the ledger in a browser."""

from __future__ import annotations

import click

from takings.cli.asking import choose
from takings.cli.callback import CallbackServer
from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import note, say, write_json
from takings.errors import TakingsError


@make(
    examples=(
        "takings connect anchor",
        "takings connect anchor --no-browser --organisation 'Anchor Hotel Pty Ltd'",
    )
)
@click.argument("integration")
@click.option("--port", type=click.IntRange(0, 65535), default=8400, show_default=True, help="Port of the answer.")
@click.option("--organisation", metavar="NAME", default="", help="Name or id of the organisation to take.")
@click.option("--no-browser", is_flag=True, help="Only print the address to open.")
@click.option(
    "--wait", type=click.IntRange(1), default=300, show_default=True, help="Seconds to wait for the answer."
)
@pass_common
def command(common: Common, integration: str, *, port: int, organisation: str, no_browser: bool, wait: int) -> None:
    """Authorise the ledger of INTEGRATION in a browser on this machine and choose the organisation.

    The ledger answers to http://localhost:PORT/oauth/callback; register that address with your app there.
    """
    with opened(common) as engine, CallbackServer(port) as server:
        address = engine.begin_connect(common.principal, integration, server.address)
        note("Open this address and allow access:")
        note(address)
        if not no_browser:
            _open_browser(address)
        answer = server.wait(wait)
        if answer is None:
            raise TakingsError(f"No answer came within {wait} seconds; run takings connect {integration} again.")
        found = engine.finish_connect(common.principal, **answer)
        picked = choose(found.organisations, organisation)
        view = engine.choose_organisation(common.principal, found, picked.id)
    if common.json:
        write_json(view)
    else:
        say(f"{view.name} is connected to {picked.name}.")


def _open_browser(address: str) -> None:
    import webbrowser  # noqa: PLC0415 - only when one is to be opened

    if not webbrowser.open(address):
        note("No browser could be opened here.")
