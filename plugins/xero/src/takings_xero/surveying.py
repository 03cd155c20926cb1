"""The survey before posting: organisation, lock dates, chart, contact, and what stands in the period."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from takings.plugin import ZERO, Finding, Period, StandingDocument, Survey
from takings_xero import filters
from takings_xero.api import Api
from takings_xero.contacts import read_contact
from takings_xero.dates import read_day
from takings_xero.findings import contact_archived
from takings_xero.ledger import organisation_findings, read_chart, read_locks, read_organisation
from takings_xero.options import JOURNAL, NO_TRACKING, IntegrationSettings
from takings_xero.shapes import (
    DEAD,
    JournalShape,
    LineShape,
    OrganisationShape,
    PaperShape,
)

#: How long after its trading day a close is expected at the latest; documents may be dated on the day of the close.
LATEST_CLOSE = timedelta(days=31)

# source component / site / date.sequence[+date.sequence-digest] / generation / kind.n
_OUR_KEY = re.compile(
    r"[A-Za-z0-9_.-]+:[A-Za-z0-9_.-]+/[A-Za-z0-9_.~-]+/\d{4}-\d\d-\d\d\.\d+"
    r"(\+\d{4}-\d\d-\d\d\.\d+-[0-9a-f]{8})?/g\d+/[a-z_]+\.\d+"
)


#: A journal has no contact.
NO_CONTACT = {"state": "none", "name": "", "id": ""}


def our_key(reference: str | None) -> str:
    """Return the reference when it is a key that the core built, or an empty text."""
    return reference if reference and _OUR_KEY.fullmatch(reference) else ""


def key_in(narration: str | None) -> str:
    """Return our key at the end of a journal's narration, or an empty text."""
    return our_key((narration or "").rsplit(" ", 1)[-1])


def survey(api: Api, tenant: str, period: Period, *, settings: IntegrationSettings) -> Survey:
    """Read all that planning needs: six reads, one more where lines are tracked, one where others' journals count.

    Each thousand documents of the period makes one more.
    """
    organisation = read_organisation(api)
    chart = read_chart(api, tenant, organisation, tracked=settings.tracking != NO_TRACKING)
    contact = NO_CONTACT if settings.shape == JOURNAL else read_contact(api, settings.contact_name)
    read = _as_far_as_closed(period)  # what stands is never posted again
    documents = _standing(api, read, journals=settings.reads_journals)
    locks = read_locks(organisation)
    return Survey(
        chart=chart,
        locked_through=chart.locked_through,
        documents=documents,
        extra=_extra(organisation, contact, locks) | {"through": read.last.isoformat()},
        findings=organisation_findings(organisation) + _contact_findings(contact),
    )


def _extra(organisation: OrganisationShape, contact: dict[str, str], locks: dict[str, date | None]) -> dict[str, Any]:
    return {
        "contact": contact,
        "short_code": organisation.short_code or "",
        "locks": {name: day.isoformat() for name, day in locks.items() if day},
    }


def _contact_findings(contact: dict[str, str]) -> tuple[Finding, ...]:
    return (contact_archived(contact["name"]),) if contact["state"] == "archived" else ()


def look_back(api: Api, period: Period, settings: IntegrationSettings) -> tuple[StandingDocument, ...]:
    """Read the journals that the survey leaves out: a database that is lost may have posted them in another shape."""
    return () if settings.reads_journals else tuple(_journals(api, _as_far_as_closed(period)))


def _as_far_as_closed(period: Period) -> Period:
    """Return the period as far as any close of it may be dated, also after the setting was changed."""
    return Period(period.first, min(period.last, date.max - LATEST_CLOSE) + LATEST_CLOSE)


def _standing(api: Api, period: Period, *, journals: bool) -> tuple[StandingDocument, ...]:
    """Read what stands in the period.

    In full: a short list that left the Reference out would hide what was posted before a database was lost.
    """
    dated = filters.dated(period)
    found = [
        _paper(one, one.invoice_id, one.invoice_number, period=period)
        for page in api.invoices({"where": f'Type=="ACCREC" AND {dated}'})
        for one in page
    ]
    found += [
        _paper(one, one.credit_note_id, one.credit_note_number, period=period, sign=-1)
        for page in api.credit_notes({"where": f'Type=="ACCRECCREDIT" AND {dated}'})
        for one in page
    ]
    if journals:
        found += _journals(api, period)
    return tuple(found)


def _paper(one: PaperShape, ident: str, number: str | None, *, period: Period, sign: int = 1) -> StandingDocument:
    return StandingDocument(
        id=ident,
        number=number or "",
        key=our_key(one.reference),
        day=read_day(one.date) or period.first,
        total=one.total,
        status=one.status or "",
        voided=(one.status or "") in DEAD,
        sign=sign,
        contact=(one.contact.name or "") if one.contact else "",
        # Lines are compared where the total tells nothing; summing all of them would cost each backfill.
        lines={} if one.total else line_sums(one.line_items, one.line_amount_types),
    )


def _journals(api: Api, period: Period) -> list[StandingDocument]:
    pages = api.journals({"where": filters.dated(period)})
    return [_journal(one, period) for page in pages for one in page]


def _journal(one: JournalShape, period: Period) -> StandingDocument:
    """Turn a journal round: what it credits is what a document takes in."""
    return StandingDocument(
        id=one.manual_journal_id,
        number="",
        key=key_in(one.narration),
        day=read_day(one.date) or period.first,
        total=ZERO,
        status=one.status or "",
        voided=(one.status or "") in DEAD,
        lines={account: -amount for account, amount in line_sums(one.journal_lines, one.line_amount_types).items()},
    )


def line_sums(lines: Iterable[LineShape] | None, amount_types: str | None) -> dict[str, Decimal]:
    """Sum the lines by account, tax included whatever way the document shows its prices."""
    sums: dict[str, Decimal] = {}
    for account, _, amount in _amounts(lines, amount_types):
        sums[account] = sums.get(account, ZERO) + amount
    return sums


def rate_sums(lines: Iterable[LineShape] | None, amount_types: str | None) -> dict[tuple[str, str], Decimal]:
    """Sum the lines as `line_sums` does, by account and tax type."""
    sums: dict[tuple[str, str], Decimal] = {}
    for account, line, amount in _amounts(lines, amount_types):
        place = (account, line.tax_type or "")
        sums[place] = sums.get(place, ZERO) + amount
    return sums


def option_sums(lines: Iterable[LineShape] | None, amount_types: str | None) -> dict[tuple[str, str], Decimal] | None:
    """Sum the lines as `line_sums` does, by account and each tracking option; None where options have no ids."""
    sums: dict[tuple[str, str], Decimal] = {}
    for account, line, amount in _amounts(lines, amount_types):
        for option in [one.tracking_option_id for one in line.tracking or ()] or [""]:
            if option is None:
                return None
            sums[account, option] = sums.get((account, option), ZERO) + amount
    return sums


def _amounts(lines: Iterable[LineShape] | None, amount_types: str | None) -> Iterator[tuple[str, LineShape, Decimal]]:
    exclusive = (amount_types or "").lower() == "exclusive"
    for line in lines or ():
        if line.account_id:
            yield (
                line.account_id,
                line,
                (line.line_amount or ZERO) + ((line.tax_amount or ZERO) if exclusive else ZERO),
            )
