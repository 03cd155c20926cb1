"""What every plugin declares about itself, its flows, and its local stand-in server."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginInfo:
    """Who the plugin is; `id` equals the entry point's name and the end of the distribution's.

    Example::

        from takings.plugin import PLUGIN_API, PluginInfo

        # `api` is the contract that the plugin was written for, as a figure: with PLUGIN_API in its place the plugin
        # would claim to fit a later contract that nobody has tried it with.
        INFO = PluginInfo(id="shop", title="Corner Shop", version="1.4", api=1)
        assert INFO.api == PLUGIN_API
    """

    id: str
    title: str
    version: str
    api: int = 1
    home_page: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What can be sent in one direction, switched on by a tick box with `title` as its text.

    A source and a target can be joined where both declare a flow of the same `key`.

    Example::

        from takings.plugin import Flow

        OF_THE_TILL = (
            Flow(key="end_of_day", title="End of day summaries", help="One for each close of the till"),
            Flow(key="stock", title="Stock counts"),
        )
        OF_THE_BOOKS = (Flow(key="end_of_day", title="Sales invoices with payments"),)

        # What an integration of these two can send is what both have a flow for.
        joined = {one.key for one in OF_THE_TILL} & {one.key for one in OF_THE_BOOKS}
        assert joined == {"end_of_day"}
    """

    key: str
    title: str
    help: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    """A local stand-in server, started as `python -m MODULE --port 0 --until-stdin-closes ARGS`.

    With `keeps_data` it is also given `--data DIR`. When it listens it prints one line of JSON: `ready` true,
    `url`, `page` (for people), `installation` and `connection` (settings that point at it). A system that is given a
    token adds `enter_token.url`, which takes `{"token": ...}` by POST; one that hands a token out adds `token`.
    `needs` names modules that it imports and that may be missing.

    Example::

        import json

        from takings.plugin import Sandbox

        # Started as `python -m takings_shop.sandbox --port 0 --until-stdin-closes --days 31`.
        SANDBOX = Sandbox(module="takings_shop.sandbox", args=("--days", "31"), keeps_data=False, needs=("flask",))


        def ready(port: int) -> str:
            '''Return what takings_shop/sandbox/__main__.py prints as soon as it listens.'''
            url = f"http://127.0.0.1:{port}"
            return json.dumps(
                {"ready": True, "url": url, "page": url, "installation": {"till_url": url}, "connection": {}}
            )


        assert json.loads(ready(50123))["ready"]
    """

    module: str
    args: tuple[str, ...] = ()
    keeps_data: bool = True
    needs: tuple[str, ...] = field(default=())
