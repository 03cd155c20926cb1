"""Fields that are answered with a tracking option or category of the ledger."""

from __future__ import annotations

import pytest

from takings.plugin import Chart, LedgerOption, Settings, option
from takings.setup.fields import describe, read
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
