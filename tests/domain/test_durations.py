"""Durations in words, and waits that servers ask for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from takings.domain.durations import about, retry_after

NOW = datetime(2026, 10, 21, 7, 28, tzinfo=UTC)


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


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("0", 1),
        ("99999999999999999999", 86_400),
        ("Wed, 21 Oct 2026 07:29:30 GMT", 90),
        ("Wed, 21 Oct 2026 07:29:30 -0000", 90),
        ("Wed, 21 Oct 2026 17:29:30 +1000", 90),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 1),
        ("Wed, 21 Oct 2099 07:28:00 GMT", 86_400),
    ],
)
def test_a_wait_is_read_as_seconds_or_as_a_date_and_is_never_longer_than_a_day(said: str, seconds: int) -> None:
    assert retry_after(said, NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize("said", ["", " ", "soon", "-5", "1.5", "²", "Wed, 99 Oct 2026 07:29:30 GMT", "0x10"])
def test_a_wait_that_can_not_be_read_is_none(said: str) -> None:
    assert retry_after(said, NOW) is None


@given(st.text())
def test_whatever_a_server_says_is_read_or_left(said: str) -> None:
    found = retry_after(said, NOW)
    assert found is None or timedelta(seconds=1) <= found <= timedelta(days=1)
