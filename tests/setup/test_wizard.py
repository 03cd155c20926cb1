"""Answering a setup: what is stored, what is kept, what is refused, and what comes next."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlmodel import select
from tests.setup.conftest import NAME, MakeSetup, Setup

from takings.domain.period import Period
from takings.errors import NotFound, StaleAnswer, UsageError
from takings.plugin import TokenHandedOut
from takings.setup.charts import keep_chart
from takings.setup.standing import stands
from takings.store.journal import AuditEvent, CallRow
from takings.store.setup_tables import SetupSession
from takings.store.tables import Connection, Day, Integration, MappingRow
from takings.testing import FakeSource, FakeTarget
from takings.views import LOCAL, StepResult, TableView


def stored(setup: Setup) -> Integration:
    with setup.engine.database.read() as session:
        return session.exec(select(Integration).where(Integration.name == NAME)).one()


def test_a_new_setup_waits_at_its_first_step_and_says_why_the_others_wait(setup: Setup) -> None:
    view = setup.engine.setup(LOCAL, NAME)
    assert (view.current, view.complete) == ("connect.target", False)
    reasons = {one.key: one.reason for one in view.steps}
    assert reasons["map.taxes"] == "Connect Fake ledger first."
    assert reasons["review"].startswith("Complete first: Connect Fake ledger, What to send")


def test_codes_that_are_not_known_yet_keep_the_mapping_waiting_with_a_reason(make_setup: MakeSetup) -> None:
    handed = TokenHandedOut(title="Auth Token", hand_to="Hand it to till support.")
    setup = make_setup(replace(FakeSource().declaration(), connecting=handed), FakeTarget().declaration())
    setup.answer("connect.target")
    step = setup.step("map.taxes")
    assert (step.state, step.actions) == ("cannot_start", ("refresh",))
    assert step.reason == "Fake till can't be asked for its codes yet: make the Auth Token first."
    setup.answer("token", "make_token")
    assert setup.step("map.taxes").reason == "Waiting for Fake till: Hand it to till support."
    refused = setup.answer("map.taxes", GST="post:GST10")
    assert refused.errors == {"": "Waiting for Fake till: Hand it to till support."}


def test_a_token_is_shown_once_and_kept_nowhere_in_the_clear(make_setup: MakeSetup) -> None:
    setup = make_setup(
        replace(FakeSource().declaration(), connecting=TokenHandedOut(title="Auth Token")), FakeTarget().declaration()
    )
    setup.answer("token", "make_token")
    assert setup.step("token").token is not None
    assert setup.step("token").token.token == ""  # type: ignore[union-attr]
    shown = setup.engine.setup_step(LOCAL, NAME, "token", reveal=True).token
    assert shown is not None
    assert len(shown.token) > 20
    again = setup.engine.setup_step(LOCAL, NAME, "token", reveal=True).token
    assert again is not None
    assert again.token == ""
    assert again.hint == f"…{shown.token[-4:]}"
    with setup.engine.database.read() as session:
        assert session.exec(select(SetupSession.sealed_token)).one() == ""


def test_nothing_ticked_is_refused_and_the_step_stays(setup: Setup) -> None:
    result = setup.answer("send")
    assert (result.saved, result.next) == (False, "send")
    assert result.step.fields[0].error == "Tick what is to be sent."
    assert setup.answer("send", end_of_day="yes").saved
    assert setup.states()["send"] == "completed"


def test_what_is_saved_for_later_is_there_again_even_where_it_is_wrong(setup: Setup) -> None:
    setup.answer("advanced.target", "later", trailing_days="many")
    step = setup.step("advanced.target")
    assert step.state == "in_progress"
    assert next(one for one in step.fields if one.name == "trailing_days").value == "many"
    assert setup.answer("advanced.target").errors == {"trailing_days": "Enter a whole number, not many."}
    assert setup.answer("advanced.target", trailing_days="10").saved
    assert stored(setup).trailing_days == 10


def test_an_answer_to_a_step_that_changed_meanwhile_is_refused_with_both(setup: Setup) -> None:
    seen = setup.step("advanced.target")
    setup.answer("advanced.target", trailing_days=10)
    with pytest.raises(StaleAnswer) as refused:
        setup.answer("advanced.target", version=seen.version, trailing_days=20)
    theirs = refused.value.theirs
    assert next(one.value for one in theirs.fields if one.name == "trailing_days") == 10  # type: ignore[attr-defined]
    assert refused.value.yours == {"trailing_days": 20}
    assert stored(setup).trailing_days == 10


def test_a_change_from_the_command_line_makes_a_table_stale_too(setup: Setup) -> None:
    setup.answer("connect.target")
    setup.engine.refresh_catalogue(LOCAL, NAME)
    seen = setup.step("map.accounts")
    assert seen.table is not None
    setup.engine.set_mapping(LOCAL, NAME, dimension="accounts", code="SALES", to=seen.table.candidates[0].value)
    with pytest.raises(StaleAnswer):
        setup.answer("map.accounts", version=seen.version, SALES="do_not_post")


def test_suggestions_are_taken_only_when_they_are_asked_for_and_can_be_taken_back(setup: Setup) -> None:
    setup.answer("connect.target")
    setup.engine.refresh_catalogue(LOCAL, NAME)
    before = setup.step("map.taxes").table
    assert before is not None
    assert (before.open, before.suggested) == (1, 1)
    after = setup.answer("map.taxes", "use_suggestions").step.table
    assert after is not None
    assert (after.open, after.can_undo) == (0, True)
    undone = setup.answer("map.taxes", "undo").step.table
    assert undone is not None
    assert (undone.open, undone.can_undo) == (1, False)


def test_rows_that_are_answered_rightly_are_kept_beside_one_that_is_not(setup: Setup) -> None:
    setup.answer("connect.target")
    setup.engine.refresh_catalogue(LOCAL, NAME)
    result = setup.answer("map.accounts", SALES="post:nowhere", NOBODY="do_not_post")
    assert result.errors == {
        "NOBODY": "There is no such code here.",
        "SALES": "There is no ledger account nowhere.",
    }
    table = setup.step("map.accounts").table
    assert table is not None
    assert table.drafts == {"SALES": "post:nowhere"}
    assert setup.answer("map.accounts", "fill", fill="do_not_post").saved
    assert setup.states()["map.accounts"] == "completed"
    with setup.engine.database.read() as session:
        assert session.exec(select(MappingRow.choice)).one() == "do_not_post"


def test_an_account_that_the_ledger_no_longer_has_is_a_problem_of_its_step(make_setup: MakeSetup) -> None:
    target = FakeTarget()
    setup = make_setup(FakeSource().declaration(), target.declaration())
    setup.answer_all()
    chart = setup.engine.refresh_ledger(LOCAL, NAME)
    used = next(row for row in setup.engine.mapping(LOCAL, NAME) if row.code == "SALES")
    with setup.engine.database.write() as session:
        without = replace(chart, accounts=tuple(one for one in chart.accounts if one.id != used.ref_id))
        connection = session.exec(select(Connection).where(Connection.side == "target")).one()
        keep_chart(session, connection, without, now=setup.clock.now())
    view = setup.engine.setup(LOCAL, NAME)
    step = next(one for one in view.steps if one.key == "map.accounts")
    assert step.state == "problem"
    assert step.reason.startswith("What SALES is matched to is not in Fake ledger any more")
    table = setup.step("map.accounts").table
    assert table is not None
    assert table.errors == {"SALES": "What it was matched to is gone; choose again."}


def test_numbers_are_shown_before_they_are_chosen_and_nothing_is_stored(setup: Setup) -> None:
    shown = setup.answer("advanced.target", "show", numbering="builtin:dated", builtin_dated_prefix="X-")
    assert [one.number for one in shown.step.numbers] == ["X-26110400", "X-26110500", "X-26110600"]
    assert stored(setup).numbering["strategy"] == "builtin:ledger"
    wrong = setup.answer("advanced.target", "show", numbering="builtin:dated", builtin_dated_prefix="é")
    assert list(wrong.errors) == ["builtin_dated_prefix"]


def test_nothing_can_be_finished_while_a_step_is_open(setup: Setup) -> None:
    for action in ("save", "retrieve", "preview"):
        result = setup.answer("review", action)
        assert not result.saved
        assert result.errors[""].startswith("Complete first: Connect Fake ledger")
    assert stored(setup).state == "draft"


def test_saving_starts_the_schedule_and_sends_nothing(setup: Setup) -> None:
    setup.answer_all()
    result = setup.answer("review", "save", start_date="2026-11-01", at="02:30", every="day")
    assert (result.saved, result.run) == (True, "")
    row = stored(setup)
    assert (row.state, row.history_from, row.start_date) == ("active", date(2026, 11, 1), date(2026, 11, 5))
    assert row.next_due is not None
    assert row.next_due.isoformat() == "2026-11-05T15:30:00+00:00"
    with setup.engine.database.read() as session:
        assert session.exec(select(CallRow)).all() == []
    assert setup.engine.setup(LOCAL, NAME).complete


def test_days_of_the_past_are_sent_only_with_the_count_that_was_shown(setup: Setup) -> None:
    setup.answer_all()
    refused = setup.answer("review", "retrieve", start_date="2026-11-01")
    assert list(refused.errors) == ["confirm"]
    looked = setup.answer("review", "preview", start_date="2026-11-01")
    assert looked.saved
    setup.engine.execute_run(looked.run)
    review = setup.step("review").review
    assert review is not None
    assert review.preview is not None
    assert (review.preview.documents, review.preview.total) == (5, Decimal("550.00"))
    assert review.preview.period == str(Period(date(2026, 11, 1), date(2026, 11, 5)))
    sent = setup.answer("review", "retrieve", start_date="2026-11-01", confirm="5")
    assert sent.saved
    setup.engine.execute_run(sent.run)
    run = setup.engine.run(LOCAL, sent.run)
    assert (run.state, run.counts["documents"]) == ("done", 5)


def test_a_day_of_the_confirmed_period_that_was_held_is_posted_later_without_asking_again(setup: Setup) -> None:
    setup.answer_all()
    setup.engine.execute_run(setup.answer("review", "preview", start_date="2026-11-01").run)
    with setup.engine.database.write() as session:
        for row in session.exec(select(Day)):
            if row.business_date == date(2026, 11, 1):
                row.state, row.findings = "held", []
                session.add(row)
    sent = setup.answer("review", "retrieve", start_date="2026-11-01", confirm="5")
    setup.engine.execute_run(sent.run)
    assert stored(setup).confirmed == [["2026-11-01", "2026-11-05"]]


def test_a_confirmation_of_another_count_posts_nothing(setup: Setup) -> None:
    setup.answer_all()
    sent = setup.answer("review", "retrieve", start_date="2026-11-01", confirm="3")
    setup.engine.execute_run(sent.run)
    run = setup.engine.run(LOCAL, sent.run)
    assert run.state == "problems"
    assert [one.code for one in run.findings] == ["run.waits_for_confirmation"]
    with setup.engine.database.read() as session:
        assert session.exec(select(CallRow)).all() == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("start_date", "soon"), ("timezone", "Mars/Base"), ("at", "2am"), ("every", "never"), ("timezone", "")],
)
def test_a_wrong_time_is_told_at_its_field(setup: Setup, field: str, value: str) -> None:
    setup.answer_all()
    result = setup.answer("review", "save", **{field: value})
    assert list(result.errors) == [field]
    assert stored(setup).state == "draft"


def test_a_time_that_the_clocks_skip_is_worth_a_warning(setup: Setup) -> None:
    setup.answer_all()
    setup.answer("review", "save", at="02:30")
    review = setup.step("review").review
    assert review is not None
    assert [one.code for one in review.warnings] == ["schedule.clock_change"]


def test_a_setting_that_needs_a_further_permission_opens_the_connect_step_again(setup: Setup) -> None:
    setup.answer_all()
    with setup.engine.database.read() as session:
        picture = setup.engine._picture(session, LOCAL, NAME)
    target = replace(picture.facts.sides["target"], missing_scopes=("ledger.attachments",))
    facts = replace(picture.facts, sides={**picture.facts.sides, "target": target})
    found = stands(picture.steps, facts)
    assert found["connect.target"][0] == "problem"
    assert "ledger.attachments" in found["connect.target"][1]
    assert found["review"][1] == "Complete first: Connect Fake ledger."


def test_an_unknown_step_or_action_is_refused_in_words(setup: Setup) -> None:
    with pytest.raises(NotFound, match=r"There is no step no\.such\. There are: connect\.target"):
        setup.step("no.such")
    with pytest.raises(UsageError, match="'retrieve' is nothing that the step send does"):
        setup.answer("send", "retrieve")


def test_every_answer_leaves_an_audit_event(setup: Setup) -> None:
    setup.answer_all()
    setup.answer("review", "save")
    with setup.engine.database.read() as session:
        actions = {one.action for one in session.exec(select(AuditEvent))}
    assert {"connection.target_joined", "integration.configured", "mapping.decided", "integration.set_up"} <= actions


def test_rows_can_be_kept_one_by_one_and_what_was_chosen_survives_a_bulk_answer(setup: Setup) -> None:
    setup.answer("connect.target")
    setup.engine.refresh_catalogue(LOCAL, NAME)
    kept = setup.answer("map.methods", "match", CASH="leave_open")
    assert kept.saved
    assert kept.next == "map.methods"
    assert {row.code: row.choice for row in table_of(kept).rows}["CASH"] == "leave_open"
    wrong = setup.answer("map.methods", "use_suggestions", CASH="post:nowhere")
    assert wrong.errors == {"CASH": "There is no ledger account nowhere."}
    assert table_of(wrong).drafts == {"CASH": "post:nowhere"}
    filled = setup.answer("map.accounts", "fill", fill="do_not_post", SALES=f"post:{account(setup)}")
    assert {row.code: row.choice for row in table_of(filled).rows}["SALES"] == "post"


def test_what_the_times_come_to_is_shown_without_storing_them(setup: Setup) -> None:
    shown = setup.answer("review", "show", every="day", at="02:30", timezone="Australia/Melbourne")
    review = shown.step.review
    assert review is not None
    assert [one.code for one in review.warnings] == ["schedule.clock_change"]
    assert review.next_due is not None
    assert review.next_due.isoformat() == "2026-11-05T15:30:00+00:00"
    assert next(one.value for one in shown.step.fields if one.name == "at") == "02:30"
    assert next(one.value for one in setup.step("review").fields if one.name == "at") == "04:00"
    assert list(setup.answer("review", "show", at="half past two").errors) == ["at"]


def table_of(result: StepResult) -> TableView:
    assert result.step.table is not None
    return result.step.table


def account(setup: Setup) -> str:
    table = setup.step("map.accounts").table
    assert table is not None
    return table.candidates[0].value


@pytest.mark.parametrize("slip", ["0001-01-01", "0206-11-01", "2016-10-01", "2028-11-01"])
@pytest.mark.parametrize("action", ["show", "preview", "retrieve", "save"])
def test_a_start_date_far_from_today_is_a_slip_and_asks_for_no_day(setup: Setup, slip: str, action: str) -> None:
    setup.answer_all()
    refused = setup.answer("review", action, start_date=slip)
    assert refused.errors["start_date"] == "Enter a date between 2016-11-04 and 2027-11-06."
    assert not setup.engine.runs(LOCAL, NAME)
