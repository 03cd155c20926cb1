"""Which further scopes settings need: any other value than the default, or certain values only."""

from __future__ import annotations

import pytest

from takings.connect.scopes import joined, missing, scopes_of
from takings.plugin import Settings, option


class Scoped(Settings):
    """One setting that needs a scope when it is changed, and one for certain values."""

    attach: bool = option(False, title="Attach the report", kind="switch", scope="files")
    shape: str = option(
        "invoice",
        title="Shape",
        kind="choice",
        choices={"invoice": "Invoice", "balanced": "Balanced", "journal": "Journal"},
        scope={"journal": "journals"},
    )


@pytest.mark.parametrize(
    ("values", "scopes"),
    [
        ({}, []),
        ({"shape": "invoice", "attach": False}, []),
        ({"shape": "balanced"}, []),
        ({"shape": "journal"}, ["journals"]),
        ({"attach": True}, ["files"]),
        ({"shape": "journal", "attach": True}, ["files", "journals"]),
    ],
)
def test_a_value_asks_for_its_scope_and_no_other_does(values: dict[str, object], scopes: list[str]) -> None:
    assert scopes_of(Scoped, values) == scopes


def test_scopes_are_asked_for_once_each_and_missed_where_they_were_not_granted() -> None:
    assert joined(["base"], ["journals", "base"]) == "base journals"
    assert missing("base journals", "base") == ("journals",)
    assert missing("base journals", "") == ()
