"""Is responsible for what the plugin declares: itself, and the source `impos:eod`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from takings.plugin import (
    Context,
    Flow,
    PluginInfo,
    Sandbox,
    Settings,
    Source,
    SourceType,
    TokenHandedOut,
    WayIn,
    hookimpl,
    option,
)

from .catalogue import DIMENSIONS
from .reader import EndOfDayReader

VERSION = "0.1.0"


class ServiceSettings(Settings):
    """What the operator says about ImPOS; a venue that pushes or brings files needs none of it."""

    service_url: str = option(
        "",
        title="Address of the ImPOS service",
        help="Where the venue's ImPOS service answers, like https://pos.example.com; only pulling needs it",
        kind="address",
    )


def open_source(installation: Any, connection: Any, context: Context) -> Source:
    """Open a venue's ImPOS service for a few calls."""
    from .pull import EndOfDaySource  # noqa: PLC0415 - declaring a source does not need what calls it

    return EndOfDaySource(installation.service_url, context)


END_OF_DAY = SourceType(
    key="eod",
    title="ImPOS",
    reader=EndOfDayReader(),
    open=open_source,
    ways_in=frozenset({WayIn.PULL, WayIn.PUSH, WayIn.FILE}),
    connecting=TokenHandedOut(
        title="Auth Token",
        hand_to="Hand the Auth Token to ImPOS support, who authorise the integration with it.",
    ),
    dimensions=DIMENSIONS,
    flows=(
        Flow(
            key="end_of_day",
            title="Send end of day summaries",
            help="What the venue took on each trading day, as ImPOS closed it",
        ),
    ),
    installation=ServiceSettings,
    sandbox=Sandbox(module="takings_impos.simulator", args=("--awkward", "few")),
)


@hookimpl
def takings_plugin() -> PluginInfo:
    """Say who the plugin is."""
    return PluginInfo(id="impos", title="ImPOS", version=VERSION)


@hookimpl
def takings_sources() -> Iterable[SourceType]:
    """Declare the one source."""
    return (END_OF_DAY,)
