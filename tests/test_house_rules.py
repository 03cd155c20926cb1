"""The house rules that no linter checks: sizes of files and functions, module docstrings, and whom the core names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = [ROOT / "core", *(ROOT / "plugins").glob("*/src")]
LONGEST_FILE, LONGEST_FUNCTION = 400, 40


def modules() -> Iterator[Path]:
    for folder in SOURCES:
        yield from (path for path in sorted(folder.rglob("*.py")) if "migrations" not in path.parts)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_file_is_longer_than_it_may_be() -> None:
    long = {
        str(path.relative_to(ROOT)): n
        for path in modules()
        if (n := path.read_text("utf-8").count("\n")) > LONGEST_FILE
    }
    assert long == {}


def test_no_function_is_longer_than_it_may_be() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}": length
        for path in modules()
        for node in functions(path)
        if (length := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST_FUNCTION
    }
    assert long == {}


def test_every_module_says_what_it_is_responsible_for() -> None:
    silent = [
        str(path.relative_to(ROOT)) for path in modules() if not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert silent == []


@pytest.mark.parametrize("name", [r"impos([^a-z]|$)", r"xero", r"square:", r"beancount"])
def test_the_core_names_no_plugin(name: str) -> None:
    named = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted((ROOT / "core").rglob("*"))
        if path.suffix in {".py", ".html", ".css", ".json", ".toml"}
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if re.search(name, line, re.IGNORECASE)
    ]
    assert named == []
