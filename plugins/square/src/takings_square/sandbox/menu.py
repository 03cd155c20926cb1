"""What the café sells: its catalogue as Square's API shows it, and the prices in cents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

GST = {"id": "TAX-GST-10", "name": "GST", "percentage": "10"}
UPDATED = "2024-01-15T00:00:00.000Z"
CATEGORIES = {
    "CAT-COFFEE": "Coffee and drinks",
    "CAT-KITCHEN": "Kitchen",
    "CAT-BAKERY": "Bakery food",
    "CAT-RETAIL": "Food to take home",
}


@dataclass(frozen=True)
class Item:
    """One item with one variation; `taxed` says whether GST is in its price."""

    key: str
    name: str
    category: str
    cents: int
    taxed: bool = True

    @property
    def variation(self) -> str:
        """The id that orders name."""
        return f"VAR-{self.key}"


MENU = (
    Item("FLATWHITE", "Flat white", "CAT-COFFEE", 480),
    Item("LONGBLACK", "Long black", "CAT-COFFEE", 450),
    Item("ICEDLATTE", "Iced latte", "CAT-COFFEE", 690),
    Item("TOAST", "Sourdough toast", "CAT-KITCHEN", 990),
    Item("EGGS", "Eggs Benedict", "CAT-KITCHEN", 2350),
    Item("SALAD", "Grain salad", "CAT-KITCHEN", 1895),
    Item("CROISSANT", "Croissant", "CAT-BAKERY", 620),
    Item("LOAF", "Sourdough loaf", "CAT-BAKERY", 850, taxed=False),
    Item("BEANS", "House blend 250 g", "CAT-RETAIL", 1833, taxed=False),
    Item("MUG", "Mug, not on any shelf", "", 2200),
)


def catalogue() -> list[dict[str, Any]]:
    """Return every object of the catalogue."""
    return [
        _object(
            "TAX", GST["id"], name=GST["name"], percentage=GST["percentage"], inclusion_type="INCLUSIVE", enabled=True
        ),
        *(_object("CATEGORY", ident, name=name) for ident, name in CATEGORIES.items()),
        *(_item(one) for one in MENU),
        *(_variation(one) for one in MENU),
    ]


def _object(kind: str, ident: str, **data: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "id": ident,
        "updated_at": UPDATED,
        "version": 1705276800000,
        "is_deleted": False,
        "present_at_all_locations": True,
        f"{kind.lower()}_data": data,
    }


def _item(one: Item) -> dict[str, Any]:
    data: dict[str, Any] = {"name": one.name, "variations": [_variation(one)]}
    if one.category:
        data |= {"categories": [{"id": one.category}], "reporting_category": {"id": one.category}}
    return _object("ITEM", f"ITEM-{one.key}", **data)


def _variation(one: Item) -> dict[str, Any]:
    price = {"amount": one.cents, "currency": "AUD"}
    return _object("ITEM_VARIATION", one.variation, item_id=f"ITEM-{one.key}", name="Regular", price_money=price)
