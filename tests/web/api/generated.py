"""Makes calls out of the OpenAPI document: such as it allows, and such as are wrong in one place."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from takings.web.api.app import document

Schema = dict[str, Any]

#: Text that has broken programs before.
ODD = (
    "",
    " ",
    "0",
    "-1",
    "null",
    "é",
    "\u202e",
    "🧾",
    "'; --",
    "<script>",
    "../..",
    "a" * 301,
    "%00",
    "{{7*7}}",
    "\x00",
)

_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
_ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(ODD)
_SCALAR = (
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | _ANY_TEXT
)
ANYTHING = st.recursive(_SCALAR, lambda one: st.lists(one, max_size=2) | st.dictionaries(_ANY_TEXT, one, max_size=2))


def resolved(schema: Schema) -> Schema:
    """Return what a reference refers to."""
    name = schema.get("$ref", "").rpartition("/")[2]
    found: Schema = document()["components"]["schemas"][name] if name else schema
    return found


def allowed(schema: Schema, hints: dict[str, list[Any]]) -> st.SearchStrategy[Any]:
    """Return values that a schema allows; `hints` has values for names of fields that lead somewhere."""
    schema = resolved(schema)
    if "anyOf" in schema:
        return st.one_of(*(allowed(one, hints) for one in schema["anyOf"]))
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kind = schema.get("type")
    if kind == "integer":
        return st.integers(schema.get("minimum", -5), schema.get("maximum", 50))
    if kind == "object":
        return _objects(schema, hints)
    if kind == "array":
        least, most = schema.get("minItems", 0), min(schema.get("maxItems", 3), 3)
        return st.lists(allowed(schema["items"], hints), min_size=least, max_size=most)
    if kind == "string":
        return _texts(schema)
    simple: dict[Any, st.SearchStrategy[Any]] = {"boolean": st.booleans(), "null": st.none()}
    return simple[kind]


def _texts(schema: Schema) -> st.SearchStrategy[str]:
    if schema.get("format") == "date":
        return st.dates().map(str) | st.sampled_from(["2026-11-01", "2026-11-05", "1970-01-01", "2100-12-31"])
    pattern = schema.get("pattern", "")
    if pattern and "x00" not in pattern:
        return st.from_regex(pattern, fullmatch=True, alphabet=st.characters(codec="ascii")).filter(
            lambda one: len(one) <= schema.get("maxLength", 300)
        )
    return _TEXT


def _objects(schema: Schema, hints: dict[str, list[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    if "properties" not in schema:
        keys = st.sampled_from(hints["keys"]) | _TEXT
        values = st.sampled_from(hints["values"]) | allowed(schema["additionalProperties"], hints)
        return st.dictionaries(keys, values, max_size=3)
    fields = {
        name: st.sampled_from(hints[name]) | allowed(one, hints) if name in hints else allowed(one, hints)
        for name, one in schema["properties"].items()
    }
    needed = set(schema.get("required", ()))
    return st.fixed_dictionaries(
        {name: one for name, one in fields.items() if name in needed},
        optional={name: one for name, one in fields.items() if name not in needed},
    )


@st.composite
def broken(draw: st.DrawFn, schema: Schema, hints: dict[str, list[Any]]) -> Any:
    """Return what a schema allows with one thing changed, which may make it wrong."""
    value = draw(allowed(schema, hints))
    fields = list(resolved(schema).get("properties", ()))
    change = draw(st.sampled_from(["all", "field", "more", "less"]))
    if change == "all" or not fields:
        return draw(ANYTHING)
    name = draw(st.sampled_from(fields))
    if change == "field":
        return {**value, name: draw(ANYTHING)}
    if change == "more":
        return {**value, draw(_TEXT): draw(ANYTHING)}
    return {field: one for field, one in value.items() if field != name}


def is_allowed(schema: Schema, value: Any) -> bool:
    """Whether the document allows a body."""
    whole = {**schema, "components": document()["components"]}
    return bool(Draft202012Validator(whole, format_checker=FormatChecker()).is_valid(json.loads(json.dumps(value))))


def path_of(template: str, parts: dict[str, str]) -> str:
    """Fill an address in."""
    for name, value in parts.items():
        template = template.replace(f"{{{name}}}", quote(value, safe=""))
    return template
