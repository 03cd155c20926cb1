"""Is responsible for what the plugin declares: itself, and the source `square:pos`; nothing that calls."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from takings.plugin import (
    PLUGIN_API,
    Capability,
    Context,
    Flow,
    PluginInfo,
    Sandbox,
    Source,
    SourceType,
    WayIn,
    hookimpl,
)
from takings_square.codes import DIMENSIONS
from takings_square.connecting import OAUTH
from takings_square.options import ConnectionSettings, InstallationSettings
from takings_square.reader import DayReader

VERSION = "0.1.0"
HOME_PAGE = "https://developer.squareup.com/reference/square"


def open_source(installation: Any, connection: Any, context: Context) -> Source:
    """Open one location; the code that calls is imported only now."""
    from takings_square.pull import SquareSource  # noqa: PLC0415 - declaring does not need what calls

    return SquareSource(installation, connection, context)


POS = SourceType(
    key="pos",
    title="Square",
    reader=DayReader(),
    open=open_source,
    ways_in=frozenset({WayIn.PULL}),
    connecting=OAUTH,
    dimensions=DIMENSIONS,
    flows=(
        Flow(
            key="end_of_day",
            title="Send end of day summaries",
            help="What the location sold and took on each trading day, from its orders, payments and refunds",
        ),
    ),
    installation=InstallationSettings,
    connection=ConnectionSettings,
    capabilities=frozenset({Capability.REVISIONS}),
    sandbox=Sandbox(module="takings_square.sandbox", args=("--auto-consent",), needs=("flask", "authlib")),
    docs_url=HOME_PAGE,
)


@hookimpl
def takings_plugin() -> PluginInfo:
    """Say who the plugin is."""
    return PluginInfo(id="square", title="Square", version=VERSION, api=PLUGIN_API, home_page=HOME_PAGE)


@hookimpl
def takings_sources() -> Iterable[SourceType]:
    """Declare the one source."""
    return (POS,)
