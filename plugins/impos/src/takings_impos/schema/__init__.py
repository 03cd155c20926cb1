"""Is responsible for the published contract of the ImPOS feed: JSON Schemas of what is sent, OpenAPI of how."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, Literal, get_args

SchemaName = Literal[
    "end_of_day-1.schema.json",
    "catalogue-1.schema.json",
    "service.openapi.json",
    "intake.openapi.json",
]
NAMES: tuple[SchemaName, ...] = get_args(SchemaName)


def text(name: SchemaName) -> str:
    """Give a document of the contract as it is published."""
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


def load(name: SchemaName) -> dict[str, Any]:
    """Give a document of the contract as data; its relative references name the other documents."""
    document: dict[str, Any] = json.loads(text(name))
    return document


def end_of_day() -> dict[str, Any]:
    """Give the JSON Schema of a record `impos.end_of_day/1`."""
    return load("end_of_day-1.schema.json")


def catalogue() -> dict[str, Any]:
    """Give the JSON Schema of a catalogue."""
    return load("catalogue-1.schema.json")


def service_openapi() -> dict[str, Any]:
    """Give the OpenAPI document of the ImPOS service that is pulled from."""
    return load("service.openapi.json")


def intake_openapi() -> dict[str, Any]:
    """Give the OpenAPI document of the intake endpoint that ImPOS pushes to."""
    return load("intake.openapi.json")
