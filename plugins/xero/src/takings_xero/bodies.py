"""The exact bytes of a call: payloads as they are, with money text turned into JSON numbers. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from takings.plugin import Operation

#: The list that each kind of operation goes in, which is also its resource.
RESOURCES = {"contact": "Contacts", "invoice": "Invoices", "payment": "Payments"}

_encoder = msgspec.json.Encoder(decimal_format="number")


def write_body(kind: str, operations: Sequence[Operation]) -> bytes:
    """Return the body of one call; equal operations give equal bytes."""
    return _encoder.encode({RESOURCES[kind]: [_element(kind, operation.payload) for operation in operations]})


def _element(kind: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    element = dict(payload)
    if kind == "invoice":
        element["LineItems"] = [{**line, "LineAmount": Decimal(line["LineAmount"])} for line in payload["LineItems"]]
    elif kind == "payment":
        element["Amount"] = Decimal(payload["Amount"])
    return element
