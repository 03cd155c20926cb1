"""What the mapping provider suggests."""

from __future__ import annotations

from takings.plugin import Chart, DimensionKind, LedgerAccount, MappingRow, SourceCode

from takings_example.mapping import suggest_shelf

CHART = Chart(
    organisation="books",
    organisation_name="Books",
    currency="AUD",
    accounts=(
        LedgerAccount(id="a", code="1", name="Coffee sales"),
        LedgerAccount(id="b", code="2", name="Food sales"),
        LedgerAccount(id="c", code="3", name="Food, old", active=False),
    ),
)


def row(name: str, kind: DimensionKind = DimensionKind.ACCOUNT) -> MappingRow:
    return MappingRow(code=SourceCode(dimension="groups", code="X", name=name), kind=kind)


def test_a_group_goes_to_the_account_of_its_shelf() -> None:
    (suggestion,) = suggest_shelf(row("Bread and cake"), CHART)
    assert suggestion.ref.id == "b"
    assert suggestion.reason == "Bread and cake stands on the food shelf"


def test_other_groups_and_other_kinds_of_code_are_left_to_others() -> None:
    assert suggest_shelf(row("Magazines"), CHART) == []
    assert suggest_shelf(row("Bread", DimensionKind.TENDER), CHART) == ()
