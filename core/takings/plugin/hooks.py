"""The seven hooks of a plugin: what a plugin may implement.

Hooks take no arguments and return declarations. A new idea becomes an optional field of what is
declared, so a plugin written for this version keeps loading on later ones.
"""

from __future__ import annotations

from collections.abc import Iterable

import pluggy

from takings.plugin.checks import CheckType
from takings.plugin.declarations import PluginInfo
from takings.plugin.mappings import MappingType
from takings.plugin.notifiers import NotifierType
from takings.plugin.numbering import NumberingType
from takings.plugin.sources import SourceType
from takings.plugin.targets import TargetType

#: The contract's number; it changes only when a hook or a method changes its meaning.
PLUGIN_API = 1

#: The entry-point group in which plugins are found; the entry's name is the plugin's id.
ENTRY_POINT_GROUP = "takings.plugins"

hookspec = pluggy.HookspecMarker("takings")

#: Marks a function of a plugin module as the implementation of the hook of the same name.
hookimpl = pluggy.HookimplMarker("takings")


class PluginSpec:
    """The hooks, one method each. Each example is a whole plugin together with the one of `takings_plugin`."""

    @hookspec
    def takings_plugin(self) -> PluginInfo:  # type: ignore[empty-body]
        """Say who the plugin is; every plugin implements this one.

        Example::

            from takings.plugin import PluginInfo, hookimpl


            @hookimpl
            def takings_plugin() -> PluginInfo:
                return PluginInfo(id="shop", title="Corner Shop", version="1.4", home_page="https://shop.example.com")
        """

    @hookspec
    def takings_sources(self) -> Iterable[SourceType]:  # type: ignore[empty-body]
        """Declare source connectors: points of sale.

        Example::

            from takings.plugin import Content, Dimension, DimensionKind, Finding, Flow, NoConnection, RawRecord
            from takings.plugin import RecordReader, SourceType, WayIn, hookimpl


            class TillReader(RecordReader):
                def read_file(self, body: bytes, name: str) -> Content:
                    return Content(records=tuple(RawRecord(body=line) for line in body.splitlines()))

                def parse(self, record: RawRecord) -> tuple[Finding, ...]:
                    return (Finding(code="shop.closed", what="This till was never opened", do="Open it"),)


            @hookimpl
            def takings_sources() -> list[SourceType]:
                till = SourceType(
                    key="till",
                    title="Corner Shop till",
                    reader=TillReader(),
                    ways_in=frozenset({WayIn.FILE}),
                    connecting=NoConnection(),
                    dimensions=(Dimension(key="methods", title="Payment methods", kind=DimensionKind.TENDER),),
                    flows=(Flow(key="end_of_day", title="End of day"),),
                )
                return [till]
        """

    @hookspec
    def takings_targets(self) -> Iterable[TargetType]:  # type: ignore[empty-body]
        """Declare target connectors: ledgers.

        Example::

            from collections.abc import Iterator
            from typing import Any

            from takings.plugin import Context, Flow, OperationKind, Target, TargetType, TokenTyped, hookimpl


            def open_books(installation: Any, connection: Any, organisation: str, context: Context) -> Target:
                from takings_shop.books import Books  # not above: listing plugins should not load all of this

                return Books(organisation, context)


            @hookimpl
            def takings_targets() -> Iterator[TargetType]:
                yield TargetType(
                    key="books",
                    title="Corner Shop books",
                    open=open_books,
                    connecting=TokenTyped(title="Key"),
                    flows=(Flow(key="end_of_day", title="Invoices"),),
                    kinds=(OperationKind(key="invoice", title="Invoice"),),
                )
        """

    @hookspec
    def takings_mappings(self) -> Iterable[MappingType]:  # type: ignore[empty-body]
        """Declare mapping providers, which suggest ledger references for source codes.

        Example::

            from takings.plugin import Chart, LedgerRef, MappingRow, MappingType, Suggestion, hookimpl


            def by_first_digit(row: MappingRow, chart: Chart) -> list[Suggestion]:
                return [
                    Suggestion(
                        ref=LedgerRef(id=one.id, code=one.code, name=one.name), reason="Of the same class", score=40
                    )
                    for one in chart.accounts
                    if one.code[:1] == row.code.category[:1] != ""
                ]


            @hookimpl
            def takings_mappings() -> list[MappingType]:
                return [MappingType(key="first_digit", title="First digit", suggest=by_first_digit)]
        """

    @hookspec
    def takings_numberings(self) -> Iterable[NumberingType]:  # type: ignore[empty-body]
        """Declare numbering strategies.

        Example::

            from takings.plugin import NumberingType, NumberInput, Settings, hookimpl


            def by_week(given: NumberInput, settings: Settings) -> str:
                '''Write 2026-W47-7.1: year, week, weekday and the close of the day; a repost adds its generation.'''
                year, week, day = given.business_date.isocalendar()
                repost = f"/{given.generation}" if given.generation > 1 else ""
                return f"{year}-W{week:02}-{day}.{given.sequence}{repost}"


            @hookimpl
            def takings_numberings() -> list[NumberingType]:
                return [NumberingType(key="by_week", title="Week and weekday", number=by_week)]
        """

    @hookspec
    def takings_checks(self) -> Iterable[CheckType]:  # type: ignore[empty-body]
        """Declare further checks for `takings plugins doctor`.

        Example::

            from importlib.util import find_spec

            from takings.plugin import CheckType, Finding, Severity, hookimpl


            def check_printing() -> list[Finding]:
                if find_spec("takings_shop_pdf"):
                    return []
                what = "Receipts can't be printed"
                return [
                    Finding(code="shop.no_pdf", what=what, do="Install takings-shop-pdf", severity=Severity.WARNING)
                ]


            @hookimpl
            def takings_checks() -> list[CheckType]:
                return [CheckType(key="printing", title="Printing", run=check_printing)]
        """

    @hookspec
    def takings_notifiers(self) -> Iterable[NotifierType]:  # type: ignore[empty-body]
        """Declare notifiers, which bring digests of what needs a person to people.

        Example::

            from pathlib import Path

            from takings.plugin import Alert, NotifierType, Settings, hookimpl, option


            class Board(Settings):
                printer: str = option("/dev/lp0", title="Printer", help="Of the office, where alerts are put up")


            def put_up(installation: Board, alert: Alert) -> None:
                Path(installation.printer).write_text(f"{alert.subject}\\n\\n{alert.text}", "utf-8")


            @hookimpl
            def takings_notifiers() -> list[NotifierType]:
                return [
                    NotifierType(
                        key="board", title="Notice board", send=put_up, installation=Board, needs_address=False
                    )
                ]
        """
