"""The declaration of the target: its settings, how it connects, what it takes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from takings.plugin import (
    Budget,
    Capability,
    Context,
    Flow,
    NumberRules,
    OperationKind,
    Sandbox,
    Settings,
    Target,
    TargetType,
    TokenTyped,
    option,
)

#: The key that sources and targets of other plugins use too, so that each can be joined with each.
END_OF_DAY = "end_of_day"


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


def open_ledger(installation: Any, connection: Any, organisation: str, context: Context) -> Target:
    """Open a Paper Ledger for a few calls; its key reaches one set of books, so `organisation` is not needed."""
    from takings_example.ledger_target import PaperTarget

    return PaperTarget(installation.ledger_url, context)


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
        OperationKind(key="void", title="Voiding of a sheet", max_count=50, key_lives_in="key"),
    ),
    idempotency_life=timedelta(hours=24),
    budget=Budget(minute=120, concurrent=4),
    capabilities=frozenset({Capability.NUMBERS, Capability.UNIQUE_NUMBERS, Capability.LOCK_DATES, Capability.UNDOES}),
    installation=PaperInstallation,
    integration=PaperIntegration,
    sandbox=Sandbox(module="takings_example.sandbox", args=("--role", "ledger")),
)
