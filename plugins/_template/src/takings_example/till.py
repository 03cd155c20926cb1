"""The declaration of the source: its settings, how it connects, what it gives."""

from __future__ import annotations

from typing import Any

from takings.plugin import (
    Context,
    Dimension,
    DimensionKind,
    Flow,
    NoConnection,
    Sandbox,
    Settings,
    Source,
    SourceType,
    WayIn,
    option,
)

from takings_example.till_reader import ACCOUNTS, TAXES, TENDERS, TillReader

#: The key that sources and targets of other plugins use too, so that each can be joined with each.
END_OF_DAY = "end_of_day"


class TillInstallation(Settings):
    """What the operator says about Corner Till; whoever brings files needs none of it."""

    till_url: str = option(
        "",
        title="Address of Corner Till",
        help="Where Corner Till's back office answers, like https://till.example.com; only pulling needs it",
        kind="address",
    )


def open_till(installation: Any, connection: Any, context: Context) -> Source:
    """Open Corner Till for a few calls."""
    # Imported here, because listing plugins needs no code that calls anything.
    from takings_example.till_source import TillSource

    return TillSource(installation.till_url, context)


TILL = SourceType(
    key="till",
    title="Corner Till",
    reader=TillReader(),
    open=open_till,
    ways_in=frozenset({WayIn.FILE, WayIn.PULL}),
    connecting=NoConnection(),
    dimensions=(
        Dimension(key=TAXES, title="Tax codes", kind=DimensionKind.TAX),
        Dimension(key=TENDERS, title="Payment methods", kind=DimensionKind.TENDER),
        Dimension(key=ACCOUNTS, title="Product groups", kind=DimensionKind.ACCOUNT),
    ),
    flows=(Flow(key=END_OF_DAY, title="End of day", help="What the shop took on each day"),),
    installation=TillInstallation,
    sandbox=Sandbox(module="takings_example.sandbox", args=("--role", "till"), keeps_data=False),
)
