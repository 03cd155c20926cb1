"""The same answers, given on the pages, through JSON and in a file, are stored the same, row by row."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import select
from tests.setup.conftest import NAME, MakeSetup, Setup, make_setup, schema_file
from tests.web.api.client import Client
from tests.web.wizard import ME, person_at

from takings.cli.wizard.applying import apply
from takings.cli.wizard.course import Course
from takings.store.setup_tables import SetupSession
from takings.store.tables import Connection, Integration, MappingRow
from takings.views import LOCAL
from takings.web import make_web

__all__ = ["make_setup", "schema_file"]

#: The answers as they stand in a file.
FILE = """
[connect.target]
[send]
end_of_day = true
[map.taxes]
GST = "GST"
[map.methods]
CASH = "leave_open"
[map.accounts]
SALES = "do_not_post"
[other_direction]
[advanced.target]
trailing_days = 20
numbering = "builtin:dated"
builtin_dated_prefix = "K-"
[review]
start_date = 2026-11-05
every = "week"
weekday = "2"
at = 02:30:00
timezone = "Australia/Sydney"
"""
NUMBERING = {"trailing_days": "20", "numbering": "builtin:dated", "builtin_dated_prefix": "K-"}
WHEN = {
    "start_date": "2026-11-05",
    "every": "week",
    "weekday": "2",
    "at": "02:30",
    "timezone": "Australia/Sydney",
}

#: What differs between two integrations that are set up alike: random ids.
_IDS = {"id", "integration_id", "source_connection_id", "target_connection_id"}


def in_a_file(setup: Setup) -> None:
    course = Course(engine=setup.engine, who=LOCAL, ref=NAME)
    assert apply(course, tomllib.loads(FILE)).is_good


def on_pages(setup: Setup) -> None:
    person = person_at(setup)
    person.connect()
    person.open("send")
    person.go_on(field__end_of_day="true")
    person.go_on(row__GST="post:GST")
    person.go_on(row__CASH="leave_open")
    person.go_on(row__SALES="do_not_post")
    person.go_on()
    person.go_on(**{f"field__{name}": value for name, value in NUMBERING.items()})
    person.go_on("Save & Exit", **{f"field__{name}": value for name, value in WHEN.items()})


def through_json(setup: Setup) -> None:
    program = replace(ME, is_program=True)
    web = make_web(setup.engine, principal=lambda scope: program, public_base_url="https://shop.example")
    client = Client(web)
    base = f"/integrations/{setup.engine.integration(LOCAL, NAME).id}"

    def answer(key: str, action: str = "continue", **values: Any) -> None:
        client.post(f"{base}/setup/{key}", {"values": values, "action": action})

    answer("connect.target")
    client.post(f"{base}/mapping/refresh")
    answer("send", end_of_day=True)
    answer("map.taxes", GST="post:GST")
    answer("map.methods", CASH="leave_open")
    answer("map.accounts", SALES="do_not_post")
    answer("other_direction")
    answer("advanced.target", **NUMBERING)
    answer("review", "save", **WHEN)


def stored(setup: Setup) -> dict[str, list[dict[str, Any]]]:
    with setup.engine.database.read() as session:
        return {
            table.__name__: sorted(
                (
                    {name: value for name, value in row.model_dump().items() if name not in _IDS}
                    for row in session.exec(select(table)).all()
                ),
                key=str,
            )
            for table in (Integration, Connection, MappingRow, SetupSession)
        }


@pytest.mark.parametrize("other", [on_pages, through_json])
def test_a_file_stores_what_another_face_stores(make_setup: MakeSetup, other: Callable[[Setup], None]) -> None:
    first, second = make_setup(), make_setup()
    in_a_file(first)
    other(second)
    assert stored(first) == stored(second)
    (row,) = stored(first)["Integration"]
    assert (row["state"], row["trailing_days"], row["schedule"]["timezone"]) == ("active", 20, "Australia/Sydney")
    choices = {one["code"]: one["choice"] for one in stored(first)["MappingRow"]}
    assert choices == {"GST": "post", "CASH": "leave_open", "SALES": "do_not_post"}
