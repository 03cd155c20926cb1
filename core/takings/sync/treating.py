"""What a target's settings say of kinds of lines, as the mapping applies it: ids become references of the ledger."""

from __future__ import annotations

from takings.domain.day import LineKind
from takings.domain.mapping import LedgerRef, Treatment
from takings.plugin.settings import Settings
from takings.plugin.targets import Chart, LedgerAccount, LedgerTax
from takings.plugin.treatments import APART, Treatments

#: The settings with a tax rate for a kind of line.
TAX_SETTINGS = {
    LineKind.SURCHARGE: "surcharges_tax",
    LineKind.TIP: "tips_tax",
    LineKind.VOUCHER_SOLD: "vouchers_tax",
    LineKind.DEPOSIT: "deposits_tax",
    LineKind.PAID_OUT: "paid_outs_tax",
}

#: The settings with an account that takes a kind of line whether its code is matched or not.
OWN_ACCOUNTS = {LineKind.ROUNDING: "rounding_account", LineKind.VARIANCE: "variance_account"}

_APART = {LineKind.DISCOUNT: "discounts", LineKind.REFUND: "refunds"}


def treatments_of(settings: Settings, chart: Chart | None) -> dict[LineKind, Treatment]:
    """Return the treatments that are set; the chart as it was read last gives names to ids."""
    if not isinstance(settings, Treatments):
        return {}
    accounts = {one.id: one for one in chart.accounts} if chart else {}
    taxes = {one.id: one for one in chart.taxes} if chart else {}
    found = {}
    for kind, name in TAX_SETTINGS.items():
        if chosen := getattr(settings, name):
            title = type(settings).model_fields[name].title or name
            found[kind] = Treatment(tax=_ref(chosen, taxes.get(chosen)), tax_setting=name, tax_title=title)
    for kind, name in OWN_ACCOUNTS.items():
        if chosen := getattr(settings, name):
            found[kind] = Treatment(account=_ref(chosen, accounts.get(chosen)), takes_open=True)
    for kind, name in _APART.items():
        chosen = getattr(settings, f"{name}_account")
        if chosen and getattr(settings, name) == APART:
            found[kind] = Treatment(account=_ref(chosen, accounts.get(chosen)))
    return found


def _ref(id_: str, known: LedgerAccount | LedgerTax | None) -> LedgerRef:
    return LedgerRef(id=id_, code=known.code if known else "", name=known.name if known else "")
