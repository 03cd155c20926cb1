"""What one day has in a document that holds several: for its sheet, and for a period that cuts through one. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from takings.domain.adjusting import PostedContent, PostedLine, decode_content, untracked
from takings.domain.day import Prices
from takings.domain.money import ZERO, round_amount
from takings.plugin.documents import Document, DocumentLine, DocumentPayment
from takings.sync.retaxed import MatchedTaxes


def share_of(documents: Iterable[Document], mapped: Mapping[str, Any], day: date) -> tuple[Document, ...]:
    """Return what a day has in the documents of its unit, as a document of its date; nothing where nothing stands.

    `mapped` is what was posted for the day. Its tax is the part that its amount has in the document's tax of a rate.
    """
    whole = tuple(documents)
    if not whole:
        return ()
    first, content = whole[0], untracked(decode_content(dict(mapped)))
    rates = _rates(whole, on_top=content.prices is Prices.EXCLUSIVE)
    matched = MatchedTaxes(whole)
    lines = tuple(
        replace(_line(one, rates, content, currency=first.currency), retaxed=matched.of(one, first.currency))
        for one in content.lines
    )
    payments = tuple(
        DocumentPayment(key=f"{first.key}#{n}", account=one.account, amount=one.amount, label=one.name)
        for n, one in enumerate(content.tenders, start=1)
        if one.account is not None
    )
    return (
        Document(
            key=f"{first.key}#{day.isoformat()}",
            kind=first.kind,
            number=first.number,
            day=day,
            currency=first.currency,
            total=sum((one.amount for one in lines), ZERO),
            tax=sum((one.tax_amount for one in lines), ZERO),
            lines=lines,
            payments=payments,
        ),
    )


def _line(one: PostedLine, rates: Mapping[str, Decimal], content: PostedContent, *, currency: str) -> DocumentLine:
    tax = round_amount(one.amount * rates[one.tax.id if one.tax else ""], currency)
    return DocumentLine(
        account=one.account,
        tax=one.tax,
        description=one.name,
        amount=one.amount + (tax if content.prices is Prices.EXCLUSIVE else ZERO),
        tax_amount=tax,
    )


def _rates(documents: Iterable[Document], *, on_top: bool) -> dict[str, Decimal]:
    amounts: dict[str, Decimal] = defaultdict(lambda: ZERO)
    taxes: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for document in documents:
        for line in document.lines:
            if line.tax is not None and line.tax_amount:
                amounts[line.tax.id] += line.amount - (line.tax_amount if on_top else ZERO)
                taxes[line.tax.id] += line.tax_amount
    found: dict[str, Decimal] = defaultdict(lambda: ZERO)
    found.update({tax: taxes[tax] / amount for tax, amount in amounts.items() if amount})
    return found
