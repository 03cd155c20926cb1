"""Adds up days and posted documents to what a bookkeeper files. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from takings.domain.catalogue import DimensionKind
from takings.domain.day import DaySummary
from takings.domain.mapping import LedgerRef, MappingTable
from takings.domain.money import ZERO
from takings.plugin.documents import Document
from takings.store.states import DayState
from takings.sync.report_days import ReportDay
from takings.views.reports import (
    AccountSum,
    ClearingAccount,
    ClearingRow,
    CloseView,
    MonthDay,
    SheetDocument,
    SheetLine,
    TaxSum,
    TenderSum,
)


def documents_of(days: Iterable[ReportDay]) -> list[tuple[Document, str]]:
    """Return each standing document once, with its number: a document for several closes stands at each of them.

    Of one that holds dates which are not reported, what each close has in it stands in its place.
    """
    standing = (one for day in days for one in (*(day.shares or day.documents), *day.adjusting))
    found = {one.key: (one, one.number or "") for one in standing}
    return list(found.values())


def account_sums(documents: Iterable[Document], clearing: Mapping[str, LedgerRef]) -> tuple[AccountSum, ...]:
    """Return how each account moved, in order of their names; the tax is the one contained in its lines."""
    refs: dict[str, LedgerRef] = {}
    amounts: dict[str, Decimal] = defaultdict(lambda: ZERO)
    taxes: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for document in documents:
        for line in document.lines:
            refs.setdefault(line.account.id, line.account)
            amounts[line.account.id] -= document.sign * line.amount
            taxes[line.account.id] -= document.sign * line.tax_amount
        for payment in document.payments:
            refs.setdefault(payment.account.id, payment.account)
            amounts[payment.account.id] += document.sign * payment.amount
    sums = (
        AccountSum(id=id_, account=str(refs[id_]), amount=amounts[id_], tax=taxes[id_], is_clearing=id_ in clearing)
        for id_ in refs
    )
    return tuple(sorted(sums, key=lambda one: (one.account, one.id)))


def tax_sums(documents: Iterable[Document], clearing: Container[str]) -> tuple[TaxSum, ...]:
    """Return what was posted at each tax rate, with what carries no tax at all left out.

    Payment methods that are lines of a document are no supplies: they stand on an account of `clearing`, without tax.
    """
    refs: dict[str, str] = {}
    gross: dict[str, Decimal] = defaultdict(lambda: ZERO)
    tax: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for document in documents:
        for line in document.lines:
            is_tender = line.account.id in clearing and not line.tax_codes and not line.tax_amount
            if line.tax is not None and not is_tender:
                refs.setdefault(line.tax.id, line.tax.name or line.tax.id)
                gross[line.tax.id] += document.sign * line.amount
                tax[line.tax.id] += document.sign * line.tax_amount
    return tuple(
        TaxSum(tax=refs[id_], gross=gross[id_], amount=tax[id_]) for id_ in sorted(refs, key=lambda one: refs[one])
    )


def tender_sums(days: Iterable[DaySummary], table: MappingTable) -> tuple[TenderSum, ...]:
    """Return what each payment method came to, in the order in which they first appear."""
    names: dict[str, str] = {}
    recorded: dict[str, Decimal] = defaultdict(lambda: ZERO)
    counted: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for day in days:
        for tender in day.tenders:
            names.setdefault(tender.code, tender.name or tender.code)
            recorded[tender.code] += tender.recorded
            counted[tender.code] += tender.counted
    return tuple(
        TenderSum(
            code=code,
            name=name,
            recorded=recorded[code],
            counted=counted[code],
            account=_place(table, DimensionKind.TENDER, code),
        )
        for code, name in names.items()
    )


def close_view(one: ReportDay, table: MappingTable) -> CloseView:
    """Return one close with its lines, payment methods and documents."""
    day = one.day
    return CloseView(
        sequence=day.sequence,
        revision=day.revision,
        state=one.state,
        opened_at=day.opened_at,
        closed_at=day.closed_at,
        lines=tuple(
            SheetLine(
                kind=line.kind.value,
                code=line.account,
                name=line.name,
                amount=line.amount,
                account=_place(table, DimensionKind.ACCOUNT, line.account),
                tax=_place(table, DimensionKind.TAX, table.tax_code(line)),
            )
            for line in day.lines
        ),
        tenders=tender_sums([day], table),
        total=day.counted_total,
        tax_on_top=day.tax_on_top,
        documents=tuple(
            SheetDocument(
                kind=document.kind,
                number=document.number or "",
                day=document.day,
                total=document.sign * document.total,
                tax=document.sign * document.tax,
                state=one.state,
                period=one.period if document in one.documents else "",
                draft=document.draft,
            )
            for document in (*one.documents, *one.adjusting, *one.drafts)
        ),
        findings=one.findings,
    )


def _place(table: MappingTable, kind: DimensionKind, code: str) -> str:
    """Name where a code goes, or the decision that stands in place of it."""
    entry = table.get(kind, code) if code else None
    if entry is None:
        return ""
    return str(entry.ref) if entry.ref else entry.choice.value.replace("_", " ")


def month_days(days: Sequence[ReportDay]) -> tuple[MonthDay, ...]:
    """Return the dates that have closes: their state is that of the close that needs a person most."""
    by_date: dict[date, list[ReportDay]] = {}
    taxes: dict[date, Decimal] = defaultdict(lambda: ZERO)
    for one, tax in zip(days, _taxes(days), strict=True):
        by_date.setdefault(one.day.business_date, []).append(one)
        taxes[one.day.business_date] += tax
    found = []
    for when, closes in by_date.items():
        drafts = {document.key: document for one in closes for document in one.drafts}
        named = [*(number for _, number in documents_of(closes)), *(one.number or "" for one in drafts.values())]
        found.append(
            MonthDay(
                business_date=when,
                state=min((one.state for one in closes), key=_urgency),
                total=sum((one.day.counted_total for one in closes), ZERO),
                posted=sum((one.posted for one in closes), ZERO),
                tax=taxes[when],
                numbers=tuple(named),
                unapproved=sum((one.unapproved for one in closes), ZERO),
            )
        )
    return tuple(found)


def _taxes(days: Sequence[ReportDay]) -> list[Decimal]:
    """Return the tax of each close; the last one of a document for several has what lacks to the document's tax."""
    last = {one.documents[0].key: place for place, one in enumerate(days) if one.documents}
    given: dict[str, Decimal] = defaultdict(lambda: ZERO)
    seen: set[str] = set()
    found = []
    for place, one in enumerate(days):
        adjusting = [document for document in one.adjusting if document.key not in seen]
        seen |= {document.key for document in adjusting}
        tax = _tax_of(one.part)
        if one.documents and not one.shares:
            key = one.documents[0].key
            if last[key] == place:
                tax = _tax_of(one.documents) - given[key]
            given[key] += tax
        found.append(tax + _tax_of(adjusting))
    return found


