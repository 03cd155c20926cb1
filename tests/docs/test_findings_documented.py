"""Every finding code of the sources is on its page, and every code on a page is one of the sources."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.docs.pages import DOCS, ROOT

from takings import errors
from takings.errors import ConfirmationNeeded, Instruction, InvalidInput, SignatureWrong, TakingsError, TooLarge
from takings.host import PluginState

#: Errors that never become a finding of a run: bases that nobody raises, and what is refused before or beside it.
NOT_OF_A_RUN = (TakingsError, Instruction, ConfirmationNeeded, InvalidInput, TooLarge, SignatureWrong)
RUN = [
    one.__name__
    for one in vars(errors).values()
    if isinstance(one, type) and issubclass(one, TakingsError) and one not in NOT_OF_A_RUN
]


@dataclass
class Codes:
    """The codes that the findings of some sources have, and the rest of their texts where a code is put together."""

    whole: set[str] = field(default_factory=set)
    beginnings: set[str] = field(default_factory=set)
    rules: set[str] = field(default_factory=set)

    @property
    def all(self) -> set[str]:
        """Every code, put together."""
        ends = {
            "run.": {snake(name) for name in RUN},
            "plugins.": {state.value.replace("-", "_") for state in PluginState if state.is_failure},
            "xero.": self.rules,
        }
        return self.whole | {start + end for start in self.beginnings for end in ends[start]}


def snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def calls(folder: Path) -> Iterator[ast.Call]:
    for file in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                yield node


def collect(folder: Path) -> Codes:
    """Read the sources of one distribution."""
    codes = Codes()
    for call in calls(folder):
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        if name == "Rule":  # one sort of the ledger's own messages; its code goes without the plugin's name
            codes.rules.add(text_of(call.args[0]))
        if name != "Finding":
            continue
        given = next(one.value for one in call.keywords if one.arg == "code")
        if isinstance(given, ast.JoinedStr):
            codes.beginnings.add(text_of(given.values[0]))
        elif not isinstance(given, ast.Attribute):  # an attribute copies the code of another finding
            codes.whole.add(text_of(given))
    return codes


def text_of(node: ast.expr) -> str:
    assert isinstance(node, ast.Constant), ast.dump(node)
    assert isinstance(node.value, str)
    return node.value


def documented(page: Path, starts: str = r"[a-z]+") -> list[str]:
    """The codes that stand in the first column of a page's tables."""
    return re.findall(rf"^\| `({starts}\.[a-z0-9_]+)` \|", page.read_text("utf-8"), re.MULTILINE)


SOURCES = {
    "core": (ROOT / "core" / "takings", DOCS / "reference" / "findings.md", r"[a-z]+"),
    "impos": (ROOT / "plugins" / "impos" / "src", DOCS / "reference" / "impos-feed.md", "impos"),
    "xero": (ROOT / "plugins" / "xero" / "src", DOCS / "reference" / "xero.md", "xero"),
}


@pytest.mark.parametrize("part", SOURCES)
def test_the_page_lists_exactly_the_codes_of_the_sources(part: str):
    folder, page, starts = SOURCES[part]
    listed = documented(page, starts)
    assert sorted(listed) == sorted(set(listed)), "a code stands twice"
    assert set(listed) == collect(folder).all


def remedy_of(call: ast.Call) -> str:
    """What a finding says that is to be done, as far as it stands in the source."""
    parts = [part for one in call.keywords if one.arg == "do" for part in ast.walk(one.value)]
    return " ".join(part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str))


def test_what_mends_a_finding_can_be_done_in_every_face():
    """A finding is read on pages and in JSON as well; the command line adds its commands by itself."""
    commands = {
        file.stem.partition("_")[0] for file in (ROOT / "core" / "takings" / "cli" / "commands").glob("[a-z]*.py")
    }
    named = re.compile(rf"\btakings ({'|'.join(sorted(commands))})\b")
    sources = [ROOT / "core" / "takings", *(ROOT / "plugins").glob("*/src")]
    found = [
        remedy_of(call)
        for folder in sources
        for call in calls(folder)
        if isinstance(call.func, ast.Name) and call.func.id == "Finding" and named.search(remedy_of(call))
    ]
    assert len(commands) > 20
    assert found == []


def test_the_collected_codes_are_some():
    """Guards against a collector that finds nothing and so agrees with an empty page."""
    assert {"day.unbalanced", "run.rate_limited", "run.waits_for_confirmation"} <= collect(SOURCES["core"][0]).all
    assert len(collect(SOURCES["impos"][0]).all) > 20
    assert len(collect(SOURCES["xero"][0]).all) > 40
