"""The page of the plugin API is what `make docs` writes, and leaves nothing out."""

from __future__ import annotations

import ast
import re

from docs._tools.plugin_api import PAGE, page
from docs._tools.reading import aliases, entries, hooks, imports, named

import takings.plugin


def test_the_committed_page_is_what_the_sources_say() -> None:
    assert PAGE.read_text("utf-8") == page(), "run `make docs` and commit what it wrote"


def test_every_name_of_the_contract_has_a_place_and_words() -> None:
    assert sorted(one.name for one in entries()) == sorted(takings.plugin.__all__)
    headings = re.findall(r"^### (\w+)$", page(), re.MULTILINE)
    assert sorted(headings) == sorted([*takings.plugin.__all__, *(one.name for one in hooks())])
    assert len({one.lower() for one in headings}) == len(headings), "two headings have the same anchor"
    assert [one.name for one in (*entries(), *hooks()) if not one.text] == []


def test_every_default_of_a_field_is_told() -> None:
    assert "    settings_version: tuple[int, int] = (1, 0),\n" in page()
    assert 'Finding(\n    *,\n    code: str,\n    what: str,\n    why: str = "",\n' in page()
    assert "lines: Mapping[str, Decimal] = dict()" in page()


def test_signatures_name_nothing_that_plugins_cant_import() -> None:
    promised = set(takings.plugin.__all__) | set(aliases())
    inner = {one.id for value in aliases().values() for one in ast.walk(value) if isinstance(one, ast.Name)}
    own = {name for module in {one.module for one in entries()} for name, _ in imports(module)}
    for entry in (*entries(), *hooks()):
        assert (named(entry.node) | inner) & own <= promised, entry.name
