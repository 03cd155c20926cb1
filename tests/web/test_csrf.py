"""The two locks against forms of other sites, alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from takings.web.csrf import LIFE, is_cross_site, is_valid, make_token

KEY = b"k" * 32


@given(st.text(), st.integers(0, LIFE - 1))
def test_a_token_opens_for_its_session_while_it_lives(session: str, age: int):
    token = make_token(KEY, session, now=1_000_000)
    assert is_valid(KEY, session, token, now=1_000_000 + age)


@given(st.text(), st.text(), st.binary(min_size=32, max_size=32))
def test_it_opens_for_no_other_session_and_under_no_other_key(one: str, other: str, key: bytes):
    token = make_token(KEY, one)
    assert is_valid(KEY, other, token) == (one == other)
    assert is_valid(key, one, token) == (key == KEY)


@given(st.text())
def test_other_text_is_no_token_and_no_error(text: str):
    assert not is_valid(KEY, "session", text)


def test_it_dies_and_never_comes_from_the_future():
    token = make_token(KEY, "session", now=1_000_000)
    assert not is_valid(KEY, "session", token, now=1_000_000 + LIFE)
    assert not is_valid(KEY, "session", token, now=999_999)


@given(st.sampled_from([("a", "b|1"), ("a|b", "1"), ("", "x"), ("|", "||")]))
def test_parts_can_not_be_moved_between_each_other(pair: tuple[str, str]):
    first, second = pair
    assert not is_valid(KEY, second, make_token(KEY, first))


def test_a_browser_says_where_a_form_comes_from():
    home = "https://shop.example"
    assert not is_cross_site(Headers({}), home)
    assert not is_cross_site(Headers({"sec-fetch-site": "same-origin"}), home)
    assert not is_cross_site(Headers({"origin": "https://shop.example"}), home)
    assert is_cross_site(Headers({"sec-fetch-site": "same-site"}), home)
    assert is_cross_site(Headers({"origin": "https://shop.example:8443"}), home)
    assert is_cross_site(Headers({"origin": ""}), home)
