"""Is responsible for what is kept of Square's objects: the money and what it hangs on, nothing of any person.

What changes without changing the money (versions, fees, refunded totals, timestamps) is left out too, so that a day
that is read again gives the same record. What is malformed is kept as it is; reading the record tells it. Pure.
"""

from __future__ import annotations

from typing import Any

#: Names to keep; True keeps a value as it is, a dict looks into objects, alone or in lists.
Spec = dict[str, Any]

_LINE: Spec = {
    "catalog_object_id": True,
    "item_type": True,
    "applied_taxes": {"tax_uid": True},
    "total_money": True,
    "total_tax_money": True,
    "total_discount_money": True,
    "total_service_charge_money": True,
}
_TAX: Spec = {"uid": True, "catalog_object_id": True, "name": True, "percentage": True}
_CHARGE: Spec = {
    "treatment_type": True,
    "applied_taxes": {"tax_uid": True},
    "total_money": True,
    "total_tax_money": True,
}
_ROUNDING: Spec = {"amount_money": True}
_SOURCE: Spec = {
    "source_type": True,
    "card_details": {"card": {"card_brand": True}},
    "external_details": {"type": True},
}

ORDER: Spec = {
    "id": True,
    "line_items": _LINE,
    "taxes": _TAX,
    "service_charges": _CHARGE,
    "total_tip_money": True,
    "rounding_adjustment": _ROUNDING,
    "returns": {
        "return_line_items": _LINE,
        "return_taxes": _TAX,
        "return_service_charges": _CHARGE,
        "return_tips": {"applied_money": True},
        "rounding_adjustment": _ROUNDING,
    },
}
PAYMENT: Spec = {"id": True, "status": True, "order_id": True, "total_money": True, **_SOURCE}
REFUND: Spec = {
    "id": True,
    "status": True,
    "order_id": True,
    "amount_money": True,
    "destination_type": True,
    "paid_by": _SOURCE,
}


def keep(value: Any, spec: Spec | bool) -> Any:
    """Return a value reduced to what the spec names."""
    if isinstance(spec, bool):
        return value
    if isinstance(value, list):
        return [keep(one, spec) for one in value]
    if isinstance(value, dict):
        return {name: keep(value[name], part) for name, part in spec.items() if name in value}
    return value
