"""The `where` language of list calls: parsed once, tested on documents, and helped by the store's indexes."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from takings_xero.sandbox import dates
from takings_xero.sandbox.problems import PostDataInvalid, QueryInvalid
from takings_xero.sandbox.wire import Doc

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<number>-?\d+(?:\.\d+)?)|(?P<op>==|!=|<>|>=|<=|&&|\|\||[=<>(),])"""
    r"""|(?P<name>[A-Za-z_][A-Za-z0-9_.]*))"""
)
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "=": operator.eq,
    "!=": operator.ne,
    "<>": operator.ne,
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
_COLUMNS = {"reference": "reference", "status": "status", "type": "type", "date": "day"}
_DAYS = frozenset({"date", "duedate", "fullypaidondate", "updateddateutc"})

Test = Callable[[Doc], bool]


@dataclass(frozen=True)
class Condition:
    """A test, and a condition over indexed columns that holds for at least all documents that pass it."""

    test: Test
    sql: str | None = None
    values: tuple[object, ...] = ()


def parse(text: str) -> Condition:
    """Parse a `where`; raises QueryInvalid."""
    parser = _Parser(text)
    condition = parser.either()
    parser.expect_end()
    return condition


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._at = 0

    def either(self) -> Condition:
        parts = [self._both()]
        while self._accept("||", "or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else _any_of(parts)

    def expect_end(self) -> None:
        if self._at < len(self._tokens):
            raise QueryInvalid(f"Syntax error at '{self._tokens[self._at][1]}'")

    def _both(self) -> Condition:
        parts = [self._one()]
        while self._accept("&&", "and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else _all_of(parts)

    def _one(self) -> Condition:
        if self._accept("("):
            inner = self.either()
            self._need(")")
            return inner
        sort, name = self._next()
        if sort != "name":
            raise QueryInvalid(f"Expression expected at '{name}'")
        for method, test in _TEXT_TESTS.items():
            if name.lower().endswith(f".{method}"):
                return self._text_test(name[: -len(method) - 1], method, test)
        op_sort, op = self._next()
        if op_sort != "op" or op not in _COMPARE:
            raise QueryInvalid(f"Operator expected at '{op}'")
        return _comparison(name, op, self._value())

    def _text_test(self, field: str, method: str, test: Callable[[str, str], bool]) -> Condition:
        self._need("(")
        wanted = str(self._value())
        self._need(")")
        if self._accept("==", "="):
            self._value()
        get = _getter(field)
        found = _COLUMNS.get(field.lower())
        sql = f"{found} >= ? and {found} < ?" if found and method == "startswith" and wanted else None
        values = (wanted, wanted[:-1] + chr(ord(wanted[-1]) + 1)) if sql else ()
        return Condition(lambda doc: test(str(get(doc) or ""), wanted), sql, values)

    def _value(self) -> Any:
        sort, text = self._next()
        if sort == "text":
            return re.sub(r"\\(.)", r"\1", text[1:-1])
        if sort == "number":
            return Decimal(text)
        if sort == "name":
            return self._named_value(text.lower())
        raise QueryInvalid(f"Value expected at '{text}'")

    def _named_value(self, name: str) -> Any:
        if name in {"true", "false"}:
            return name == "true"
        if name == "null":
            return None
        if name in {"guid", "datetime", "datetime.parse"}:
            self._need("(")
            values = [self._value()]
            while self._accept(","):
                values.append(self._value())
            self._need(")")
            return str(values[0]).lower() if name == "guid" else _moment(values)
        raise QueryInvalid(f"No property or field '{name}' exists")

    def _next(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise QueryInvalid("Expression expected")
        self._at += 1
        return self._tokens[self._at - 1]

    def _accept(self, *texts: str) -> bool:
        if self._at < len(self._tokens):
            sort, text = self._tokens[self._at]
            if sort != "text" and text.lower() in texts:
                self._at += 1
                return True
        return False

    def _need(self, text: str) -> None:
        if not self._accept(text):
            raise QueryInvalid(f"'{text}' expected")


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise QueryInvalid(f"Syntax error at '{text[at:].strip()}'")
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return found


_TEXT_TESTS: dict[str, Callable[[str, str], bool]] = {
    "startswith": str.startswith,
    "endswith": str.endswith,
    "contains": lambda text, part: part in text,
}


def _moment(values: list[Any]) -> date:
    try:
        if isinstance(values[0], str):
            return dates.read_day(values[0])
        return datetime(*[int(value) for value in values]).date()  # type: ignore[arg-type]  # noqa: DTZ001
    except (ValueError, TypeError, PostDataInvalid):
        raise QueryInvalid("DateTime could not be read") from None


def _getter(path: str) -> Callable[[Doc], Any]:
    parts = path.lower().split(".")
    if parts[-1] in {"value", "date"} and len(parts) > 1:
        parts.pop()

    def get(doc: Any) -> Any:
        for part in parts:
            if not isinstance(doc, dict):
                return None
            doc = next((value for key, value in doc.items() if key.lower() == part), None)
        if parts[-1] in _DAYS and isinstance(doc, str):
            return dates.read_day(doc)
        return doc

    return get


def _comparison(field: str, op: str, wanted: Any) -> Condition:
    get, compare = _getter(field), _COMPARE[op]
    if isinstance(wanted, bool):
        return Condition(lambda doc: compare(bool(get(doc)), wanted))
    if wanted is None:
        return Condition(lambda doc: compare(get(doc), None))

    def test(doc: Doc) -> bool:
        found = get(doc)
        if found is None:
            return op in {"!=", "<>"}
        try:
            return compare(found, wanted)
        except TypeError:
            raise QueryInvalid(f"Operator '{op}' incompatible with operand types at '{field}'") from None

    column = _COLUMNS.get(field.lower())
    if field.lower() in {"invoicenumber", "creditnotenumber"}:
        column = "number"
    if column is None or op in {"!=", "<>"}:
        return Condition(test)
    value = wanted.isoformat() if isinstance(wanted, date) else wanted
    return (
        Condition(test, f"{column} {op if op != '==' else '='} ?", (value,))
        if isinstance(value, str)
        else Condition(test)
    )


def _all_of(parts: list[Condition]) -> Condition:
    helped = [part for part in parts if part.sql]
    sql = " and ".join(f"({part.sql})" for part in helped) or None
    values = tuple(value for part in helped for value in part.values)
    return Condition(lambda doc: all(part.test(doc) for part in parts), sql, values)


def _any_of(parts: list[Condition]) -> Condition:
    whole = all(part.sql for part in parts)
    sql = " or ".join(f"({part.sql})" for part in parts) if whole else None
    values = tuple(value for part in parts for value in part.values) if whole else ()
    return Condition(lambda doc: any(part.test(doc) for part in parts), sql, values)


def sort_key(order: str) -> list[tuple[Callable[[Doc], Any], bool]]:
    """Parse `order=Date DESC, InvoiceNumber` into getters and whether each descends; raises QueryInvalid."""
    keys = []
    for part in order.split(","):
        words = part.split()
        if not words or len(words) > 2 or (len(words) == 2 and words[1].lower() not in {"asc", "desc"}):
            raise QueryInvalid(f"Syntax error in order at '{part.strip()}'")
        keys.append((_getter(words[0]), len(words) == 2 and words[1].lower() == "desc"))
    return keys
