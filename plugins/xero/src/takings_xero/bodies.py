"""The exact bytes of a call: payloads as they are, with money text turned into JSON numbers. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from takings.plugin import Operation
from takings_xero.kinds import KINDS

_encoder = msgspec.json.Encoder(decimal_format="number")


def write_body(kind: str, operations: Sequence[Operation]) -> bytes:
    """Return the body of one call; equal operations give equal bytes."""
    if kind == "payment_removal":  # any other field is refused
        return _encoder.encode({"Status": "DELETED"})
    return _encoder.encode({KINDS[kind].resource: [_element(kind, operation.payload) for operation in operations]})


def _element(kind: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    element = dict(payload)
    for name in ("LineItems", "JournalLines"):
        if name in payload:
            element[name] = [{**line, "LineAmount": Decimal(line["LineAmount"])} for line in payload[name]]
    if kind in ("payment", "allocation"):
        element["Amount"] = Decimal(payload["Amount"])
    if kind == "allocation":
        del element["CreditNoteID"]  # it stands in the address
    return element
