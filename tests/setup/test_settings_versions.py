"""Settings stored by an older version of a plugin, changed with the installed one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Self

import pytest
from pydantic import model_validator
from sqlmodel import select
from tests.setup.conftest import NAME, MakeSetup, Setup

from takings.errors import Misconfigured, PluginFault
from takings.plugin import Settings, option
from takings.setup.settings import current_settings
from takings.store.tables import Integration
from takings.testing import FakeSource, FakeTarget
from takings.views import LOCAL


class Now(Settings):
    """What the ledger's second version asks."""

    wording: str = option("till", title="Wording")
    days: int = option(0, title="Days", kind="whole_number")


def rename(level: str, version: tuple[int, int], values: dict[str, Any]) -> dict[str, Any]:
    values = dict(values)
    if "text" in values:
        values["wording"] = values.pop("text")
    return values


LEDGER = replace(FakeTarget().declaration(), integration=Now, settings_version=(2, 0), migrate=rename)


def stored_before(setup: Setup, values: dict[str, Any]) -> None:
    with setup.engine.database.write() as session:
        row = session.exec(select(Integration)).one()
        row.target_settings, row.settings_versions = values, {"fake:ledger": "1.0", "fake:till": "1.0"}
        session.add(row)


def test_a_change_is_laid_over_migrated_settings_and_their_version_is_noted(make_setup: MakeSetup) -> None:
    setup = make_setup(FakeSource().declaration(), LEDGER)
    stored_before(setup, {"text": "shop"})
    setup.engine.configure(LOCAL, NAME, target_settings={"days": 3})
    with setup.engine.database.read() as session:
        row = session.exec(select(Integration)).one()
    assert row.target_settings == {"wording": "shop", "days": 3}
    assert row.settings_versions == {"fake:ledger": "2.0", "fake:till": "1.0"}
    setup.engine.configure(LOCAL, NAME, target_settings={"days": 4})
    with setup.engine.database.read() as session:
        assert session.exec(select(Integration)).one().target_settings == {"wording": "shop", "days": 4}


def test_a_migration_that_fails_is_a_fault_of_its_plugin() -> None:
    def broken(level: str, version: tuple[int, int], values: dict[str, Any]) -> dict[str, Any]:
        raise KeyError("gone")

    ledger = replace(LEDGER, migrate=broken)
    with pytest.raises(PluginFault, match=r"fake:ledger.*migrating settings of version 1\.0 ended with KeyError"):
        current_settings(ledger, "integration", {}, stored="1.0", place="fake:ledger")


class Shaped(Settings):
    """What a ledger with a choice asks."""

    shape: str = option("", title="Shape", kind="choice", choices={"day": "Days", "week": "Weeks"})


def test_a_value_that_is_no_choice_is_refused_where_it_is_set_with_the_choices(make_setup: MakeSetup) -> None:
    setup = make_setup(FakeSource().declaration(), replace(FakeTarget().declaration(), integration=Shaped))
    for given in ("circle", "Days"):
        said = rf"fake:ledger\.shape is not right: {given} is not one of the choices: day, week"
        with pytest.raises(Misconfigured, match=said) as refused:
            setup.engine.configure(LOCAL, NAME, target_settings={"shape": given})
        assert refused.value.exit_code == 2
    for given in ("week", ""):
        assert setup.engine.configure(LOCAL, NAME, target_settings={"shape": given}).target_settings["shape"] == given


def test_a_stored_value_that_is_no_choice_posts_nothing_and_is_named() -> None:
    ledger = replace(LEDGER, integration=Shaped, settings_version=(1, 0))
    with pytest.raises(Misconfigured, match=r"shape is not right: circle is not one of the choices") as stored:
        current_settings(ledger, "integration", {"shape": "circle"}, stored="1.0", place="fake:ledger")
    assert stored.value.exit_code == 1


class Paired(Settings):
    """What a ledger whose settings depend on each other asks."""

    first: str = option("", title="First")
    second: str = option("", title="Second")

    @model_validator(mode="after")
    def _go_together(self) -> Self:
        if self.first and not self.second:
            raise ValueError("Enter the second with the first")
        return self


def test_settings_that_do_not_go_together_are_refused_without_the_name_of_one(make_setup: MakeSetup) -> None:
    setup = make_setup(FakeSource().declaration(), replace(FakeTarget().declaration(), integration=Paired))
    said = r"^The settings of fake:ledger do not go together: Enter the second with the first\.$"
    with pytest.raises(Misconfigured, match=said) as refused:
        setup.engine.configure(LOCAL, NAME, target_settings={"first": "1"})
    assert (refused.value.exit_code, refused.value.field) == (2, "fake:ledger")
