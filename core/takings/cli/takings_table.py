"""Shows verified documents as a bookkeeper reads them: a row a day, a column for each payment method."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from takings.cli.output import fits, money, several, table
from takings.cli.problems import name_of
from takings.cli.text import clean
from takings.views import DocumentView, VerifyView

_FIRST = ("Date", "Number", "Total", "Tax")


def takings_table(documents: Sequence[DocumentView]) -> None:
    """Write date, number, total, tax and payments of each document; a credit note's are below zero.

    Where a column for each payment method would not fit the terminal, their count and sum stand instead.
    """
    methods = list(dict.fromkeys(one.payment_method for document in documents for one in document.payments))
    headings = (*_FIRST, *map(clean, methods))
    rows = [[*_first(one), *_payments(one, methods)] for one in documents]
    if not fits(headings, rows):
        headings = (*_FIRST, "Payments", "Paid")
        rows = [[*_first(one), str(len(one.payments)), _paid(one)] for one in documents]
    table(headings, rows, right=headings[2:])


def agreement(view: VerifyView) -> str:
    """Return the last line: that the ledger agrees, or in how many points it does not."""
    if not view.documents:
        return "Nothing was posted for these days, so there is nothing to compare."
    if view.agrees:
        return (
            f"ledger agrees to the cent: {several(view.documents, 'document')}, {several(view.payments, 'payment')}, "
            f"{view.currency} {money(view.total, view.currency)}"
        )
    count = len(view.differences)
    return f"ledger does not agree: {count} {'difference' if count == 1 else 'differences'}"


def _first(document: DocumentView) -> list[str]:
    currency = document.currency
    amounts = (document.signed_total, document.signed_tax)
    return [name_of(document), clean(document.number), *(money(one, currency) for one in amounts)]


def _payments(document: DocumentView, methods: Sequence[str]) -> list[str]:
    paid: dict[str, Decimal] = {}
    for one in document.payments:
        paid[one.payment_method] = paid.get(one.payment_method, Decimal(0)) + document.sign * one.amount
    return [money(paid[method], document.currency) if method in paid else "" for method in methods]


def _paid(document: DocumentView) -> str:
    return money(document.sign * sum((one.amount for one in document.payments), Decimal(0)), document.currency)
