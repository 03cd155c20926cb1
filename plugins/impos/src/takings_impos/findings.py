"""Is responsible for every finding of the plugin: its code, and the sentences that a person reads.

Call sites give the JSON path or line, the value and what is expected; nobody else words a message.
"""

from __future__ import annotations

import json
from decimal import Decimal

from takings.plugin import Finding, Severity

from .jsontext import Number

#: The format that is read, and how the versions that are read are told to people.
FORMAT = "impos.end_of_day/1"

#: So many problems of one record or file are told; a reader who sees fifty has seen the pattern.
MOST = 50

_LONGEST_VALUE = 60
_RESEND = "Have the ImPOS side correct it and send the record again"
_MEND_FILE = "Correct the file and import it again; nothing of it was stored"


def show(value: object) -> str:
    """Write a JSON value as it stood, shortened, and safe to store and print whatever it holds."""
    if isinstance(value, Number):
        return _short(value.literal)
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "an array"
    text = json.dumps(value[: _LONGEST_VALUE + 1] if isinstance(value, str) else value, ensure_ascii=False)
    return _short(text.encode("utf-8", "backslashreplace").decode())


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE else text[:_LONGEST_VALUE] + "…"


# --- The text as a whole -----------------------------------------------------------------------------------


def not_utf8(offset: int) -> Finding:
    """The bytes are not UTF-8."""
    return Finding(
        code="impos.not_utf8",
        what=f"The text is not UTF-8: byte {offset + 1} fits no character",
        why="A name or a code read in the wrong encoding would silently become another one",
        do="Send UTF-8, with or without a byte order mark",
        where=f"byte {offset + 1}",
    )


def not_json(problem: str, line: int, column: int) -> Finding:
    """The text is not JSON at this place."""
    return Finding(
        code="impos.not_json",
        what=f"Line {line}, column {column}: the text is not JSON",
        why=f"The JSON reader says: {problem}",
        do=_RESEND,
        where=f"line {line}, column {column}",
    )


def not_a_number(path: str, literal: str) -> Finding:
    """NaN or Infinity stands where JSON knows no such thing."""
    return Finding(
        code="impos.not_json",
        what=f"{path} is {literal}, which JSON does not have",
        why="A POS that writes it has lost an amount on the way",
        do=_RESEND,
        where=path,
    )


def too_deep() -> Finding:
    """The JSON is nested deeper than any record."""
    return Finding(
        code="impos.too_deep",
        what="The JSON is nested far deeper than a record is",
        why=f"A record of {FORMAT} has three levels",
        do=_RESEND,
        where="$",
    )


def nothing_sent() -> Finding:
    """There is no record in the body or file."""
    return Finding(
        code="impos.empty",
        what="There is no record in it",
        why="A body or file holds at least one record, or a catalogue",
        do="Send the records, or nothing at all",
        where="$",
    )


def too_many(count: int, most: int) -> Finding:
    """A pushed array has more records than one call takes."""
    return Finding(
        code="impos.too_many",
        what=f"{count} records were sent at once",
        why=f"One call takes at most {most}, so that all of them are stored before the answer",
        do=f"Send them in arrays of up to {most}",
        where="$",
    )


def more(count: int) -> Finding:
    """There are further problems than those told."""
    return Finding(
        code="impos.more",
        what=f"{count} further problems are not listed",
        do="Correct those that are listed first",
        severity=Severity.INFO,
    )


def capped(told: list[Finding]) -> tuple[Finding, ...]:
    """Return at most fifty findings, and how many are left out."""
    return (*told[:MOST], more(len(told) - MOST)) if len(told) > MOST else tuple(told)


# --- The fields of a record --------------------------------------------------------------------------------


def format_unknown(value: object) -> Finding:
    """The record is of a format or major version that this plugin does not read."""
    return Finding(
        code="impos.format_unknown",
        what=f"$.format is {show(value)}",
        why=f"This version reads {FORMAT} and its minor versions (1.1, 1.2 …); another major version may mean "
        "something else by the same field",
        do=f"Send {FORMAT}, or install a version of the plugin that reads the other",
        where="$.format",
    )


