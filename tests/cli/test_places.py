"""Where the database, the keys and the period are, by option, environment and default."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
import pytest
from tests.cli.world import Run, sides

from takings.cli import places
from takings.cli.common import Common
from takings.cli.periods import last_full_month, period_of
from takings.errors import DatabaseMissing, InstallationError


def common(**values: str) -> Common:
    made = Common()
    for name, value in values.items():
        setattr(made, name, value)
    return made


def test_the_option_wins_over_the_environment_and_that_over_the_default(tmp_path: Path):
    environ = {"TAKINGS_DATABASE": str(tmp_path / "a.db"), "XDG_DATA_HOME": str(tmp_path)}
    assert places.database(common(database=str(tmp_path / "b.db")), environ) == str(tmp_path / "b.db")
    assert places.database(common(), environ) == str(tmp_path / "a.db")
    del environ["TAKINGS_DATABASE"]
    assert places.database(common(), environ) == str(tmp_path / "takings" / "takings.db")


def test_an_address_is_taken_as_it_is():
    assert places.database(common(database="postgresql://db/takings"), {}) == "postgresql://db/takings"


def test_a_folder_is_no_database(tmp_path: Path):
    with pytest.raises(DatabaseMissing, match="is a folder"):
        places.database(common(database=str(tmp_path)), {})


def test_the_keys_lie_beside_the_database_unless_it_is_on_a_server(tmp_path: Path):
    assert places.key_file(common(), str(tmp_path / "venues.db"), {}) == tmp_path / "venues.key"
    with pytest.raises(InstallationError, match="--key-file"):
        places.key_file(common(), "postgresql://db/takings", {})


def test_a_later_option_wins_over_an_earlier_one(run: Run, tmp_path: Path):
    first, second = tmp_path / "first.db", tmp_path / "second.db"
    assert run("--database", first, "integrations", "list", "--database", second).code == 0
    assert second.exists()
    assert not first.exists()


def test_one_owner_does_not_see_anothers_integrations(run: Run):
    assert run("provision", "anchor", *sides(), "--owner", "hotel").code == 0
    assert run("integrations", "list", "--json").json == {"integrations": []}
    assert run("status", "--json").json == {"integrations": []}
    names = [one["name"] for one in run("integrations", "list", "--json", "--owner", "hotel").json["integrations"]]
    assert names == ["anchor"]
    assert [one["name"] for one in run("status", "--json", "--owner", "hotel").json["integrations"]] == names


def test_a_period_needs_a_beginning_and_may_not_end_before_it():
    day = datetime(2026, 10, 5)  # noqa: DTZ001 - click's dates have no zone
    assert period_of(None, None) is None
    assert str(period_of(day, day)) == "2026-10-05"
    with pytest.raises(click.UsageError, match="--from"):
        period_of(None, day)


def test_the_last_full_month_is_whole():
    month = last_full_month()
    assert month.first.day == 1
    assert month.first.month == month.last.month
    assert 28 <= month.days <= 31
