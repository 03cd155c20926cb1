"""Differences, decisions and undo at the command line."""

from __future__ import annotations

from tests.cli.test_commands import fits
from tests.cli.world import Run, World


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
