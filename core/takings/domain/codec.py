"""The canonical JSON of a day summary: how it is stored, shown and hashed. Money stands as text."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from takings.domain.day import CustomerShare, DaySummary, Line, LineKind, Site, TaxTotal, Tender
from takings.domain.money import format_amount

_LINE_TEXTS = (
    "name", "tax_code", "subtype", "category", "department", "day_part", "payment_method", "reference",
    "customer",
)  # fmt: skip


def encode_day(day: DaySummary) -> dict[str, Any]:
    """Return the documented JSON shape of a day; empty optional fields are left out."""
    currency = day.site.currency
    # Written where it is so only: the days of venues that charge tax keep their hash.
    untaxed = {} if day.charges_tax else {"charges_tax": False}
    return {
        "site": {
            "id": day.site.id,
            "name": day.site.name,
            "timezone": day.site.timezone,
            "currency": currency,
        },
        "business_date": day.business_date.isoformat(),
        "sequence": day.sequence,
        "revision": day.revision,
        "prices_include_tax": day.prices_include_tax,
        **untaxed,
        "opened_at": day.opened_at.isoformat() if day.opened_at else None,
        "closed_at": day.closed_at.isoformat() if day.closed_at else None,
        "closed_by": day.closed_by,
        "number": day.number,
        "lines": [_encode_line(line, currency) for line in day.lines],
        "tenders": [_encode_tender(one, currency) for one in day.tenders],
        "taxes": [_encode_tax(one, currency) for one in day.taxes],
        "statistics": dict(day.statistics),
    }


def _encode_line(line: Line, currency: str) -> dict[str, Any]:
    encoded: dict[str, Any] = {
        "kind": line.kind.value,
        "account": line.account,
        "amount": format_amount(line.amount, currency),
    }
    encoded |= {name: value for name in _LINE_TEXTS if (value := getattr(line, name))}
    if line.quantity:
        encoded["quantity"] = line.quantity
    return encoded


def _encode_tender(one: Tender, currency: str) -> dict[str, Any]:
    encoded: dict[str, Any] = {
        "code": one.code,
        "name": one.name,
        "recorded": format_amount(one.recorded, currency),
        "counted": format_amount(one.counted, currency),
        "count": one.count,
    }
    if one.customers:
        encoded["customers"] = [
            {"customer": share.customer, "amount": format_amount(share.amount, currency)} for share in one.customers
        ]
    return encoded


def _decode_tender(one: dict[str, Any]) -> Tender:
    customers = tuple(
        CustomerShare(customer=share["customer"], amount=Decimal(share["amount"]))
        for share in one.get("customers", ())
    )
    amounts = {name: Decimal(one[name]) for name in ("recorded", "counted")}
    return Tender(**{**one, **amounts, "customers": customers})


def _encode_tax(total: TaxTotal, currency: str) -> dict[str, Any]:
    encoded = {
        "tax_code": total.tax_code,
        "amount": format_amount(total.amount, currency),
        "lines": total.lines,
    }
    return encoded | {"account": total.account} if total.account else encoded


def decode_day(data: dict[str, Any]) -> DaySummary:
    """Read what `encode_day` wrote."""
    return DaySummary(
        site=Site(**data["site"]),
        business_date=date.fromisoformat(data["business_date"]),
        sequence=data["sequence"],
        revision=data["revision"],
        prices_include_tax=data["prices_include_tax"],
        charges_tax=data.get("charges_tax", True),
        opened_at=_instant(data["opened_at"]),
        closed_at=_instant(data["closed_at"]),
        closed_by=data["closed_by"],
        number=data["number"],
        lines=tuple(
            Line(**{**line, "kind": LineKind(line["kind"]), "amount": Decimal(line["amount"])})
            for line in data["lines"]
        ),
        tenders=tuple(_decode_tender(one) for one in data["tenders"]),
        taxes=tuple(TaxTotal(**{**one, "amount": Decimal(one["amount"])}) for one in data["taxes"]),
        statistics=data["statistics"],
    )


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def canonical_text(day: DaySummary) -> tuple[str, str]:
    """Return the canonical JSON text of a day and the hash that tells two contents of it apart.

    The revision stands first and is no part of the hash: the same content under another revision is the same.
    """
    encoded = encode_day(day)
    revision = encoded.pop("revision")
    text = msgspec.json.encode(encoded)
    return f'{{"revision":{revision},{text[1:].decode()}', hashlib.sha256(text).hexdigest()


def read_canonical(text: str) -> DaySummary:
    """Read the text that `canonical_text` wrote."""
    return decode_day(msgspec.json.decode(text))
