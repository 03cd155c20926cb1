"""A day that changed after it was posted, decided about through JSON; undo, drift and alerts the same way."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, get_args

import pytest
from tests.web.api.client import ORIGIN, Client, by_header
from tests.web.api.conftest import PARTS, Shop, Stage

from takings.store.states import Decision, LateChanges
from takings.testing import FixedClock
from takings.views import Principal
from takings.web import WebPrincipal, make_web
from takings.web.api.book_bodies import DecideDays, SetLateChanges

ANNA = Principal(owner="anna", name="Anna")
DAY = date(2026, 11, 2)


@pytest.fixture
def shop(trading: Shop) -> Shop:
    return trading


@pytest.fixture
def posted(stage: Stage) -> str:
    """The address of an integration that has posted five days."""
    return f"/integrations/{stage.ref}"


@pytest.fixture
def changed(shop: Shop, posted: str) -> str:
    """The same after one of its days was corrected at the till."""
    shop.source.set_day(DAY, Decimal("132.00"))
    shop.engine.execute_run(shop.anna.post(f"{posted}/runs", {"kind": "fetch"}, 202)["id"])
    assert state(shop, posted) == "changed"
    return posted


def state(shop: Shop, one: str, day: date = DAY) -> str:
    found: str = shop.anna.get(f"{one}/days/{day}/1")["day"]["state"]
    return found


def balance(shop: Shop, one: str) -> str:
    found: str = shop.anna.get(f"{one}/reports/month/2026-11")["posted"]
    return found


def test_what_differs_is_shown_and_nothing_is_changed_before_somebody_decides(shop: Shop, changed: str) -> None:
    shown = shop.anna.get(f"{changed}/days/{DAY}/1/difference")
    assert (shown["posted_total"], shown["total"], shown["differs"]) == ("110.00", "132.00", True)
    assert {one["change"] for one in shown["lines"] if one["kind"] != "tax"} == {"22.00"}
    assert shown["allowed"] == ["repost", "adjust", "leave"]
    assert balance(shop, changed) == "550.00"


@pytest.mark.parametrize(("decision", "posted_then"), [("repost", "572.00"), ("adjust", "572.00")])
def test_a_decision_is_carried_out_by_the_run_that_it_begins(
    shop: Shop, changed: str, decision: str, posted_then: str
) -> None:
    sent = {"decision": decision, "days": [str(DAY)], "reason": "The till was corrected"}
    made = shop.anna.post(f"{changed}/decisions", sent)
    assert (made["decided"]["to_do"], made["waits"]) == (True, "")
    assert (made["run"]["state"], made["run"]["period"]) == ("queued", str(DAY))
    assert shop.anna.post(f"{changed}/decisions", sent)["run"]["id"] == made["run"]["id"]
    shop.engine.execute_run(made["run"]["id"])
    run = shop.anna.get(f"{changed}/runs/{made['run']['id']}")["run"]
    assert (run["state"], run["findings"]) == ("done", [])
    assert (state(shop, changed), balance(shop, changed)) == ("posted", posted_then)
    events = shop.anna.get(f"{changed}/audit")["events"]
    told = next(one for one in events if one["action"] == f"day.{decision}")
    assert (told["principal"], told["details"]["reason"]) == ("Anna", "The till was corrected")


def test_whatever_lets_a_held_day_be_posted_begins_a_run_as_well(shop: Shop, posted: str) -> None:
    unusual = date(2026, 11, 9)
    clock = shop.engine.clock
    assert isinstance(clock, FixedClock)
    clock.advance(timedelta(days=5))
    shop.source.set_day(unusual, Decimal("11000.00"))
    shop.engine.execute_run(shop.anna.post(f"{posted}/runs", {}, 202)["id"])
    sent = {"decision": "post_anyway", "days": [str(unusual)], "reason": "Cup week"}
    made = shop.anna.post(f"{posted}/decisions", sent)
    assert made["decided"]["to_do"]
    shop.engine.execute_run(made["run"]["id"])
    assert state(shop, posted, unusual) == "posted"


def test_a_day_is_left_and_the_decision_is_taken_back(shop: Shop, changed: str) -> None:
    left = shop.anna.post(f"{changed}/decisions", {"decision": "leave", "days": [f"{DAY}/1"]})
    assert (left["decided"]["days"][0]["state"], left["run"]) == ("posted", None)
    shop.anna.post(f"{changed}/decisions", {"decision": "reconsider", "days": [str(DAY)]})
    assert state(shop, changed) == "changed"


def test_a_decision_can_be_left_to_the_next_sync_and_waits_where_nothing_is_posted(shop: Shop, changed: str) -> None:
    later = {"decision": "adjust", "days": [str(DAY)], "later": True}
    assert shop.anna.post(f"{changed}/decisions", later)["run"] is None
    shop.anna.post(f"{changed}/pause", {"reason": "renovation"})
    made = shop.anna.post(f"{changed}/decisions", {**later, "later": False})
    assert (made["run"], "paused" in made["waits"]) == (None, True)


def test_what_can_not_be_decided_is_refused_and_changes_nothing(shop: Shop, posted: str) -> None:
    for sent in (
        {"decision": "never", "days": [str(DAY)], "reason": "x" * 500},
        {"decision": "adjust", "days": [str(DAY)]},
        {"decision": "repost", "days": ["2026-11-02", "2026-12-24"]},
        {"decision": "never", "days": [str(DAY)], "reason": "no"},
    ):
        assert shop.anna.ask("POST", f"{posted}/decisions", sent).status_code in (400, 404)
    for sent in (
        {"decision": "adjust", "days": []},
        {"decision": "adjust", "days": ["2026-02-30"]},
        {"decision": "adjust", "days": ["2026-11-02/0"]},
        {"decision": "burn", "days": [str(DAY)]},
        {"decision": "never", "days": [str(DAY)], "reason": "x" * 501},
    ):
        assert shop.anna.post(f"{posted}/decisions", sent, 400)["error"]["kind"] == "invalid_input"
    assert state(shop, posted) == "posted"


def test_whom_the_host_lets_decide_only_begins_no_run(shop: Shop, changed: str) -> None:
    def only_decide(_: WebPrincipal, act: str) -> bool:
        return act == "decide"

    anna = Client(make_web(shop.engine, principal=by_header, public_base_url=ORIGIN, allow=only_decide), "anna")
    sent = {"decision": "adjust", "days": [str(DAY)]}
    assert "send later" in anna.post(f"{changed}/decisions", sent, 403)["error"]["message"]
    assert anna.get(f"{changed}/days/{DAY}/1/difference")["decision"] is None
    assert anna.post(f"{changed}/decisions", {**sent, "later": True})["decided"]["to_do"]


def test_a_policy_decides_without_asking(shop: Shop, changed: str) -> None:
    assert shop.anna.put(f"{changed}/late-changes", {"policy": "adjust"})["late_changes"] == "adjust"
    shop.engine.execute_run(shop.anna.post(f"{changed}/runs", {}, 202)["id"])
    assert (state(shop, changed), balance(shop, changed)) == ("posted", "572.00")
    shop.anna.put(f"{changed}/late-changes", {"policy": "whatever"}, 400)


def test_an_undo_is_shown_confirmed_queued_and_done(shop: Shop, posted: str) -> None:
    what = "from=2026-11-01&to=2026-11-03"
    preview = shop.anna.get(f"{posted}/undo?{what}")
    assert (preview["count"], len(preview["documents"]), preview["left"]) == (3, 3, [])
    sent: dict[str, Any] = {"from": "2026-11-01", "to": "2026-11-03"}
    for wrong in ({}, {"confirm": 2}):
        refused = shop.anna.post(f"{posted}/undo", {**sent, **wrong}, 409)
        assert (refused["error"]["kind"], refused["error"]["field"], refused["count"]) == (
            "confirmation_needed",
            "confirm",
            3,
        )
        assert refused["error"]["message"] == preview["question"]
        assert "would be taken back from" in preview["question"]
    assert state(shop, posted) == "posted"
    run = shop.anna.post(f"{posted}/undo", {**sent, "confirm": 3}, 202)
    assert (run["kind"], run["state"]) == ("undo", "queued")
    assert shop.anna.post(f"{posted}/undo", {**sent, "confirm": 3}, 202)["id"] == run["id"]
    shop.engine.execute_run(run["id"])
    assert shop.anna.get(f"{posted}/runs/{run['id']}")["run"]["counts"]["undone"] == 3
    assert (state(shop, posted), balance(shop, posted)) == ("undone", "220.00")
    shop.anna.post(f"{posted}/undo", {**sent, "confirm": 3}, 404)


def test_days_and_a_run_are_undone_and_one_of_the_three_is_named(shop: Shop, posted: str) -> None:
    run = next(one["id"] for one in shop.anna.get(f"{posted}/runs")["runs"] if one["counts"].get("documents"))
    assert shop.anna.get(f"{posted}/undo?run={run}")["count"] == 5
    assert shop.anna.get(f"{posted}/undo?days=2026-11-01,2026-11-02/1")["count"] == 2
    for query in ("", f"?run={run}&days=2026-11-01", "?days=2026-02-30", "?days=,"):
        shop.anna.get(f"{posted}/undo{query}", 400)
    shop.anna.get(f"{posted}/undo?run=nothing", 404)
    queued = shop.anna.post(f"{posted}/undo", {"days": ["2026-11-01"], "confirm": 1}, 202)
    assert shop.anna.post(f"{posted}/runs/{queued['id']}/cancel")["state"] == "cancelled"


def test_a_check_is_asked_for_and_what_differs_is_noted(shop: Shop, posted: str) -> None:
    assert shop.anna.get(f"{posted}/drift")["checked_at"] is None
    run = shop.anna.post(f"{posted}/drift/check", {}, 202)
    assert run["kind"] == "verify"
    shop.engine.execute_run(run["id"])
    drift = shop.anna.get(f"{posted}/drift")
    assert (drift["documents"], drift["differing"], drift["run"]) == (5, 0, run["id"])
    assert shop.anna.put(f"{posted}/drift", {"every": "daily"})["every"] == "daily"
    shop.anna.post(f"{posted}/drift/notes", {"documents": ["none/such"]}, 404)
    assert shop.anna.post(f"{posted}/drift/notes")["differing"] == 0


def test_alerts_go_where_their_owner_says(shop: Shop) -> None:
    assert shop.anna.put("/alerts", {"address": "books@shop.example"})["address"] == "books@shop.example"
    refused = shop.anna.put("/alerts", {"address": "nobody"}, 422)["error"]
    assert (refused["field"], shop.anna.get("/alerts")["address"]) == ("address", "books@shop.example")
    assert shop.bert.get("/alerts")["address"] == ""


def test_an_unusual_day_is_confirmed_by_its_number_and_posted(shop: Shop, posted: str) -> None:
    unusual = date(2026, 11, 9)
    clock = shop.engine.clock
    assert isinstance(clock, FixedClock)
    clock.advance(timedelta(days=5))
    shop.source.set_day(unusual, Decimal("11000.00"))
    shop.engine.execute_run(shop.anna.post(f"{posted}/runs", {}, 202)["id"])
    waiting = shop.anna.get(f"{posted}/confirmations")
    assert (waiting["count"], waiting["total"], state(shop, posted, unusual)) == (1, "11000.00", "held")
    for wrong in ({}, {"confirm": 2}):
        refused = shop.anna.post(f"{posted}/confirmations", {"reason": "Cup week", **wrong}, 409)
        assert (refused["error"]["kind"], refused["count"]) == ("confirmation_needed", 1)
    shop.anna.post(f"{posted}/confirmations", {"confirm": 1}, 400)
    asked = shop.anna.ask("POST", f"{posted}/confirmations", {"reason": "Cup week"})
    assert "--confirm" not in asked.text
    made = shop.anna.post(f"{posted}/confirmations", {"reason": "Cup week", "confirm": 1})
    assert made["decided"]["to_do"]
    shop.engine.execute_run(made["run"]["id"])
    assert state(shop, posted, unusual) == "posted"
    shop.anna.post(f"{posted}/confirmations", {"reason": "Cup week", "confirm": 1}, 404)


def test_a_venue_was_closed_on_a_date_or_was_not(shop: Shop, posted: str) -> None:
    one = posted
    assert shop.anna.put(f"{one}/closed", {"dates": ["2026-12-25"]})["closed"] == ["2026-12-25"]
    assert shop.anna.put(f"{one}/closed", {"dates": ["2026-12-25"], "closed": False})["closed"] == []


def test_every_decision_of_the_engine_can_be_sent() -> None:
    assert set(get_args(DecideDays.model_fields["decision"].annotation)) == set(Decision)
    assert set(get_args(SetLateChanges.model_fields["policy"].annotation)) == set(LateChanges)


@pytest.mark.parametrize(
    ("method", "place", "sent"),
    [
        ("GET", "undo?from=2026-11-01&to=2026-11-02", None),
        ("POST", "undo", {"from": "2026-11-01", "to": "2026-11-02", "confirm": 1}),
        ("POST", "drift/check", {}),
        ("GET", "payments", None),
        ("GET", "preview", None),
        ("POST", "verify", {}),
    ],
)
def test_what_needs_a_ledger_says_so_before_there_is_one(
    shop: Shop, method: str, place: str, sent: dict[str, Any] | None
) -> None:
    draft = shop.anna.post("/integrations", {"name": "draft", **PARTS}, 201)["id"]
    answer = shop.anna.ask(method, f"/integrations/{draft}/{place}", sent)
    error = answer.json()["error"]
    assert (answer.status_code, error["kind"]) == (409, "posting_disabled"), error
    assert error["do"] == "Resume it, or finish its setup."


def test_the_id_that_an_answer_has_stands_with_what_was_done(shop: Shop, posted: str) -> None:
    answer = shop.anna.ask("POST", f"{posted}/runs", {"kind": "fetch"})
    event = shop.anna.get(f"{posted}/audit")["events"][0]
    assert (event["action"], event["details"]["run"]) == ("run.requested", answer.json()["id"])
    assert event["request_id"] == answer.headers["x-request-id"]
