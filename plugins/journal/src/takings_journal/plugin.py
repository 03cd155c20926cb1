"""What the plugin declares: the target `journal:beancount` and its suggestions. Nothing heavy is imported here."""

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
    NoConnection,
    OperationKind,
    PluginInfo,
    Suggestion,
    TargetType,
    hookimpl,
)
from takings_journal.options import NUMBER_RULES, ConnectionSettings, InstallationSettings, IntegrationSettings

if TYPE_CHECKING:
    from takings_journal.target import JournalTarget

VERSION = "0.1.0"
COMPONENT = "journal:beancount"
HOME_PAGE = "https://beancount.github.io/docs/"


def open_target(
    installation: InstallationSettings, connection: ConnectionSettings, organisation: str, context: Context
) -> JournalTarget:
    """Open one journal; the code that posts is imported only now."""
    from takings_journal.target import JournalTarget  # noqa: PLC0415

    return JournalTarget(connection, organisation, context)


def suggest(row: MappingRow, chart: Chart) -> Sequence[Suggestion]:
    """Suggest what the journal's own chart says; imported only when a mapping is made."""
    from takings_journal.suggesting import suggest as by_role  # noqa: PLC0415

    return by_role(row, chart)


BEANCOUNT = TargetType(
    key="beancount",
    title="Plain-text journal (Beancount)",
    open=open_target,
    connecting=NoConnection(),
    flows=(
        Flow(
            key="end_of_day",
            title="One transaction a day",
            help="Each day becomes one balanced transaction, with a posting for each payment method and account",
        ),
    ),
    kinds=(
        OperationKind(
            key="transaction",
            title="Transaction",
            max_count=500,
            max_bytes=4_000_000,
            key_lives_in="metadata takings",
            number=NUMBER_RULES,
        ),
    ),
    # The file itself remembers the keys, so a call can be repeated for as long as anybody keeps books.
    idempotency_life=timedelta(days=3650),
    budget=Budget(concurrent=1),
    installation=InstallationSettings,
    connection=ConnectionSettings,
    integration=IntegrationSettings,
    capabilities=frozenset(
        {Capability.LOCK_DATES, Capability.UNIQUE_NUMBERS, Capability.UNDOES, Capability.SEES_OTHERS}
    ),
    docs_url=HOME_PAGE,
)


@hookimpl
def takings_plugin() -> PluginInfo:
    """Say who the plugin is."""
    return PluginInfo(id="journal", title="Plain-text journal", version=VERSION, api=PLUGIN_API, home_page=HOME_PAGE)


@hookimpl
def takings_targets() -> Iterable[TargetType]:
    """Declare the journal."""
    return (BEANCOUNT,)


@hookimpl
def takings_mappings() -> Iterable[MappingType]:
    """Declare what the journal's chart suggests."""
    return (MappingType(key="roles", title="The chart's own roles", suggest=suggest, targets=(COMPONENT,)),)
