"""Payments of drafts through JSON: shown, confirmed by their count, posted once, on a real ledger's sandbox."""

from __future__ import annotations

from tests.engine.conftest import Ready, made_up, ready
from tests.engine.test_payments_after_approval import approve, drafts
from tests.support.fixtures import all_plugins, ledger_sandbox, make_venue, schema_file
from tests.web.api.client import ORIGIN, Client

from takings.web import WebPrincipal, make_web

__all__ = ["all_plugins", "ledger_sandbox", "made_up", "make_venue", "ready", "schema_file"]

LOCAL = WebPrincipal(owner="local", name="local", session_id="", is_program=True)


def test_payments_are_posted_by_the_count_that_was_shown(ready: Ready) -> None:
    venue = drafts(ready)
    venue.sync()
    client = Client(make_web(venue.engine, principal=lambda scope: LOCAL, public_base_url=ORIGIN))
    place = "/integrations/anchor/payments"
    nothing = client.get(place)
    assert (nothing["count"], nothing["question"]) == (0, "")
    client.post(place, {"confirm": 1}, 404)
    approve(venue, 0)
    shown = client.get(place)
    assert (shown["count"], [one["state"] for one in shown["documents"]]) == (1, ["ready", "waiting"])
    for wrong in ({}, {"confirm": 2}):
        refused = client.post(place, wrong, 409)
        assert (refused["error"]["kind"], refused["count"]) == ("confirmation_needed", 1)
        assert refused["error"]["message"] == shown["question"]
        assert shown["question"].startswith("1 document for 2026-10-01, AUD ")
    assert venue.books.payments() == []
    run = client.post(place, {"confirm": 1}, 202)
    assert client.post(place, {"confirm": 1}, 202)["id"] == run["id"]
    venue.engine.execute_run(run["id"])
    assert client.get(f"/integrations/anchor/runs/{run['id']}")["run"]["state"] == "done"
    assert venue.books.payments()
    client.post(place, {"confirm": 1}, 404)
    assert client.put(place, {"automatic": True})["pay_approved"]
