"""Setting an integration up on the pages, without a script: every kind of step, in the states that it can be in."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from tests.setup.conftest import NAME, MakeSetup, Setup, make_setup, schema_file, setup
from tests.web.wizard import Person, person_at

from takings.plugin import Settings, TokenHandedOut, TokenTyped, option
from takings.testing import FakeSource, FakeTarget
from takings.views import LOCAL

__all__ = ["make_setup", "schema_file", "setup"]


@pytest.fixture
def me(setup: Setup) -> Person:
    return person_at(setup)


def title(page: str) -> str:
    found = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
    assert found
    return found[1]


def told(page: str) -> list[str]:
    """What the summary of errors says."""
    return re.findall(
        r"<li>(?:<a [^>]*>)?([^<]+)(?:</a>)?</li>", page.partition('class="summary"')[2].partition("</ul>")[0]
    )


def test_the_setup_leads_to_the_step_that_is_next_and_home_when_all_is_done(me: Person, setup: Setup):
    first = me.browser.get(f"/i/{me.ref}/setup")
    assert (first.status_code, first.headers["location"]) == (303, f"/i/{me.ref}/setup/connect.target")
    setup.answer_all()
    setup.answer("review", "save")
    done = me.browser.get(f"/i/{me.ref}/setup")
    assert done.headers["location"] == f"/i/{me.ref}"


def test_a_step_says_where_it_stands_and_leads_back(me: Person):
    page = me.open("send")
    assert "Step 2 of 8" in page
    assert f'href="/i/{me.ref}/setup/connect.target"' in page
    assert f'href="/i/{me.ref}#setup">All steps' in page
    assert "novalidate" in page
    assert "<script>" not in page
    assert "style=" not in page


def test_an_unknown_step_is_not_found(me: Person):
    assert me.browser.get(f"/i/{me.ref}/setup/no.such").status_code == 404
    assert me.browser.get("/i/int_nobody/setup").status_code == 404


def test_an_unknown_action_is_refused_in_words(me: Person):
    me.open("send")
    answer = me.browser.post(f"/i/{me.ref}/setup/send", {"action": "retrieve"})
    assert answer.status_code == 400
    assert "is nothing that the step send does" in answer.text


def test_a_ledger_without_a_sign_in_is_connected_by_continue(me: Person):
    assert "needs no sign-in" in me.open("connect.target")
    assert me.go_on() == "/setup/send"
    page = me.open("connect.target")
    assert "Fake books" in page
    assert "Connected" in page


def test_nothing_ticked_is_told_above_beside_and_in_the_title(me: Person):
    me.open("send")
    answer = me.press("Continue")
    assert answer.status_code == 422
    assert title(answer.text).startswith("Error: ")
    assert told(answer.text) == ["Tick what is to be sent."]
    assert '<a href="#field-end_of_day">' in answer.text
    assert 'id="field-end_of_day-error"' in answer.text
    assert "data-focus" in answer.text


def test_what_is_saved_for_later_is_there_again(me: Person):
    me.open("advanced.target")
    assert me.go_on("Save and come back later", field__trailing_days="many") == "?done=kept_for_later"
    assert "In progress" in me.page
    me.open("advanced.target")
    assert me.form().value("field:trailing_days") == "many"
    answer = me.press("Continue")
    assert answer.status_code == 422
    assert me.form().value("field:trailing_days") == "many"
    assert told(answer.text) == ["Enter a whole number, not many."]


def test_numbers_are_shown_by_a_button_and_looked_up_in_the_ledger(me: Person):
    me.connect()
    me.open("advanced.target")
    shown = me.press("Show the numbers", field__numbering="builtin:dated", field__builtin_dated_prefix="X-")
    assert shown.status_code == 200
    assert re.findall(r"<code>([^<]+)</code>", shown.text)[:1] == ["X-26110400"]
    assert '<output id="numbers" aria-live="polite">' in shown.text
    assert me.form().value("field:builtin_dated_prefix") == "X-"
    assert me.press("Look whether").status_code in (200, 422)
    wrong = me.press("Show the numbers", field__builtin_dated_prefix="é")
    assert wrong.status_code == 422


def test_a_field_that_counts_only_with_another_answer_says_so(me: Person):
    page = me.open("advanced.target")
    assert "Counts only where “Document numbers” is " in page
    assert 'data-when="{&#34;field:numbering&#34;: [&#34;builtin:dated&#34;]}"' in page


def test_a_step_that_was_changed_meanwhile_shows_both_answers(me: Person, setup: Setup):
    me.open("advanced.target")
    setup.answer("advanced.target", trailing_days=10)
    answer = me.press("Continue", field__trailing_days="20")
    assert answer.status_code == 409
    assert "What stands there now</span>10" in answer.text
    assert "What you entered</span>20" in answer.text
    assert me.go_on(field__trailing_days="20").startswith("/setup/")
    assert setup.engine.integration(LOCAL, NAME).trailing_days == 20


def test_what_stands_there_stays_unless_the_other_is_chosen(me: Person, setup: Setup):
    me.open("advanced.target")
    setup.answer("advanced.target", trailing_days=10)
    me.press("Continue", field__trailing_days="20")
    me.go_on()
    assert setup.engine.integration(LOCAL, NAME).trailing_days == 10


def test_an_empty_direction_is_a_page_that_says_so(me: Person):
    assert "There is nothing to configure from Fake ledger to Fake till" in me.open("other_direction")
    assert me.go_on().startswith("/setup/")
    assert me.engine.setup(LOCAL, NAME).steps[-3].state == "completed"


class TestToken:
    @pytest.fixture
    def me(self, make_setup: MakeSetup) -> Person:
        handed = TokenHandedOut(title="Auth Token", hand_to="Hand it to till support.")
        return person_at(
            make_setup(replace(FakeSource().declaration(), connecting=handed), FakeTarget().declaration())
        )

    def test_it_is_shown_once(self, me: Person):
        assert "shown once" in me.open("token")
        assert me.go_on("Make the Auth Token") == "/setup/token?made=1"
        found = re.search(r'id="token" value="([^"]+)"', me.page)
        assert found
        assert me.last.headers["cache-control"] == "no-store"
        again = me.open("token", made="1")
        assert found[1] not in again
        assert f"ends in {found[1][-4:]}" in again
        assert "Waiting" in again

    def test_another_one_needs_a_confirmation_that_names_what_stops(self, me: Person):
        me.open("token")
        me.go_on("Make the Auth Token")
        hint = me.engine.setup_step(LOCAL, NAME, "token").token
        assert hint is not None
        asked = me.browser.post(f"/i/{me.ref}/setup/token", {"action": "make_token"})
        assert asked.status_code == 200
        assert f"<strong>{hint.hint[1:]}</strong> stops working at once" in asked.text
        assert me.engine.setup_step(LOCAL, NAME, "token").token == hint
        assert me.open("token", replace="1") == asked.text or "stops working at once" in me.page
        assert me.go_on("Make another") == "/setup/token?made=1"

    def test_use_of_it_arrives(self, me: Person):
        me.open("token")
        me.go_on("Make the Auth Token")
        waiting = me.open("token")
        assert "Check again" in waiting
        headers = {"x-csrf-token": me.form().value("_csrf")}
        asked = me.browser.request("POST", f"/i/{me.ref}/setup/token/ask", headers=headers)
        assert asked.json() == {"state": "used"}
        me.open("token")
        assert "Authorised" in me.page

    def test_tables_wait_with_a_reason_and_can_be_looked_for(self, me: Person):
        me.open("connect.target")
        me.go_on()
        waiting = me.open("map.taxes")
        assert "Cannot start yet." in waiting
        assert "make the Auth Token first" in waiting
        me.open("token")
        me.go_on("Make the Auth Token")
        me.open("map.taxes")
        assert me.go_on("Check again") == "/setup/map.taxes?done=read"
        assert "still to match" in me.page

    def test_only_what_waits_can_be_asked_for(self, me: Person):
        me.open("send")
        headers = {"x-csrf-token": me.form().value("_csrf")}
        assert me.browser.request("POST", f"/i/{me.ref}/setup/send/ask", headers=headers).status_code == 404


class Account(Settings):
    """A connection with every kind of field."""

    site: str = option(title="Site number", help="As it stands on the receipt")
    pin: str = option("", title="PIN", kind="secret")
    since: str = option("", title="Since", kind="date")
    loud: bool = option(False, title="Loud", kind="switch")
    speed: int = option(3, title="Speed", kind="whole_number", le=9, show_when={"loud": True})
    shape: str = option("a", title="Shape", kind="choice", choices={"a": "Round", "b": "Square"})


def test_a_typed_token_and_every_kind_of_field_are_asked_and_a_secret_is_never_shown_again(make_setup: MakeSetup):
    typed = TokenTyped(title="API key", help="From the till’s office page")
    source = replace(FakeSource().declaration(), connecting=typed, connection=Account)
    me = person_at(make_setup(source, FakeTarget().declaration()))
    page = me.open("connect.source")
    assert '<input type="password" id="field-token"' in page
    assert "Counts only where “Loud” is ticked." in page
    assert "Since <span" in page
    assert "(optional)" in page
    wrong = me.press("Continue", field__token="SECRET-ONE-TWO", field__speed="fast", field__loud="true")
    assert wrong.status_code == 422
    assert "SECRET-ONE-TWO" not in wrong.text
    assert me.form().value("field:loud") == "true"
    assert told(wrong.text) == ["Enter the site number.", "Enter a whole number, not fast."]
    right = {"field__token": "SECRET-ONE-TWO", "field__site": "7", "field__speed": "4", "field__pin": "0000-PIN"}
    assert me.go_on(**right).startswith("/setup/")
    page = me.open("connect.source")
    assert "SECRET-ONE-TWO" not in page
    assert "0000-PIN" not in page
    assert page.count("It is set; leave this empty to keep it.") == 2
    assert me.go_on(field__site="8").startswith("/setup/")


def test_a_date_that_is_none_is_kept_as_it_was_typed(me: Person):
    me.answer_all()
    wrong = me.press("Save", field__start_date="soon", field__at="2am")
    assert wrong.status_code == 422
    assert (me.form().value("field:start_date"), me.form().value("field:at")) == ("soon", "2am")
    assert 'type="text" id="field-start_date"' in wrong.text
