"""Turns what is sent and answered into JSON schemas, so that the documentation is what the code does."""

from __future__ import annotations

import types
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from inspect import cleandoc
from typing import Any, Union, get_args, get_origin, get_type_hints

from takings.web.api.bodies import Body, Query

Schema = dict[str, Any]

_SIMPLE: dict[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
    Decimal: {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"},
    type(None): {"type": "null"},
    Any: {},
}


class Shapes:
    """The named shapes of a document, each collected when it is first referred to."""

    def __init__(self) -> None:
        self.found: dict[str, Schema] = {}
        self._types: dict[str, type] = {}

    def answered(self, kind: Any) -> Schema:
        """Return the schema of what `encode` makes of a value of this type."""
        if kind in _SIMPLE:
            return dict(_SIMPLE[kind])
        origin, arguments = get_origin(kind), get_args(kind)
        if origin in (Union, types.UnionType):
            return {"anyOf": [self.answered(one) for one in arguments]}
        if origin is dict:
            return {"type": "object", "additionalProperties": self.answered(arguments[1])}
        if origin is tuple and arguments[-1] is not Ellipsis:
            parts = [self.answered(one) for one in arguments]
            return {"type": "array", "prefixItems": parts, "minItems": len(parts), "maxItems": len(parts)}
        if origin in (tuple, list):
            return {"type": "array", "items": self.answered(arguments[0])}
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            return {"type": "string", "enum": [one.value for one in kind]}
        if isinstance(kind, type) and is_dataclass(kind):
            return self._named(kind)
        raise TypeError(f"{kind} has no schema")

    def _named(self, kind: type) -> Schema:
        name = kind.__name__.removesuffix("View").removesuffix("Shape")
        if self._types.setdefault(name, kind) is not kind:
            raise TypeError(f"{kind} and {self._types[name]} would both be called {name}")
        if name not in self.found:
            self.found[name] = {}  # a shape may contain itself
            hints = get_type_hints(kind)
            names = [one.name for one in fields(kind)]
            self.found[name] = {
                "type": "object",
                "description": described(kind),
                "properties": {one: self.answered(hints[one]) for one in names},
                "required": names,
            }
        return {"$ref": f"#/components/schemas/{name}"}

    def sent(self, kind: type[Body]) -> Schema:
        """Return the schema of a body."""
        if self._types.setdefault(kind.__name__, kind) is not kind:
            raise TypeError(f"{kind} and {self._types[kind.__name__]} would both be called {kind.__name__}")
        self.found[kind.__name__] = {**_plain(kind.model_json_schema()), "description": described(kind)}
        return {"$ref": f"#/components/schemas/{kind.__name__}"}


def parameters(kind: type[Query]) -> list[Schema]:
    """Return what may stand behind the question mark, as OpenAPI parameters."""
    schema = _plain(kind.model_json_schema())
    choices, needed = schema.get("$defs", {}), schema.get("required", ())
    return [
        {"name": name, "in": "query", "required": name in needed, "schema": _without_null(_inline(one, choices))}
        for name, one in schema.get("properties", {}).items()
    ]


def described(kind: type) -> str:
    """Return a docstring as one line for each paragraph."""
    paragraphs = cleandoc(kind.__doc__ or "").split("\n\n")
    return "\n\n".join(" ".join(one.split()) for one in paragraphs)


def _plain(schema: Any) -> Any:
    """Leave out titles, which only repeat the names."""
    if isinstance(schema, list):
        return [_plain(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: {field: _plain(one) for field, one in value.items()} if name == "properties" else _plain(value)
        for name, value in schema.items()
        if name != "title"
    }


def _inline(schema: Schema, named: Schema) -> Schema:
    """Put a named choice where it is referred to; parameters have no shapes beside them."""
    if "$ref" in schema:
        found: Schema = named[schema["$ref"].rpartition("/")[2]]
        return {name: value for name, value in found.items() if name != "description"}
    if "anyOf" in schema:
        return {**schema, "anyOf": [_inline(one, named) for one in schema["anyOf"]]}
    return schema


def _without_null(schema: Schema) -> Schema:
    """What is absent of a query is left out, never null."""
    choices = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    rest = {name: value for name, value in schema.items() if name not in ("anyOf", "default")}
    if len(choices) == 1:
        rest = {**choices[0], **rest}
    elif choices:
        rest["anyOf"] = choices
    default = schema.get("default")
    return rest if default is None else {**rest, "default": default}
