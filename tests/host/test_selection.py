"""Reading the selection of plugins from environment and command line."""

from __future__ import annotations

import pytest

from takings.host import Selection, from_environment

ALL_OFF = frozenset({"*"})


@pytest.mark.parametrize(
    ("environ", "argv", "expected"),
    [
        ({}, [], Selection()),
        ({}, ["status", "--no-plugins"], Selection(disabled=ALL_OFF)),
        ({}, ["--no-plugins=a-b, c", "status"], Selection(disabled=frozenset({"a_b", "c"}))),
        ({}, ["run", "--", "--no-plugins"], Selection()),
        ({}, ["--no-plugins-at-all"], Selection()),
        ({"TAKINGS_DISABLED_PLUGINS": "A,,b "}, [], Selection(disabled=frozenset({"a", "b"}))),
        ({"TAKINGS_DISABLED_PLUGINS": "a"}, ["--no-plugins"], Selection(disabled=ALL_OFF | {"a"})),
        ({"TAKINGS_ALLOWED_PLUGINS": "a"}, [], Selection(allow=frozenset({"a"}))),
        ({"TAKINGS_ALLOWED_PLUGINS": ""}, [], Selection(allow=frozenset())),
        ({"TAKINGS_STRICT_PLUGINS": "1"}, [], Selection(strict=True)),
        ({"TAKINGS_STRICT_PLUGINS": "0"}, [], Selection()),
    ],
)
def test_the_selection_is_read(environ: dict[str, str], argv: list[str], expected: Selection) -> None:
    assert from_environment(environ, argv) == expected
