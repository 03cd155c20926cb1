"""A pushed body is taken apart into the exact texts of its records."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from takings.plugin import Content, RawRecord

from .records import READER, a_record, encoded, read_day


def test_one_record_needs_no_array() -> None:
    assert READER.read_body(encoded(a_record())) == Content(records=(RawRecord(body=encoded(a_record())),))


def test_an_array_gives_each_record_with_its_place() -> None:
    content = READER.read_body(b"[" + b" ,\n".join([encoded(a_record())] * 3) + b"]\n")
    assert [one.where for one in content.records] == ["[0]", "[1]", "[2]"]
    assert {one.body for one in content.records} == {encoded(a_record())}
    assert not content.findings


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1.10, "a": 1e400}',
        '{"n": ' + "9" * 5000 + "}",
        '{ "spaces" :  [ 1 ,2 ] }',
        '{"é": "\\u00e9 \u2028"}',
        "12.50",
        '"text"',
    ],
)
def test_the_text_of_a_record_is_kept_as_it_was_sent(text: str) -> None:
    content = READER.read_body(f" [ {text} , {text} ] ".encode())
    assert [one.body.decode() for one in content.records] == [text, text]


def test_a_hundred_records_are_taken_and_one_more_is_not() -> None:
    body = encoded([a_record()] * 100)
    assert len(READER.read_body(body).records) == 100
    content = READER.read_body(encoded([a_record()] * 101))
    assert [one.code for one in content.findings] == ["impos.too_many"]
    assert "101" in content.findings[0].what
    assert not content.records


@pytest.mark.parametrize(
    ("body", "code", "where"),
    [
        (b"[]", "impos.empty", "$"),
        (b"", "impos.not_json", "line 1, column 1"),
        (b"[{},]", "impos.not_json", "line 1, column 5"),
        (b"[{}\n{}]", "impos.not_json", "line 2, column 1"),
        (b"[{}", "impos.not_json", "line 1, column 4"),
        (b"[{}] x", "impos.not_json", "line 1, column 6"),
        (b"<html>", "impos.not_json", "line 1, column 1"),
        (b'[{"a": "\xe9"}]', "impos.not_utf8", "byte 9"),
        (b"[" * 100_000, "impos.too_deep", "$"),
    ],
)
def test_a_body_that_holds_no_records_is_refused_as_a_whole(body: bytes, code: str, where: str) -> None:
    content = READER.read_body(body)
    assert [(one.code, one.where) for one in content.findings] == [(code, where)]
    assert not content.records


def test_a_bad_record_among_good_ones_is_for_parse_to_refuse() -> None:
    content = READER.read_body(encoded([a_record(), {"format": 1}]))
    assert len(content.records) == 2
    assert read_day(content.records[0].body)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(st.lists(values, min_size=1, max_size=5), st.sampled_from([None, 1]), st.booleans())
def test_slices_of_an_array_are_its_elements(elements: list[Any], indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(elements, indent=indent, ensure_ascii=True if _has_surrogate(elements) else ascii_only)
    content = READER.read_body(text.encode())
    assert [json.dumps(json.loads(one.body)) for one in content.records] == [json.dumps(one) for one in elements]


def _has_surrogate(value: Any) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in json.dumps(value, ensure_ascii=False))


@given(st.binary())
def test_no_bytes_make_a_push_raise(body: bytes) -> None:
    content = READER.read_body(body)
    assert bool(content.records) != bool(content.findings)
