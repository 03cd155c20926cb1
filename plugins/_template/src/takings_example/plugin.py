"""What the plugin declares: who it is, the source `example:till` and the target `example:paper`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from takings.plugin import (
    Budget,
    Context,
    Dimension,
    DimensionKind,
    Flow,
    NoConnection,
    NumberRules,
    OperationKind,
    PluginInfo,
    Sandbox,
    Settings,
    Source,
    SourceType,
    Target,
    TargetType,
    TokenTyped,
    WayIn,
    hookimpl,
    option,
)

from takings_example.till_reader import ACCOUNTS, TAXES, TENDERS, TillReader

VERSION = "0.1.0"

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


class PaperInstallation(Settings):
    """What the operator says about Paper Ledger."""

    ledger_url: str = option(
        "https://ledger.example.com",
        title="Address of Paper Ledger",
        help="Where Paper Ledger answers",
        kind="address",
    )


class PaperIntegration(Settings):
    """What the owner can set for posting."""

    memo: str = option(
        "Takings",
        title="Text on each sheet",
        help="Stands at the head of each sheet, before the dates",
        max_length=60,
    )


def open_till(installation: Any, connection: Any, context: Context) -> Source:
    """Open Corner Till for a few calls."""
    # Imported here, because listing plugins needs no code that calls anything.
    from takings_example.till_source import TillSource

    return TillSource(installation.till_url, context)


def open_ledger(installation: Any, connection: Any, organisation: str, context: Context) -> Target:
    """Open a Paper Ledger for a few calls; its key reaches one set of books, so `organisation` is not needed."""
    from takings_example.paper_target import PaperTarget

    return PaperTarget(installation.ledger_url, context)


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

PAPER = TargetType(
    key="paper",
    title="Paper Ledger",
    open=open_ledger,
    connecting=TokenTyped(title="Key", help="Paper Ledger shows it under Settings, Keys"),
    flows=(Flow(key=END_OF_DAY, title="Sheets with payments", help="One sheet a day, paid by each payment method"),),
    kinds=(
        OperationKind(
            key="sheet",
            title="Sheet",
            max_count=50,
            max_bytes=1_000_000,
            key_lives_in="key",
            number=NumberRules(longest=40, pattern=r"[A-Za-z0-9-]+"),
        ),
        OperationKind(key="payment", title="Payment", max_count=50, max_bytes=1_000_000, key_lives_in="key"),
    ),
    idempotency_life=timedelta(hours=24),
    budget=Budget(minute=120, concurrent=4),
    installation=PaperInstallation,
    integration=PaperIntegration,
    sandbox=Sandbox(module="takings_example.sandbox", args=("--role", "ledger")),
)


@hookimpl
def takings_plugin() -> PluginInfo:
    """Say who the plugin is; the id equals the entry point's name."""
    return PluginInfo(id="example", title="Corner Till and Paper Ledger", version=VERSION, api=1)


@hookimpl
def takings_sources() -> Iterable[SourceType]:
    """Declare the point of sale."""
    return (TILL,)


@hookimpl
def takings_targets() -> Iterable[TargetType]:
    """Declare the ledger."""
    return (PAPER,)
