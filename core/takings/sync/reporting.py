"""Adds up days and posted documents to what a bookkeeper files. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from takings.domain.mapping import LedgerRef
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

#: Stands for the ledger's account of what is owed on documents, which no code is mapped to.
LEFT_OPEN = "Left open on documents (accounts receivable)"


def documents_of(days: Iterable[ReportDay]) -> list[tuple[Document, str]]:
    """Return each standing document once, with its number: a document for several closes stands at each of them.

    Of one that holds dates which are not reported, what each close has in it stands in its place.
    """
    standing = (one for day in days for one in (*(day.shares or day.documents), *day.adjusting))
    found = {one.key: (one, one.number or "") for one in standing}
    return list(found.values())


def account_sums(documents: Iterable[Document], clearing: Mapping[str, LedgerRef]) -> tuple[AccountSum, ...]:
    """Return how each account moved, in order of their names; the tax is the one contained in its lines.

    What is left open on the documents comes last: the ledger has it on an account of its own for what is owed.
    """
    refs: dict[str, LedgerRef] = {}
    amounts: dict[str, Decimal] = defaultdict(lambda: ZERO)
    taxes: dict[str, Decimal] = defaultdict(lambda: ZERO)
    left = ZERO
    for document in documents:
        left += document.sign * document.total
        for line in document.lines:
            refs.setdefault(line.account.id, line.account)
            amounts[line.account.id] -= document.sign * line.amount
            taxes[line.account.id] -= document.sign * line.tax_amount
        for payment in document.payments:
            refs.setdefault(payment.account.id, payment.account)
            amounts[payment.account.id] += document.sign * payment.amount
            left -= document.sign * payment.amount
    sums = (
        AccountSum(id=id_, account=str(refs[id_]), amount=amounts[id_], tax=taxes[id_], is_clearing=id_ in clearing)
        for id_ in refs
    )
    owed = (AccountSum(id="", account=LEFT_OPEN, amount=left, tax=ZERO, is_open=True),) if left else ()
    return (*sorted(sums, key=lambda one: (one.account, one.id)), *owed)


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


def tender_sums(days: Iterable[ReportDay]) -> tuple[TenderSum, ...]:
    """Return what each payment method came to, in the order in which they first appear.

    One that was received in several accounts stands once for each of them.
    """
    names: dict[str, str] = {}
    sums: dict[tuple[str, str], tuple[Decimal, Decimal]] = {}
    for one in days:
        for tender in one.day.tenders:
            names.setdefault(tender.code, tender.name or tender.code)
            place = (tender.code, one.places.tender(tender).shown)
            recorded, counted = sums.get(place, (ZERO, ZERO))
            sums[place] = (recorded + tender.recorded, counted + tender.counted)
    order = list(names)
    moved = {code for (code, _), amounts in sums.items() if any(amounts)}
    rows = (
        TenderSum(code=code, name=names[code], recorded=recorded, counted=counted, account=account)
        for (code, account), (recorded, counted) in sums.items()
        # On a day without it, a payment method went nowhere.
        if recorded or counted or code not in moved
    )
    return tuple(sorted(rows, key=lambda row: order.index(row.code)))


def close_view(one: ReportDay) -> CloseView:
    """Return one close with its lines, payment methods and documents."""
    day = one.day
    places = [one.places.line(line, day) for line in day.lines]
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
                account=place.shown,
                tax=place.tax,
            )
            for line, place in zip(day.lines, places, strict=True)
        ),
        tenders=tender_sums([one]),
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
    documents: Iterable[Document], clearing: Mapping[str, LedgerRef], *, first: date
) -> tuple[ClearingAccount, ...]:
    """Return each clearing account's movements from `first` on, with the balance after each.

    What is dated earlier is its opening balance; drafts move nothing.
    """
    moves: dict[str, list[_Move]] = {id_: [] for id_ in clearing}
    opening = dict.fromkeys(clearing, ZERO)
    for document in (one for one in documents if not one.draft):
        for account, about, amount in _moves(document):
            if account not in moves:
                continue
            if document.day < first:
                opening[account] += amount
            else:
                number = document.number or document.key
                moves[account].append(_Move(document.day, document.key, number, about, amount))
    accounts = (_clearing(ref, moves[id_], opening[id_]) for id_, ref in clearing.items())
    return tuple(sorted(accounts, key=lambda one: (one.account, one.id)))


class _Move(NamedTuple):
    """A movement of a clearing account, by a document with this key and number."""

    day: date
    key: str
    number: str
    about: str
    amount: Decimal


def _moves(document: Document) -> Iterator[tuple[str, str, Decimal]]:
    """Yield what a document moves: account, description, and the amount that it brings in."""
    for line in document.lines:
        yield line.account.id, line.description, -document.sign * line.amount
    for payment in document.payments:
        yield payment.account.id, payment.label, document.sign * payment.amount


def _clearing(ref: LedgerRef, moves: Sequence[_Move], opening: Decimal) -> ClearingAccount:
    balance, rows = opening, []
    for one in sorted(moves, key=lambda one: (one.day, one.key)):
        balance += one.amount
        rows.append(
            ClearingRow(
                business_date=one.day, document=one.number, about=one.about, amount=one.amount, balance=balance
            )
        )
    total = balance - opening
    return ClearingAccount(
        id=ref.id, account=str(ref), opening=opening, rows=tuple(rows), total=total, balance=balance
    )
