"""`takings connect`: connect the ledger or the point of sale, in a browser, by a token, or directly."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from takings.cli.asking import can_ask
from takings.cli.common import Common, pass_common
from takings.cli.consenting import Asked, by_consent, consent_options
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import note, say, write_json
from takings.cli.settings import read_settings

if TYPE_CHECKING:
    from takings.engine import Engine
    from takings.plugin import TokenTyped
    from takings.views import IntegrationView

#: How long a typed-in token may be; whoever pipes a file in by mistake gets told.
_LONGEST_TOKEN = 4096


@make(
    examples=(
        "takings connect anchor",
        "takings connect anchor --no-browser --organisation 'Anchor Hotel Pty Ltd'",
        "takings connect anchor --side source --set location_id=L1",
        "takings connect anchor --token - < token.txt",
    )
)
@click.argument("integration")
@click.option(
    "--side", type=click.Choice(["target", "source"]), default="target", help="target: the ledger; source: the POS."
)
@click.option(
    "--token", metavar="-", default="", help="A token that the other system gave you; - reads standard input."
)
@click.option("--set", "changes", multiple=True, metavar="NAME=VALUE", help="A setting of the connection.")
@consent_options
@pass_common
def command(
    common: Common, integration: str, *, side: str, token: str, changes: tuple[str, ...], **asked: Any
) -> None:
    """Connect the ledger of INTEGRATION, or its point of sale with --side source.

    Where it takes consent, that is given in a browser on this machine, and the answer goes to
    http://localhost:PORT/oauth/callback; register that address with your app there. Where it takes a token that the
    other system gave you, it is asked for. Where it takes neither, nothing is asked.
    """
    settings = read_settings(changes, "--set")
    with opened(common) as engine:
        who = common.principal
        view = engine.integration(who, integration)
        kind = _how(engine, view, side)
        if token and kind != "token":
            raise click.UsageError("This side takes no token; leave --token out.")
        if kind == "consent":
            view = by_consent(engine, who, view, side=side, settings=settings, asked=Asked(**asked))
        else:
            plain = _token(engine, view, side, given=token) if kind == "token" else ""
            view = engine.connect_directly(who, view.id, side=side, token=plain, settings=settings)
    if common.json:
        write_json(view)
        return
    connection = view.source if side == "source" else view.target
    system = connection.name or connection.component if connection else ""
    say(f"{view.name} is connected to {system}.")


def _how(engine: Engine, view: IntegrationView, side: str) -> str:
    """Return how a side is connected: by `consent`, a `token` typed in, or `directly`."""
    from takings.plugin import OAuth2, TokenHandedOut, TokenTyped  # noqa: PLC0415 - help needs none of it

    connecting = _declared(engine, view, side).connecting
    if isinstance(connecting, TokenHandedOut):
        raise click.UsageError(f"It is connected by an Auth Token; make one with: takings token new {view.name}")
    return (
        "consent" if isinstance(connecting, OAuth2) else "token" if isinstance(connecting, TokenTyped) else "directly"
    )


def _declared(engine: Engine, view: IntegrationView, side: str) -> Any:
    if side == "source":
        return engine.plugins.source(view.source.component)
    return engine.plugins.target(view.target_component)


def _token(engine: Engine, view: IntegrationView, side: str, *, given: str) -> str:
    """Return the token: from standard input, from a person who is not seen typing it, or as it was given."""
    connecting: TokenTyped = _declared(engine, view, side).connecting
    if given == "-":
        plain = sys.stdin.read(_LONGEST_TOKEN + 1).strip()
    elif given:
        note("Warning: what stands on a command line is seen by others on this machine and kept in its history.")
        plain = given
    elif can_ask():
        note(connecting.help)
        plain = click.prompt(connecting.title, hide_input=True, err=True).strip()
    else:
        raise click.UsageError(f"Give the {connecting.title} on standard input with --token -")
    if not plain or len(plain) > _LONGEST_TOKEN or not plain.isprintable() or " " in plain:
        raise click.UsageError(f"That is no {connecting.title}: it is one line without spaces.")
    return plain
