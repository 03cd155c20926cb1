"""The parts of Square's API that the plugin reads: locations, orders, payments, refunds, catalogue, in pages."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, jsonify, request

from takings_square.sandbox.menu import catalogue
from takings_square.sandbox.orders import Json
from takings_square.sandbox.state import State

#: The permission that the first part of a path needs.
_NEEDED = {
    "locations": "MERCHANT_PROFILE_READ",
    "orders": "ORDERS_READ",
    "payments": "PAYMENTS_READ",
    "refunds": "PAYMENTS_READ",
    "catalog": "ITEMS_READ",
}
_NAMES = {"LSYDNEYCAFE": "Harbour Café", "LBONDIKIOSK": "Bondi Kiosk"}


def problem(status: int, code: str, detail: str, *, category: str = "INVALID_REQUEST_ERROR") -> Response:
    """Return an error as Square words it."""
    made = jsonify(errors=[{"category": category, "code": code, "detail": detail}])
    made.status_code = status
    return made


def blueprint(state: State) -> Blueprint:
    """Return the API of one sandbox."""
    api = Blueprint("api", __name__, url_prefix="/v2")
    api.before_request(lambda: _gate(state))
    _lists(api, state)
    _catalogue(api, state)

    @api.get("/locations")
    def locations() -> Any:
        active = [_location(state, ident, "ACTIVE") for ident in state.cafes]
        return jsonify(locations=[*active, _location(state, "LOLDSHOP", "INACTIVE")])

    return api


def _gate(state: State) -> Response | None:
    fault = state.struck(request.path)
    if fault:
        codes = {401: "UNAUTHORIZED", 403: "INSUFFICIENT_SCOPES", 429: "RATE_LIMITED"}
        made = problem(
            fault.status, codes.get(fault.status, "INTERNAL_SERVER_ERROR"), "as told", category="API_ERROR"
        )
        if fault.retry_after:
            made.headers["Retry-After"] = str(fault.retry_after)
        return made
    scopes = state.scopes_of(request.headers.get("Authorization", "").removeprefix("Bearer "))
    if scopes is None:
        return problem(401, "UNAUTHORIZED", "This request could not be authorized.", category="AUTHENTICATION_ERROR")
    if _NEEDED.get(request.path.split("/")[2]) not in scopes:
        return problem(403, "INSUFFICIENT_SCOPES", "insufficient_scope", category="AUTHENTICATION_ERROR")
    if not request.headers.get("Square-Version"):
        return problem(400, "BAD_REQUEST", "The sandbox wants a Square-Version")
    return None


def _location(state: State, ident: str, status: str) -> Json:
    return {
        "id": ident,
        "name": _NAMES.get(ident, "Old shop"),
        "status": status,
        "timezone": "Australia/Sydney",
        "currency": "AUD",
        "country": "AU",
        "merchant_id": state.kept.merchant,
    }


def _page(state: State, name: str, found: list[Json], *, cursor: str | None, limit: int) -> Any:
    start = int(base64.urlsafe_b64decode(cursor).decode()) if cursor else 0
    end = start + min(limit, state.page_size)
    answer: Json = {name: found[start:end]} if found[start:end] else {}
    if end < len(found):
        answer["cursor"] = base64.urlsafe_b64encode(str(end).encode()).decode()
    return jsonify(answer)


def _moment(text: str | None, otherwise: datetime) -> datetime:
    return datetime.fromisoformat(text) if text else otherwise


def _lists(api: Blueprint, state: State) -> None:
    @api.post("/orders/search")
    def search() -> Any:
        asked = request.get_json()
        span = asked["query"]["filter"]["date_time_filter"]["closed_at"]
        begin = _moment(span.get("start_at"), datetime(2015, 1, 1, tzinfo=UTC))
        end = _moment(span.get("end_at"), state.clock())
        found = [
            one
            for location in asked["location_ids"]
            if location in state.cafes
            for one in state.between(location, "orders", "closed_at", begin=begin, end=end)
        ]
        return _page(state, "orders", found, cursor=asked.get("cursor"), limit=min(1000, asked.get("limit", 500)))

    @api.post("/orders/batch-retrieve")
    def batch() -> Any:
        found = [state.named("orders", ident) for ident in request.get_json()["order_ids"]]
        return jsonify(orders=[one for one in found if one])

    def listed(kind: str) -> Any:
        # Square takes the last year where no begin is given.
        now = state.clock()
        location, args = request.args.get("location_id", ""), request.args
        begin = _moment(args.get("begin_time"), now - timedelta(days=365))
        found = (
            state.between(location, kind, "created_at", begin=begin, end=_moment(args.get("end_time"), now))
            if location in state.cafes
            else []
        )
        return _page(state, kind, found, cursor=args.get("cursor"), limit=min(100, int(args.get("limit", "100"))))

    def one(kind: str, ident: str) -> Any:
        found = state.named(kind, ident)
        return jsonify({kind.removesuffix("s"): found}) if found else problem(404, "NOT_FOUND", "There is none")

    for kind in ("payments", "refunds"):
        api.add_url_rule(f"/{kind}", kind, listed, defaults={"kind": kind})
        api.add_url_rule(f"/{kind}/<ident>", f"one-of-{kind}", one, defaults={"kind": kind})


def _catalogue(api: Blueprint, state: State) -> None:
    @api.get("/catalog/list")
    def listing() -> Any:
        types = request.args.get("types", "").split(",")
        found = [one for one in catalogue() if one["type"] in types]
        return _page(state, "objects", found, cursor=request.args.get("cursor"), limit=1000)

    @api.post("/catalog/batch-retrieve")
    def retrieve() -> Any:
        wanted = set(request.get_json()["object_ids"])
        return jsonify(objects=[one for one in catalogue() if one["id"] in wanted])
