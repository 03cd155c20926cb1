"""Is responsible for the feed itself: the addresses under /v1 that a plugin reads, as the contract says."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, jsonify, request
from werkzeug.wrappers import Response as AnyResponse

from .books import Key
from .state import State
from .venues import Record

LARGEST_PAGE = 100
feed = Blueprint("feed", __name__, url_prefix="/v1")


@dataclass(frozen=True)
class Paging:
    """How the service pages: how many records at once, and whether `next` names the host."""

    size: int = LARGEST_PAGE
    relative: bool = False


def state() -> State:
    """Give the state of the simulator that serves this request."""
    found: State = current_app.extensions["simulator"]
    return found


@feed.before_request
def refuse_strangers() -> tuple[Response, int] | None:
    """Answer 401 until ImPOS support has entered the token that the caller shows."""
    if state().knows(request.headers.get("Authorization", "")):
        return None
    return jsonify(error="not_authorised"), 401


@feed.get("/site")
def site() -> Response:
    """Answer who the venue is."""
    return jsonify(state().books.catalogue()["site"])


@feed.get("/catalogue")
def catalogue() -> AnyResponse:
    """Answer the codes to map; 304 when the caller has them already."""
    body = json.dumps(state().books.catalogue(), ensure_ascii=False).encode()
    response = Response(body, mimetype="application/json")
    # Weak, because the same catalogue also goes out compressed.
    response.set_etag(hashlib.sha256(body).hexdigest()[:32], weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    answer = response.make_conditional(request)
    # The server writes a Date of its own, and two of them are not HTTP.
    answer.headers.pop("Date", None)
    return answer


@feed.get("/end-of-day")
def end_of_day() -> Response | tuple[Response, int]:
    """Answer a page of the records of a period."""
    try:
        first, last, number = _period()
    except ValueError as error:
        return jsonify(error="bad_request", message=str(error)), 400
    paging: Paging = current_app.config["PAGING"]
    items, more = _page(state().books.keys(first, last), number, paging.size)
    return jsonify(items=items, next=_next(paging, number + 1) if more else None)


def _period() -> tuple[date, date, int]:
    days = []
    for name in ("from", "to"):
        given = request.args.get(name, "")
        try:
            days.append(date.fromisoformat(given))
        except ValueError:
            raise ValueError(f"{name} must be a date such as 2026-10-31, not {given!r}") from None
    page = request.args.get("page", "1")
    if not (page.isascii() and page.isdigit() and int(page[:9]) >= 1 and len(page) < 9):
        raise ValueError(f"page must be a number from 1, not {page!r}")
    if days[0] > days[1]:
        raise ValueError("from must not be after to")
    return days[0], days[1], int(page)


def _page(keys: Sequence[Key], number: int, size: int) -> tuple[list[Record], bool]:
    # Only the page's own closes are made up and counted as read.
    start, end = (number - 1) * size, number * size
    at, items = 0, []
    for key in keys:
        length = state().count(key)
        if at + length > start and at < end:
            records = state().served(key)
            items += records[max(0, start - at) : end - at]
        at += length
    return items, at > end


def _next(paging: Paging, number: int) -> str:
    query: dict[str, Any] = {**request.args.to_dict(), "page": number}
    address = f"{request.path}?{urlencode(query)}"
    return address if paging.relative else request.host_url.rstrip("/") + address
