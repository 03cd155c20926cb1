"""Is responsible for reading JSON text without losing anything: number literals, repeated keys, exact slices.

Nothing here becomes a float, and nothing here raises for text that is wrong: `decode`, `slices` and `page`
raise `NotReadable` only, which carries the place.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_SPACE = " \t\n\r"


@dataclass(frozen=True, slots=True)
class Number:
    """A JSON number as it is written; a float is never made of it."""

    literal: str


@dataclass(frozen=True, slots=True)
class Slice:
    """One value of an array: its exact text, and the line it begins on."""

    text: str
    line: int


@dataclass(slots=True)
class Decoded:
    """A JSON value with what `json` alone would hide: paths of repeated keys and of NaN or Infinity."""

    value: Any
    repeated: list[str] = field(default_factory=list)
    constants: list[tuple[str, str]] = field(default_factory=list)


class NotReadable(Exception):
    """The text is not UTF-8 (`offset`), not JSON (`line`, `column`, `problem`), or nested too deep."""

    def __init__(self, problem: str, *, line: int = 0, column: int = 0, offset: int | None = None) -> None:
        super().__init__(problem)
        self.problem, self.line, self.column, self.offset = problem, line, column, offset

    @property
    def too_deep(self) -> bool:
        """Whether nesting was the problem."""
        return not self.line and self.offset is None


class _Constant(Number):
    """NaN, Infinity or -Infinity, which `json` reads though JSON has no such thing."""

    __slots__ = ()


class _Repeated(dict[str, Any]):
    """An object in which `keys_twice` were written more than once."""

    keys_twice: list[str]


def text_of(body: bytes) -> str:
    """Decode UTF-8 with or without a byte order mark."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotReadable("not UTF-8", offset=error.start) from None
    return text.removeprefix("\ufeff")


def decode(text: str) -> Decoded:
    """Read one JSON value, which must be the whole text."""
    suspicious: list[object] = []

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        plain = dict(found)
        if len(plain) == len(found):
            return plain
        repeated = _Repeated(plain)
        names = [name for name, _ in found]
        repeated.keys_twice = [name for name in plain if names.count(name) > 1]
        suspicious.append(repeated)
        return repeated

    def constant(literal: str) -> Number:
        suspicious.append(literal)
        return _Constant(literal)

    decoder = json.JSONDecoder(object_pairs_hook=pairs, parse_float=Number, parse_int=Number, parse_constant=constant)
    decoded = Decoded(_guarded(decoder, text))
    if suspicious:
        _walk(decoded)
    return decoded


def _guarded(decoder: json.JSONDecoder, text: str) -> Any:
    try:
        return decoder.decode(text)
    except json.JSONDecodeError as error:
        raise NotReadable(error.msg, line=error.lineno, column=error.colno) from None
    except RecursionError:
        raise NotReadable("nested too deep") from None


def _walk(decoded: Decoded) -> None:
    # A stack and not a recursion: what the C reader took may be deeper than Python recurses.
    waiting: list[tuple[str, Any]] = [("$", decoded.value)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, _Repeated):
            decoded.repeated += [_member(path, name) for name in value.keys_twice]
        if isinstance(value, dict):
            waiting += [(_member(path, name), one) for name, one in value.items() if isinstance(one, _DEEPER)]
        elif isinstance(value, list):
            waiting += [(f"{path}[{at}]", one) for at, one in enumerate(value) if isinstance(one, _DEEPER)]
        elif isinstance(value, _Constant):
            decoded.constants.append((path, value.literal))


_DEEPER = (dict, list, _Constant)


def _member(path: str, name: str) -> str:
    if name.isascii() and name.isidentifier() and len(name) <= 40:
        return f"{path}.{name}"
    return f"{path}[{json.dumps(name[:40])}]"


# --- Exact slices ------------------------------------------------------------------------------------------

# Literals stay text: an integer of 5,000 digits is refused later with its path, and is no crash here.
_SKIM = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)


class _Reader:
    """Goes through a text value by value."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self._line, self._counted = 1, 0

    def peek(self) -> str:
        text, at, end = self.text, self.at, len(self.text)
        while at < end and text[at] in _SPACE:
            at += 1
        self.at = at
        return text[at] if at < end else ""

    def take(self, wanted: str) -> None:
        if self.peek() != wanted:
            raise self.wrong(f"Expecting {wanted!r}")
        self.at += 1

    def value(self) -> Any:
        self.peek()
        try:
            value, self.at = _SKIM.raw_decode(self.text, self.at)
        except json.JSONDecodeError as error:
            raise NotReadable(error.msg, line=error.lineno, column=error.colno) from None
        except RecursionError:
            raise NotReadable("nested too deep") from None
        return value

    def elements(self) -> Iterator[Slice]:
        self.take("[")
        if self.peek() == "]":
            self.at += 1
            return
        while True:
            self.peek()
            start = self.at
            self.value()
            yield Slice(self.text[start : self.at], self._line_of(start))
            if self.peek() != ",":
                break
            self.at += 1
        self.take("]")

    def end(self) -> None:
        if self.peek():
            raise self.wrong("Extra data")

    def wrong(self, problem: str) -> NotReadable:
        error = json.JSONDecodeError(problem, self.text, self.at)
        return NotReadable(problem, line=error.lineno, column=error.colno)

    def _line_of(self, at: int) -> int:
        self._line += self.text.count("\n", self._counted, at)
        self._counted = at
        return self._line


def slices(text: str) -> list[Slice]:
    """Take an array apart, or give the one value that the text is."""
    reader = _Reader(text)
    if reader.peek() == "[":
        found = list(reader.elements())
    else:
        start = reader.at
        reader.value()
        found = [Slice(text[start : reader.at], 1 + text.count("\n", 0, start))]
    reader.end()
    return found


def page(text: str, items: str) -> tuple[list[Slice] | None, dict[str, Any]]:
    """Take an object apart: the exact elements of its array `items` (None without one), and the other members."""
    reader = _Reader(text)
    found, others = None, {}
    reader.take("{")
    while reader.peek() != "}":
        name = reader.value()
        if not isinstance(name, str):
            raise reader.wrong("Expecting a name in quotes")
        reader.take(":")
        if name == items and reader.peek() == "[":
            found = list(reader.elements())
        else:
            others[name] = reader.value()
        if reader.peek() != "}":
            reader.take(",")
    reader.take("}")
    reader.end()
    return found, others
