"""What lies between a month of trading days and that month of the ledger: documents dated in another one. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from takings.domain.identity import read_key
from takings.domain.money import ZERO
from takings.domain.period import Period
from takings.plugin.documents import Document
from takings.sync.report_days import ReportDay
from takings.views.reports import DatedDocument


def dated_elsewhere(days: Iterable[ReportDay], period: Period) -> tuple[DatedDocument, ...]:
    """Return the documents for days of a period that the ledger has on a date outside it, with what they are here."""
    found: dict[str, tuple[Document, Decimal, Decimal]] = {}
    for one, total, tax in _parts(days):
        if one.day in period:
            continue
        _, before, before_tax = found.get(one.key, (one, ZERO, ZERO))
        found[one.key] = (one, before + total, before_tax + tax)
    return _shown(found.values())


def dated_here(dated: Iterable[Document], days: Sequence[ReportDay]) -> tuple[DatedDocument, ...]:
    """Return the documents dated in a period that are for other days, with what of them these other days have."""
    sums: dict[str, tuple[Decimal, Decimal]] = {}
    for one, total, tax in _parts(days):
        before, before_tax = sums.get(one.key, (ZERO, ZERO))
        sums[one.key] = (before + total, before_tax + tax)
    left = []
    for one in dated:
        total, tax = sums.get(one.key, (ZERO, ZERO))
        rest, rest_tax = one.sign * one.total - total, one.sign * one.tax - tax
        if one.key not in sums or rest or rest_tax:
            left.append((one, rest, rest_tax))
    return _shown(left)


def drafts_of(days: Iterable[ReportDay]) -> tuple[DatedDocument, ...]:
    """Return the documents for these days that wait for approval, each once."""
    return waiting(one for day in days for one in day.drafts)


def waiting(documents: Iterable[Document]) -> tuple[DatedDocument, ...]:
    """Return those of documents that wait for approval, each once."""
    found = {one.key: one for one in documents if one.draft}
    return _shown((one, one.sign * one.total, one.sign * one.tax) for one in found.values())


def _parts(days: Iterable[ReportDay]) -> Iterable[tuple[Document, Decimal, Decimal]]:
    """Yield each document with what these days have of it: once, or for each close of one that holds other days."""
    seen: set[str] = set()
    for day in days:
        for place, one in enumerate((*day.documents, *day.adjusting)):
            if day.shares and place < len(day.documents):
                shares = day.shares if place == 0 else ()
                yield (
                    one,
                    sum((share.sign * share.total for share in shares), ZERO),
                    sum((share.sign * share.tax for share in shares), ZERO),
                )
            elif one.key not in seen:
                seen.add(one.key)
                yield one, one.sign * one.total, one.sign * one.tax


def _shown(found: Iterable[tuple[Document, Decimal, Decimal]]) -> tuple[DatedDocument, ...]:
    views = (
        DatedDocument(
            number=one.number or one.key, kind=one.kind, day=one.day, days=_days_of(one), total=total, tax=tax
        )
        for one, total, tax in found
    )
    return tuple(sorted(views, key=lambda one: (one.day, one.number)))


def _days_of(document: Document) -> str:
    read = read_key(document.key.rpartition("/")[0])
    return str(Period(read.first[0], read.last[0])) if read else str(document.day)
