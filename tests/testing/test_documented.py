"""The page on conformance and the kit say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import takings.testing as kit
from takings.host.checks import StaticCode
from takings.testing.base import Conformance

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "conformance.md"
TEXT = PAGE.read_text("utf-8")
CLASSES = (kit.StaticConformance, kit.SourceConformance, kit.TargetConformance)


def rows(title: str) -> list[list[str]]:
    """The rows of the table under a title, without its head."""
    section = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL)
    assert section, title
    lines = [line for line in section[1].splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[1:]]


@pytest.mark.parametrize(
    ("title", "tests"),
    [
        ("Tests of every class", list(Conformance.standard_tests())),
        *(
            (one.__name__.removesuffix("Conformance"), [
                name for name in one.standard_tests() if name not in Conformance.standard_tests()
            ])
            for one in CLASSES
        ),
    ],
)  # fmt: skip
def test_each_test_is_told_with_what_it_proves_and_how_to_mend(title: str, tests: list[str]):
    told = rows(title)
    assert [name.strip("`") for name, _, _ in told] == tests
    for name, proves, mend in told:
        assert len(proves) > 20, name
        assert len(mend) > 10, name


def test_each_test_says_in_its_docstring_what_the_page_says():
    proved = {name.strip("`"): proves for title in ("Static", "Source", "Target") for name, proves, _ in rows(title)}
    for one in CLASSES:
        for name, test in one.standard_tests().items():
            if name in proved and one.__name__.startswith(("Source", "Static")):
                assert (test.__doc__ or "").strip().startswith(proved[name][:30]), name


def test_the_codes_are_told():
    assert {name.strip("`") for name, _ in rows("Codes of the static findings")} == set(StaticCode)


def test_what_an_author_can_give_is_told():
    told = " ".join(name for name, *_ in rows("Use it"))
    for one in CLASSES:
        for name in vars(one.__mro__[1]) | vars(one) | vars(Conformance):
            public = not name.startswith(("_", "test_")) and name not in NOT_FOR_AUTHORS
            assert not public or f"`{name}" in told, name


#: Fixtures, and what is for tests of the kit only.
NOT_FOR_AUTHORS = {
    "bench", "calling", "days", "entry_points", "plugin", "probed", "record", "records", "standard_tests",
    "taken_apart",
}  # fmt: skip


def test_what_the_kit_offers_is_told():
    for name in kit.__all__:
        assert f"`{name}" in TEXT or name in {
            "CannedReply", "Connected", "KitContext", "NotConnected", "NotRecorded", "SandboxFailed", "canned",
        }, name  # fmt: skip
