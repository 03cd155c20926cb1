"""What the command line tells of the past, deleting, and the links that let people in."""

from __future__ import annotations

import csv
import io

from tests.cli.test_commands import fits
from tests.cli.world import Run, World, sides


def test_a_run_is_shown_whole(run: Run, world: World):
    ran = run("runs", "anchor", "--json", *world.options).json["runs"][-1]
    shown = fits(run("runs", "--show", ran["id"], "--json", *world.options).json, "RunDetail")
    assert shown["run"]["id"] == ran["id"]
    assert len(shown["run"]["documents"]) == 5
    assert fits(shown["attempts"][0], "Attempt")["state"] == "answered"
    text = run("runs", "--show", ran["id"], *world.options).out
    assert shown["attempts"][0]["reference"] in text


def test_an_unknown_run_is_refused(run: Run, world: World):
    assert run("runs", "--show", "nothing", *world.options).code == 2


def test_the_audit_trail_is_told_page_by_page(run: Run, world: World):
    first = fits(run("audit", "anchor", "--limit", "1", "--json", *world.options).json, "AuditPage")
    then = run("audit", "--before", str(first["older"]), "--json", *world.options).json
    newest, *_ = first["events"]
    assert fits(newest, "Event")["id"] > then["events"][0]["id"]
    assert newest["action"] in run("audit", *world.options).out


def test_days_are_written_for_a_spreadsheet(run: Run, world: World):
    rows = list(csv.reader(io.StringIO(run("days", "anchor", "--csv", *world.options).out)))
    assert rows[0][:2] == ["Business date", "Close"]
    assert len(rows) == 6


def test_deleting_needs_a_yes_and_says_what_stays(run: Run):
    run("provision", "short", *sides())
    assert run("delete", "short").code == 2
    deleted = fits(run("delete", "short", "--yes", "--json").json, "Deleted")
    assert deleted["stays"] == "Nothing was posted, so nothing stays in the ledger."
    assert run("integrations", "show", "short").code == 2
    assert "integration.deleted" in run("audit").out


def test_a_connected_integration_is_not_deleted(run: Run, world: World):
    answer = run("delete", "anchor", "--yes", *world.options)
    assert answer.code == 2
    assert "disconnect it first" in answer.err


def test_a_set_up_link_is_made_listed_and_revoked(run: Run):
    run("provision", "linked", *sides())
    made = run("link", "new", "linked", "--url", "https://takings.example/", "--json").json
    assert made["url"].startswith("https://takings.example/link/tk_")
    link = fits(made["link"], "Link")
    assert [one["id"] for one in run("link", "list", "linked", "--json").json["links"]] == [link["id"]]
    assert "tk_" not in run("link", "list").out
    assert run("link", "revoke", link["id"], "--json").json["state"] == "revoked"
    assert run("link", "new", "linked", "--days", "91").code == 2


def test_a_sign_in_link_is_alone_on_standard_output(run: Run):
    run("provision", "any", *sides())
    assert run("link", "sign-in").out.startswith("http://localhost:8400/sign-in/tk_")
