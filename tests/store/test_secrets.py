"""Sealing, keys as text and as a file, tokens."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from takings.errors import InstallationError, KeyUnknown, SecretUnreadable
from takings.store.secrets import KeyRing, load_or_create_key_file, new_token, token_digest

OLD, NEW = b"o" * 32, b"n" * 32
RING = KeyRing({"new": NEW, "old": OLD}, "new")
SEALED = RING.seal("refresh token", "authorisation:a1")

texts = st.text(st.characters(exclude_categories=["Cs"]))


@given(plain=texts, context=texts)
def test_what_was_sealed_opens_in_its_place(plain: str, context: str) -> None:
    sealed = RING.seal(plain, context)
    assert RING.unseal(sealed, context) == plain
    assert re.fullmatch(r"v1\.new\.[A-Za-z0-9_-]{38,}", sealed)


@given(plain=texts, context=texts, other=texts)
def test_what_was_sealed_does_not_open_in_another_place(plain: str, context: str, other: str) -> None:
    if context != other:
        with pytest.raises(SecretUnreadable):
            RING.unseal(RING.seal(plain, context), other)


@given(st.data())
def test_a_changed_character_is_noticed(data: st.DataObject) -> None:
    place = data.draw(st.integers(len("v1.new."), len(SEALED) - 2))  # the last one holds spare bits
    letter = data.draw(st.sampled_from("ABCabc019-_.~é").filter(lambda one: one != SEALED[place]))
    with pytest.raises(SecretUnreadable):
        RING.unseal(SEALED[:place] + letter + SEALED[place + 1 :], "authorisation:a1")


@given(texts)
def test_any_other_text_is_unreadable_or_of_an_unknown_key(text: str) -> None:
    with pytest.raises((SecretUnreadable, KeyUnknown)):
        RING.unseal(text, "authorisation:a1")


def test_sealing_twice_gives_two_texts() -> None:
    assert RING.seal("same", "place") != RING.seal("same", "place")


def test_an_older_key_still_opens_and_is_to_be_rotated() -> None:
    sealed = KeyRing({"old": OLD}, "old").seal("token", "place")
    assert RING.unseal(sealed, "place") == "token"
    assert RING.needs_rotation(sealed)
    assert not RING.needs_rotation(RING.seal("token", "place"))


def test_a_key_that_is_gone_is_named() -> None:
    with pytest.raises(KeyUnknown, match="new"):
        KeyRing({"old": OLD}, "old").unseal(RING.seal("token", "place"), "place")


def test_the_same_id_with_another_key_does_not_open() -> None:
    with pytest.raises(SecretUnreadable):
        KeyRing({"new": OLD}, "new").unseal(RING.seal("token", "place"), "place")


def test_keys_are_not_shown() -> None:
    shown = f"{RING!r} {RING}"
    assert "new" in shown
    for key in (OLD, NEW):
        assert key.decode() not in shown
        assert base64.b64encode(key).decode() not in shown


@given(
    st.dictionaries(
        st.from_regex(r"[A-Za-z0-9_-]{1,32}", fullmatch=True), st.binary(min_size=32, max_size=32), min_size=1
    )
)
def test_keys_survive_as_text_with_the_active_one_first(keys: dict[str, bytes]) -> None:
    active = sorted(keys)[-1]
    text = KeyRing(keys, active).to_text()
    again = KeyRing.from_text(text)
    assert again.active == active
    assert again.to_text() == text
    for name, key in keys.items():
        assert again.unseal(KeyRing({name: key}, name).seal("token", "place"), "place") == "token"


def test_keys_may_stand_on_one_line_with_commas_and_comments() -> None:
    one, two = base64.b64encode(NEW).decode(), base64.urlsafe_b64encode(OLD).decode()
    ring = KeyRing.from_text(f"# rotated in June\n new:{one}, old:{two} # going\n\n")
    assert repr(ring) == "<KeyRing active=new keys=new,old>"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "There is no key"),
        ("# nothing\n", "There is no key"),
        ("hunter2hunter2", "Entry 1 .*can't be read"),
        ("k1:hunter2", "Entry 1 .*can't be read"),
        ("k 1:" + base64.b64encode(NEW).decode(), "Entry 1 .*can't be read"),
        (f"k1:{base64.b64encode(b'hunter2' * 3).decode()}", "Entry 1 .*can't be read"),
        (f"k1:{base64.b64encode(NEW).decode()},k1:{base64.b64encode(OLD).decode()}", "Entry 2 .*repeats"),
    ],
)
def test_text_that_is_no_key_is_refused_without_repeating_it(text: str, said: str) -> None:
    with pytest.raises(InstallationError, match=said) as caught:
        KeyRing.from_text(text)
    for part in filter(None, re.split(r"[:,\s]", text)):
        assert len(part) < 8 or part not in str(caught.value)


@pytest.mark.parametrize(
    ("keys", "active"), [({"k": b"short"}, "k"), ({"k": OLD}, "other"), ({"k.1": OLD}, "k.1"), ({}, "k")]
)
def test_keys_of_a_wrong_shape_are_refused(keys: dict[str, bytes], active: str) -> None:
    with pytest.raises(InstallationError):
        KeyRing(keys, active)


def test_generated_keys_differ() -> None:
    assert KeyRing.generate().to_text() != KeyRing.generate().to_text()


def test_a_key_file_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    first = load_or_create_key_file(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_or_create_key_file(path).to_text() == first.to_text()
    assert [file.name for file in tmp_path.iterdir()] == ["keys"]


def test_many_that_make_the_key_file_at_once_get_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as threads:
        rings = threads.map(lambda _: load_or_create_key_file(tmp_path / "keys").to_text(), range(64))
        assert len(set(rings)) == 1


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_key_file_that_others_can_read_is_refused_with_the_remedy(tmp_path: Path, mode: int) -> None:
    load_or_create_key_file(tmp_path / "keys")
    (tmp_path / "keys").chmod(mode)
    with pytest.raises(InstallationError, match="run: chmod 600"):
        load_or_create_key_file(tmp_path / "keys")


def test_a_key_file_that_can_not_be_used_is_named_and_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe" * 20)
    (tmp_path / "empty").touch()
    for name in ("binary", "empty"):
        (tmp_path / name).chmod(0o600)
        before = (tmp_path / name).read_bytes()
        with pytest.raises(InstallationError, match=name):
            load_or_create_key_file(tmp_path / name)
        assert (tmp_path / name).read_bytes() == before
    with pytest.raises(InstallationError, match="nowhere"):
        load_or_create_key_file(tmp_path / "nowhere" / "keys")


def test_tokens_are_long_and_kept_as_a_digest() -> None:
    tokens = {new_token() for _ in range(50)}
    assert len(tokens) == 50
    assert all(re.fullmatch(r"tk_[A-Za-z0-9_-]{43}", token) for token in tokens)
    assert token_digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_sealing_imports_no_database() -> None:
    code = "import sys, takings.store.secrets; print('sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout.strip() == b"False"
