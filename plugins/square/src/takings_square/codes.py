"""Is responsible for the codes to be mapped: dimensions, the fixed codes, and those of Square's catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from takings.plugin import Dimension, DimensionKind, LineKind, SourceCode
from takings_square.shapes import PaidBy, Tax

TAXES = Dimension(
    key="taxes",
    title="Taxes",
    kind=DimensionKind.TAX,
    help="Each tax of Square and the tax rate of the ledger that its sales carry",
)
TENDERS = Dimension(
    key="tenders",
    title="Payment methods",
    kind=DimensionKind.TENDER,
    help="Each payment method of Square and the account of the ledger that receives the money",
)
ACCOUNTS = Dimension(
    key="accounts",
    title="Categories",
    kind=DimensionKind.ACCOUNT,
    help="Each category of Square (and tips, service charges, gift cards, rounding) and its account in the ledger",
)
#: In the order of the wizard.
DIMENSIONS = (TAXES, TENDERS, ACCOUNTS)

NO_TAX, OUT_OF_SCOPE = "NO-TAX", "OUT-OF-SCOPE"
UNCATEGORISED, TIPS, CHARGES = "UNCATEGORISED", "TIPS", "SERVICE-CHARGES"
GIFT_CARDS, ROUNDING = "GIFT-CARDS", "ROUNDING"

_BY_SQUARE, _IN_TILL, _OWED = "Settled by Square with the cards", "Cash and cheques", "On account with others"

#: Code, name, and how the money arrives, which says what to map it to.
_TENDERS = (
    ("CARD", "Cards", _BY_SQUARE),
    ("CASH", "Cash", _IN_TILL),
    ("WALLET", "Wallets", _BY_SQUARE),
    ("GIFT_CARD", "Gift cards redeemed", "Owed to their holders until then"),
    ("BUY_NOW_PAY_LATER", "Buy now, pay later", _BY_SQUARE),
    ("BANK_ACCOUNT", "Bank transfers", _BY_SQUARE),
    ("EXTERNAL-CHECK", "Cheques", _IN_TILL),
    ("EXTERNAL-OTHER", "Other, taken outside Square", _OWED),
    ("OTHER", "Other, taken by Square", _BY_SQUARE),
)
_TENDER_NAMES = {code: name for code, name, _ in _TENDERS}

_ACCOUNTS = (
    (UNCATEGORISED, "Uncategorised", "Food and other goods", NO_TAX, ""),
    (TIPS, "Tips", "", OUT_OF_SCOPE, LineKind.TIP.value),
    (CHARGES, "Service charges", "Surcharges", NO_TAX, LineKind.SURCHARGE.value),
    (GIFT_CARDS, "Gift cards sold", "", OUT_OF_SCOPE, LineKind.VOUCHER_SOLD.value),
    (ROUNDING, "Cash rounding", "", OUT_OF_SCOPE, LineKind.ROUNDING.value),
)


def tender_code(paid: PaidBy) -> str:
    """Return the code of the payment method with which something was paid."""
    kind = paid.source_type or ""
    if kind == "CARD":
        card = paid.card_details.card if paid.card_details else None
        return "GIFT_CARD" if card and card.card_brand == "SQUARE_GIFT_CARD" else "CARD"
    if kind == "EXTERNAL":
        said = (paid.external_details.type if paid.external_details else None) or "OTHER"
        return f"EXTERNAL-{said}"
    return kind if kind in _TENDER_NAMES else "OTHER"


def tender_name(code: str) -> str:
    """Return a payment method's name for people."""
    return _TENDER_NAMES.get(code) or code.replace("-", ", ").replace("_", " ").capitalize()


def tax_code(taxes: Iterable[Tax]) -> str:
    """Return the code of the taxes that a line carries together; none of them is a code too."""
    found = {one.catalog_object_id or f"{one.name or 'Tax'} {one.percentage or ''}".strip() for one in taxes}
    return "+".join(sorted(found)) or NO_TAX


def fixed() -> list[SourceCode]:
    """Return the codes that every location has."""
    return [
        SourceCode(dimension=TAXES.key, code=NO_TAX, name="Sold without tax", rate=Decimal(0)),
        SourceCode(
            dimension=TAXES.key, code=OUT_OF_SCOPE, name="No sale: tips, gift cards, rounding", rate=Decimal(0)
        ),
        *(SourceCode(dimension=TENDERS.key, code=code, name=name, category=how) for code, name, how in _TENDERS),
        *(
            SourceCode(dimension=ACCOUNTS.key, code=code, name=name, category=what, tax_code=tax, role=role)
            for code, name, what, tax, role in _ACCOUNTS
        ),
    ]


def from_catalogue(objects: Iterable[Any]) -> list[SourceCode]:
    """Return the codes of Square's taxes and categories; what is neither, or has no id, is left out."""
    codes = {}
    for one in objects:
        if not isinstance(one, dict) or not isinstance(one.get("id"), str) or one.get("is_deleted"):
            continue
        kind = one.get("type")
        if kind not in ("TAX", "CATEGORY"):
            continue
        data = one.get(f"{kind.lower()}_data")
        data = data if isinstance(data, dict) else {}
        name, dimension = str(data.get("name") or one["id"]), TAXES if kind == "TAX" else ACCOUNTS
        rate = _rate(data.get("percentage")) if kind == "TAX" else None
        codes[kind, one["id"]] = SourceCode(dimension=dimension.key, code=one["id"], name=name, rate=rate)
    return [codes[key] for key in sorted(codes)]


def _rate(text: object) -> Decimal | None:
    try:
        rate = Decimal(text) if isinstance(text, str) else None
    except InvalidOperation:
        return None
    return rate if rate is not None and rate.is_finite() and 0 <= rate <= 100 else None
