"""Fields that are answered with a tracking option or category of the ledger."""

from __future__ import annotations

import pytest

from takings.errors import Misconfigured
from takings.plugin import Chart, LedgerOption, Settings, option
from takings.setup.fields import describe, read
from takings.setup.ledger_fields import names_ledger, resolved, why_not
from takings.views.setup import FieldView

CHART = Chart(
    organisation="t-1",
    organisation_name="The Anchor Hotel",
    currency="AUD",
    options=(
        LedgerOption(id="o-bar", name="Bar", category="k-place", category_name="Place"),
        LedgerOption(id="o-east", name="East", category="k-region", category_name="Region"),
        LedgerOption(id="o-east-bar", name="East", category="k-place", category_name="Place"),
        LedgerOption(id="o-gone", name="Terrace", category="k-old", category_name="Old", active=False),
    ),
)


class Tracked(Settings):
    """What Xero's tracking asks for."""

    stands: str = option("", title="Option", kind="ledger_option")
    among: str = option("", title="Category", kind="ledger_category")


def field(name: str, **stored: str) -> FieldView:
    return next(one for one in describe(Tracked, stored, chart=CHART) if one.name == name)


def test_options_are_offered_in_the_groups_of_their_categories() -> None:
    assert [(one.value, one.label, one.group) for one in field("stands").choices] == [
        ("o-bar", "Bar", "Place"),
        ("o-east", "East", "Region"),
        ("o-east-bar", "East", "Place"),
    ]


def test_an_option_that_is_gone_is_offered_only_where_it_was_chosen() -> None:
    assert "o-gone" in [one.value for one in field("stands", stands="o-gone").choices]


def test_each_category_in_use_is_offered_once() -> None:
    assert [(one.value, one.label) for one in field("among").choices] == [
        ("k-place", "Place"),
        ("k-region", "Region"),
    ]


@pytest.mark.parametrize(
    ("name", "given", "value", "refused"),
    [
        ("stands", "o-bar", "o-bar", False),
        ("stands", "bar", "o-bar", False),
        ("stands", "East", None, True),
        ("stands", "Terrace", None, True),
        ("stands", "", "", False),
        ("among", "Region", "k-region", False),
        ("among", "k-nowhere", None, True),
    ],
)
def test_people_give_a_name_or_an_id(name: str, given: str, value: str | None, refused: bool) -> None:
    answers = read(describe(Tracked, {}, chart=CHART), {name: given})
    assert answers.values.get(name) == value
    assert bool(answers.errors.get(name)) is refused


@pytest.mark.parametrize(
    ("name", "given", "kept"),
    [
        ("stands", "o-bar", "o-bar"),
        ("stands", "bar", "o-bar"),
        ("among", "place", "k-place"),
        ("among", "k-region", "k-region"),
        ("among", "", ""),
    ],
)
def test_a_command_gives_a_name_or_an_id_and_the_id_is_kept(name: str, given: str, kept: str) -> None:
    assert resolved(Tracked, {name: given}, CHART) == {name: kept}
    assert why_not(Tracked, name, given, chart=CHART) == ""
    assert names_ledger(Tracked, {name: given}) is bool(given)


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("stands", "Nope", "There is no tracking option Nope. There are: Bar, East."),
        ("stands", "Terrace", "There is no tracking option Terrace."),
        ("stands", "East", "'East' names several: o-east, o-east-bar. Give the id."),
        ("among", "Nope", "There is no tracking category Nope. There are: Place, Region."),
        ("among", "Old", "There is no tracking category Old."),
    ],
)
def test_a_command_that_names_none_or_several_is_refused(name: str, given: str, said: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        resolved(Tracked, {name: given}, CHART)
    assert said in str(refused.value)
    assert refused.value.exit_code == 2


def test_without_a_chart_what_is_given_is_kept() -> None:
    assert resolved(Tracked, {"among": "Nope"}, None) == {"among": "Nope"}
