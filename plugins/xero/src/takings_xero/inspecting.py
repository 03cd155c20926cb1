"""Reading posted invoices back, in pages, with their payments and the accounts these went to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from urllib.parse import urlsplit

from takings.plugin import ZERO, InspectedPayment, Inspection, Period, Standing
from takings_xero import filters
from takings_xero.api import Api
from takings_xero.dates import read_day
from takings_xero.ledger import read_organisation
from takings_xero.shapes import DEAD, InvoiceShape
from takings_xero.surveying import our_key

#: Up to this many documents are asked for by id: one call; more by the period's dates.
FEW = 90

Receipts = Mapping[str, Mapping[str, str]]


def inspect(api: Api, receipts: Receipts, period: Period, api_url: str) -> Iterator[Inspection]:
    """Yield what the ledger holds for each key; what was moved out of the period is looked up by its id."""
    wanted = {receipt["id"]: key for key, receipt in receipts.items() if receipt.get("id")}
    yield from (
        Inspection(key=key, standing=Standing.ABSENT) for key, receipt in receipts.items() if not receipt.get("id")
    )
    if not wanted:
        return
    link = _link_start(api, api_url)
    accounts = _payment_accounts(api, period, wanted)
    keys = {key: receipt["id"] for key, receipt in receipts.items() if receipt.get("id")}
    where = f'Type=="ACCREC" AND {filters.dated(period)}'
    doubled: list[Inspection] = []
    yield from _taken(_watched(api.invoices({"where": where}), keys, doubled), wanted, accounts, link)
    yield from doubled
    for ids in filters.id_lists(list(wanted), FEW):
        yield from _taken(api.invoices({"IDs": ids}), wanted, accounts, link)
    yield from (Inspection(key=key, standing=Standing.ABSENT) for key in wanted.values())


def _watched(
    pages: Iterable[list[InvoiceShape]], keys: Mapping[str, str], doubled: list[Inspection]
) -> Iterator[list[InvoiceShape]]:
    """Pass the pages on, and note each live invoice that has one of our keys and is not the one that was posted."""
    for page in pages:
        for invoice in page:
            key = our_key(invoice.reference)
            if keys.get(key, invoice.invoice_id) != invoice.invoice_id and (invoice.status or "") not in DEAD:
                number = invoice.invoice_number or invoice.invoice_id
                doubled.append(Inspection(key=key, standing=Standing.SEVERAL, number=number, status="a second time"))
        yield page


def _taken(
    pages: Iterable[list[InvoiceShape]], wanted: dict[str, str], accounts: dict[str, str], link: str
) -> Iterator[Inspection]:
    """Yield the wanted ones of the pages, and take them out of `wanted`."""
    for page in pages:
        for invoice in page:
            key = wanted.pop(invoice.invoice_id, None)
            if key is not None:
                yield _inspection(key, invoice, accounts, link)


def _payment_accounts(api: Api, period: Period, wanted: Mapping[str, str]) -> dict[str, str]:
    """Return the account of each payment on a wanted invoice: an invoice's own list of payments has none."""
    where = f'Status=="AUTHORISED" AND {filters.dated(period)}'
    return {
        payment.payment_id: payment.account.account_id or ""
        for page in api.payments({"where": where})
        for payment in page
        if payment.account and payment.invoice and payment.invoice.invoice_id in wanted
    }


def _inspection(key: str, invoice: InvoiceShape, accounts: dict[str, str], link: str) -> Inspection:
    status = invoice.status or ""
    return Inspection(
        key=key,
        standing=Standing.VOIDED if status in DEAD else Standing.STANDS,
        number=invoice.invoice_number or "",
        day=read_day(invoice.date),
        total=invoice.total,
        tax=invoice.total_tax,
        status=status,
        lines=_line_sums(invoice),
        payments=tuple(
            InspectedPayment(
                id=one.payment_id,
                key=our_key(one.reference),
                account=accounts.get(one.payment_id, ""),
                amount=one.amount,
            )
            for one in invoice.payments or ()
            if one.status not in DEAD
        ),
        link=f"{link}{invoice.invoice_id}" if link else "",
    )


def _line_sums(invoice: InvoiceShape) -> dict[str, Decimal]:
    """Sum the lines by account, tax included whatever way the invoice shows its prices."""
    exclusive = (invoice.line_amount_types or "").lower() == "exclusive"
    sums: dict[str, Decimal] = {}
    for line in invoice.line_items or ():
        if line.account_id:
            tax = (line.tax_amount or ZERO) if exclusive else ZERO
            sums[line.account_id] = sums.get(line.account_id, ZERO) + (line.line_amount or ZERO) + tax
    return sums


def _link_start(api: Api, api_url: str) -> str:
    """Return how links to invoices begin; none for a sandbox, whose invoices go.xero.com does not have."""
    if not (urlsplit(api_url).hostname or "").endswith(".xero.com"):
        return ""
    return link_start(read_organisation(api).short_code or "")


def link_start(short_code: str) -> str:
    """Return Xero's deep link to an invoice of the organisation, up to the invoice's id."""
    if not short_code:
        return ""
    return (
        f"https://go.xero.com/organisationlogin/default.aspx?shortcode={short_code}"
        "&redirecturl=/AccountsReceivable/View.aspx?InvoiceID="
    )
