"""Writes the OpenAPI 3.1 document of the JSON API, from its operations and the shapes that these take and give."""

from __future__ import annotations

import json
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from typing import Any, get_args

from takings.web.api.operation import Operation
from takings.web.api.schema import Schema, Shapes, described, parameters
from takings.web.api.shapes import Refusal
from takings.web.printing import CSV, HTML

#: Below which path all addresses are.
BASE = "/api/v1"

#: The version of the shapes; it changes only with the path.
VERSION = "1"

_JSON = "application/json"

_IN_PATHS: dict[str, Schema] = {
    "ref": {"type": "string", "description": "The integration's id, or its name"},
    "key": {"type": "string", "description": "The step's key, as the setup lists it"},
    "run": {"type": "string", "description": "The run's id"},
    "date": {"type": "string", "format": "date", "description": "The business date"},
    "sequence": {"type": "integer", "minimum": 1, "maximum": 999_999, "description": "Which close of that date"},
    "dimension": {"type": "string", "description": "The dimension's key"},
    "month": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$", "description": "The month, like 2026-10"},
    "link": {"type": "string", "description": "The link's id"},
}

_ABOUT = (
    "Everything that the pages of takings can do. Money is text with the currency's decimals, dates and instants are "
    "ISO 8601, what is absent is null or empty. Answers may get further fields; bodies with unknown ones are "
    "refused. Every refusal has the same shape."
)


def make_document(operations: tuple[Operation, ...]) -> Schema:
    """Return the document."""
    shapes = Shapes()
    paths: dict[str, Schema] = {}
    for one in operations:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one, shapes)
    groups = dict.fromkeys(one.group for one in operations)
    return {
        "openapi": "3.1.0",
        "info": {"title": "takings", "version": VERSION, "description": _ABOUT},
        "servers": [{"url": BASE, "description": "Below the prefix at which the site is mounted"}],
        "tags": [{"name": one} for one in groups],
        "security": [{"key": []}, {"session": [], "csrf": []}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(shapes.found.items())),
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A key of `takings api-keys new`, for `takings serve`; a host has its own ways.",
                },
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "takings_session",
                    "description": "Who is signed in at `takings serve`, or at the host by a cookie of its own.",
                },
                "csrf": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "X-CSRF-Token",
                    "description": "The token of `GET /me`; with a cookie needed for everything that changes things.",
                },
            },
        },
    }


def _operation(one: Operation, shapes: Shapes) -> Schema:
    found: Schema = {"operationId": one.name, "summary": one.text, "tags": [one.group]}
    names = [part[1:-1] for part in one.path.split("/") if part.startswith("{")]
    places: list[Any] = [{"name": name, "in": "path", "required": True, **_placed(name)} for name in names]
    places += parameters(one.query) if one.query else []
    if places:
        found["parameters"] = places
    if one.body:
        required = bool(one.body.model_json_schema().get("required"))
        content = _json(shapes.sent(one.body))
        if one.body.example:
            content[_JSON]["example"] = one.body.example
        found["requestBody"] = {"required": required, "content": content}
    found["responses"] = {
        str(one.status): _answered(one, shapes),
        **{str(status): _response(_told(kind), shapes.answered(kind)) for status, kind in one.further.items()},
        "default": _response("What went wrong.", shapes.answered(Refusal)),
    }
    for status, example in _examples().get(one.name, {}).items():
        found["responses"][status]["content"][_JSON]["example"] = example
    if one.public:
        found["security"] = []
    return found


def _placed(name: str) -> Schema:
    schema = dict(_IN_PATHS[name])
    return {"description": schema.pop("description"), "schema": schema}


def _response(text: str, schema: Schema) -> Schema:
    return {"description": text, "content": _json(schema)}


def _answered(one: Operation, shapes: Shapes) -> Schema:
    found = _response(HTTPStatus(one.status).phrase, shapes.answered(one.returned))
    if one.printed:
        found["content"] |= {kind: {"schema": {"type": "string"}} for kind in (CSV, HTML)}
    return found


@cache
def _examples() -> Schema:
    """Return answers of a small shop by the operations' names and statuses; `make docs` records them."""
    found: Schema = json.loads(files(__package__ or "").joinpath("examples.json").read_text("utf-8"))
    return found


def _told(kind: Any) -> str:
    """Say what an answer is, of several shapes what the first one is."""
    return described(next(iter(get_args(kind)), kind))


def _json(schema: Schema) -> Schema:
    return {_JSON: {"schema": schema}}
