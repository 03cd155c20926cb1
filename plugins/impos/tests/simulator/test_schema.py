"""The published contract: it describes the sample, refuses what is broken, and is itself valid."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from takings_impos import schema
from takings_impos.simulator import VENUES, awkward_month

Record = dict[str, Any]


def test_every_sample_record_validates(record_validator: Draft202012Validator, sample: Path) -> None:
    paths = sorted(sample.glob("2026-*.json"))
    assert len(paths) == 33
    for path in paths:
        record_validator.validate(json.loads(path.read_text("utf-8")))


def test_the_sample_catalogue_is_the_default_venues(sample: Path) -> None:
    catalogue = json.loads((sample / "catalogue.json").read_text("utf-8"))
    Draft202012Validator(schema.catalogue()).validate(catalogue)
    assert VENUES["anchor"].catalogue() == catalogue


BROKEN: dict[str, Callable[[Record], Any]] = {
    "another major version": lambda r: r.update(format="impos.end_of_day/2"),
    "no site": lambda r: r.pop("site"),
    "no payments": lambda r: r.pop("payments"),
    "no currency": lambda r: r["site"].pop("currency"),
    "money as a number": lambda r: r["sales"][0].update(net=12),
    "money as a float": lambda r: r["payments"][0].update(counted=12.5),
    "money as words": lambda r: r["rounding"].update(amount="two cents"),
    "money with one decimal": lambda r: r["rounding"].update(amount="0.1"),
    "money with a thousands mark": lambda r: r["sales"][0].update(net="1,825.72"),
    "money with a currency mark": lambda r: r["sales"][0].update(net="$12.00"),
    "money in other digits": lambda r: r["sales"][0].update(net="١٢.00"),
    "a negative count": lambda r: r["payments"][0].update(count=-1),
    "a count that is true": lambda r: r["payments"][0].update(count=True),
    "a positive discount": lambda r: r["sales"][0].update(discount="1.00"),
    "a positive refund": lambda r: r["sales"][0].update(refund="1.00"),
    "a day that is none": lambda r: r.update(trading_day="2026-02-30"),
    "a moment without offset": lambda r: r.update(closed_at="2026-10-05T03:10:00"),
    "sequence nought": lambda r: r.update(sequence=0),
    "revision as text": lambda r: r.update(revision="1"),
    "an unknown surcharge type": lambda r: r["surcharges"][0].update(type="admin fee"),
    "a surcharge without its tax": lambda r: r["surcharges"][0].pop("tax"),
    "a line without account": lambda r: r["sales"][0].update(account=""),
    "sideways cash": lambda r: r.update(cash_movements=[_movement(direction="sideways")]),
    "negative cash out": lambda r: r.update(cash_movements=[_movement(amount="-1.00")]),
    "no cash out": lambda r: r.update(cash_movements=[_movement(amount="0.00")]),
}


def _movement(**changed: str) -> Record:
    return {"account": "CASH-OUT", "reason": "Ice", "direction": "out", "amount": "1.00", **changed}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_record_is_refused(record_validator: Draft202012Validator, name: str) -> None:
    record = awkward_month(2026, 10)[0]
    assert record_validator.is_valid(record)
    BROKEN[name](record)
    assert not record_validator.is_valid(record)


def test_what_is_optional_may_be_missing_and_more_may_be_there(record_validator: Draft202012Validator) -> None:
    record = awkward_month(2026, 10)[0]
    del record["sales"][0]["tax_code"]
    record["cash_movements"] = [_movement(tax_code="GST", tax="0.09")]
    record["loyalty"] = {"points": 3}
    record_validator.validate(record)


@pytest.mark.parametrize("name", [name for name in schema.NAMES if "openapi" in name])
def test_the_openapi_documents_are_valid(name: schema.SchemaName) -> None:
    validate(schema.load(name), base_uri=f"file://{files(schema)}/{name}")


@pytest.mark.parametrize("name", [name for name in schema.NAMES if "schema" in name])
def test_the_schemas_are_valid_and_describe_every_field(name: schema.SchemaName) -> None:
    document = schema.load(name)
    Draft202012Validator.check_schema(document)
    described = [document, *document.get("$defs", {}).values()]
    for part in described:
        assert part["description"]
        for field, rule in part.get("properties", {}).items():
            bare = set(rule) == {"$ref"}
            target = document["$defs"][rule["$ref"].rpartition("/")[2]] if bare else rule
            assert target["description"], field


def test_the_intake_is_described_as_it_answers() -> None:
    post = schema.intake_openapi()["paths"]["/intake"]["post"]
    assert set(post["responses"]) == {"200", "401", "413", "422"}
    assert schema.end_of_day()["title"] == "impos.end_of_day/1"
