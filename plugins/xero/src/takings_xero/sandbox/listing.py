"""List calls: filters, If-Modified-Since, order and pages, the same for every kind of document."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from takings_xero.sandbox import dates, query
from takings_xero.sandbox.call import Call, Reply
from takings_xero.sandbox.documents import Kind
from takings_xero.sandbox.problems import QueryInvalid
from takings_xero.sandbox.wire import Doc

LARGEST_PAGE = 1000
# The sort key puts missing values first without comparing them with present ones.
_Key = tuple[bool, Any]


def answer(call: Call, kind: Kind, show: Callable[[Doc], Doc]) -> Reply:
    """Return the list that the query asks for; `pagination` only when `page` was sent."""
    found = _ordered(call, _matching(call, kind))
    if "page" not in call.args:
        return call.envelope(kind.plural, [show(doc) for doc in found])
    page, size = _whole(call, "page", 1), min(_whole(call, "pagesize", 100), LARGEST_PAGE)
    part = found[(page - 1) * size : page * size]
    pagination = {
        "page": page,
        "pageSize": size,
        "pageCount": math.ceil(len(found) / size),
        "itemCount": len(found),
    }
    return call.envelope(kind.plural, [show(doc) for doc in part], pagination=pagination)


def _matching(call: Call, kind: Kind) -> list[Doc]:
    sql: list[str] = []
    values: list[object] = []
    tests: list[Callable[[Doc], bool]] = []
    if call.args.get("where"):
        condition = query.parse(call.args["where"])
        tests.append(condition.test)
        if condition.sql:
            sql.append(condition.sql)
            values.extend(condition.values)
    numbers = f"{(kind.number_key or '').lower()}s"
    for name, column in (("ids", "id"), (numbers, "number"), ("statuses", "status")):
        wanted = [part.strip() for part in call.args.get(name, "").split(",") if part.strip()]
        if wanted:
            sql.append(f"{column} in ({','.join('?' * len(wanted))})")
            values.extend(part.lower() if column == "id" else part for part in wanted)
    since = dates.read_moment(call.headers.get("if-modified-since", ""))
    if since is not None:
        sql.append("updated > ?")
        values.append(since)
    joined = " and ".join(f"({part})" for part in sql) or "1"
    return [doc for doc in call.books.documents.where(kind, joined, values) if all(t(doc) for t in tests)]


def _ordered(call: Call, found: list[Doc]) -> list[Doc]:
    if not call.args.get("order"):
        return found
    for get, descending in reversed(query.sort_key(call.args["order"])):

        def key(doc: Doc, get: Callable[[Doc], Any] = get) -> _Key:
            value = get(doc)
            return (value is not None, value if value is not None else 0)

        found = sorted(found, key=key, reverse=descending)
    return found


def _whole(call: Call, name: str, default: int) -> int:
    text = call.args.get(name, str(default))
    if not text.isdecimal() or int(text) < 1:
        raise QueryInvalid(f"Invalid value '{text}' for {name}")
    return int(text)
