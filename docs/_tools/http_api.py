"""Writes docs/reference/openapi.json and docs/reference/http-api.md, from the operations of the JSON API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from docs._tools.reading import ROOT

from takings.web.api.app import OPERATIONS, document
from takings.web.api.kinds import KINDS

REFERENCE = ROOT / "docs" / "reference"
DOCUMENT, PAGE = REFERENCE / "openapi.json", REFERENCE / "http-api.md"
HEAD = (ROOT / "docs" / "_tools" / "http_api_head.txt").read_text("utf-8")
_TITLES = {
    "integrations": "Integrations as a whole",
    "setup": "The setup, step by step",
    "connecting": "Connecting, Auth Tokens, set-up links",
    "deciding": "Mapping, numbers, schedule",
    "working": "Runs, days, audit trail",
    "changing": "Decisions about days, and undo",
    "paying": "Payments after approval",
    "checking": "Checks and drift",
    "reporting": "Reports",
    "alerting": "Who is told",
}


def written() -> str:
    """Return the OpenAPI document as it is kept."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


def page() -> str:
    """Return the whole page."""
    return HEAD.replace("<!-- kinds -->\n", "".join(_kinds())) + "".join(_operations()) + "".join(_shapes())


def _kinds() -> Iterator[str]:
    yield "| kind | status | when | what mends it |\n|---|---|---|---|\n"
    for name, kind in KINDS.items():
        yield f"| `{name}` | {kind.status} | {kind.when} | {kind.do} |\n"


def _operations() -> Iterator[str]:
    for group, found in groupby(OPERATIONS, key=lambda one: one.group):
        yield f"\n## {_TITLES[group]}\n\n| call | what it does | sends | is answered |\n|---|---|---|---|\n"
        for one in found:
            answers = document()["paths"][one.path][one.method.lower()]["responses"][str(one.status)]
            shape = _linked(answers["content"]["application/json"]["schema"])
            sent = f"[{one.body.__name__}](#{one.body.__name__.lower()})" if one.body else ""
            query = ", ".join(f"`?{each['name']}`" for each in _queried(one.path, one.method))
            act = f" Act: `{one.act}`." if one.act else ""
            whole = " Not for set-up links." if one.whole else ""
            yield (
                f"| `{one.method} {one.path}` | {one.text}{act}{whole} | {sent or query} | {one.status}, {shape} |\n"
            )


def _queried(path: str, method: str) -> list[dict[str, Any]]:
    listed = document()["paths"][path][method.lower()].get("parameters", ())
    return [one for one in listed if one["in"] == "query"]


def _shapes() -> Iterator[str]:
    yield "\n## Shapes\n"
    for name, schema in document()["components"]["schemas"].items():
        yield f"\n### {name}\n\n{schema['description']}\n"
        if schema["properties"]:
            yield "\n| field | is |\n|---|---|\n"
        for field, one in schema["properties"].items():
            is_needed = "additionalProperties" in schema and field in schema.get("required", ())
            yield f"| `{field}` | {_told(one, is_needed=is_needed)} |\n"
        if example := _examples().get(name):
            yield f"\nFor example `{json.dumps(example)}`.\n"


def _examples() -> dict[str, Any]:
    return {one.body.__name__: one.body.example for one in OPERATIONS if one.body}


def _told(schema: dict[str, Any], *, is_needed: bool) -> str:
    """Say what a field of a shape is; of what is sent, also whether it may be left out."""
    parts = [_kind(schema)]
    if is_needed:
        parts.append("needed")
    elif schema.get("default") not in (None, "", {}):
        parts.append(f"`{json.dumps(schema['default'])}` when left out")
    if text := schema.get("description"):
        parts.append(text)
    return "; ".join(parts)


def _kind(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return _linked(schema)
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(f"`{one}`" for one in schema["enum"])
    kind = str(schema.get("type", "anything"))
    if kind == "array":
        return f"list of {_kind(schema['items'])}" if "items" in schema else "list"
    if kind == "object":
        return "object" if not isinstance(schema.get("additionalProperties"), dict) else "object by name"
    limits = [f"{word} {schema[one]}" for one, word in (("minimum", "from"), ("maximum", "to")) if one in schema]
    told = {"string": schema.get("format") or ("amount" if _is_amount(schema) else "text"), "integer": "whole number"}
    return " ".join([told.get(kind, kind), *limits])


def _is_amount(schema: dict[str, Any]) -> bool:
    return str(schema.get("pattern", "")).startswith("^-?[0-9]+(")


def _linked(schema: dict[str, Any]) -> str:
    name = schema["$ref"].rpartition("/")[2]
    return f"[{name}](#{name.lower()})"


if __name__ == "__main__":
    DOCUMENT.write_text(written(), "utf-8")
    PAGE.write_text(page(), "utf-8")
