"""The reader and the published JSON Schema say the same about every field."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from takings.plugin import DaySummary
from takings_impos import schema

from .records import RECORD, parse

VALIDATOR = Draft202012Validator(schema.end_of_day(), format_checker=FormatChecker())
GONE = object()
VALUES = (
    *(None, True, 0, -1, 1, 2.5, "", "x", " ", [], {}, [1], GONE),
    *("1.00", "-1.00", "0.00", "-0.00", "01.00", "1.0", "1", "GST", "in", "check"),
    *("2026-10-10T02:41:05Z", "2026-10-10T02:41Z", "2026-10-10"),
)
# What a schema can't say: sums, known time zones, and which decimals the record's own currency has.
BEYOND = {"impos.arithmetic", "impos.house_account_sum", "impos.money_format"}


def places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inside:
        yield (*above, name)
        yield from places(one, (*above, name))


@pytest.mark.parametrize("path", list(places(RECORD)), ids=lambda path: ".".join(map(str, path)))
def test_the_reader_refuses_what_the_schema_refuses_and_nothing_else(path: tuple[Any, ...]) -> None:
    for value in VALUES:
        record = copy.deepcopy(RECORD)
        inside: Any = record
        for name in path[:-1]:
            inside = inside[name]
        if value is GONE:
            del inside[path[-1]]
        else:
            inside[path[-1]] = value
        outcome = parse(record)
        if isinstance(outcome, DaySummary):
            assert VALIDATOR.is_valid(record), value
        elif VALIDATOR.is_valid(record):
            assert path == ("site", "timezone") or {one.code for one in outcome} <= BEYOND, (value, outcome)
