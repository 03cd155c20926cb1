"""Reading Corner Till's JSON Lines; pure. A line is read exactly or refused with the place and what was expected."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from takings.plugin import (
    Catalogue,
    Content,
    DaySummary,
    Finding,
    Line,
    LineKind,
    RawRecord,
    RecordReader,
    Site,
    SourceCode,
    TaxTotal,
    Tender,
    parse_amount,
)

T = TypeVar("T")

#: The dimensions' keys, which stored mappings are kept under: never rename one.
TAXES, TENDERS, ACCOUNTS = "taxes", "methods", "groups"


class TillReader(RecordReader):
    """Reads days and codes; it keeps nothing, so one object serves everybody."""

    def parse(self, record: RawRecord) -> DaySummary | tuple[Finding, ...]:
        """Read one line as a day."""
        try:
            return _day(_load(record.body))
        except Wrong as wrong:
            return (wrong.finding(record.where),)

    def read_file(self, body: bytes, name: str) -> Content:
        """Take a file apart; a line that is no JSON refuses the file, because it was probably cut off."""
        records: list[RawRecord] = []
        catalogue = None
        for number, line in enumerate(body.splitlines(), start=1):
            if not line.strip():
                continue
            where = f"line {number}"
            try:
                if _load(line).get("type") == "codes":
                    catalogue = read_codes(line)
                else:
                    records.append(RawRecord(body=line, where=where))
            except Wrong as wrong:
                return Content(findings=(wrong.finding(f"{name}, {where}"),))
        return Content(records=tuple(records), catalogue=catalogue)


class Wrong(Exception):
    """Internal: what stands at a path is not what was expected."""

    def __init__(self, path: str, value: object, expected: str) -> None:
        super().__init__(f"{path}: {expected} is expected")
        self.path, self.value, self.expected = path, value, expected

    def finding(self, where: str) -> Finding:
        """Return the problem as the core and its users see it."""
        return Finding(
            code="example.line_wrong",
            what=f"Corner Till's {where or 'line'} can't be read at {self.path}",
            why=f"It has {self.value!r:.80} where {self.expected} is expected",
            do="Write the file again in Corner Till, and report this to its makers if that does not help",
            where=self.path,
        )


def read_codes(line: bytes) -> Catalogue:
    """Read a line of codes; raises `Wrong`."""
    data = _load(line)
    shop = _site(data)
    codes = [
        *(
            SourceCode(dimension=TAXES, code=_text(one, "code", at), name=_text(one, "name", at), rate=_rate(one, at))
            for at, one in _rows(data, "taxes")
        ),
        *(
            SourceCode(dimension=TENDERS, code=_text(one, "code", at), name=_text(one, "name", at))
            for at, one in _rows(data, "methods")
        ),
        *(
            SourceCode(
                dimension=ACCOUNTS,
                code=_text(one, "code", at),
                name=_text(one, "name", at),
                tax_code=_text(one, "tax", at),
            )
            for at, one in _rows(data, "groups")
        ),
    ]
    return Catalogue(
        codes=tuple(codes), site_id=shop.id, site_name=shop.name, timezone=shop.timezone, currency=shop.currency
    )


def _day(data: dict[str, Any]) -> DaySummary:
    site = _site(data)
    return DaySummary(
        site=site,
        business_date=_read(
            date.fromisoformat, _text(data, "date", "$"), "$.date", expected="a date like 2026-10-31"
        ),
        sequence=1,
        revision=_whole(data, "revision", "$"),
        lines=tuple(
            Line(
                kind=_read(LineKind, one.get("kind", "sale"), f"{at}.kind", expected="a kind of line"),
                account=_text(one, "group", at),
                name=_text(one, "name", at),
                tax_code=_text(one, "tax", at),
                amount=_amount(one, at, site.currency),
            )
            for at, one in _rows(data, "sold")
        ),
        tenders=tuple(
            Tender(code=_text(one, "method", at), name=_text(one, "name", at), recorded=paid, counted=paid)
            for at, one in _rows(data, "paid")
            for paid in (_amount(one, at, site.currency),)
        ),
        taxes=tuple(
            TaxTotal(
                tax_code=_text(one, "tax", at),
                amount=_amount(one, at, site.currency),
                lines=_whole(one, "lines", at),
            )
            for at, one in _rows(data, "taxes")
        ),
    )


def _load(line: bytes) -> dict[str, Any]:
    try:
        # Amounts are text; a number with a point is kept exact all the same until it is refused.
        data = json.loads(line, parse_float=Decimal)
    except ValueError:
        raise Wrong("$", line.decode("utf-8", "replace"), "JSON") from None
    if not isinstance(data, dict):
        raise Wrong("$", data, "an object")
    return data


def _site(data: dict[str, Any]) -> Site:
    shop = data.get("shop")
    if not isinstance(shop, dict):
        raise Wrong("$.shop", shop, "an object")
    return Site(
        id=_text(shop, "id", "$.shop"),
        name=_text(shop, "name", "$.shop"),
        timezone=_text(shop, "timezone", "$.shop"),
        currency=_text(shop, "currency", "$.shop"),
    )


def _rows(data: dict[str, Any], name: str) -> list[tuple[str, dict[str, Any]]]:
    rows = data.get(name, [])
    if not isinstance(rows, list):
        raise Wrong(f"$.{name}", rows, "a list")
    for number, row in enumerate(rows):
        if not isinstance(row, dict):
            raise Wrong(f"$.{name}[{number}]", row, "an object")
    return [(f"$.{name}[{number}]", row) for number, row in enumerate(rows)]


def _text(data: dict[str, Any], name: str, at: str) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not value:
        raise Wrong(f"{at}.{name}", value, "a text")
    return value


def _whole(data: dict[str, Any], name: str, at: str) -> int:
    value = data.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise Wrong(f"{at}.{name}", value, "a whole number from 1")
    return value


def _amount(data: dict[str, Any], at: str, currency: str) -> Decimal:
    value = data.get("amount")
    if not isinstance(value, str):
        raise Wrong(f"{at}.amount", value, 'an amount as text, like "12.50"')
    return _read(lambda text: parse_amount(text, currency), value, f"{at}.amount", expected='an amount like "12.50"')


def _rate(data: dict[str, Any], at: str) -> Decimal:
    return _read(Decimal, _text(data, "rate", at), f"{at}.rate", expected='a rate in per cent, like "10"')


def _read(convert: Callable[[Any], T], value: object, path: str, *, expected: str) -> T:
    try:
        return convert(value)
    except (ValueError, TypeError, InvalidOperation):
        raise Wrong(path, value, expected) from None
