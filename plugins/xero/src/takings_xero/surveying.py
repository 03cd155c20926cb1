"""The survey before posting: organisation, lock dates, chart, contact, and what stands in the period."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from takings.plugin import ZERO, Finding, Period, StandingDocument, Survey
from takings_xero import filters
from takings_xero.api import Api
from takings_xero.dates import read_day
from takings_xero.findings import contact_archived
from takings_xero.ledger import organisation_findings, read_chart, read_organisation
from takings_xero.options import JOURNAL, NO_TRACKING, IntegrationSettings
from takings_xero.shapes import DEAD, Contacts, JournalShape, OrganisationShape

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


def survey(api: Api, tenant: str, period: Period, settings: IntegrationSettings) -> Survey:
    """Read all that planning needs: six reads, one more where lines are tracked.

    Each thousand documents of the period makes one more.
    """
    organisation = read_organisation(api)
    chart = read_chart(api, tenant, organisation, tracked=settings.tracking != NO_TRACKING)
    journals = settings.shape == JOURNAL
    contact = NO_CONTACT if journals else read_contact(api, settings.contact_name)
    # As far as any close may be dated, also after the setting was changed: what stands is never posted again.
    read = Period(period.first, min(period.last, date.max - LATEST_CLOSE) + LATEST_CLOSE)
    documents = _standing(api, read, journals=journals)
    locks = {
        "period": read_day(organisation.period_lock_date),
        "end of year": read_day(organisation.end_of_year_lock_date),
    }
    return Survey(
        chart=chart,
        locked_through=max((day for day in locks.values() if day), default=None),
        documents=documents,
        extra=_extra(organisation, contact, locks) | {"through": read.last.isoformat()},
        findings=organisation_findings(organisation) + _contact_findings(contact),
    )


def read_contact(api: Api, name: str) -> dict[str, str]:
    """Return the contact of this name: `state` active (with its id), archived, or absent."""
    found = api.get("Contacts", Contacts, {"where": f"Name=={filters.text(name)}", "includeArchived": "true"})
    same = [one for one in found.contacts if one.name.strip().casefold() == name.strip().casefold()]
    for one in same:
        if (one.contact_status or "ACTIVE") == "ACTIVE":
            return {"state": "active", "name": name, "id": one.contact_id}
    return {"state": "archived" if same else "absent", "name": name, "id": same[0].contact_id if same else ""}


def _extra(organisation: OrganisationShape, contact: dict[str, str], locks: dict[str, date | None]) -> dict[str, Any]:
    return {
        "contact": contact,
        "short_code": organisation.short_code or "",
        "locks": {name: day.isoformat() for name, day in locks.items() if day},
    }


def _contact_findings(contact: dict[str, str]) -> tuple[Finding, ...]:
    return (contact_archived(contact["name"]),) if contact["state"] == "archived" else ()


def _standing(api: Api, period: Period, *, journals: bool) -> tuple[StandingDocument, ...]:
    """Read what stands in the period.

    In full: a short list that left the Reference out would hide what was posted before a database was lost.
    """
    dated = filters.dated(period)
    found = [
        StandingDocument(
            id=one.invoice_id,
            number=one.invoice_number or "",
            key=our_key(one.reference),
            day=read_day(one.date) or period.first,
            total=one.total,
            status=one.status or "",
            voided=(one.status or "") in DEAD,
        )
        for page in api.invoices({"where": f'Type=="ACCREC" AND {dated}'})
        for one in page
    ]
    found += [
        StandingDocument(
            id=one.credit_note_id,
            number=one.credit_note_number or "",
            key=our_key(one.reference),
            day=read_day(one.date) or period.first,
            total=one.total,
            status=one.status or "",
            voided=(one.status or "") in DEAD,
        )
        for page in api.credit_notes({"where": f'Type=="ACCRECCREDIT" AND {dated}'})
        for one in page
    ]
    if journals:
        found += [_journal(one, period) for page in api.journals({"where": dated}) for one in page]
    return tuple(found)


def _journal(one: JournalShape, period: Period) -> StandingDocument:
    return StandingDocument(
        id=one.manual_journal_id,
        number="",
        key=key_in(one.narration),
        day=read_day(one.date) or period.first,
        total=ZERO,
        status=one.status or "",
        voided=(one.status or "") in DEAD,
    )
