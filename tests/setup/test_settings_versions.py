"""Settings stored by an older version of a plugin, changed with the installed one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import select
from tests.setup.conftest import NAME, MakeSetup, Setup

from takings.errors import PluginFault
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
