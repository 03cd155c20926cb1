"""What the addresses answer, from an empty database to a posted month."""

from __future__ import annotations

from tests.web.api.conftest import PARTS, Shop, Stage, answer_all, finish

from takings.views import Principal, encode

ANNA = Principal(owner="anna", name="Anna")


def test_an_integration_is_created_listed_shown_and_deleted(shop: Shop) -> None:
    made = shop.anna.post("/integrations", {"name": "corner", **PARTS}, 201)
    assert (made["state"], made["owner"]) == ("draft", "anna")
    one = f"/integrations/{made['id']}"
    assert shop.anna.get(one) == made == shop.anna.get("/integrations")["integrations"][0]
    assert made == encode(shop.engine.integration(ANNA, "corner"))
    assert shop.anna.get("/overview")["integrations"][0]["name"] == "corner"
    assert shop.anna.delete(one)["stays"] == "Nothing was posted, so nothing stays in the ledger."
    assert shop.anna.get(one, 404)["error"]["kind"] == "not_found"


def test_a_program_finds_out_who_it_is_and_what_it_can_make(shop: Shop) -> None:
    me = shop.anna.get("/me")
    assert (me["owner"], me["name"], me["can_provision"], me["csrf_token"]) == ("anna", "Anna", True, "")
    made_of = shop.anna.get("/components")
    assert made_of["sources"] == [{"id": "fake:till", "title": "Fake till"}]
    assert made_of["targets"] == [{"id": "fake:ledger", "title": "Fake ledger"}]


def test_every_step_is_answered_and_a_month_is_posted(shop: Shop, corner: str) -> None:
    one = f"/integrations/{corner}"
    assert shop.anna.get(f"{one}/setup")["current"] == "connect.target"
    answer_all(shop, corner)
    run = finish(shop, corner)
    assert shop.anna.get(f"{one}/setup")["complete"]
    shown = shop.anna.get(f"{one}/runs/{run}")
    assert (shown["run"]["state"], shown["run"]["counts"]["documents"]) == ("done", 5)
    days = shop.anna.get(f"{one}/days?from=2026-11-01&to=2026-11-02")["days"]
    assert [(day["state"], day["total"]) for day in days] == [("posted", "110.00")] * 2
    day = shop.anna.get(f"{one}/days/2026-11-01/1")
    assert day["lines_total"] == "110.00"
    calendar = shop.anna.get(f"{one}/calendar?month=2026-11")
    assert [one["state"] for one in calendar["days"][:5]] == ["posted"] * 5
    assert shop.anna.get(f"{one}/documents")["documents"][0]["total"] == "110.00"
    assert shop.anna.post(f"{one}/verify")["agrees"]
    assert shop.anna.get(f"{one}/preview?from=2026-11-01&to=2026-11-05")["documents"] == []
    actions = {event["action"] for event in shop.anna.get(f"{one}/audit?limit=200")["events"]}
    assert {"integration.provisioned", "token.created", "integration.set_up"} <= actions
    disconnected = shop.anna.post(f"{one}/disconnect")
    assert disconnected["target"]["state"] == "revoked"


def test_what_is_decided_without_the_steps(shop: Shop, corner: str) -> None:
    one = f"/integrations/{corner}"
    answer_all(shop, corner)
    rows = shop.anna.get(f"{one}/mapping?suggestions=true&dimension=accounts")["mapping"]
    assert "suggestions" in rows[0]
    choices = shop.anna.get(f"{one}/mapping/accounts/candidates")["candidates"]
    decided = {"dimension": "accounts", "code": rows[0]["code"], "to": choices[-1]["id"]}
    assert shop.anna.put(f"{one}/mapping", decided)["ref_id"] == choices[-1]["id"]
    assert shop.anna.post(f"{one}/mapping/accept", {"least_score": 100})["mapping"] == []
    numbers = shop.anna.post(f"{one}/numbers/preview", {"numbering": "builtin:dated", "count": 2})["numbers"]
    assert [len(one["number"]) > 0 for one in numbers] == [True, True]
    assert shop.anna.get(f"{one}/numbers/unused") == {"unused": []}
    schedule = {"every": "day", "at": "02:30", "timezone": "Australia/Melbourne", "missing_after": 3}
    stored = shop.anna.put(f"{one}/schedule", schedule)
    assert (stored["at"], stored["next_due"]) == ("02:30", "2026-11-05T15:30:00+00:00")
    assert shop.anna.get(f"{one}/schedule") == stored


