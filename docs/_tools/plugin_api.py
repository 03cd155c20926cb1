"""Writes docs/reference/plugin-api.md: every name of `takings.plugin`, from its docstring."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import groupby

from docs._tools.reading import ROOT, Entry, aliases, entries, hooks, named, split, tree, written

PAGE = ROOT / "docs" / "reference" / "plugin-api.md"
HEAD = """\
<!-- Written by `make docs` from the docstrings of core/takings/plugin; change them and run it again. -->

# The plugin API, name by name

Everything that can be imported from `takings.plugin`, with its signature, what its docstring says, and an example
where it is a hook, or a part that a plugin declares, implements or is given. How the parts work together is told in
[The plugin contract](plugin-contract.md). A test runs every example, and loads those of hooks as plugins.

"""
_KINDS = {"ABC": "A plugin implements it.", "Protocol": "A plugin is given it."}


def page() -> str:
    """Return the whole page."""
    groups = [(module, list(found)) for module, found in groupby(entries(), key=lambda one: one.module)]
    rows = [f"| {_heading_link(module)} | {' · '.join(map(_link, _listed(found)))} |\n" for module, found in groups]
    parts = [HEAD, "| written in | names |\n|---|---|\n", *rows]
    for module, found in groups:
        said = ast.get_docstring(tree(module)) or ""
        parts.append(f"\n## {module}\n\n{said}\n")
        for entry in found:
            parts += _section(entry)
            if entry.name == "PluginSpec":
                parts += [part for hook in hooks() for part in _section(hook)]
    return "".join(parts)


def _listed(found: list[Entry]) -> list[str]:
    return [name for one in found for name in (one.name, *_hooks_of(one))]


def _hooks_of(entry: Entry) -> list[str]:
    return [one.name for one in hooks()] if entry.name == "PluginSpec" else []


def _heading_link(module: str) -> str:
    return f"[{module.removeprefix('takings.')}](#{module.replace('.', '')})"


def _link(name: str) -> str:
    return f"[{name}](#{name.lower()})"


def _section(entry: Entry) -> Iterator[str]:
    """Yield a name's heading, signature, text, members, example, and who else names it."""
    yield f"\n### {entry.name}\n\n```py\n{_signature(entry)}\n```\n\n"
    kind = next((_KINDS[base] for base in _bases(entry.node) if base in _KINDS), "")
    yield re.sub(r"(?<!\n)\n(?!\n)", " ", entry.text) + (f" {kind}" if kind else "") + "\n"
    if entry.name != "PluginSpec" and (members := list(_members(entry.node))):
        yield "\n" + "".join(members)
    if entry.example:
        yield f"\nFor example:\n\n```python\n{entry.example}```\n"
    naming = [one.name for one in (*hooks(), *entries()) if one.name != entry.name and _names_it(one, entry.name)]
    if naming:
        yield f"\nNamed by {', '.join(map(_link, naming))}.\n"


def _names_it(one: Entry, name: str) -> bool:
    if one.name == "PluginSpec":  # its hooks are listed by themselves
        return False
    names = named(one.node)
    return name in names | {
        inner.id
        for alias in names & set(aliases())
        for inner in ast.walk(aliases()[alias])
        if isinstance(inner, ast.Name)
    }


def _signature(entry: Entry) -> str:
    node = entry.node
    if isinstance(node, ast.Assign):
        return written(node)
    if isinstance(node, ast.FunctionDef):
        return _function(node, whole=True)
    init = next((one for one in node.body if isinstance(one, ast.FunctionDef) and one.name == "__init__"), None)
    if init:
        return f"class {node.name}{_inherits(node)}\n\n{_call(node.name, _arguments(init.args)[1:])}"
    fields = [one for one in node.body if isinstance(one, ast.AnnAssign)]
    if any("dataclass" in written(one) for one in node.decorator_list):
        keywords = "kw_only=True" in written(node.decorator_list[0]) and fields
        return _call(node.name, ["*"] * bool(keywords) + [_field(one) for one in fields])
    members = [f"    {written(one)}" for one in node.body if isinstance(one, ast.Assign)]
    head = f"class {node.name}{_inherits(node)}"
    return "\n".join([f"{head}:", *members]) if "StrEnum" in _bases(node) else head


def _field(node: ast.AnnAssign) -> str:
    """Write a field as its constructor takes it; of `field(...)` only the default is said."""
    default = node.value
    if isinstance(default, ast.Call) and written(default.func) == "field":
        given = {one.arg: one.value for one in default.keywords}
        factory = given.get("default_factory")
        default = given.get("default") or (factory and ast.Call(func=factory, args=[], keywords=[]))
    taken = f"{written(node.target)}: {_note(node.annotation)}"
    return f"{taken} = {written(default)}" if default else taken


def _function(node: ast.FunctionDef, *, whole: bool = False) -> str:
    arguments = [one for one in _arguments(node.args) if one != "self"]
    given = _call(node.name, arguments) if whole else f"{node.name}({', '.join(arguments)})"
    return f"{given} -> {_note(node.returns)}" if node.returns else given


def _arguments(args: ast.arguments) -> list[str]:
    plain, given = args.args, [None] * (len(args.args) - len(args.defaults)) + list(args.defaults)
    taken = [_argument(one, default) for one, default in zip(plain, given, strict=True)]
    if args.kwonlyargs:
        taken.append("*")
        taken += [_argument(one, default) for one, default in zip(args.kwonlyargs, args.kw_defaults, strict=True)]
    return [*taken, f"**{_argument(args.kwarg, None)}"] if args.kwarg else taken


def _argument(one: ast.arg, default: ast.expr | None) -> str:
    taken = f"{one.arg}: {_note(one.annotation)}" if one.annotation else one.arg
    return f"{taken} = {written(default)}" if default else taken


def _call(name: str, arguments: list[str]) -> str:
    """Write a call in one line where it is short, else with a line for each argument."""
    line = f"{name}({', '.join(arguments)})"
    return line if len(line) <= 80 else f"{name}(\n" + "".join(f"    {one},\n" for one in arguments) + ")"


def _note(node: ast.expr) -> str:
    """Write a type; a name that can't be imported is written as what it stands for."""

    class Spelt(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return aliases().get(node.id, node)

    return written(Spelt().visit(ast.parse(written(node), mode="eval")))


def _bases(node: ast.AST) -> list[str]:
    return [written(one) for one in node.bases] if isinstance(node, ast.ClassDef) else []


def _inherits(node: ast.ClassDef) -> str:
    return f"({', '.join(_bases(node))})" if node.bases else ""


def _members(node: ast.AST) -> Iterator[str]:
    """Yield a line for each public method and property of a class."""
    for one in node.body if isinstance(node, ast.ClassDef) else ():
        if not isinstance(one, ast.FunctionDef) or one.name.startswith("_"):
            continue
        marks = [written(mark) for mark in one.decorator_list]
        call = f"{one.name}: {_note(one.returns)}" if "property" in marks and one.returns else _function(one)
        must = " (must be implemented)" if "abstractmethod" in marks else ""
        said = " ".join(split(ast.get_docstring(one) or "")[0].split())
        yield f"- `{call}`{must}: {said}\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
