"""Is responsible for the category under which each thing sold is reported: orders name variations only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from takings_square.api import Api, Json
from takings_square.days import parse_moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """What a variation is reported under (empty: nothing), and when the catalogue last changed about it."""

    id: str = ""
    name: str = ""
    updated: datetime | None = None


def look_up(api: Api, variations: Iterable[str]) -> dict[str, Category]:
    """Return the category of each variation that the catalogue has or had; three calls for up to 1,000."""
    sold = _objects(api, variations)
    items = _objects(api, {parent for one in sold.values() if (parent := _item_id(one))})
    items |= {ident: one for ident, one in sold.items() if one.get("type") == "ITEM"}
    categories = _objects(api, {ident for one in items.values() if (ident := _category_id(one))})
    found = {}
    for ident, one in sold.items():
        item = items.get(_item_id(one)) or items.get(ident)
        category = categories.get(_category_id(item)) if item else None
        moments = [moment for part in (one, item, category) if part and (moment := _updated(part))]
        found[ident] = Category(
            id=_text(category, "id"),
            name=_text(_data(category, "category_data"), "name"),
            updated=max(moments, default=None),
        )
    return found


def _objects(api: Api, idents: Iterable[str]) -> dict[str, Json]:
    wanted = sorted(set(idents))
    return {str(one["id"]): one for one in api.catalogue_objects(wanted) if isinstance(one, dict) and "id" in one}


def _item_id(variation: Json) -> str:
    return _text(_data(variation, "item_variation_data"), "item_id")


def _category_id(item: Json) -> str:
    """Return the category that Square's own reports use, else the item's first one, else the one of old items."""
    data = _data(item, "item_data")
    first = next(iter(_list(data, "categories")), None)
    return _text(_data(data, "reporting_category"), "id") or _text(first, "id") or _text(data, "category_id")


def _updated(one: Json) -> datetime | None:
    return parse_moment(one.get("updated_at"))


def _data(one: Any, name: str) -> Any:
    return one.get(name) if isinstance(one, dict) else None


def _list(one: Any, name: str) -> list[Any]:
    found = _data(one, name)
    return found if isinstance(found, list) else []


def _text(one: Any, name: str) -> str:
    found = _data(one, name)
    return found if isinstance(found, str) else ""
