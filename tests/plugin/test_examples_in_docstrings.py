"""Every hook and every part that an author declares, implements or is given has an example that runs.

What needs one is found here from the contract itself, so that a new one without an example fails: the hooks of
`PluginSpec`; the base classes that plugins derive from; the protocols that they are given; functions like `option`;
and the types that are reached from what hooks return, through the fields of what is declared.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import runpy
import sys
import typing
from abc import ABC
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from docs._tools.reading import split

import takings.plugin
from takings.host import PluginHost, PluginState
from takings.host.vocabulary import HOOKS
from takings.plugin import ENTRY_POINT_GROUP, Period, PluginSpec, Settings

#: Lines of an example without blank ones and imports; a target has eight methods to show.
LONGEST = {"Target": 45}


def found_hooks(spec: type) -> dict[str, Any]:
    return {name: one for name, one in vars(spec).items() if inspect.isfunction(one) and not name.startswith("_")}


def found_parts(module: Any, hooks: dict[str, Any]) -> dict[str, Any]:
    """The names of the module that need an example, each with what it is."""
    named = {name: getattr(module, name) for name in module.__all__}
    declared = {one for hook in hooks.values() for one in reached(typing.get_type_hints(hook)["return"])}
    return {name: one for name, one in named.items() if is_base(one) or is_function(one) or one in declared}


def is_base(one: Any) -> bool:
    """Whether plugins derive from it, or are given something that fits it."""
    return inspect.isclass(one) and (
        ABC in one.__mro__ or typing.Protocol in one.__mro__ or issubclass(one, Settings)
    )


def is_function(one: Any) -> bool:
    """Whether it is a function of the contract itself; those of the domain are told by their docstrings."""
    return inspect.isfunction(one) and one.__module__.startswith("takings.plugin.")


def reached(hint: Any, seen: set[type] | None = None) -> set[type]:
    """The dataclasses in a type, and in their fields; what a callable takes and returns is not declared."""
    seen = set() if seen is None else seen
    if arguments := typing.get_args(hint):
        for one in arguments if typing.get_origin(hint) is not Callable else ():
            reached(one, seen)
    elif dataclasses.is_dataclass(hint) and hint not in seen:
        assert isinstance(hint, type)
        seen.add(hint)
        for one in typing.get_type_hints(hint).values():
            reached(one, seen)
    return seen


FOUND_HOOKS = found_hooks(PluginSpec)
PARTS = found_parts(takings.plugin, FOUND_HOOKS)


def example_of(one: Any) -> str:
    return split(one.__doc__ or "")[1]


def statements(example: str) -> list[str]:
    """The lines of an example that are not blank, and no imports at its top."""
    tree = ast.parse(example)
    imported = {
        line
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    return [text for at, text in enumerate(example.splitlines(), 1) if text.strip() and at not in imported]


def test_what_needs_an_example_is_found() -> None:
    """Guards against a finder that finds nothing and so is content with nothing."""
    assert set(FOUND_HOOKS) == {"takings_plugin", *HOOKS}
    assert {
        "Budget", "CheckType", "Clock", "Context", "Dimension", "Files", "Flow", "Http", "Log", "MappingType",
        "NoConnection", "NoticeStep", "NumberRules", "NumberingType", "OAuth2", "OperationKind", "RecordReader",
        "Reply", "Sandbox", "Settings", "SettingsStep", "Source", "SourceType", "Target", "TargetType",
        "TokenHandedOut", "TokenTyped", "option",
    } <= set(PARTS)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Colour:
    name: str


@dataclasses.dataclass(frozen=True)
class PaintType:
    colours: tuple[Colour, ...]
    mix: Callable[[str], Period] | None = None


class NewSpec:
    def takings_paints(self) -> list[PaintType]:
        raise NotImplementedError


def test_a_new_hook_and_what_it_declares_are_found() -> None:
    contract = SimpleNamespace(__all__=["Colour", "PaintType"], Colour=Colour, PaintType=PaintType)
    assert set(found_hooks(NewSpec)) == {"takings_paints"}
    assert set(found_parts(contract, found_hooks(NewSpec))) == {"Colour", "PaintType"}
    assert reached(PaintType) == {Colour, PaintType}


@pytest.mark.parametrize("name", [*FOUND_HOOKS, *sorted(PARTS)])
def test_it_has_a_short_example_that_shows_it(name: str) -> None:
    example = example_of(FOUND_HOOKS.get(name) or PARTS[name])
    assert example, f"the docstring of {name} has no paragraph 'Example::' with an example below"
    assert len(statements(example)) <= LONGEST.get(name, 30)
    used = {node.id for node in ast.walk(ast.parse(example)) if isinstance(node, ast.Name)}
    assert name in used or name in FOUND_HOOKS
    imported = {one.name for one in imports_of(example, "takings.plugin")}
    assert imported <= set(takings.plugin.__all__)


def imports_of(example: str, module: str) -> Iterator[ast.alias]:
    for node in ast.walk(ast.parse(example)):
        if isinstance(node, ast.ImportFrom) and node.module == module:
            yield from node.names


@pytest.mark.parametrize("name", sorted(PARTS))
def test_the_example_runs_by_itself_and_proves_something(name: str, tmp_path: Path) -> None:
    example = example_of(PARTS[name])
    assert any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(example))), "it asserts nothing"
    file = tmp_path / f"{name}.py"
    file.write_text(example, "utf-8")
    runpy.run_path(str(file))


@pytest.mark.parametrize("name", FOUND_HOOKS)
def test_the_example_of_a_hook_is_a_plugin_that_loads(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = dict.fromkeys([FOUND_HOOKS["takings_plugin"], FOUND_HOOKS[name]])
    module = f"example_of_{name}"
    (tmp_path / f"{module}.py").write_text("\n\n".join(map(example_of, parts)), "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    try:
        record = PluginHost.load(entry_points=[EntryPoint("shop", module, ENTRY_POINT_GROUP)]).record("shop")
    finally:
        sys.modules.pop(module, None)
    assert (record.state, record.reason, record.warnings) == (PluginState.LOADED, "", ())
    assert set(record.hooks) == {"takings_plugin", name}
    assert {one.kind for one in record.components} == ({HOOKS[name][0]} if name in HOOKS else set())


def test_no_two_examples_are_alike() -> None:
    examples = [tuple(statements(example_of(one))) for one in (*FOUND_HOOKS.values(), *PARTS.values())]
    assert len(set(examples)) == len(examples)
