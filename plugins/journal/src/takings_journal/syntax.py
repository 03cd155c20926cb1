"""The few rules of Beancount's syntax that are needed here: strings, dates, accounts, the tokens of a line.

Source: the language syntax of Beancount 3, https://beancount.github.io/docs/beancount_language_syntax.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

DATE = r"\d{4}[-/]\d{1,2}[-/]\d{1,2}"
ACCOUNT = r"(?:Assets|Liabilities|Equity|Income|Expenses)(?::[A-Z0-9\u0080-\uffff][A-Za-z0-9\u0080-\uffff-]*)+"
CURRENCY = r"[A-Z](?:[A-Z0-9'._-]{0,22}[A-Z0-9])?"
STRING = r'"(?:[^"\\]|\\.)*"'

_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+")
_TOKEN = re.compile(rf"[ \t]*(?:(?P<string>{STRING})|(?P<word>[^\s\";][^\s\"]*))")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "b": "\b"}


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a string of a line, the string without its quotes."""

    text: str
    quoted: bool


def quote(text: str) -> str:
    """Write a string; line breaks and what no file can hold become spaces."""
    plain = _UNWRITABLE.sub(" ", text).strip()
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


def unquote(text: str) -> str:
    """Read a string with its quotes."""
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), text[1:-1], flags=re.DOTALL)


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a line up to a comment; what is no token ends them."""
    place = 0
    while found := _TOKEN.match(text, place):
        string = found["string"]
        yield Token(unquote(string), quoted=True) if string else Token(found["word"], quoted=False)
        place = found.end()


def parse_date(text: str) -> date | None:
    """Read a date, or return None where it is none."""
    if not re.fullmatch(DATE, text, re.ASCII):
        return None
    year, month, day = map(int, re.split("[-/]", text))
    try:
        return date(year, month, day)
    except ValueError:
        return None


def is_account(text: str) -> bool:
    """Whether it is the name of an account, with Beancount's own five roots."""
    return re.fullmatch(ACCOUNT, text) is not None
