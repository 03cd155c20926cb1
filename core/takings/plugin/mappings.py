"""The contract of a mapping provider: it suggests ledger references, and never applies one itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from takings.domain.catalogue import DimensionKind, SourceCode
from takings.domain.mapping import LedgerRef, MappingEntry
from takings.plugin.targets import Chart


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingRow:
    """One source code to be mapped, with what it is and what the owner chose for it elsewhere."""

    code: SourceCode
    kind: DimensionKind
    earlier: tuple[MappingEntry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A ledger reference for a row, with the reason in words and a score from 0 to 100."""

    ref: LedgerRef
    reason: str
    score: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingType:
    """A mapping provider; `suggest(row, chart)` is pure. With `targets` it serves those components only.

    Example::

        from takings.plugin import Chart, DimensionKind, LedgerAccount, LedgerRef, MappingRow, MappingType
        from takings.plugin import SourceCode, Suggestion


        def cards_to_clearing(row: MappingRow, chart: Chart) -> list[Suggestion]:
            if row.kind is not DimensionKind.TENDER or "card" not in row.code.name.lower():
                return []
            fitting = [one for one in chart.accounts if one.takes_payments and "clearing" in one.name.lower()]
            reason = "Card takings reach the bank days later"
            return [Suggestion(ref=LedgerRef(id=one.id, name=one.name), reason=reason, score=75) for one in fitting]


        CLEARING = MappingType(
            key="clearing", title="Card clearing", suggest=cards_to_clearing, targets=("shop:books",)
        )
        account = LedgerAccount(id="17", code="1150", name="Card clearing", takes_payments=True)
        chart = Chart(organisation="1", organisation_name="Corner Shop", currency="EUR", accounts=(account,))
        row = MappingRow(
            code=SourceCode(dimension="methods", code="C", name="Credit card"), kind=DimensionKind.TENDER
        )
        assert [one.ref.id for one in CLEARING.suggest(row, chart)] == ["17"]
    """

    key: str
    title: str
    suggest: Callable[[MappingRow, Chart], Sequence[Suggestion]]
    targets: tuple[str, ...] = ()
