"""Settings models as fields, and answers read back into values."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from takings.plugin import Settings, option
from takings.setup.fields import check, describe, read


class Everything(Settings):
    """One field of each kind that an owner can be asked."""

    wording: str = option("till", title="Wording", help="Letters only", pattern="^[a-z]*$", max_length=8)
    key: str = option(title="Key", kind="secret")
    split: bool = option(False, title="Split", kind="switch")
    days: int = option(14, title="Days", kind="whole_number", ge=0, le=90)
    group: str = option("one", title="Group", kind="choice", choices={"one": "One line", "all": "All lines"})
    since: date = option(date(2026, 10, 1), title="Since", kind="date")
    only_all: str = option("x", title="Only for all", show_when={"group": "all"})


FIELDS = describe(Everything, {"key": "stored"})


def test_a_secret_is_never_shown_and_says_whether_it_is_set() -> None:
    secret = next(one for one in FIELDS if one.name == "key")
    assert (secret.value, secret.default, secret.is_set) == (None, None, True)
    assert not next(one for one in describe(Everything, {}) if one.name == "key").is_set


def test_defaults_stand_where_nothing_is_stored() -> None:
    assert {one.name: one.value for one in FIELDS if one.kind != "secret"} == {
        "wording": "till", "split": False, "days": 14, "group": "one", "since": "2026-10-01", "only_all": "x",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("split", "on", True),
        ("split", "No", False),
        ("split", "", False),
        ("days", " 7 ", 7),
        ("days", 7, 7),
        ("group", "All lines", "all"),
        ("group", "all lines", "all"),
        ("wording", "  shop ", "shop"),
    ],
)
def test_answers_are_taken_as_people_forms_and_files_give_them(name: str, given: Any, value: Any) -> None:
    answers = read(FIELDS, {name: given})
    assert (answers.values[name], answers.errors) == (value, {})


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("split", "maybe", "Say yes or no, not maybe."),
        ("days", "seven", "Enter a whole number, not seven."),
        ("days", "", "Enter a whole number."),
        ("days", 1.5, "Enter a whole number, not 1.5."),
        ("days", True, "Enter a whole number, not True."),
        ("group", "some", "some is not one of the choices: one, all."),
        ("group", "", "Choose one: one, all."),
        ("no_such", "x", "There is no such field here."),
    ],
)
def test_what_can_not_be_read_is_told_at_its_field(name: str, given: Any, said: str) -> None:
    assert read(FIELDS, {name: given}).errors == {name: said}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"days": 91}, {"days": "It must be 90 or less."}),
        ({"days": -1}, {"days": "It must be 0 or more."}),
        ({"group": "some"}, {"group": "some is not one of the choices: one, all."}),
        ({"group": ""}, {"group": "nothing is not one of the choices: one, all."}),
        ({"group": "x" * 99}, {"group": f"{'x' * 40}… is not one of the choices: one, all."}),
        ({"wording": "Ü"}, {"wording": "This can't be the wording. Letters only."}),
        ({"wording": "x" * 9}, {"wording": "Use at most 8 characters."}),
        ({"since": "soon"}, {"since": "Enter a date like 2026-10-31."}),
        ({"nothing": 1}, {"nothing": "There is no such setting."}),
    ],
)
def test_what_the_model_refuses_is_said_in_plain_words(values: dict[str, Any], said: dict[str, str]) -> None:
    assert check(Everything, {"key": "k", **values}) == said


def test_a_required_secret_must_be_given_once() -> None:
    assert read(describe(Everything, {}), {"key": ""}).errors == {"key": "Enter the key."}
    assert read(FIELDS, {"key": ""}).errors == {}
    assert "key" not in read(FIELDS, {"key": ""}).values


def test_a_field_that_does_not_count_is_left_out() -> None:
    assert "only_all" not in read(FIELDS, {"only_all": "y"}).values
    assert read(FIELDS, {"only_all": "y", "group": "all"}).values["only_all"] == "y"


def test_what_is_wrong_with_a_field_that_does_not_count_is_not_told() -> None:
    fields = [replace(one, show_when={"group": ("all",)}) if one.name == "days" else one for one in FIELDS]
    assert read(fields, {"days": "four"}).errors == {}
    assert list(read(fields, {"days": "four", "group": "all"}).errors) == ["days"]


def test_a_number_that_is_too_long_is_not_called_none() -> None:
    assert read(FIELDS, {"days": "9" * 20}).errors == {"days": "Enter a number of at most 12 digits."}


@given(st.dictionaries(st.sampled_from([one.name for one in FIELDS]), st.one_of(st.text(), st.integers(), st.none())))
def test_whatever_is_answered_there_is_a_value_or_an_error_for_each_field_that_counts(given: dict[str, Any]) -> None:
    answers = read(FIELDS, given)
    for one in FIELDS:
        if one.kind != "secret" and one.counts(answers.values):
            assert one.name in answers.values or one.name in answers.errors