def missing_field(path: str, expected: str) -> Finding:
    """A required field is not there."""
    return Finding(
        code="impos.missing_field",
        what=f"{path} is missing",
        why=f"Expected is {expected}",
        do=_RESEND,
        where=path,
    )


def wrong_type(path: str, value: object, expected: str) -> Finding:
    """A field has another type, or text of another form, than it should."""
    return Finding(
        code="impos.wrong_type",
        what=f"{path} is {show(value)}",
        why=f"Expected is {expected}",
        do=_RESEND,
        where=path,
    )


def unknown_value(path: str, value: object, allowed: tuple[str, ...]) -> Finding:
    """A field of a closed set has a value outside it."""
    return Finding(
        code="impos.unknown_value",
        what=f"{path} is {show(value)}",
        why=f"Expected is one of {', '.join(allowed)}",
        do=_RESEND,
        where=path,
    )


def bad_text(path: str, value: str) -> Finding:
    """A text has a character that can be neither stored nor shown."""
    return Finding(
        code="impos.bad_text",
        what=f"{path} is {show(value)}, which has a character that is none",
        why="Expected is text without the character U+0000 and without half of a surrogate pair",
        do=_RESEND,
        where=path,
    )


def duplicate_key(path: str) -> Finding:
    """An object has the same key twice, so that it is not known which one counts."""
    return Finding(
        code="impos.duplicate_key",
        what=f"{path} stands there more than once",
        why="Which of the values counts can't be known, and one is never picked silently",
        do=_RESEND,
        where=path,
    )


def negative_count(path: str, value: object) -> Finding:
    """A count is below zero."""
    return Finding(
        code="impos.negative_count",
        what=f"{path} is {show(value)}",
        why="Expected is a count, which is 0 or more; amounts carry the sign, counts never do",
        do=_RESEND,
        where=path,
    )


# --- Money -------------------------------------------------------------------------------------------------


def float_money(path: str, literal: str, expected: str) -> Finding:
    """An amount is a JSON number, which most readers turn into an inexact float."""
    return Finding(
        code="impos.float_money",
        what=f"{path} is the number {_short(literal)}",
        why=f"An amount is text, because numbers lose cents on the way: {expected}",
        do=_RESEND,
        where=path,
    )


def money_format(path: str, value: object, expected: str) -> Finding:
    """An amount is text, but not an amount with the currency's decimals."""
    return Finding(
        code="impos.money_format",
        what=f"{path} is {show(value)}",
        why=f"Expected is {expected}",
        do=_RESEND,
        where=path,
    )


def money_too_large(path: str, value: object, digits: int) -> Finding:
    """An amount is written as it should be, and is more than anybody takes."""
    return Finding(
        code="impos.money_format",
        what=f"{path} is {show(value)}",
        why=f"That is too large: an amount has at most {digits} digits before its decimals",
        do=_RESEND,
        where=path,
    )


def sign(path: str, value: object, expected: str) -> Finding:
    """An amount has the sign that it must not have."""
    return Finding(
        code="impos.sign",
        what=f"{path} is {show(value)}",
        why=f"Expected is {expected}",
        do=_RESEND,
        where=path,
    )


def arithmetic(path: str, value: Decimal, expected: Decimal) -> Finding:
    """`net` is not gross, discount and refund together."""
    return Finding(
        code="impos.arithmetic",
        what=f"{path} is {value}, but gross + discount + refund is {expected}",
        why="net = gross + discount + refund, where discount and refund are 0 or negative",
        do=_RESEND,
        where=path,
    )


def house_account_sum(total: Decimal) -> Finding:
    """The house account sales by customer come to no tender of the day."""
    return Finding(
        code="impos.house_account_sum",
        what=f"$.house_account_sales comes to {total}, and no payment of the day does",
        why="By customer they come to the house-account tender",
        do=_RESEND,
        where="$.house_account_sales",
    )


