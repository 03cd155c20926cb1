"""A program that asks the JSON API without a network; every answer is held against the OpenAPI document."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
from jsonschema import Draft202012Validator, FormatChecker
from starlette.types import ASGIApp, Scope

from takings.web.api.app import document
from takings.web.api.document import BASE
from takings.web.principal import WebPrincipal

ORIGIN = "https://shop.example"

#: Whom the host of these tests knows, by the header `X-User`.
PEOPLE = {
    "anna": WebPrincipal(owner="anna", name="Anna", session_id="anna", can_provision=True, is_program=True),
    "bert": WebPrincipal(owner="bert", name="Bert", session_id="bert", can_provision=True, is_program=True),
    "cora": WebPrincipal(owner="anna", name="Cora", session_id="cora", is_program=True),
    "dora": WebPrincipal(owner="anna", name="Dora", session_id="dora", can_provision=True),
    "eric": WebPrincipal(owner="anna", name="Eric", session_id="eric", can_provision=True),
}


def by_header(scope: Scope) -> WebPrincipal | None:
    """Find out who asks, as a host does."""
    given = dict(scope["headers"]).get(b"x-user", b"").decode()
    return PEOPLE.get(given)


@dataclass
class Client:
    """Asks as one person."""

    app: ASGIApp
    user: str = "anna"
    prefix: str = ""

    def ask(self, method: str, path: str, sent: Any = None, **more: Any) -> httpx.Response:
        """Ask, and hold the answer against the document."""
        headers = {"X-User": self.user} if self.user else {}
        headers |= more.pop("headers", {})
        if sent is not None:
            more["json"] = sent
        answer = asyncio.run(self._ask(method, f"{self.prefix}{BASE}{path}", headers=headers, **more))
        check(method, path, answer)
        return answer

    async def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=ORIGIN) as http:
            return await http.request(method, path, **more)

    def get(self, path: str, status: int = 200, **more: Any) -> Any:
        """Ask for something."""
        return self._do("GET", path, None, status, **more)

    def post(self, path: str, sent: Any = None, status: int = 200, **more: Any) -> Any:
        """Have something done."""
        return self._do("POST", path, {} if sent is None else sent, status, **more)

    def put(self, path: str, sent: Any, status: int = 200, **more: Any) -> Any:
        """Set something."""
        return self._do("PUT", path, sent, status, **more)

    def delete(self, path: str, status: int = 200, **more: Any) -> Any:
        """Take something away."""
        return self._do("DELETE", path, None, status, **more)

    def _do(self, method: str, path: str, sent: Any, status: int, **more: Any) -> Any:
        answer = self.ask(method, path, sent, **more)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()


def check(method: str, path: str, answer: httpx.Response) -> None:
    """Hold an answer against the document, without a field more or less."""
    assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["x-request-id"])
    operation = operation_of(method, path)
    responses = operation["responses"] if operation else {"default": refusal()}
    found = responses.get(str(answer.status_code), refusal())
    kind = answer.headers["content-type"].partition(";")[0]
    assert kind in found["content"]
    if kind != "application/json":
        return
    schema = found["content"][kind]["schema"]
    validator(json.dumps(schema)).validate(answer.json())


@cache
def refusal() -> dict[str, Any]:
    """Return how every refusal looks."""
    found: dict[str, Any] = document()["paths"]["/me"]["get"]["responses"]["default"]
    return found


@cache
def validator(schema: str) -> Draft202012Validator:
    """Return what validates a schema, with all shapes closed."""
    whole = {**json.loads(schema), "components": closed(document()["components"])}
    return Draft202012Validator(whole, format_checker=FormatChecker())


def closed(schema: Any) -> Any:
    """Refuse fields that the document does not tell of."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: closed(one) for name, one in schema.items()}
    if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
        found["additionalProperties"] = False
    return found


def operation_of(method: str, path: str) -> dict[str, Any] | None:
    """Return the operation that the document has for a call."""
    plain = path.partition("?")[0]
    for template, methods in sorted(document()["paths"].items(), key=lambda one: one[0].count("{")):
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), plain):
            found: dict[str, Any] | None = methods.get(method.lower())
            return found
    return None
