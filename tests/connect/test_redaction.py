"""Secrets are blanked by value, by name and by shape."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from takings.connect.redaction import HIDDEN, REMEMBERED, Secrets


@pytest.mark.parametrize(
    "line",
    [
        "Authorization: Bearer SECRET",
        "authorization: basic SECRET==",
        '{"access_token": "SECRET", "expires_in": 1800}',
        "grant_type=refresh_token&refresh_token=SECRET&x=1",
        "https://host/back?state=SECRET&code=SECRET",
        "client_secret=SECRET",
        "password: SECRET",
        "got eyJhbGciOiJI.eyJzdWIiSECRET.c2ln",
    ],
)
def test_what_looks_like_a_secret_is_blanked(line: str) -> None:
    shown = Secrets().hide(line)
    assert "SECRET" not in shown
    assert HIDDEN in shown


def test_ordinary_lines_stay_as_they_are() -> None:
    line = "posted 31 documents to Harbour Cafe in 412 ms, code 200"
    assert Secrets().hide(line) == line


def test_values_named_like_secrets_are_blanked() -> None:
    shown = Secrets().line("renewed", {"refresh_token": "abc", "Authorization": "abc", "venue": 7})
    assert shown == f"renewed refresh_token={HIDDEN} Authorization={HIDDEN} venue=7"


@given(st.text(min_size=6).filter(lambda text: text.strip()), st.text(), st.text())
def test_a_known_secret_never_shows(secret: str, before: str, after: str) -> None:
    secrets = Secrets()
    secrets.learn(secret)
    shown = secrets.hide(before + secret + after)
    assert "\n" not in shown
    assert "\r" not in shown
    if secret not in HIDDEN and not set(secret) & set("\\rn[]"):
        assert secret not in shown or secret in before + HIDDEN + after


def test_only_so_many_secrets_are_remembered() -> None:
    secrets = Secrets()
    secrets.learn(*(f"secret-{number:03}" for number in range(REMEMBERED + 5)))
    assert secrets.hide("secret-036") == HIDDEN
    assert secrets.hide("secret-000") == "secret-000"
