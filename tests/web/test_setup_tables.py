"""Matching codes on the pages: tables of one row and of eighty, suggestions, bulk answers, and what is wrong."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select
from tests.setup.conftest import NAME, MakeSetup, Setup, make_setup, schema_file, setup
from tests.web.test_setup_pages import told
from tests.web.wizard import Person, WideSource, WideTarget, person_at

from takings.setup.charts import keep_chart
from takings.store.tables import Connection
from takings.views import LOCAL
from takings.web.pages import setup_showing

__all__ = ["make_setup", "schema_file", "setup"]


@pytest.fixture
def wide(make_setup: MakeSetup) -> Person:
    """Eighty codes and two hundred accounts."""
    me = person_at(make_setup(WideSource(80).declaration(), WideTarget(200).declaration()))
    me.connect()
    return me


def count(page: str) -> str:
    found = re.search(r'role="status" data-count[^>]*>(.*?)</p>', page)
    assert found
    return re.sub("<[^>]+>", "", found[1])


def test_a_table_says_how_many_are_left_and_when_the_ledger_was_read(wide: Person):
    page = wide.open("map.accounts")
    assert count(page) == "81 of 81 are still to match"
    assert "The ledger was read 5 Nov 2026, 10:00 AEDT" in page, "the time of the venue"
    assert page.count("<select id=") == 82
    assert wide.form().offered["row:A00"] == wide.form().offered["row:A79"]
    assert len(wide.form().offered["row:A00"]) == 204  # nothing, do not post, and the accounts that take lines


def test_a_large_table_is_sent_compressed_to_who_takes_it_so(wide: Person):
    wide.open("map.accounts")
    assert wide.last.headers["content-encoding"] == "gzip"
    assert wide.last.headers["vary"] == "accept-encoding"
    plain = wide.browser.get(f"/i/{wide.ref}/setup/map.accounts", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    wide.open("send")
    assert "content-encoding" not in wide.last.headers


def test_eighty_rows_without_an_answer_make_ten_links_and_a_number(wide: Person):
    wide.open("map.accounts")
    answer = wide.press("Continue")
    assert answer.status_code == 422
    assert len(told(answer.text)) == 11
    assert told(answer.text)[-1] == "and 71 more"
    links = re.findall(r'<a href="#(row-\d+)">', answer.text)
    assert all(f'id="{one}"' in answer.text for one in links)


def test_what_is_chosen_is_kept_beside_what_is_not(wide: Person):
    wide.open("map.accounts")
    answer = wide.press("Continue", row__A05="post:acc-7", row__A06="do_not_post")
    assert answer.status_code == 422
    assert wide.form().value("row:A05") == "post:acc-7"
    page = wide.open("map.accounts")
    assert count(page) == "79 of 81 are still to match"
    assert wide.form().value("row:A06") == "do_not_post"
    assert page.index("Till 0 ") < page.index("Till 5 ")


def test_empty_rows_get_one_answer_and_undo_takes_it_back(wide: Person):
    wide.open("map.accounts")
    refused = wide.press("Apply")
    assert refused.status_code == 422
    assert told(refused.text)[0] == "Choose what all of them are matched to."
    assert 'href="#fill"' in refused.text
    wide.open("map.accounts")
    assert wide.go_on("Apply", fill="do_not_post", row__A05="post:acc-7") == "/setup/map.accounts?done=filled"
    assert count(wide.page) == "All 81 are matched"
    assert wide.form().value("row:A05") == "post:acc-7"
    assert wide.go_on("Undo") == "/setup/map.accounts?done=undone"
    assert count(wide.page) == "80 of 81 are still to match"


def test_a_suggestion_has_a_reason_and_a_strength_and_is_taken_row_by_row(setup: Setup):
    me = person_at(setup)
    me.connect()
    page = me.open("map.taxes")
    assert "The ledger has the same code GST – a sure match" in page
    assert me.form().value("row:GST") == ""
    assert me.go_on("Use GST for GST") == "/setup/map.taxes?done=kept"
    assert count(me.page) == "All 1 are matched"
    assert me.form().value("row:GST") == "post:GST"


def test_all_suggestions_are_taken_by_one_button_that_says_how_many(setup: Setup):
    me = person_at(setup)
    me.connect()
    me.open("map.methods")
    assert me.go_on("Use all suggestions (1)") == "/setup/map.methods?done=suggested"
    assert "Undo takes them back" in me.page


def test_a_table_that_was_changed_meanwhile_shows_both_answers(wide: Person):
    wide.open("map.accounts")
    wide.engine.set_mapping(LOCAL, NAME, dimension="accounts", code="A05", to="acc-8")
    answer = wide.press("Continue", row__A05="post:acc-7")
    assert answer.status_code == 409
    assert "Till 5 takings" in answer.text
    assert "What stands there now</span>1008 Department 8" in answer.text
    assert "What you entered</span>1007 Department 7" in answer.text


def test_an_account_that_is_gone_puts_its_row_first_with_what_it_was(wide: Person):
    engine = wide.engine
    engine.set_mapping(LOCAL, NAME, dimension="accounts", code="A44", to="acc-8")
    chart = engine.refresh_ledger(LOCAL, NAME)
    with engine.database.write() as session:
        left = replace(chart, accounts=tuple(one for one in chart.accounts if one.id != "acc-8"))
        connection = session.exec(select(Connection).where(Connection.side == "target")).one()
        keep_chart(session, connection, left, now=engine.clock.now())
    page = wide.open("map.accounts")
    assert "choose again. It was 1008 Department 8." in page
    assert page.index('name="row:A44"') < page.index('name="row:A00"')
    assert wide.form().value("row:A44") == ""


def test_a_ledger_with_thousands_of_accounts_offers_the_whole_list_for_one_row(
    wide: Person, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(setup_showing, "MOST_OPTIONS", 1000)
    page = wide.open("map.accounts")
    assert len(wide.form().offered["row:A05"]) < 60
    assert 'href="' + f"/i/{wide.ref}/setup/map.accounts?row=A05" in page
    wide.open("map.accounts", row="A05")
    assert len(wide.form().offered["row:A05"]) == 204
    assert "row:A06" not in wide.form().offered
    assert wide.go_on("Keep this one", row__A05="post:acc-199") == "/setup/map.accounts?done=kept"
    assert wide.form().value("row:A05") == "post:acc-199"


hostile = st.text(
    st.sampled_from("\"'<>&{}%/ \\abc=`:#") | st.characters(exclude_categories=["Cs", "Cc"]), max_size=25
)


unhurried = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


@settings(max_examples=3, **unhurried)
@given(words=hostile)
def test_names_of_other_systems_are_only_ever_text(make_setup: MakeSetup, words: str):
    look_at_names(make_setup, words)


@pytest.mark.soak
@settings(max_examples=60, **unhurried)
@given(words=hostile)
def test_many_names_of_other_systems_are_only_ever_text(make_setup: MakeSetup, words: str):
    look_at_names(make_setup, words)


def look_at_names(make_setup: MakeSetup, words: str) -> None:
    evil = f"\"'><script>alert(1)</script>{{{{7*7}}}}{words}"
    me = person_at(make_setup(WideSource(2, evil).declaration(), WideTarget(3, evil).declaration()))
    me.connect()
    for key in ("connect.target", "map.accounts", "review"):
        page = me.open(key)
        assert "<script>" not in page
        assert "{{7*7}}" in page or key == "review"
    me.open("map.accounts")
    code = f"A01{evil}"
    value = next(one for one in me.form().offered[f"row:{code}"] if one.startswith("post:acc-1"))
    answer = me.browser.post(f"/i/{me.ref}/setup/map.accounts", {f"row:{code}": value, "action": "match"})
    assert answer.status_code == 303, answer.text
    me.open("map.accounts")
    assert me.form().value(f"row:{code}") == value
    assert "<script>" not in me.press("Continue").text
