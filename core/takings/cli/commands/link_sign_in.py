"""`takings link sign-in`: make a link that signs you in."""

from __future__ import annotations

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.links import url_option
from takings.cli.opening import opened
from takings.cli.output import note, say, write_json


@make(examples=("takings link sign-in", "takings link sign-in --url https://takings.example"))
@url_option()
@pass_common
def command(common: Common, *, url: str) -> None:
    """Make a link that signs you in at `takings serve`, once, within the hour. Standard output has the link alone."""
    with opened(common) as engine:
        address = f"{url.rstrip('/')}/sign-in/{engine.create_sign_in(common.principal)}"
    if common.json:
        write_json({"url": address})
        return
    note("This works once, within the hour.")
    say(address)
