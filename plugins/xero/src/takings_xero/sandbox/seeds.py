"""New organisations: an Australian company with its chart, tax rates and settings."""

from __future__ import annotations

import uuid
from typing import Any

from takings_xero.sandbox import chart, rates
from takings_xero.sandbox.dates import wire_moment
from takings_xero.sandbox.documents import ACCOUNT, ORGANISATION, TAX_RATE, Documents
from takings_xero.sandbox.store import Store

DEFAULT_NAME = "Harbour Street Tavern"
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def tenant_id(name: str) -> str:
    """Return the tenant id that an organisation of this name gets: always the same."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"xero-sandbox/organisation/{name}"))


def organisation(name: str, now: float, settings: dict[str, Any]) -> dict[str, Any]:
    """Return an organisation in Xero's shape."""
    ident = tenant_id(name)
    bits = uuid.UUID(ident).int
    code = "".join(_LETTERS[bits >> (5 * place) & 31] for place in range(5))
    return {
        "Name": name,
        "LegalName": name,
        "PaysTax": True,
        "Version": "AU",
        "OrganisationType": "COMPANY",
        "BaseCurrency": "AUD",
        "CountryCode": "AU",
        "IsDemoCompany": False,
        "OrganisationStatus": "ACTIVE",
        "TaxNumber": "51824753556",
        "FinancialYearEndDay": 30,
        "FinancialYearEndMonth": 6,
        "SalesTaxBasis": "ACCRUALS",
        "SalesTaxPeriod": "QUARTERLY1",
        "DefaultSalesTax": "Tax Inclusive",
        "DefaultPurchasesTax": "Tax Inclusive",
        "CreatedDateUTC": wire_moment(now, offset=False),
        "OrganisationEntityType": "COMPANY",
        "Timezone": "AUSEASTERNSTANDARDTIME",
        "ShortCode": f"!{code}",
        "OrganisationID": ident,
        "Edition": "BUSINESS",
        "Class": "STANDARD",
        "Addresses": [],
        "Phones": [],
        "ExternalLinks": [],
        "PaymentTerms": {},
    } | settings


def plain_fields() -> dict[str, Any]:
    """Return the fields of an organisation's record that a person may choose, with their usual values."""
    kept = ("Name", "OrganisationID", "CreatedDateUTC")
    record = organisation(DEFAULT_NAME, 0, {})
    return {key: value for key, value in record.items() if key not in kept and not isinstance(value, list | dict)}


def add_organisation(store: Store, name: str, now: float, *, settings: dict[str, Any] | None = None) -> str:
    """Create an organisation with chart and rates, unless one of this name stands; returns the tenant id."""
    made = organisation(name, now, settings or {})
    tenant = str(made["OrganisationID"])
    documents = Documents(store, tenant)
    with store.transaction():
        if documents.get(ORGANISATION, tenant):
            return tenant
        documents.put(ORGANISATION, made, now)
        moment = wire_moment(now)
        for account in chart.australian_chart(tenant):
            documents.put(ACCOUNT, account | {"UpdatedDateUTC": moment}, now)
        for rate in rates.australian_rates():
            documents.put(TAX_RATE, rate, now)
    return tenant


def organisations(store: Store) -> list[dict[str, Any]]:
    """Return every organisation of the sandbox, oldest first."""
    rows = store.rows("select tenant from documents where kind = 'organisation' order by seq")
    found = (Documents(store, tenant).get(ORGANISATION, tenant) for (tenant,) in rows)
    return [one for one in found if one is not None]
