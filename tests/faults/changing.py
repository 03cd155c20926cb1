"""Days that come again as later revisions, and sums of what a ledger holds."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from tests.support.takings_of import Takings

_MONEY = ("gross", "net"), ("recorded", "counted")


def later(takings: Takings, by: int = 10) -> Takings:
    """The same days as later revisions: one sale and its payment so many dollars dearer."""
    return replace(takings, records=tuple(dearer(record, by) for record in takings.records))


def dearer(record: Mapping[str, Any], by: int = 10) -> dict[str, Any]:
    """Return a record's next revision: one sale and its payment so many dollars dearer."""
    made = copy.deepcopy(dict(record)) | {"revision": record["revision"] + 1}
    for place, names in zip((made["sales"][0], made["payments"][0]), _MONEY, strict=True):
        for name in names:
            place[name] = str(Decimal(place[name]) + by)
    sale = made["sales"][0]
    sale["tax"] = str((Decimal(sale["net"]) / 11).quantize(Decimal("0.01"), rounding="ROUND_HALF_UP"))
    return made


def sums(amounts: Any) -> Mapping[str, Decimal]:
    """Add amounts up by account, and leave out what comes to nothing."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for account, amount in amounts:
        found[account] += Decimal(str(amount))
    return {account: amount for account, amount in found.items() if amount}
