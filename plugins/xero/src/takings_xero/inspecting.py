"""Reading posted documents back, in pages, with their payments and the accounts these went to."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TypeVar
from urllib.parse import urlsplit

from takings.plugin import ZERO, InspectedPayment, Inspection, Period, Standing
from takings_xero import filters
from takings_xero.api import Api
from takings_xero.dates import read_day
from takings_xero.ledger import read_organisation
from takings_xero.shapes import (
    DEAD,
    AllocationShape,
    AppliedShape,
    CreditNoteShape,
    InvoiceShape,
    JournalShape,
    LineShape,
    PaperShape,
    PaymentShape,
)
from takings_xero.surveying import key_in, line_sums, option_sums, our_key, rate_sums

#: Up to this many documents are asked for by id: one call; more by the period's dates.
FEW = 90

#: What has to be approved before it can be paid.
UNAPPROVED = frozenset({"DRAFT", "SUBMITTED"})

#: The page of each kind of document, up to its id.
_PAGES = {
    "invoice": "/AccountsReceivable/View.aspx?InvoiceID=",
    "creditnote": "/AccountsReceivable/ViewCreditNote.aspx?creditNoteID=",
    "journal": "/Journal/View.aspx?invoiceID=",
}

K = TypeVar("K", bound=Hashable)

Receipts = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One document as it was read, whatever its kind."""

    id: str
    key: str
    kind: str
    inspection: Inspection


@dataclass(slots=True, kw_only=True)
class Reader:
    """What reading back needs: where to ask, the payments by document, how links begin."""

    api: Api
    period: Period
    link: str
    payments: dict[str, list[InspectedPayment]] = field(default_factory=dict)

    def listed(self, kind: str) -> Iterator[Read]:
        """Yield the documents of a kind that are dated in the period."""
        dated = filters.dated(self.period)
        where = {"invoice": f'Type=="ACCREC" AND {dated}', "creditnote": f'Type=="ACCRECCREDIT" AND {dated}'}
        yield from _KINDS[kind](self, {"where": where.get(kind, dated)})

    def by_ids(self, kind: str, ids: Sequence[str]) -> Iterator[Read]:
        """Yield documents by their ids; journals are listed whole, since Xero finds them by nothing else."""
        if kind == "invoice":
            for some in filters.id_lists(ids, FEW):
                yield from _invoices(self, {"IDs": some})
        elif kind == "creditnote":
            for where in filters.any_id("CreditNoteID", ids):
                yield from _credit_notes(self, {"where": where})
        else:
            wanted = set(ids)
            yield from (one for one in _journals(self, {}) if one.id in wanted)

    def link_to(self, kind: str, id_: str) -> str:
        """Return the address of a document for people; none for a sandbox."""
        return f"{self.link}{_PAGES[kind]}{id_}" if self.link else ""


def inspect(api: Api, receipts: Receipts, period: Period, *, api_url: str) -> Iterator[Inspection]:
    """Yield what the ledger holds for each key; what was moved out of the period is looked up by its id."""
    wanted: dict[str, dict[str, str]] = {}
    for key, receipt in receipts.items():
        kind = _kind_of(key)
        if receipt.get("id") and kind in _KINDS:
            wanted.setdefault(kind, {})[receipt["id"]] = key
        else:  # never posted, or no document
            yield Inspection(key=key, standing=Standing.ABSENT)
    if not wanted:
        return
    reader = Reader(api=api, period=period, link=_link_start(api, api_url))
    if wanted.keys() - {"journal"}:
        reader.payments = _payments(api, period, {id_ for ids in wanted.values() for id_ in ids})
    for kind, ids in wanted.items():
        yield from _inspected(reader, kind, ids)


def _kind_of(key: str) -> str:
    """Return the kind of document that a key names, also of one that an undo made to reverse another."""
    return key.rsplit("/", 1)[-1].partition(".")[0].removeprefix("undo_")


def _inspected(reader: Reader, kind: str, wanted: dict[str, str]) -> Iterator[Inspection]:
    """Yield the wanted documents of a kind, others that carry one of their keys, and those that are gone."""
    ours = {key: id_ for id_, key in wanted.items()}
    left = dict(wanted)
    for one in reader.listed(kind):
        if left.pop(one.id, None) is not None:
            yield _as_posted(one, wanted[one.id])
        elif one.key in ours and one.inspection.standing is Standing.STANDS:
            number = one.inspection.number or one.id
            yield Inspection(key=one.key, standing=Standing.SEVERAL, number=number, status="a second time")
    if left:
        for one in reader.by_ids(kind, list(left)):
            if left.pop(one.id, None) is not None:
                yield _as_posted(one, wanted[one.id])
    yield from (Inspection(key=key, standing=Standing.ABSENT) for key in left.values())


def _as_posted(one: Read, key: str) -> Inspection:
    """Name a document by the key it was posted under, even where somebody changed its reference."""
    return replace(one.inspection, key=key, reference=key if one.key == key else one.inspection.reference)


def _invoices(reader: Reader, params: Mapping[str, str]) -> Iterator[Read]:
    for page in reader.api.invoices(params):
        for one in page:
            yield _read_invoice(reader, one)


