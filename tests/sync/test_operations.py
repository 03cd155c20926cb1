"""References to what the ledger has given are filled in wherever they stand in a payload."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.support.days import steady, texts

from takings.plugin.documents import Operation, Ref
from takings.sync.operations import resolve

RECEIPTS = {"a/invoice.1": {"id": "i-1", "number": "INV-7"}}
REF = Ref(key="a/invoice.1", field="id").as_json()
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(texts.filter(lambda t: t != "$ref"), inner, max_size=3)
    ),
    max_leaves=10,
)


def an_operation(payload: dict[str, Any], *needs: str) -> Operation:
    return Operation(key="a/payment.1", kind="payment", payload=payload, depends_on=needs)


def test_references_are_filled_in_at_any_depth() -> None:
    payload = {"Invoice": {"InvoiceID": REF}, "Lines": [{"Of": [REF, "x"]}], "Amount": "11.00"}
    found = resolve(an_operation(payload, "a/invoice.1"), RECEIPTS)
    assert found.payload == {"Invoice": {"InvoiceID": "i-1"}, "Lines": [{"Of": ["i-1", "x"]}], "Amount": "11.00"}
    assert (found.key, found.kind, found.depends_on) == ("a/payment.1", "payment", ("a/invoice.1",))
    assert payload["Invoice"] == {"InvoiceID": REF}


@steady
@given(st.dictionaries(texts.filter(lambda text: text != "$ref"), PLAIN, max_size=4))
def test_a_payload_without_references_stays_as_it_is(payload: dict[str, Any]) -> None:
    assert resolve(an_operation(payload, "a/invoice.1"), RECEIPTS).payload == payload
    assert resolve(an_operation(payload), {}).payload is payload


@steady
@given(PLAIN)
def test_a_reference_survives_the_database(beside: Any) -> None:
    payload = json.loads(json.dumps({"beside": beside, "id": REF}))
    assert resolve(an_operation(payload, "a/invoice.1"), RECEIPTS).payload == {"beside": beside, "id": "i-1"}
