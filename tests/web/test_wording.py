"""How states and moments are called."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from takings.store.states import CallState, ConnectionState, DayState, IntegrationState, OperationState, RunState
from takings.views import StepState
from takings.views.history import Standing
from takings.web.wording import counted, detail, lasted, long_date, moment, progress_text, run_kind, several, word

NOON = datetime(2026, 10, 31, 1, 30, tzinfo=UTC)

STATES = [
    *(("day", one.value) for one in DayState),
    ("day", "missing"),
    *(("run", one.value) for one in RunState),
    *(("integration", one.value) for one in (*IntegrationState, *Standing)),
    *(("step", one.value) for one in StepState),
    *(("call", one.value) for one in (*CallState, *OperationState)),
    *(("connection", one.value) for one in ConnectionState),
]


@pytest.mark.parametrize(("kind", "state"), STATES, ids="-".join)
def test_every_state_has_a_word_of_its_own(kind: str, state: str):
    found = word(kind, state)
    assert found.text
    assert found.sign != "◦" or found.text != state.replace("_", " ").capitalize()


def test_moments_are_told_at_their_place():
    assert moment(NOON, "Australia/Sydney") == "31 Oct 2026, 12:30 AEDT"
    assert moment(NOON, "Not/AZone") == "31 Oct 2026, 01:30 UTC"
    assert moment(None) == "never"
    assert long_date(date(2026, 10, 1)) == "Thursday 1 October 2026"


def test_lengths_and_counts():
    assert lasted(NOON, NOON + timedelta(seconds=1.25)) == "1.2 s"
    assert lasted(NOON, NOON + timedelta(seconds=150)) == "2 min 30 s"
    assert lasted(NOON, None) == ""
    assert [several(n, "day") for n in (0, 1, 1200)] == ["0 days", "1 day", "1,200 days"]


def test_progress_is_told_in_words():
    assert progress_text("post", 12, 31) == "Posting, 12 of 31"
    assert progress_text("pull", 7, 0) == "Fetching days, 7"
    assert progress_text("wait", 0, 0, note="the minute limit") == "Waiting for the ledger (the minute limit)"
    assert progress_text("", 0, 0) == ""


def test_what_a_run_counted_is_told_in_words():
    assert [counted(name) for name in ("partly", "calls")] == ["Posted in part", "Calls"]
    assert [run_kind(name) for name in ("sync", "preview")] == ["Sync", "Count for the setup"]


def test_instants_in_the_audit_trail_are_told_at_their_place():
    assert detail("2026-10-31T01:30:00.123456+00:00", "Australia/Sydney") == "31 Oct 2026, 12:30 AEDT"
    assert [detail(one) for one in ("2026-10-31", "x", 7)] == ["2026-10-31", "x", 7]