def _read_invoice(reader: Reader, one: InvoiceShape) -> Read:
    own = {payment.payment_id: payment for payment in one.payments or () if payment.status not in DEAD}
    listed = {payment.id: payment for payment in reader.payments.get(one.invoice_id, ())}
    # An invoice's own list of payments has no accounts; the payments' list has, and only of its period.
    payments = [
        listed.get(id_) or InspectedPayment(id=id_, key=our_key(paid.reference), account="", amount=paid.amount)
        for id_, paid in own.items()
    ]
    applied = [*(one.credit_notes or ()), *(one.prepayments or ()), *(one.overpayments or ())]
    payments += [_applied(used) for used in applied if used.applied_amount]
    inspection = _as_it_stands(
        one,
        number=one.invoice_number,
        payments=payments,
        link=reader.link_to("invoice", one.invoice_id),
        credited=one.amount_credited or ZERO,
    )
    return Read(id=one.invoice_id, key=inspection.key, kind="invoice", inspection=inspection)


def _credit_notes(reader: Reader, params: Mapping[str, str]) -> Iterator[Read]:
    for page in reader.api.credit_notes(params):
        for one in page:
            yield _read_credit_note(reader, one)


def _read_credit_note(reader: Reader, one: CreditNoteShape) -> Read:
    inspection = _as_it_stands(
        one,
        number=one.credit_note_number,
        payments=(*reader.payments.get(one.credit_note_id, ()), *map(_allocated, one.allocations or ())),
        link=reader.link_to("creditnote", one.credit_note_id),
        credited=sum((found.amount for found in one.allocations or ()), ZERO),
    )
    return Read(id=one.credit_note_id, key=inspection.key, kind="creditnote", inspection=inspection)


def _as_it_stands(
    one: PaperShape, *, number: str | None, payments: Iterable[InspectedPayment], link: str, credited: Decimal
) -> Inspection:
    return Inspection(
        key=our_key(one.reference),
        standing=_standing(one.status),
        number=number or "",
        day=read_day(one.date),
        total=one.total,
        tax=one.total_tax,
        status=one.status or "",
        lines=line_sums(one.line_items, one.line_amount_types),
        rated=rate_sums(one.line_items, one.line_amount_types),
        tracked=option_sums(one.line_items, one.line_amount_types),
        payments=tuple(payments),
        link=link,
        credited=credited,
        payable=one.status not in UNAPPROVED,
        reference=one.reference or "",
    )


def _journals(reader: Reader, params: Mapping[str, str]) -> Iterator[Read]:
    for page in reader.api.journals(params):
        for one in page:
            yield _read_journal(reader, one)


def _read_journal(reader: Reader, one: JournalShape) -> Read:
    """Turn a journal round: what it credits is what a document takes in."""
    lines = one.journal_lines or []
    key = key_in(one.narration)
    return Read(
        id=one.manual_journal_id,
        key=key,
        kind="journal",
        inspection=Inspection(
            key=key,
            standing=_standing(one.status),
            day=read_day(one.date),
            total=ZERO,
            tax=-sum((line.tax_amount or ZERO for line in lines), ZERO),
            status=one.status or "",
            lines=_turned(line_sums(lines, one.line_amount_types)),
            rated=_turned(rate_sums(lines, one.line_amount_types)),
            tracked=_tracked(lines, one.line_amount_types),
            link=reader.link_to("journal", one.manual_journal_id),
            payable=one.status not in UNAPPROVED,
            reference=one.narration or "",
        ),
    )


def _turned(sums: Mapping[K, Decimal]) -> dict[K, Decimal]:
    return {place: -amount for place, amount in sums.items()}


def _tracked(lines: Sequence[LineShape], amount_types: str | None) -> dict[tuple[str, str], Decimal] | None:
    sums = option_sums(lines, amount_types)
    return None if sums is None else _turned(sums)


_KINDS: dict[str, Callable[[Reader, Mapping[str, str]], Iterator[Read]]] = {
    "invoice": _invoices,
    "creditnote": _credit_notes,
    "journal": _journals,
}


def _payments(api: Api, period: Period, wanted: set[str]) -> dict[str, list[InspectedPayment]]:
    """Return the payments on the wanted documents, by the document's id."""
    found: dict[str, list[InspectedPayment]] = {}
    where = f'Status=="AUTHORISED" AND {filters.dated(period)}'
    for payment in (one for page in api.payments({"where": where}) for one in page):
        if payment.paper in wanted:
            found.setdefault(payment.paper, []).append(_payment(payment))
    return found


def _applied(one: AppliedShape) -> InspectedPayment:
    """Count what was used to pay an invoice as a payment, which none of ours is."""
    ident = one.credit_note_id or one.prepayment_id or one.overpayment_id or ""
    return InspectedPayment(id=ident, key="", account="", amount=one.applied_amount)


def _allocated(one: AllocationShape) -> InspectedPayment:
    return InspectedPayment(id=one.allocation_id or "", key="", account="", amount=one.amount)


def _payment(one: PaymentShape) -> InspectedPayment:
    account = (one.account.account_id or "") if one.account else ""
    return InspectedPayment(
        id=one.payment_id, key=our_key(one.reference), account=account, amount=one.amount, fixed=one.fixed
    )


def _standing(status: str | None) -> Standing:
    return Standing.VOIDED if (status or "") in DEAD else Standing.STANDS


def _link_start(api: Api, api_url: str) -> str:
    """Return how links to documents begin; none for a sandbox, whose documents go.xero.com does not have."""
    if not (urlsplit(api_url).hostname or "").endswith(".xero.com"):
        return ""
    return link_start(read_organisation(api).short_code or "")


def link_start(short_code: str) -> str:
    """Return Xero's deep link into the organisation, up to the page."""
    if not short_code:
        return ""
    return f"https://go.xero.com/organisationlogin/default.aspx?shortcode={short_code}&redirecturl="