def test_an_integration_is_paused_and_resumed(trading: Shop, stage: Stage) -> None:
    shop, one = trading, f"/integrations/{stage.ref}"
    assert shop.anna.post(f"{one}/pause", {"reason": "renovation"})["reason"] == "renovation"
    refused = shop.anna.post(f"{one}/runs", {}, 409)["error"]
    assert refused["kind"] == "posting_disabled"
    assert shop.anna.post(f"{one}/resume")["state"] == "active"


def test_a_run_is_asked_for_and_taken_back(trading: Shop, stage: Stage) -> None:
    shop, one = trading, f"/integrations/{stage.ref}"
    run = shop.anna.post(f"{one}/runs", {"kind": "fetch", "from": "2026-11-01", "to": "2026-11-02"}, 202)
    assert (run["state"], run["trigger"]) == ("queued", "api")
    again = shop.anna.post(f"{one}/runs", {"kind": "fetch", "from": "2026-11-01", "to": "2026-11-02"}, 202)
    assert again["id"] == run["id"]
    assert shop.anna.post(f"{one}/runs/{run['id']}/cancel")["state"] == "cancelled"
    assert shop.anna.post(f"{one}/runs/{run['id']}/cancel", status=400)["error"]["kind"] == "usage_error"
    assert run["id"] in [each["id"] for each in shop.anna.get(f"{one}/runs")["runs"]]


def test_a_token_and_a_link_are_in_one_answer_and_no_other(shop: Shop, corner: str) -> None:
    one = f"/integrations/{corner}"
    token = shop.anna.post(f"{one}/token", status=201)["token"]
    link = shop.anna.post(f"{one}/links", {"days": 3}, 201)
    assert link["address"] == ""
    assert shop.engine.open_setup_link(link["token"]).integration == corner
    listed = shop.anna.get(f"{one}/links")["links"]
    everything = str([listed, shop.anna.get(one), shop.anna.get(f"{one}/setup/token"), shop.anna.get("/audit")])
    assert token not in everything
    assert link["token"] not in everything
    assert shop.anna.delete(f"{one}/links/{listed[0]['id']}")["state"] == "revoked"
    assert shop.anna.delete(f"{one}/token") == {"integration": "corner", "revoked": True}


def test_a_wrong_answer_comes_back_with_the_step_and_its_error(shop: Shop, corner: str) -> None:
    refused = shop.anna.post(
        f"/integrations/{corner}/setup/advanced.target", {"values": {"trailing_days": "many"}}, 422
    )
    assert refused["error"] == {
        "kind": "answers_refused",
        "message": "Enter a whole number, not many.",
        "field": "trailing_days",
        "do": "Put the answers in `result.errors` right, and send them again.",
    }
    assert refused["result"]["saved"] is False
    assert refused["result"]["step"]["key"] == "advanced.target"


def test_a_stale_answer_comes_back_with_theirs_and_yours(shop: Shop, corner: str) -> None:
    step = f"/integrations/{corner}/setup/advanced.target"
    version = shop.anna.get(step)["version"]
    shop.anna.post(step, {"values": {"trailing_days": 10}, "version": version})
    refused = shop.anna.post(step, {"values": {"trailing_days": 20}, "version": version}, 409)
    assert refused["error"]["kind"] == "stale_answer"
    assert refused["yours"] == {"trailing_days": 20}
    theirs = {one["name"]: one["value"] for one in refused["theirs"]["fields"]}
    assert theirs["trailing_days"] == 10


def test_long_lists_come_in_pages(trading: Shop, stage: Stage) -> None:
    shop, one = trading, f"/integrations/{stage.ref}"
    first = shop.anna.get(f"{one}/days?limit=2")
    assert ([day["business_date"] for day in first["days"]], first["next"]) == (
        ["2026-11-01", "2026-11-02"],
        "2026-11-03",
    )
    rest = shop.anna.get(f"{one}/days?start={first['next']}")
    assert (len(rest["days"]), rest["next"]) == (3, None)
    assert shop.anna.get(f"{one}/days?state=held")["days"] == []
    shop.anna.get(f"{one}/days?from=2026-11-01&to=2026-11-02&start=2026-11-03", 400)
    documents = shop.anna.get(f"{one}/documents?limit=3")
    more = shop.anna.get(f"{one}/documents?limit=3&after={documents['next']}")
    assert (len(documents["documents"]), len(more["documents"]), more["next"]) == (3, 2, "")
    runs = shop.anna.get(f"{one}/runs?limit=1")
    older = shop.anna.get(f"{one}/runs?before={runs['older']}")
    assert {run["kind"] for run in runs["runs"] + older["runs"]} == {"preview", "sync"}
    assert (len(older["runs"]), older["older"]) == (1, "")
