"""A mapping provider: the ledger's accounts that are named after the shelf a product group stands on. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from takings.plugin import Chart, DimensionKind, LedgerRef, MappingRow, MappingType, Suggestion

#: Words of product groups, and the word of the account that such groups usually go to.
SHELF_OF = {"bread": "food", "cake": "food", "sandwich": "food", "espresso": "coffee", "latte": "coffee"}


def suggest_shelf(row: MappingRow, chart: Chart) -> Sequence[Suggestion]:
    """Suggest accounts for product groups; other kinds of code are left to other providers."""
    if row.kind is not DimensionKind.ACCOUNT:
        return ()
    words = row.code.name.casefold().split()
    shelves = dict.fromkeys(SHELF_OF[word] for word in words if word in SHELF_OF)
    return [
        Suggestion(
            ref=LedgerRef(id=account.id, code=account.code, name=account.name),
            reason=f"{row.code.name} stands on the {shelf} shelf",
            score=70,
        )
        for shelf in shelves
        for account in chart.accounts
        if account.active and account.takes_lines and shelf in account.name.casefold().split()
    ]


SHELVES = MappingType(key="shelves", title="Shelves", suggest=suggest_shelf)
