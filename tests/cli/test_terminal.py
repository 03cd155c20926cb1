"""At a terminal: questions are asked there, tables are drawn there, and a number is never wrapped."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import termios
from pathlib import Path

from tests.cli.world import Run, World, set_up
from tests.support import warm


def at_terminal(*arguments: str | Path, answers: str = "", columns: int = 120) -> tuple[int, str]:
    """Run the command line at a terminal of its own; returns its exit code and all that stood there."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"} | {"TERM": "xterm"}
    child = warm.start("takings.cli", arguments, [theirs] * 3, environment=environment)
    os.close(theirs)
    os.write(ours, answers.encode())
    shown = b""
    try:
        while part := os.read(ours, 65536):
            shown += part
    except OSError:  # the terminal is closed with its last user
        pass
    finally:
        os.close(ours)
    return child.wait(), shown.decode()


def test_past_days_are_posted_when_a_person_says_so(run: Run, elsewhere: World):
    set_up(elsewhere, "asked")
    arguments = ("sync", "asked", "--from", "2026-08-01", "--to", "2026-08-02", *elsewhere.options)
    code, shown = at_terminal(*arguments, answers="n\n")
    assert code == 2, shown
    assert "2 documents for 2026-08-01 to 2026-08-02" in shown
    assert "Nothing was posted" in shown
    assert [one["state"] for one in run("days", "asked", "--json", *elsewhere.options).json["days"]] == [
        "pending"
    ] * 2
    code, shown = at_terminal(*arguments, answers="y\n")
    assert code == 0, shown
    assert "Post them?" in shown
    assert [one["state"] for one in run("days", "asked", "--json", *elsewhere.options).json["days"]] == ["posted"] * 2


def test_ctrl_d_at_the_question_posts_nothing(elsewhere: World):
    set_up(elsewhere, "asked")
    code, shown = at_terminal(
        "sync", "asked", "--from", "2026-07-01", "--to", "2026-07-01", *elsewhere.options, answers="\x04"
    )
    assert code == 130
    assert "Stopped. Nothing is lost" in shown


def test_a_table_that_does_not_fit_shows_sums_and_wraps_no_number(world: World):
    wide = at_terminal("verify", "anchor", *world.options, columns=200)[1]
    narrow = at_terminal("verify", "anchor", *world.options, columns=80)[1]
    total = [line for line in narrow.splitlines() if "2026-10-01" in line]
    assert len(total) == 1
    assert "Paid" in narrow
    assert "Paid" not in wide
    for line in narrow.splitlines():
        if line.startswith("2026-"):
            assert len(line) <= 80


def test_the_plain_form_has_no_colours(run: Run, world: World):
    assert "\x1b" not in run("verify", "anchor", *world.options).out
    assert "\x1b" in at_terminal("verify", "anchor", *world.options, columns=200)[1]
