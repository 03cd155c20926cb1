"""What the plugin declares: the Xero target and its mapping conventions. Nothing heavy is imported here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from takings.plugin import (
    PLUGIN_API,
    Budget,
    Capability,
    Chart,
    Context,
    Flow,
    MappingRow,
    MappingType,
    OperationKind,
    PluginInfo,
    Sandbox,
    Settings,
    Suggestion,
    TargetType,
    hookimpl,
)
from takings_xero.connecting import OAUTH
from takings_xero.notifying import WEBHOOK
from takings_xero.options import NUMBER_RULES, PAYMENTS, InstallationSettings, IntegrationSettings

if TYPE_CHECKING:
    from takings_xero.target import XeroTarget

VERSION = "0.1.0"
COMPONENT = "xero:accounting"
HOME_PAGE = "https://developer.xero.com/documentation/api/accounting/overview"

KINDS = (
    OperationKind(
        key="contact",
        title="Contact",
        max_count=50,
        max_bytes=3_500_000,
        key_lives_in="the contact's name",
    ),
    OperationKind(
        key="invoice",
        title="Sales invoice",
        max_count=50,
        max_bytes=3_500_000,
        key_lives_in="Reference",
        number=NUMBER_RULES,
    ),
    OperationKind(
        key="creditnote",
        title="Credit note",
        max_count=50,
        max_bytes=3_500_000,
        key_lives_in="Reference",
        number=NUMBER_RULES,
    ),
    OperationKind(
        key="journal",
        title="Manual journal",
        max_count=50,
        max_bytes=3_500_000,
        key_lives_in="the end of the narration",
    ),
    # The recommended 50 is for documents with lines; a payment is a few hundred bytes, and 75 divides the 150
    # payments that a full call of invoices usually frees.
    OperationKind(key="payment", title="Payment", max_count=75, max_bytes=3_500_000, key_lives_in="Reference"),
    # What takes documents back is found by the id of what it took back: it leaves nothing of its own.
    OperationKind(key="payment_removal", title="Removal of a payment", max_count=1),
    OperationKind(key="void", title="Voiding of an invoice", max_count=50, max_bytes=3_500_000),
    OperationKind(key="void_creditnote", title="Voiding of a credit note", max_count=50, max_bytes=3_500_000),
    OperationKind(key="void_journal", title="Voiding of a journal", max_count=50, max_bytes=3_500_000),
    OperationKind(key="allocation", title="Allocation of a credit note", max_count=1),
)

BUDGET = Budget(
    minute=60,
    concurrent=5,
    day=5000,
    app_minute=10_000,
    minute_header="X-MinLimit-Remaining",
    day_header="X-DayLimit-Remaining",
    app_header="X-AppMinLimit-Remaining",
)


def open_target(
    installation: InstallationSettings, connection: Settings, organisation: str, context: Context
) -> XeroTarget:
    """Open one organisation; the code that posts is imported only now."""
    from takings_xero.target import XeroTarget  # noqa: PLC0415

    return XeroTarget(installation, organisation, context)


def _tenders_as_lines(settings: IntegrationSettings) -> bool:
    return settings.shape != PAYMENTS


def suggest(row: MappingRow, chart: Chart) -> Sequence[Suggestion]:
    """Suggest what bookkeepers do by convention; imported only when a mapping is made."""
    from takings_xero.suggesting import suggest as by_convention  # noqa: PLC0415

    return by_convention(row, chart)


@hookimpl
def takings_plugin() -> PluginInfo:
    """Say who the plugin is."""
    return PluginInfo(id="xero", title="Xero", version=VERSION, api=PLUGIN_API, home_page=HOME_PAGE)


@hookimpl
def takings_targets() -> Iterable[TargetType]:
    """Declare the accounting API of Xero."""
    return (
        TargetType(
            key="accounting",
            title="Xero",
            open=open_target,
            connecting=OAUTH,
            flows=(
                Flow(
                    key="end_of_day",
                    title="Sales invoices with payments",
                    help="Each day becomes one document in Xero: an approved invoice with a payment for each payment "
                    "method, unless the advanced settings choose another shape",
                ),
            ),
            kinds=KINDS,
            idempotency_life=timedelta(minutes=6),
            budget=BUDGET,
            installation=InstallationSettings,
            integration=IntegrationSettings,
            capabilities=frozenset(
                {Capability.UNDOES, Capability.SEES_OTHERS, Capability.DRAFTS, Capability.CUSTOMERS}
            ),
            sandbox=Sandbox(module="takings_xero.sandbox", args=("--auto-consent",), needs=("flask", "authlib")),
            tenders_as_lines=_tenders_as_lines,
            webhook=WEBHOOK,
            # Scopes add up at Xero: an app that once posted journals for somebody may read them ever after.
            look_back_scopes=("accounting.manualjournals", "accounting.transactions"),
            docs_url=HOME_PAGE,
        ),
    )


@hookimpl
def takings_mappings() -> Iterable[MappingType]:
    """Declare the conventions of mapping to Xero."""
    return (MappingType(key="conventions", title="Xero conventions", suggest=suggest, targets=(COMPONENT,)),)
