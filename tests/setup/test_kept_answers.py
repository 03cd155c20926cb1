"""What is kept of answers: no secret, nothing that would block a step, and nothing that Undo does not own."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlmodel import select
from tests.setup.conftest import NAME, MakeSetup, Setup

from takings.plugin import Settings, option
from takings.store.setup_tables import SetupSession
from takings.testing import FakeSource, FakeTarget
from takings.views import LOCAL

PHRASE = "a phrase nobody may read"


class Guarded(Settings):
    """Settings of the till with a secret beside a choice."""

    phrase: str = option("", title="Phrase", kind="secret")
    pages: int = option(1, title="Pages", kind="whole_number", ge=1)


def kept(setup: Setup) -> str:
    with setup.engine.database.read() as session:
        row = session.exec(select(SetupSession)).first()
        return str(row.drafts) if row else ""


def test_undo_leaves_what_was_chosen_by_hand_after_the_bulk_action(setup: Setup) -> None:
    setup.answer("connect.target")
    setup.engine.refresh_catalogue(LOCAL, NAME)
    setup.answer("map.accounts", "fill", fill="do_not_post")
    table = setup.step("map.accounts").table
    assert table is not None
    code, mine = table.rows[0].code, table.candidates[0].value
    assert not setup.answer("map.accounts", "match", **{code: f"post:{mine}"}).errors
    after = setup.answer("map.accounts", "undo").step.table
    assert after is not None
    assert {one.code: one.ref_id for one in after.rows if one.choice != "open"} == {code: mine}


def test_a_kept_answer_to_a_field_that_is_gone_blocks_no_step(setup: Setup) -> None:
    setup.answer_all()
    setup.answer("advanced.target", "later", of_an_older_version="4")
    assert setup.answer("advanced.target").saved
    setup.answer("map.accounts", "later", GONE="do_not_post")
    assert setup.answer("map.accounts").saved
    setup.answer("review", "later", of_an_older_version="4")
    assert setup.answer("review", "save").saved


@pytest.mark.parametrize("action", ["continue", "later"])
def test_a_secret_is_never_among_what_is_kept(make_setup: MakeSetup, action: str) -> None:
    till = replace(FakeSource().declaration(), integration=Guarded)
    setup = make_setup(till, FakeTarget().declaration())
    result = setup.answer("advanced.source", action, phrase=PHRASE, pages="0")
    assert result.saved is (action == "later")
    assert "pages" in kept(setup)
    assert PHRASE not in kept(setup)
    assert PHRASE not in str(setup.step("advanced.source"))


@pytest.mark.parametrize("given", ["²", "9" * 5000, "five", "-1"])
def test_what_is_no_number_confirms_nothing(setup: Setup, given: str) -> None:
    setup.answer_all()
    result = setup.answer("review", "retrieve", start_date="2026-11-01", confirm=given)
    assert "confirm" in result.errors
    assert setup.engine.runs(LOCAL) == []
