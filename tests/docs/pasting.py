"""Does with a block of Python what a tutorial asks its reader to do: put it in place of what has the same names.

A class keeps the methods that the block does not show. What is new goes to the end: of the imports,
of the class, of the file.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence


def paste(text: str, block: str) -> str:
    """Put a block's imports, functions, classes, methods and values into a file."""
    lines, given = text.splitlines(), block.splitlines()
    for node in ast.parse(block).body:
        lines = _put(lines, node, given, ())
    return "\n".join(lines) + "\n"


def _put(lines: list[str], node: ast.stmt, given: list[str], inside: tuple[str, ...]) -> list[str]:
    """Put one thing of the block into the lines of a file, within the class that is named."""
    body = _body(lines, inside)
    place = next((one for one in body if _name(one) == _name(node)), None)
    if isinstance(node, ast.ClassDef) and place is not None:
        for member in node.body:
            lines = _put(lines, member, given, (*inside, node.name))
        return lines
    first, last = _extent(node, given)
    part = given[first:last]
    if place is not None:
        start, end = _extent(place, lines)
    elif isinstance(node, ast.Import | ast.ImportFrom):
        start = end = max(_extent(one, lines)[1] for one in body if isinstance(one, ast.Import | ast.ImportFrom))
    else:
        start = end = max(_extent(one, lines)[1] for one in body)
        part = [*([""] if inside else ["", ""]), *part]
    return [*lines[:start], *part, *lines[end:]]


def _body(lines: list[str], inside: tuple[str, ...]) -> Sequence[ast.stmt]:
    body: Sequence[ast.stmt] = ast.parse("\n".join(lines)).body
    for name in inside:
        body = next(one.body for one in body if isinstance(one, ast.ClassDef) and one.name == name)
    return body


def _extent(node: ast.stmt, lines: list[str]) -> tuple[int, int]:
    """Return the first line of something, with its decorators and comments, and the line after its last."""
    first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))]) - 1
    while first and lines[first - 1].lstrip().startswith("#"):
        first -= 1
    return first, node.end_lineno or node.lineno


def _name(node: ast.stmt) -> str:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return node.name
    if isinstance(node, ast.ImportFrom):
        return f"from {node.module}"
    if isinstance(node, ast.Import):
        return f"import {node.names[0].name}"
    if isinstance(node, ast.Assign):
        return ast.unparse(node.targets[0])
    if isinstance(node, ast.AnnAssign):
        return ast.unparse(node.target)
    return "the docstring" if isinstance(node, ast.Expr) else ast.unparse(node)
