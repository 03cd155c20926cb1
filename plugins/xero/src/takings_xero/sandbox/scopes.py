"""Which scopes exist, and which of them a call needs."""

from __future__ import annotations

from takings_xero.sandbox.problems import Unauthorised

_INVOICES = ("accounting.invoices", "accounting.transactions")
_SETTINGS = ("accounting.settings",)

# resource -> the granular scope, then the broad one that covers it until 13 September 2027
NEEDED: dict[str, tuple[str, ...]] = {
    "invoices": _INVOICES,
    "creditnotes": _INVOICES,
    "quotes": _INVOICES,
    "items": (*_INVOICES, *_SETTINGS),
    "payments": ("accounting.payments", "accounting.transactions"),
    "batchpayments": ("accounting.payments", "accounting.transactions"),
    "overpayments": ("accounting.payments", "accounting.transactions"),
    "prepayments": ("accounting.payments", "accounting.transactions"),
    "banktransactions": ("accounting.banktransactions", "accounting.transactions"),
    "banktransfers": ("accounting.banktransactions", "accounting.transactions"),
    "manualjournals": ("accounting.manualjournals", "accounting.transactions"),
    "contacts": ("accounting.contacts",),
    "accounts": _SETTINGS,
    "brandingthemes": _SETTINGS,
    "currencies": _SETTINGS,
    "organisation": _SETTINGS,
    "organisations": _SETTINGS,
    "taxrates": _SETTINGS,
    "trackingcategories": _SETTINGS,
    "users": _SETTINGS,
}

BROAD = frozenset({"accounting.transactions", "accounting.transactions.read", "accounting.reports.read"})
_BASES = sorted({scope for scopes in NEEDED.values() for scope in scopes})
KNOWN = frozenset(
    {"openid", "profile", "email", "offline_access", "app.connections", "accounting.attachments"}
    | {"accounting.attachments.read", "accounting.reports.read", "accounting.journals.read"}
    | set(_BASES)
    | {f"{base}.read" for base in _BASES}
)


def require(resource: str, method: str, granted: frozenset[str]) -> None:
    """Raise Unauthorised (insufficient scope) unless the token may make this call."""
    needed = NEEDED.get(resource)
    if needed is None:
        return
    enough = set(needed)
    if method == "GET":
        enough |= {f"{scope}.read" for scope in needed}
    if not enough & granted:
        raise Unauthorised("AuthorizationUnsuccessful", scope_missing=True)
