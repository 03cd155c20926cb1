"""The house rules that no linter checks: sizes of files and functions, how functions take their arguments, module
docstrings, and whom the core names.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = [ROOT / "core", *(ROOT / "plugins").glob("*/src")]
TESTS = [ROOT / "tests", *(ROOT / "plugins").glob("*/tests")]
LONGEST_FILE, LONGEST_FUNCTION, MOST_BY_PLACE = 400, 40, 3
#: Whoever calls these gives all arguments by place: SQLAlchemy, and the core what a `TargetType` has as its `open`.
CALLED_BY_PLACE = {"connect", "open_target", "open_ledger"}


def modules(folders: Iterable[Path] = SOURCES) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in sorted(folder.rglob("*.py")) if "migrations" not in path.parts)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_file_is_longer_than_it_may_be() -> None:
    long = {
        str(path.relative_to(ROOT)): n
        for path in modules([*SOURCES, *TESTS])
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


def by_place(path: Path) -> Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef, int]]:
    """Yield functions and how many arguments they take by place; those that pytest calls aside."""
    tree = ast.parse(path.read_text("utf-8"))
    methods = {one for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for one in node.body}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            decorators = [ast.unparse(one) for one in node.decorator_list]
            if not any("fixture" in one for one in decorators):
                bound = node in methods and "staticmethod" not in decorators
                yield node, len(node.args.posonlyargs) + len(node.args.args) - bound


def test_what_comes_after_the_third_argument_is_given_by_its_name() -> None:
    many = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in modules()
        for node, count in by_place(path)
        if count > MOST_BY_PLACE and node.name not in CALLED_BY_PLACE
    ]
    assert many == []


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
