"""Each command for real: processes, a database, and the stand-in servers of the installed plugins."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.test_json_page import documented
from tests.cli.world import FIRST, LAST, Run, World, connect, enter_token, set_up, sides, spawn

from takings.domain.money import parse_amount

PERIOD = ("--from", FIRST, "--to", LAST)


def fits(value: dict[str, Any], shape: str) -> dict[str, Any]:
    """Check that a value has exactly the documented fields, and return it."""
    assert list(value) == documented(shape)
    return value


def test_provision_shows_the_integration_and_what_comes_next(run: Run):
    answer = run("provision", "anchor", *sides())
    assert answer.code == 0
    assert "anchor is draft" in answer.out
    assert "takings token new anchor" in answer.out


def test_provision_twice_is_refused_by_name(run: Run):
    run("provision", "anchor", *sides())
    answer = run("provision", "anchor", *sides())
    assert answer.code == 2
    assert "anchor" in answer.err


def test_integrations_are_listed_and_shown(run: Run, world: World):
    listed = run("integrations", "list", "--json", *world.options).json["integrations"]
    shown = run("integrations", "show", "anchor", "--json", *world.options).json
    assert listed == [shown]
    assert fits(shown, "Integration")["state"] == "active"
    assert fits(shown["target"], "Connection")["state"] == "connected"
    text = run("integrations", "list", *world.options).out
    assert "anchor" in text
    assert "5 posted" in text
    assert "Codes without a decision: 0" in " ".join(
        run("integrations", "show", "anchor", *world.options).out.split()
    )


def test_settings_are_changed_one_at_a_time(run: Run):
    run("provision", "anchor", *sides())
    changed = run(
        "integrations", "set", "anchor", "--trailing-days", "7", "--start-date", "2026-10-01", "--json"
    ).json
    assert changed["trailing_days"] == 7
    assert changed["start_date"] == "2026-10-01"
    again = run("integrations", "set", "anchor", "--trailing-days", "8", "--json").json
    assert again == {**changed, "trailing_days": 8}


def test_a_setting_that_does_not_exist_is_named(run: Run):
    run("provision", "anchor", *sides())
    answer = run("integrations", "set", "anchor", "--set", "no_such_setting=1")
    assert answer.code == 2
    assert "no_such_setting" in answer.err


def test_the_token_stands_alone_on_standard_output(run: Run):
    run("provision", "anchor", *sides())
    answer = run("token", "new", "anchor")
    assert answer.code == 0
    assert len(answer.out.split()) == 1
    assert "shown once" in answer.err
    assert run("token", "new", "anchor", "--json").json["token"] != answer.out.strip()


def test_a_revoked_token_is_gone(run: Run):
    run("provision", "anchor", *sides())
    run("token", "new", "anchor")
    assert run("token", "revoke", "anchor", "--json").json == {"integration": "anchor", "revoked": True}
    assert run("token", "revoke", "anchor").code == 2


def test_the_mapping_is_listed_with_what_each_code_goes_to(run: Run, world: World):
    rows = run("map", "list", "anchor", "--json", *world.options).json["mapping"]
    assert {row["choice"] for row in rows} <= {"post", "leave_open", "do_not_post"}
    fits(rows[0], "Mapping")
    one = run("map", "list", "anchor", "--json", "--dimension", rows[0]["dimension"], *world.options).json["mapping"]
    assert {row["dimension"] for row in one} == {rows[0]["dimension"]}
    assert run("map", "list", "anchor", "--open", *world.options).out == "Every code has a decision.\n"


def test_a_code_is_mapped_to_what_the_ledger_calls_it(run: Run, world: World):
    rows = run("map", "list", "anchor", "--json", *world.options).json["mapping"]
    row = next(one for one in rows if one["choice"] == "post" and one["ref_name"])
    for wanted in (row["ref_id"], row["ref_name"]):
        changed = run("map", "set", "anchor", row["dimension"], row["code"], wanted, "--json", *world.options).json
        assert changed == row


def test_an_account_that_the_ledger_lacks_is_named(run: Run, world: World):
    row = run("map", "list", "anchor", "--json", *world.options).json["mapping"][0]
    answer = run("map", "set", "anchor", row["dimension"], row["code"], "No such account", *world.options)
    assert answer.code == 2
    assert "No such account" in answer.err


def test_suggestions_are_shown_and_not_taken_unasked(run: Run, servers: World, world: World, elsewhere: World):
    assert run("provision", "second", *sides(), *elsewhere.options).code == 0
    enter_token(elsewhere, "second")
    assert connect(elsewhere, "second").code == 0
    for words in (["list", "second"], ["suggest", "second"], ["suggest", "second", "--accept"]):
        told = run("map", *words, *elsewhere.options)
        assert told.out == "No codes are known yet; ask for them with: takings map refresh second\n"
    refreshed = run("map", "refresh", "second", "--json", *elsewhere.options).json
    assert refreshed["codes"] == refreshed["open"] > 0
    shown = run("map", "suggest", "second", "--json", *elsewhere.options).json
    assert shown["accepted"] == []
    suggestion = fits(shown["open"][0]["suggestions"][0], "Suggestion")
    assert suggestion["reason"]
    text = run("map", "suggest", "second", *elsewhere.options).out
    assert suggestion["reason"] in text
    assert (
        len(run("map", "list", "second", "--open", "--json", *elsewhere.options).json["mapping"]) == refreshed["open"]
    )
    taken = run("map", "suggest", "second", "--accept", "--least-score", "0", "--json", *elsewhere.options)
    assert taken.code == 0
    assert len(taken.json["accepted"]) == refreshed["open"]


def test_a_preview_shows_documents_and_posts_nothing(run: Run, world: World):
    shown = run("preview", "anchor", *PERIOD, "--json", *world.options)
    assert shown.code == 0
    fits(shown.json, "Preview")
    text = run("preview", "anchor", *PERIOD, "--lines", *world.options)
    assert text.code == 0
    assert "would go to" in text.out


def test_a_sync_posts_once(run: Run, world: World):
    again = run("sync", "anchor", *PERIOD, "--json", *world.options)
    assert again.code == 0
    assert fits(again.json, "Run")["documents"] == []
    text = run("sync", "anchor", *PERIOD, *world.options)
    assert text.code == 0
    assert text.out.startswith("Done, ")


def test_past_days_are_not_posted_without_confirmation(run: Run, elsewhere: World):
    set_up(elsewhere, "past")
    period = ("--from", "2026-09-01", "--to", "2026-09-03")
    for more in ([], ["--confirm", "2"]):
        asked = run("sync", "past", *period, *more, *elsewhere.options)
        assert asked.code == 2
        assert "3 documents" in asked.err
        assert "--confirm 3" in asked.err
    assert run("sync", "past", *period, "--json", *elsewhere.options).error["kind"] == "confirmation_needed"
    posted = run("sync", "past", *period, "--confirm", "3", "--json", *elsewhere.options)
    assert posted.code == 0
    documents = posted.json["documents"]
    assert len(documents) == 3
    for one in documents:
        fits(one, "Document")
        fits(one["payments"][0], "Payment")
        paid = sum(parse_amount(part["amount"], one["currency"]) for part in one["payments"])
        assert paid <= parse_amount(one["total"], one["currency"])


def test_days_and_runs_are_shown(run: Run, world: World):
    days = run("days", "anchor", *PERIOD, "--json", *world.options).json["days"]
    assert [fits(one, "Day")["state"] for one in days] == ["posted"] * 5
    assert run("days", "anchor", "--state", "held", *world.options).out == "There are no such days.\n"
    assert days[0]["number"] in run("days", "anchor", *world.options).out
    runs = run("runs", "anchor", "--json", *world.options).json["runs"]
    assert fits(runs[-1], "Run")["state"] == "done"
    assert len(run("runs", "--limit", "1", "--json", *world.options).json["runs"]) == 1
    assert "anchor" in run("runs", *world.options).out


def test_the_ledger_agrees(run: Run, world: World):
    answer = run("verify", "anchor", *PERIOD, "--json", *world.options)
    assert answer.code == 0
    view = fits(answer.json, "Verify")
    text = run("verify", "anchor", *PERIOD, *world.options)
    assert text.code == 0
    last = text.out.splitlines()[-1].replace(",", "")
    total = view["total"]
    assert last == (f"ledger agrees to the cent: 5 documents {view['payments']} payments {view['currency']} {total}")


def test_the_overview_says_the_same_as_the_engine(run: Run, world: World):
    overview = run("status", "--json", *world.options).json["integrations"]
    shown = run("integrations", "show", "anchor", "--json", *world.options).json
    assert len(overview) == 1
    one = fits(overview[0], "Overview")
    for name in ("name", "state", "reason", "days", "open_codes"):
        assert one[name] == shown[name], name
    assert one["last_run"][:19] == shown["last_run"][:19]
    assert one["organisation"] == shown["target"]["name"]
    assert not one["needs_attention"]
    assert run("status", "--check", *world.options).code == 0
    assert "5 posted" in run("status", *world.options).out


def test_an_organisation_that_is_not_reached_is_named(elsewhere: World, run: Run):
    run("provision", "third", *sides(), *elsewhere.options)
    answer = connect(elsewhere, "third", "--organisation", "Nobody Pty Ltd")
    assert answer.code == 2
    assert "Nobody Pty Ltd" in answer.err


def test_a_connect_that_nobody_answers_ends(run: Run, elsewhere: World):
    run("provision", "fourth", *sides(), *elsewhere.options)
    answer = run("connect", "fourth", "--no-browser", "--port", "0", "--wait", "1", *elsewhere.options)
    assert answer.code == 1
    assert "within 1 seconds" in answer.err


def test_services_that_are_not_there_are_named(run: Run, world: World, tmp_path: Path):
    text = (world.folder / "takings.toml").read_text()
    for line in (world.source, world.target):
        text = text.replace(line["url"], "http://127.0.0.1:1")
    (tmp_path / "down.toml").write_text(text)
    database = ("--database", str(world.folder / "takings.db"), "--config", str(tmp_path / "down.toml"))
    for arguments in (["map", "refresh", "anchor"], ["verify", "anchor"], ["map", "suggest", "anchor"]):
        answer = run(*arguments, *database)
        assert answer.code == 1, answer.out
        assert "can't be reached" in answer.err
        assert "Traceback" not in answer.err
    synced = run("sync", "anchor", *PERIOD, *database)
    assert synced.code == 1
    assert "can't be reached" in synced.out + synced.err


def test_a_malformed_file_stores_nothing_and_the_next_is_read(run: Run, tmp_path: Path):
    run("provision", "files", *sides())
    broken, empty = tmp_path / "broken.json", tmp_path / "other.json"
    broken.write_text('{"format": ')
    empty.write_text('{"format": "unknown/9"}')
    answer = run("import", "files", broken, empty)
    assert answer.code == 1
    assert answer.out.count("nothing was stored") == 2
    seen = run("import", "files", broken, "--json")
    assert seen.code == 1
    intake = fits(seen.json["files"][0]["intake"], "Intake")
    assert not intake["accepted"]
    fits(intake["findings"][0], "Finding")
    assert run("days", "files", "--json").json == {"days": []}


def test_days_are_imported_from_standard_input(run: Run, servers: World, tmp_path: Path):
    database = ("--database", str(tmp_path / "takings.db"))
    assert run("provision", "files", *sides(), *database).code == 0
    token = run("token", "new", "files", *database).out.strip()
    servers.client.post(servers.source["enter_token"]["url"], json={"token": token}).raise_for_status()
    day = servers.client.get(
        f"{servers.source['url']}/v1/end-of-day",
        params={"from": FIRST, "to": FIRST},
        headers={"Authorization": f"Bearer {token}"},
    ).json()["items"]
    answer = spawn("import", "files", "-", "--json", *database, sent=json.dumps(day).encode())
    assert answer.code == 0, answer.out
    result = fits(answer.json["files"][0]["intake"]["records"][0], "Result")
    assert result["result"] == "stored"
    file = tmp_path / "day.json"
    file.write_text(json.dumps(day))
    assert run("import", "files", file, *database).out == f"{file}: 1 unchanged\n"
    pending = run("days", "files", "--json", *database).json["days"]
    assert [one["state"] for one in pending] == ["held"]


def test_the_database_is_upgraded_once(run: Run, tmp_path: Path):
    place = tmp_path / "new.db"
    first = run("db", "upgrade", "--json", "--database", place).json
    assert first["before"] == ""
    assert first["after"]
    assert "up to date" in run("db", "upgrade", "--database", place).out


@pytest.mark.parametrize("shape", ["Plugin"])
def test_the_plugins_are_listed(run: Run, shape: str):
    plugins = run("plugins", "list", "--json").json["plugins"]
    assert {"builtin"} < {fits(one, shape)["id"] for one in plugins}
    assert "builtin:ledger" in run("plugins", "list").out


def test_an_older_revision_that_comes_late_is_no_problem_and_a_contradiction_is(
    run: Run, servers: World, elsewhere: World
):
    run("provision", "late", *sides(), *elsewhere.options)
    token = run("token", "new", "late", *elsewhere.options).out.strip()
    servers.client.post(servers.source["enter_token"]["url"], json={"token": token}).raise_for_status()
    day = servers.client.get(
        f"{servers.source['url']}/v1/end-of-day",
        params={"from": FIRST, "to": FIRST},
        headers={"Authorization": f"Bearer {token}"},
    ).json()["items"][0]
    files = [elsewhere.folder / name for name in ("second.json", "first.json", "other.json")]
    other = {**day, "payments": [{**day["payments"][0], "count": 1}, *day["payments"][1:]]}
    for file, content in zip(files, ({**day, "revision": 2}, day, {**other, "revision": 2}), strict=True):
        file.write_text(json.dumps(content))
    assert run("import", "late", files[0], *elsewhere.options).code == 0
    late = run("import", "late", files[1], *elsewhere.options)
    assert late.code == 0, late.out
    contradiction = run("import", "late", files[2], *elsewhere.options)
    assert contradiction.code == 1, contradiction.out
    assert "1 conflict" in contradiction.out
