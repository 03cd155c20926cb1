"""CSV files: what a spreadsheet reads is what was written, and nothing of it is a formula."""

from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.chain import Venue
from tests.web.site import Browser, id_of

from takings.views.spreadsheet import RISKY, cell, write

NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
hostile = st.builds(lambda sign, rest: sign + rest, st.sampled_from(RISKY), texts)


@given(st.lists(st.lists(texts | hostile, min_size=1, max_size=4), max_size=5))
def test_every_cell_comes_back_and_none_is_a_formula(rows: list[list[str]]):
    read = list(csv.reader(io.StringIO(write(("A", "B"), rows), newline="")))
    assert read[0] == ["A", "B"]
    assert read[1:] == [[cell(value) for value in row] for row in rows]
    for row in read[1:]:
        assert all(not value.startswith(RISKY) or NUMBER.fullmatch(value) for value in row)


@given(hostile.filter(lambda text: not NUMBER.fullmatch(text)))
def test_what_could_be_a_formula_is_text(text: str):
    assert cell(text) == "'" + text


@pytest.mark.parametrize(("value", "written"), [("-12.50", "-12.50"), ("12", "12"), (None, ""), ("-1+1", "'-1+1")])
def test_amounts_stay_numbers(value: object, written: str):
    assert cell(value) == written


def test_days_and_documents_are_files(month: Venue, browser: Browser):
    ref = id_of(month)
    answer = browser.get(f"/i/{ref}/days.csv?from=2026-10-01&to=2026-10-31")
    assert answer.headers["content-disposition"] == 'attachment; filename="Anchor-Hotel-days.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == len(month.engine.days(month.principal, ref))
    assert rows[0]["Counted"] == "7853.10"
    documents = list(csv.DictReader(io.StringIO(browser.get(f"/i/{ref}/documents.csv").text)))
    assert documents[0]["Number"] == "INV-0001"


@pytest.mark.parametrize("query", ["from=2026-10-31&to=2026-10-01", "from=nonsense", "to=2026-13-01"])
def test_a_period_that_is_none_is_refused(query: str, month: Venue, browser: Browser):
    assert browser.get(f"/i/{id_of(month)}/days.csv?{query}").status_code == 400
