"""Takes parts out of a Python module: what uses modules that are not there, and imports that nothing uses then."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator


def prune(text: str, *, modules: Collection[str], words: Collection[str]) -> str:
    """Return a module without all that uses one of these modules, or has one of these words as a text.

    What uses a thing that is taken out is taken out too; a line `"key": thing,` of a dictionary goes alone.
    """
    gone = set(_imported_from(ast.parse(text), modules))
    while True:
        text = "".join(line for line in text.splitlines(keepends=True) if not _is_entry(line, gone))
        tree = ast.parse(text)
        taken = [node for node in tree.body if _is_gone(node, modules, words, gone=gone)]
        if not taken:
            return _without_unused_imports(text)
        gone |= {name for node in taken for name in _defines(node)}
        text = _without_lines(text, taken)


def _imported_from(tree: ast.Module, modules: Collection[str]) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            for one in node.names:
                if node.module in modules or f"{node.module}.{one.name}" in modules:
                    yield one.asname or one.name


def _is_entry(line: str, gone: Collection[str]) -> bool:
    entry = re.fullmatch(r'\s+"\w+": (\w+),\n', line)
    return entry is not None and entry[1] in gone


def _is_gone(node: ast.stmt, modules: Collection[str], words: Collection[str], *, gone: Collection[str]) -> bool:
    if isinstance(node, ast.ImportFrom) and (node.module or "") in modules:
        return True
    if isinstance(node, ast.Import | ast.ImportFrom):
        return False
    return any(
        (isinstance(one, ast.Name) and one.id in gone) or (isinstance(one, ast.Constant) and one.value in words)
        for one in ast.walk(node)
    )


def _defines(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Assign):
        yield from (one.id for one in node.targets if isinstance(one, ast.Name))
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        yield node.target.id


def _without_lines(text: str, nodes: list[ast.stmt]) -> str:
    lines = text.splitlines(keepends=True)
    for node in nodes:
        decorators = node.decorator_list if isinstance(node, ast.FunctionDef | ast.ClassDef) else []
        first = min([node.lineno, *(one.lineno for one in decorators)])
        while first > 1 and lines[first - 2].startswith("#"):
            first -= 1
        lines[first - 1 : node.end_lineno] = [""] * (int(node.end_lineno or first) - first + 1)
    return re.sub(r"\n{4,}", "\n\n\n", "".join(lines)).rstrip("\n") + "\n"


def _without_unused_imports(text: str) -> str:
    tree = ast.parse(text)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    lines = text.splitlines(keepends=True)
    for node in tree.body:
        if not isinstance(node, ast.Import | ast.ImportFrom) or getattr(node, "module", "") == "__future__":
            continue
        kept = [one for one in node.names if (one.asname or one.name).partition(".")[0] in used]
        if len(kept) == len(node.names):
            continue
        last = int(node.end_lineno or node.lineno)
        count = last - node.lineno + 1
        lines[node.lineno - 1 : last] = [_imports(node, kept, several_lines=count > 1), *[""] * (count - 1)]
    return _with_single_blank_lines(lines)


def _imports(node: ast.Import | ast.ImportFrom, kept: list[ast.alias], *, several_lines: bool) -> str:
    if not kept:
        return ""
    names = [ast.unparse(one) for one in kept]
    if isinstance(node, ast.Import):
        return f"import {', '.join(names)}\n"
    start = f"from {'.' * node.level}{node.module or ''} import "
    if several_lines:
        return start + "(\n" + "".join(f"    {one},\n" for one in names) + ")\n"
    return start + ", ".join(names) + "\n"


def _with_single_blank_lines(lines: list[str]) -> str:
    """Join lines; among the imports, where nothing is left of a section, its blank line goes too."""
    text = "".join(lines)
    last = max(
        (node.end_lineno or 0 for node in ast.parse(text).body if isinstance(node, ast.Import | ast.ImportFrom)),
        default=0,
    )
    parts = text.splitlines(keepends=True)
    return re.sub(r"\n{3,}", "\n\n", "".join(parts[:last])) + "".join(parts[last:])
