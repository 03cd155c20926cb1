"""Reading an organisation: who it is, its accounts, its tax rates, and what can be mapped to which."""

from __future__ import annotations

from datetime import date

from takings.plugin import ZERO, Chart, Finding, LedgerAccount, LedgerOption, LedgerTax
from takings_xero.api import Api
from takings_xero.dates import read_day
from takings_xero.shapes import (
    Accounts,
    AccountShape,
    Categories,
    Organisations,
    OrganisationShape,
    TaxRates,
    TaxRateShape,
)
from takings_xero.zones import iana_zone

# Xero keeps these for itself: a line of an invoice can't name them.
ROUNDING = "ROUNDING"
_CLOSED_SYSTEM_ACCOUNTS = frozenset(
    {
        "DEBTORS",
        "CREDITORS",
        "RETAINEDEARNINGS",
        "UNPAIDEXPCLM",
        "TRACKINGTRANSFERS",
        "BANKCURRENCYGAIN",
        "REALISEDCURRENCYGAIN",
        "UNREALISEDCURRENCYGAIN",
    }
)
# A bank account takes payments, not lines; tracked inventory is reached through items only.
_CLOSED_TYPES = frozenset({"BANK", "INVENTORY"})
_CLASS_OF_TYPE = {
    "BANK": "ASSET", "CURRENT": "ASSET", "FIXED": "ASSET", "INVENTORY": "ASSET", "NONCURRENT": "ASSET",
    "PREPAYMENT": "ASSET", "CURRLIAB": "LIABILITY", "LIABILITY": "LIABILITY", "TERMLIAB": "LIABILITY",
    "PAYGLIABILITY": "LIABILITY", "SUPERANNUATIONLIABILITY": "LIABILITY", "WAGESPAYABLELIABILITY": "LIABILITY",
    "EQUITY": "EQUITY", "SALES": "REVENUE", "REVENUE": "REVENUE", "OTHERINCOME": "REVENUE",
}  # fmt: skip


def read_organisation(api: Api) -> OrganisationShape:
    """Read the connected organisation."""
    return api.get("Organisation", Organisations).organisations[0]


def read_chart(api: Api, tenant: str, organisation: OrganisationShape, *, tracked: bool = True) -> Chart:
    """Read what source codes can be mapped to; archived accounts and dead rates are marked, not left out."""
    return Chart(
        organisation=tenant,
        organisation_name=organisation.name,
        currency=organisation.base_currency,
        timezone=iana_zone(organisation.timezone),
        accounts=tuple(_account(one) for one in api.get("Accounts", Accounts).accounts),
        taxes=tuple(_tax(one) for one in api.get("TaxRates", TaxRates).tax_rates),
        options=read_options(api) if tracked else (),
        locked_through=max(filter(None, read_locks(organisation).values()), default=None),
    )


def read_locks(organisation: OrganisationShape) -> dict[str, date | None]:
    """Return the organisation's lock dates by their names."""
    return {
        "period": read_day(organisation.period_lock_date),
        "end of year": read_day(organisation.end_of_year_lock_date),
    }


def read_options(api: Api) -> tuple[LedgerOption, ...]:
    """Read the options of all tracking categories in use."""
    return tuple(
        LedgerOption(
            id=option.tracking_option_id,
            name=option.name,
            category=category.tracking_category_id,
            category_name=category.name,
            active=(option.status or "ACTIVE") == "ACTIVE",
        )
        for category in api.get("TrackingCategories", Categories).tracking_categories
        if (category.status or "ACTIVE") == "ACTIVE"
        for option in category.options or ()
    )


def organisation_findings(organisation: OrganisationShape) -> tuple[Finding, ...]:
    """Say when nothing can be posted to the organisation at all."""
    status = organisation.organisation_status or "ACTIVE"
    if status == "ACTIVE":
        return ()
    return (
        Finding(
            code="xero.organisation_inactive",
            what=f"{organisation.name} can't be posted to",
            why=f"Its status in Xero is {status}",
            do="Renew the organisation's subscription in Xero, or connect another organisation",
            where="connect",
            subject=organisation.name,
        ),
    )


def _account(one: AccountShape) -> LedgerAccount:
    system = one.system_account or ""
    return LedgerAccount(
        id=one.account_id,
        code=one.code or "",
        name=one.name,
        kind=one.class_ or _CLASS_OF_TYPE.get(one.type, "EXPENSE"),
        active=(one.status or "ACTIVE") == "ACTIVE",
        takes_payments=one.type == "BANK" or bool(one.enable_payments_to_account),
        takes_lines=one.type not in _CLOSED_TYPES and system not in _CLOSED_SYSTEM_ACCOUNTS,
        tax=one.tax_type or "",
        role="rounding" if system == ROUNDING else "",
    )


def _tax(one: TaxRateShape) -> LedgerTax:
    usable = {
        "ASSET": one.can_apply_to_assets,
        "EQUITY": one.can_apply_to_equity,
        "EXPENSE": one.can_apply_to_expenses,
        "LIABILITY": one.can_apply_to_liabilities,
        "REVENUE": one.can_apply_to_revenue,
    }
    rate = one.effective_rate if one.effective_rate is not None else one.display_tax_rate
    return LedgerTax(
        id=one.tax_type,
        code=one.tax_type,
        name=one.name,
        rate=rate if rate is not None else ZERO,
        # A rate that Xero lets nowhere be used would read as "all" when empty.
        active=(one.status or "ACTIVE") == "ACTIVE" and any(usable.values()),
        kinds=tuple(kind for kind, allowed in usable.items() if allowed),
    )
