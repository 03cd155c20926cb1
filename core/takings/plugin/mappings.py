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
    """A mapping provider; `suggest(row, chart)` is pure. With `targets` it serves those components only."""

    key: str
    title: str
    suggest: Callable[[MappingRow, Chart], Sequence[Suggestion]]
    targets: tuple[str, ...] = ()