# --- The catalogue -----------------------------------------------------------------------------------------


def rate_format(path: str, value: object) -> Finding:
    """A tax rate is not per cent as text."""
    return Finding(
        code="impos.rate_format",
        what=f"{path} is {show(value)}",
        why='Expected is per cent as text, like "10" or "12.5"',
        do="Have the ImPOS side correct the catalogue",
        where=path,
    )


def duplicate_code(path: str, code: str) -> Finding:
    """A catalogue lists a code twice."""
    return Finding(
        code="impos.duplicate_code",
        what=f"{path} is {show(code)}, which is listed before",
        why="Each code is mapped once, so each is listed once",
        do="Have the ImPOS side correct the catalogue",
        where=path,
        subject=code,
    )


# --- CSV files ---------------------------------------------------------------------------------------------


def csv_syntax(problem: str, line: int) -> Finding:
    """The file is not CSV at this line."""
    return Finding(
        code="impos.csv_syntax",
        what=f"Line {line} is not CSV: {problem}",
        why="Fields are separated by commas and quoted as RFC 4180 says",
        do=_MEND_FILE,
        where=f"line {line}",
    )


def csv_header_unknown(name: str, column: int) -> Finding:
    """The header line names a column that there is not."""
    return _csv_header(f"there is no column {show(name)}", column)


def csv_header_twice(name: str, column: int) -> Finding:
    """The header line names a column twice."""
    return _csv_header(f"the column {show(name)} is named twice", column)


def csv_header_missing(names: list[str], column: int) -> Finding:
    """The header line lacks columns that every file has."""
    return _csv_header(f"{', '.join(names)} {'is' if len(names) == 1 else 'are'} missing", column)


def _csv_header(problem: str, column: int) -> Finding:
    return Finding(
        code="impos.csv_header",
        what=f"The header line is not right: {problem}",
        why="The first line names the columns, separated by commas, each once and spelled as documented",
        do=_MEND_FILE,
        where=f"line 1, column {column}",
    )


def csv_width(line: int, found: int, expected: int) -> Finding:
    """A row has more or fewer fields than the header."""
    return Finding(
        code="impos.csv_width",
        what=f"Line {line} has {found} fields, the header has {expected}",
        why="Every row has a field for every column; a text with a comma in it needs quotes",
        do=_MEND_FILE,
        where=f"line {line}, column {min(found, expected) + 1}",
    )


def csv_cell(place: str, value: str, expected: str) -> Finding:
    """A cell has a value that it can't have in this row."""
    return Finding(
        code="impos.csv_cell",
        what=f"{place[0].upper()}{place[1:]} is {show(value)}",
        why=f"Expected is {expected}",
        do=_MEND_FILE,
        where=place,
    )


def csv_day_twice(line: int, day: str) -> Finding:
    """The rows of a day begin again after those of another, or a row that a day has once comes twice."""
    return Finding(
        code="impos.csv_day_twice",
        what=f"Line {line}: {day} stands in the file a second time",
        why="Rows of one day and revision stand together; twice the same rows would double its takings",
        do=_MEND_FILE,
        where=f"line {line}",
    )


def in_file(finding: Finding, place: str) -> Finding:
    """Tell a finding of a record by the place in the file that it came from."""
    return Finding(
        code=finding.code,
        what=f"{place[0].upper()}{place[1:]}: {finding.what}",
        why=finding.why,
        do=_MEND_FILE,
        where=place,
        severity=finding.severity,
        subject=finding.subject,
    )


# --- The service -------------------------------------------------------------------------------------------


def waiting(verbatim: str) -> Finding:
    """The venue's ImPOS service does not know the Auth Token yet."""
    return Finding(
        code="impos.waiting",
        what="Waiting for ImPOS support to authorise this integration",
        why="The venue's ImPOS service does not accept the Auth Token yet",
        do="Hand the Auth Token to ImPOS support; when they have entered it, try again",
        where="connect",
        verbatim=verbatim,
    )
