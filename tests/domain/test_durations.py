"""Durations in words."""

from __future__ import annotations

import pytest

from takings.domain.durations import about


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "1 second"), (1, "1 second"), (2, "2 seconds"), (89, "89 seconds"), (90, "2 minutes"),
        (1440, "24 minutes"), (7_169, "119 minutes"), (7_200, "2 hours"), (86_400, "24 hours"),
        (360_000, "100 hours"),
    ],
)  # fmt: skip
def test_a_duration_is_said_as_people_say_it(seconds: int, words: str) -> None:
    assert about(seconds) == words
