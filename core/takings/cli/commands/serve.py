"""`takings serve`: take days that the point of sale pushes."""

from __future__ import annotations

from collections.abc import Callable

import click

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.values import WholeNumber
from takings.errors import InstallationError


@make(examples=("takings serve", "takings serve --host 0.0.0.0 --port 80"))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=WholeNumber(0, 65535), default=8400, show_default=True, help="0 takes a free one.")
@pass_common
def command(common: Common, *, host: str, port: int) -> None:
    """Serve POST /intake, where a point of sale pushes its days, GET /oauth/callback and GET /healthz.

    It stops on Ctrl-C or SIGTERM, after it has answered what it has begun. In front of other machines put a proxy
    that speaks TLS: the Auth Token is sent with every call.
    """
    try:
        from takings.web.serving import serve  # noqa: PLC0415 - needs an extra
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in ("starlette", "uvicorn"):
            raise
        message = f"takings serve needs {missing}, which is not installed; run: pip install 'takings[web]'"
        raise InstallationError(message) from error
    with opened(common) as engine:
        serve(engine, common.principal, host=host, port=port, announce=_announce(common))


def _announce(common: Common) -> Callable[[str], None]:
    def announce(url: str) -> None:
        if common.json:
            import json  # noqa: PLC0415 - only with --json

            click.echo(json.dumps({"ready": True, "intake": f"{url}/intake", "health": f"{url}/healthz"}))
            return
        click.echo(f"Days are taken at {url}/intake (POST, with the Auth Token as bearer token).")
        click.echo(f"Answers of an authorisation are taken at {url}/oauth/callback. Health: {url}/healthz")

    return announce
