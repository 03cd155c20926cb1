"""Is responsible for talking to Square: addresses, headers, paging by cursor, and objects as they came."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from takings.plugin import Context, ReplyLost, Retry
from takings_square import errors

#: The version of Square's API that this plugin was written for, sent with each call.
VERSION = "2025-01-23"
#: How many ids the batch calls take.
ORDERS_A_CALL, OBJECTS_A_CALL = 100, 1000

Json = dict[str, Any]


class Api:
    """Square's API for one seller; each call returns the body of a good answer or raises an instruction."""

    def __init__(self, context: Context, api_url: str) -> None:
        self._context, self._base = context, api_url.rstrip("/")

    def locations(self) -> list[Json]:
        """Return every location of the seller."""
        return _objects(self._get("locations"), "locations")

    def orders_closed(self, location: str, begin: str, end: str) -> Iterator[Json]:
        """Yield the completed orders of a location that were closed from `begin` to `end` (RFC 3339)."""
        search = {
            "location_ids": [location],
            "limit": 500,
            "query": {
                "filter": {
                    "state_filter": {"states": ["COMPLETED"]},
                    "date_time_filter": {"closed_at": {"start_at": begin, "end_at": end}},
                },
                "sort": {"sort_field": "CLOSED_AT", "sort_order": "ASC"},
            },
        }
        return self._pages("orders", lambda more: self._post("orders/search", {**search, **more}))

    def orders(self, location: str, idents: Sequence[str]) -> Iterator[Json]:
        """Yield the orders with these ids, as far as there are any."""
        for start in range(0, len(idents), ORDERS_A_CALL):
            some = list(idents[start : start + ORDERS_A_CALL])
            asked = {"location_id": location, "order_ids": some}
            yield from _objects(self._post("orders/batch-retrieve", asked), "orders")

    def created(self, what: str, location: str, *, begin: str, end: str) -> Iterator[Json]:
        """Yield the `payments` or `refunds` of a location that were created from `begin` to `end` (RFC 3339)."""
        query = {"location_id": location, "begin_time": begin, "end_time": end, "sort_order": "ASC", "limit": "100"}
        return self._pages(what, lambda more: self._get(what, {**query, **more}))

    def one(self, what: str, ident: str) -> Json | None:
        """Return one of the `payments` or `refunds` by its id; None where there is none."""
        answer = self._get(f"{what}/{ident}", missing_is_none=True)
        found = answer.get(what.removesuffix("s"))
        return found if isinstance(found, dict) else None

    def catalogue(self, *types: str) -> Iterator[Json]:
        """Yield the objects of these types in the seller's catalogue today."""
        return self._pages("objects", lambda more: self._get("catalog/list", {"types": ",".join(types), **more}))

    def catalogue_objects(self, idents: Sequence[str]) -> Iterator[Json]:
        """Yield the catalogue's objects with these ids, deleted ones too."""
        for start in range(0, len(idents), OBJECTS_A_CALL):
            some = list(idents[start : start + OBJECTS_A_CALL])
            asked = {"object_ids": some, "include_deleted_objects": True}
            yield from _objects(self._post("catalog/batch-retrieve", asked), "objects")

    def _pages(self, name: str, ask: Any) -> Iterator[Json]:
        seen: set[str] = set()
        answer = ask({})
        while True:
            yield from _objects(answer, name)
            cursor = answer.get("cursor")
            if not isinstance(cursor, str) or not cursor:
                return
            if cursor in seen:
                raise errors.going_in_a_circle(name)
            seen.add(cursor)
            answer = ask({"cursor": cursor})

    def _get(self, path: str, params: Mapping[str, str] | None = None, *, missing_is_none: bool = False) -> Json:
        return self._call("GET", path, params=params, missing_is_none=missing_is_none)

    def _post(self, path: str, body: Json) -> Json:
        return self._call("POST", path, content=msgspec.json.encode(body))

    def _call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        content: bytes | None = None,
        missing_is_none: bool = False,
    ) -> Json:
        headers = {"Accept": "application/json", "Square-Version": VERSION}
        if content is not None:
            headers["Content-Type"] = "application/json"
        url = f"{self._base}/v2/{path}"
        try:
            reply = self._context.http.request(method, url, params=params, headers=headers, content=content)
        except ReplyLost as lost:
            # Searching changes nothing over there, so a lost answer is simply asked for again.
            raise Retry(str(lost)) from lost
        if reply.status_code == 404 and missing_is_none:
            return {}
        if reply.status_code != 200:
            raise errors.instruction(reply, path, self._context.clock.now())
        try:
            answer = msgspec.json.decode(reply.content)
        except (msgspec.DecodeError, UnicodeDecodeError) as problem:
            raise errors.unreadable(path, problem) from None
        if not isinstance(answer, dict):
            raise errors.unreadable(path, "it is no object")
        return answer


def _objects(answer: Json, name: str) -> list[Json]:
    """Return a list of an answer; Square leaves an empty one out. What is no object is kept for the reader."""
    found = answer.get(name, [])
    if not isinstance(found, list):
        raise errors.unreadable(name, "it is no list")
    return found
