"""A table of eighty codes: rows are found, suggestions are taken by one press, and all the others at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.e2e.people import People
from tests.e2e.place import Place, open_place
from tests.e2e.walk import MAPPINGS, Walk

from takings_impos.simulator import VENUES, Options, awkward_month

ROWS = 80


@pytest.fixture
def wide(tmp_path: Path, schema_file: Path) -> Iterator[Place]:
    """A point of sale that has eighty accounts."""
    records = tmp_path / "records"
    records.mkdir()
    (records / "day.json").write_text(json.dumps(awkward_month(2026, 10)[0]))
    catalogue = VENUES["anchor"].catalogue()
    accounts = catalogue["accounts"]
    more = [{**accounts[0], "code": f"BAR-{n}", "name": f"Bar {n}"} for n in range(ROWS - len(accounts))]
    (records / "catalogue.json").write_text(json.dumps({**catalogue, "accounts": [*accounts, *more]}))
    with ExitStack() as stack:
        yield open_place(stack, tmp_path, schema_file, options=Options(records=records))


def test_eighty_rows_are_matched(wide: Place, people: People):
    walk = Walk(wide, people.sit_down(wide.url), people.sit_down(wide.pos.url))
    walk.up_to_tables()
    for title in MAPPINGS[:-1]:
        walk.match(title)
    kim = walk.kim
    kim.expect_heading(MAPPINGS[-1])
    count, rows = kim.page.locator("[data-count]"), kim.page.locator("#rows tbody tr:visible")
    expect(count).to_contain_text(f"{ROWS} of {ROWS} are still to match")
    kim.press("Continue")
    walk.kim.expect_problem()
    expect(kim.page.get_by_role("alert").get_by_role("listitem")).to_have_count(11)
    kim.page.get_by_label("Find a row").fill("bar 5")
    expect(rows).to_have_count(11)
    rows.first.get_by_role("combobox").select_option(index=2)
    expect(count).to_contain_text(f"{ROWS - 1} of {ROWS}")
    kim.page.get_by_label("Find a row").fill("")
    kim.page.locator("[data-use]").first.click()
    expect(count).to_contain_text(f"{ROWS - 2} of {ROWS}")
    kim.press("Use all suggestions", exact=False)
    expect(kim.page.get_by_role("button", name="Undo")).to_be_visible()
    left = kim.page.get_by_label("For the empty rows")
    if left.count():
        left.select_option(index=1)
        kim.press("Apply")
    expect(count).to_contain_text(f"All {ROWS}")
    kim.press("Continue")
    kim.expect_heading("Xero to ImPOS")
