"""Reads what `takings.plugin` promises from its sources: names, signatures, docstrings, examples. Imports nothing."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CORE = ROOT / "core"

#: The paragraph that an example stands below, indented, to the end of the docstring.
EXAMPLE = "Example::"

Definition = ast.ClassDef | ast.FunctionDef | ast.Assign


@dataclass(frozen=True)
class Entry:
    """One name of the contract: the module it is written in, its definition, what is said of it, its example."""

    name: str
    module: str
    node: Definition
    text: str
    example: str


def split(docstring: str) -> tuple[str, str]:
    """Part a docstring into what it says and its example, which is empty where there is none."""
    text, _, code = inspect.cleandoc(docstring).partition(f"\n{EXAMPLE}\n")
    # A docstring inside an example has the other quotes, because it stands in a docstring itself.
    example = textwrap.dedent(code).strip("\n").replace("'''", '"""')
    return text.strip(), f"{example}\n" if example else ""


@cache
def source(module: str) -> str:
    """Return the text of a module of the core."""
    path = CORE.joinpath(*module.split("."))
    return (path / "__init__.py" if path.is_dir() else path.with_suffix(".py")).read_text("utf-8")


@cache
def tree(module: str) -> ast.Module:
    """Return a module of the core, parsed."""
    return ast.parse(source(module))


def imports(module: str) -> Iterator[tuple[str, str]]:
    """Yield the names that a module imports from the core, each with the module it comes from."""
    for node in tree(module).body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("takings"):
            for one in node.names:
                yield one.name, node.module or ""


@cache
def entries() -> tuple[Entry, ...]:
    """Return all that can be imported from `takings.plugin`, module by module, as it is written there."""
    homes = dict(imports("takings.plugin"))
    found = []
    for module in sorted(set(homes.values()), key=_rank):
        for node in tree(module).body:
            for name in _names(node):
                if homes.get(name) == module:
                    assert isinstance(node, Definition)
                    text, example = split(_said(node, module))
                    found.append(Entry(name, module, node, text, example))
    return tuple(found)


def hooks() -> tuple[Entry, ...]:
    """Return the hooks, in the order of the specification."""
    spec = next(one for one in entries() if one.name == "PluginSpec")
    assert isinstance(spec.node, ast.ClassDef)
    methods = [one for one in spec.node.body if isinstance(one, ast.FunctionDef)]
    return tuple(Entry(one.name, spec.module, one, *split(ast.get_docstring(one) or "")) for one in methods)


@cache
def aliases() -> dict[str, ast.expr]:
    """Return what those names of the contract's modules stand for that signatures use and nobody can import."""
    exported = {one.name for one in entries()}
    return {
        name: node.value
        for module in {one.module for one in entries()}
        for node in tree(module).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp | ast.Subscript)
        for name in _names(node)
        if name not in exported
    }


def named(node: ast.AST) -> set[str]:
    """Return the names in the annotations of a definition."""
    notes: list[ast.AST | None] = [node.value] if isinstance(node, ast.Assign) else []
    for one in ast.walk(node):
        if isinstance(one, ast.AnnAssign | ast.arg):
            notes.append(one.annotation)
        elif isinstance(one, ast.FunctionDef) and not one.name.startswith("_"):
            notes.append(one.returns)
    return {one.id for note in notes if note for one in ast.walk(note) if isinstance(one, ast.Name)}


def written(node: ast.AST) -> str:
    """Return a piece of source as it would be formatted: in one line, with double quotes."""
    text = ast.unparse(node)
    return text if '"' in text else text.replace("'", '"')


def _rank(module: str) -> tuple[int, str]:
    """Hooks stand first, then what plugins declare and implement, then errors, then values."""
    order = ("takings.plugin.hooks", "takings.plugin.", "takings.errors", "takings.domain.")
    return next(at for at, start in enumerate(order) if module.startswith(start)), module


def _names(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        return [node.name]
    return [one.id for one in node.targets if isinstance(one, ast.Name)] if isinstance(node, ast.Assign) else []


def _said(node: Definition, module: str) -> str:
    """Return a docstring, or the comment (`#:`) above a constant."""
    if not isinstance(node, ast.Assign):
        return ast.get_docstring(node) or ""
    above = source(module).splitlines()[: node.lineno - 1]
    lines: list[str] = []
    while above and (found := re.match(r"#: ?(.*)", above.pop())):
        lines.insert(0, found[1])
    return " ".join(lines)