def _tax_of(documents: Iterable[Document]) -> Decimal:
    return sum((document.sign * document.tax for document in documents), ZERO)


_URGENCY = [
    DayState.HELD, DayState.PARTLY, DayState.UNDOING, DayState.CHANGED, DayState.POSTING, DayState.PENDING,
    DayState.UNDONE, DayState.NEVER, DayState.POSTED, DayState.NOTHING,
]  # fmt: skip


def _urgency(state: str) -> int:
    known = [one.value for one in _URGENCY]
    return known.index(state) if state in known else 0


def clearing_accounts(
    documents: Iterable[Document], clearing: Mapping[str, LedgerRef]
) -> tuple[ClearingAccount, ...]:
    """Return each clearing account's movements with the running balance, document by document."""
    moves: dict[str, list[tuple[date, str, str, Decimal]]] = {id_: [] for id_ in clearing}
    for document in sorted(documents, key=lambda one: (one.day, one.key)):
        number = document.number or document.key
        for line in document.lines:
            if line.account.id in moves:
                moves[line.account.id].append((document.day, number, line.description, -document.sign * line.amount))
        for payment in document.payments:
            if payment.account.id in moves:
                moves[payment.account.id].append(
                    (document.day, number, payment.label, document.sign * payment.amount)
                )
    accounts = (_clearing(ref, moves[id_]) for id_, ref in clearing.items())
    return tuple(sorted(accounts, key=lambda one: (one.account, one.id)))


def _clearing(ref: LedgerRef, moves: Sequence[tuple[date, str, str, Decimal]]) -> ClearingAccount:
    balance, rows = ZERO, []
    for when, number, about, amount in moves:
        balance += amount
        rows.append(ClearingRow(business_date=when, document=number, about=about, amount=amount, balance=balance))
    return ClearingAccount(id=ref.id, account=str(ref), rows=tuple(rows), total=balance)
