"""`takings serve`: the pages, and the place where a point of sale pushes its days."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.values import WholeNumber
from takings.errors import InstallationError

if TYPE_CHECKING:
    from takings.web.serving import Ready


@make(examples=("takings serve", "takings serve --host 0.0.0.0 --port 80 --url https://takings.example"))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=WholeNumber(0, 65535), default=8400, show_default=True, help="0 takes a free one.")
@click.option("--url", default="", metavar="ORIGIN", help="What browsers see, where it is not this machine.")
@click.option("--workers", type=WholeNumber(0, 64), default=4, show_default=True, help="Syncs at a time; 0 for none.")
@pass_common
def command(common: Common, *, host: str, port: int, url: str, workers: int) -> None:
    """Serve the pages, POST /intake where a point of sale pushes its days, GET /oauth/callback and GET /healthz.

    The link that it prints signs you in, once, within the hour. It stops on Ctrl-C or SIGTERM, after it has answered
    what it has begun. In front of other machines put a proxy that speaks TLS, and name the address with --url: the
    Auth Token is sent with every call.
    """
    try:
        from takings.web.serving import serve  # noqa: PLC0415 - needs an extra
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in ("starlette", "uvicorn", "python_multipart"):
            raise
        message = f"takings serve needs {missing}, which is not installed; run: pip install 'takings[web]'"
        raise InstallationError(message) from error
    with opened(common) as engine, engine.running(workers=workers):
        serve(engine, common.principal, host=host, port=port, public_url=url, announce=_announce(common))


def _announce(common: Common) -> Callable[[Ready], None]:
    def announce(ready: Ready) -> None:
        url = ready.url
        if common.json:
            import json  # noqa: PLC0415 - only with --json

            places = {"intake": f"{url}/intake", "health": f"{url}/healthz"}
            pages = {"pages": ready.pages, "sign_in": ready.sign_in}
            click.echo(json.dumps({"ready": True, **places, **pages}))
            return
        click.echo(f"Pages: {ready.pages}")
        click.echo(f"Sign in, once, within the hour: {ready.sign_in}")
        click.echo(f"Days are taken at {url}/intake (POST, with the Auth Token as bearer token).")
        click.echo(f"Answers of an authorisation are taken at {ready.pages}oauth/callback. Health: {url}/healthz")

    return announce
