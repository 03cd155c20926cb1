"""The OpenAPI document: valid, served, kept in the documentation, and made of what the code does."""

from __future__ import annotations

import json

from openapi_spec_validator import validate
from tests.web.api.client import Client, validator
from tests.web.api.conftest import Shop
from tests.web.api.generated import is_allowed

from takings.web.api.app import ALL, OPERATIONS, document
from takings.web.csrf import HEADER


def test_the_document_is_valid_openapi() -> None:
    validate(document())


def test_it_is_served_to_everybody_and_is_the_same_below_every_prefix(shop: Shop) -> None:
    nobody = Client(shop.anna.app, "")
    assert nobody.get("/openapi.json") == json.loads(json.dumps(document()))


def test_every_operation_has_its_own_name_and_says_what_it_does() -> None:
    names = [one.name for one in ALL]
    assert len(set(names)) == len(names)
    assert [one.name for one in ALL if not one.text.endswith(".")] == []


def test_whatever_changes_something_names_the_act_that_a_host_may_forbid() -> None:
    assert [one.name for one in OPERATIONS if (one.method == "GET") == bool(one.act)] == []


def test_only_the_document_itself_is_public() -> None:
    assert [one.name for one in ALL if one.public] == ["showDocument"]


def test_the_document_names_the_header_that_is_looked_at() -> None:
    assert document()["components"]["securitySchemes"]["csrf"]["name"].lower() == HEADER


def test_every_body_with_fields_has_an_example_that_is_taken() -> None:
    for one in OPERATIONS:
        if one.body is not None and one.body.model_fields:
            assert one.body.example, one.name
            one.body.model_validate_json(json.dumps(one.body.example))
            sent = document()["paths"][one.path][one.method.lower()]["requestBody"]["content"]["application/json"]
            assert is_allowed(sent["schema"], sent["example"]), one.name


def test_every_recorded_answer_fits_its_shape() -> None:
    found = [
        (one["schema"], one["example"])
        for methods in document()["paths"].values()
        for operation in methods.values()
        for response in operation["responses"].values()
        for one in response["content"].values()
        if "example" in one
    ]
    assert len(found) >= 10
    for schema, example in found:
        validator(json.dumps(schema)).validate(example)
