"""Suggestions for mapping to a journal: what its own chart says that an account is for. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from takings.plugin import Chart, DimensionKind, LedgerRef, MappingRow, Suggestion


def suggest(row: MappingRow, chart: Chart) -> Sequence[Suggestion]:
    """Return the accounts whose `role` is the one that the source gives its code."""
    if row.kind is not DimensionKind.ACCOUNT or not row.code.role:
        return ()
    return tuple(
        Suggestion(
            ref=LedgerRef(id=one.id, code=one.code, name=one.name),
            reason=f"The journal's chart keeps {one.name} for it",
            score=92,
        )
        for one in chart.accounts
        if one.active and one.role == row.code.role
    )
