"""Is responsible for the catalogue: the codes of the three dimensions, read as strictly as a record."""

from __future__ import annotations

from typing import Any

from takings.plugin import Catalogue, Dimension, DimensionKind, Finding, LineKind, SourceCode

from . import findings
from .fields import Fields, Notes
from .jsontext import Decoded
from .record import read_site

TAX_CODES = Dimension(
    key="tax_codes",
    title="Tax codes",
    kind=DimensionKind.TAX,
    help="Each tax code of ImPOS and the tax rate of the ledger that its sales carry",
)
PAYMENT_METHODS = Dimension(
    key="payment_methods",
    title="Payment methods",
    kind=DimensionKind.TENDER,
    help="Each payment method of ImPOS and the account of the ledger that receives the money",
)
ACCOUNTS = Dimension(
    key="accounts",
    title="Accounts",
    kind=DimensionKind.ACCOUNT,
    help="Each account of ImPOS (a department, a surcharge, tips …) and the account of the ledger that takes it",
)

#: In the order of the wizard.
DIMENSIONS = (TAX_CODES, PAYMENT_METHODS, ACCOUNTS)

#: ImPOS's own words for the kinds of money that are no sales. Nothing else is concluded from a category or a name.
_ROLES = {
    "Surcharges": LineKind.SURCHARGE,
    "Tips": LineKind.TIP,
    "Vouchers": LineKind.VOUCHER_SOLD,
    "Deposits": LineKind.DEPOSIT,
    "Accounts": LineKind.ACCOUNT_PAYMENT,
    "Rounding": LineKind.ROUNDING,
    "Variance": LineKind.VARIANCE,
}
_CASH_MOVEMENTS = "Cash movements"


def is_catalogue(data: Any) -> bool:
    """Whether an object is meant as a catalogue and not as a record."""
    return (
        isinstance(data, dict)
        and "format" not in data
        and not {"tax_codes", "paymethods", "accounts"}.isdisjoint(data)
    )


def read_catalogue(decoded: Decoded) -> Catalogue | tuple[Finding, ...]:
    """Read a catalogue, or say all that is wrong with it."""
    notes = Notes()
    if not isinstance(decoded.value, dict):
        notes.add(findings.wrong_type("$", decoded.value, "an object, the catalogue"))
        return notes.told()
    for path, literal in decoded.constants:
        notes.add(findings.not_a_number(path, literal))
    for path in decoded.repeated:
        notes.add(findings.duplicate_key(path))
    fields = Fields(decoded.value, "$", notes)
    place = fields.object("site")
    site = read_site(place) if place else None
    codes = (*_tax_codes(fields, notes), *_payment_methods(fields, notes), *_accounts(fields, notes))
    if notes or site is None:
        return notes.told()
    return Catalogue(
        codes=codes, site_id=site.id, site_name=site.name, timezone=site.timezone, currency=site.currency
    )


def _tax_codes(fields: Fields, notes: Notes) -> list[SourceCode]:
    codes = [
        SourceCode(dimension=TAX_CODES.key, code=row.text("code"), name=row.text("name"), rate=row.rate("rate"))
        for row in fields.rows("tax_codes")
    ]
    return _each_once(codes, "tax_codes", notes)


def _payment_methods(fields: Fields, notes: Notes) -> list[SourceCode]:
    codes = [
        SourceCode(dimension=PAYMENT_METHODS.key, code=row.text("code"), name=row.text("name"))
        for row in fields.rows("paymethods")
    ]
    return _each_once(codes, "paymethods", notes)


def _accounts(fields: Fields, notes: Notes) -> list[SourceCode]:
    codes = []
    for row in fields.rows("accounts"):
        category, name = row.text("category"), row.text("name")
        codes.append(
            SourceCode(
                dimension=ACCOUNTS.key,
                code=row.text("code"),
                name=name,
                category=category,
                tax_code=row.optional("tax_code"),
                role=_role(category, name),
            )
        )
    return _each_once(codes, "accounts", notes)


def _role(category: str, name: str) -> str:
    if category == _CASH_MOVEMENTS:
        # One category for both directions: the name begins with ImPOS's own word, "Cash in" or "Cash out".
        start = name.lower()
        if start.startswith("cash in"):
            return LineKind.CASH_IN.value
        return LineKind.PAID_OUT.value if start.startswith("cash out") else ""
    role = _ROLES.get(category)
    return role.value if role else ""


def _each_once(codes: list[SourceCode], name: str, notes: Notes) -> list[SourceCode]:
    seen: set[str] = set()
    for at, one in enumerate(codes):
        if one.code in seen:
            notes.add(findings.duplicate_code(f"$.{name}[{at}].code", one.code))
        if one.code:
            seen.add(one.code)
    return codes
