"""Differences, decisions and undo at the command line."""

from __future__ import annotations

import json

import pytest
from tests.cli.test_commands import fits
from tests.cli.test_import_files import days
from tests.cli.world import Run, World, hand_over


def first_posted(run: Run, world: World) -> str:
    days = run("days", "anchor", "--json", *world.options).json["days"]
    return next(f"{one['business_date']}/{one['sequence']}" for one in days if one["state"] == "posted")


def test_a_day_is_shown_beside_what_was_posted(run: Run, world: World):
    day = first_posted(run, world)
    shown = fits(run("difference", "anchor", day, "--json", *world.options).json, "Difference")
    assert not shown["differs"]
    fits(shown["lines"][0], "DifferenceLine")
    text = run("difference", "anchor", day, *world.options).out
    assert "No amount differs." in text
    assert "Can be decided: repost" in text
    assert "payment method" in run("difference", "anchor", day, "--all", *world.options).out


def test_a_decision_that_is_not_open_is_refused(run: Run, world: World):
    day = first_posted(run, world)
    answer = run("decide", "anchor", "adjust", day, *world.options)
    assert (answer.code, "is posted, not changed" in answer.err) == (2, True)
    assert run("decide", "anchor", "adjust", "yesterday", *world.options).code == 2


def test_an_undo_is_previewed_with_calls_and_time(run: Run, world: World):
    day = first_posted(run, world)
    shown = fits(run("undo", "anchor", day, "--preview", "--json", *world.options).json, "UndoPreview")
    assert (shown["count"], shown["left"]) == (1, [])
    assert "would be taken back from" in run("undo", "anchor", day, "--preview", *world.options).out


def test_an_undo_needs_its_count_where_nobody_can_be_asked(run: Run, world: World):
    day = first_posted(run, world)
    answer = run("undo", "anchor", day, *world.options)
    assert answer.code != 0
    assert "would be taken back from" in answer.err
    assert run("undo", "anchor", *world.options).code == 2


SECOND = "2026-10-02"


@pytest.mark.parametrize(
    ("arguments", "kind", "words"),
    [
        (["undo", "anchor", "2030-01-01"], "not_found", "There is no day 2030-01-01/1."),
        (["undo", "anchor", "2026-13-01"], "usage_error", "'2026-13-01' is no day"),
        (["undo", "anchor", "--from", "2026-10-05", "--to", "2026-10-01"], "usage_error", "ends before that"),
        (
            ["undo", "anchor", "--from", "2020-01-01", "--to", "2020-01-31"],
            "not_found",
            "There is no posted document",
        ),
        (["undo", "anchor", "--run", "nope"], "not_found", "There is no run nope."),
        (["undo", "anchor", SECOND, "--run", "nope"], "usage_error", "one of the three"),
        (["undo", "anchor"], "usage_error", "one of the three"),
        (["undo", "nobody", SECOND], "not_found", "There is no integration nobody."),
        (["undo", "anchor", SECOND, "--queue"], "usage_error", "needs the count"),
        (["undo", "anchor", SECOND, "--confirm", "7"], "confirmation_needed", "Confirm with --confirm 1, not 7."),
        (["decide", "anchor", "repost", "2030-01-01"], "not_found", "There is no day 2030-01-01/1."),
        (["decide", "anchor", "adjust", SECOND], "usage_error", "2026-10-02/1 is posted, not changed."),
        (["decide", "anchor", "leave", SECOND], "usage_error", "2026-10-02/1 is posted, not changed."),
        (["decide", "anchor", "never", SECOND], "usage_error", "needs a reason"),
        (["decide", "anchor", "never", SECOND, "--reason", "x"], "usage_error", "undo it first"),
        (["decide", "anchor", "post-difference", SECOND, "--reason", "x"], "usage_error", "is posted, not held"),
        (["decide", "anchor", "reconsider", SECOND], "usage_error", "no decision to take back"),
        (["decide", "anchor", "shrug", SECOND], "usage_error", "is not one of"),
        (["decide", "anchor", "leave"], "usage_error", "Missing argument"),
        (["difference", "anchor", "2030-01-01"], "not_found", "There is no day 2030-01-01/1."),
    ],
    ids=lambda one: " ".join(one[:3]) if isinstance(one, list) else "",
)
def test_wrong_input_is_one_sentence_and_the_same_as_json(
    arguments: list[str], kind: str, words: str, run: Run, world: World
):
    plain = run(*arguments, *world.options)
    assert (plain.code, plain.out, words in plain.err) == (2, "", True), plain.err
    answer = run(*arguments, "--json", *world.options)
    assert (answer.code, answer.out, answer.error["kind"]) == (2, "", kind)
    assert words in answer.error["message"]


def test_a_second_undo_says_that_the_first_took_it_back(run: Run, private: World):
    day = first_posted(run, private)
    assert run("undo", "anchor", day, "--confirm", "1", *private.options).code == 0
    again = run("undo", "anchor", day, "--confirm", "1", *private.options)
    assert (again.code, f"There is no posted document in {day}, which was taken back already." in again.err) == (
        2,
        True,
    )
    preview = run("undo", "anchor", day, "--preview", *private.options)
    assert (preview.code, "there is nothing to take back" in preview.out) == (0, True)
    assert "Can be decided: repost, never." in run("difference", "anchor", day, *private.options).out
    assert run("decide", "anchor", "repost", day, *private.options).code == 0
    assert first_posted(run, private) == day


def test_another_changed_day_between_those_decided_about_is_no_failure(run: Run, private: World):
    shown = run("days", "anchor", "--json", *private.options).json["days"]
    first, between, last = [one["business_date"] for one in shown if one["state"] == "posted"][:3]
    token = run("token", "new", "anchor", *private.options).out.strip()
    hand_over(private, token)
    (day,) = days(private, token, between)
    for payment, change in zip(day["payments"], (1, -1), strict=False):
        for name in ("recorded", "counted"):
            payment[name] = f"{float(payment[name]) + change:.2f}"
    file = private.folder / "later.json"
    file.write_text(json.dumps([{**day, "revision": day["revision"] + 1}]))
    assert run("import", "anchor", file, *private.options).code == 1
    decided = run("decide", "anchor", "repost", first, last, *private.options)
    assert (decided.code, f"{between}/1 was posted and came again" in decided.out) == (0, True), (
        decided.out + decided.err
    )
