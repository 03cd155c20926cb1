"""The reference page names everything of the contract, and its examples are a plugin that loads."""

from __future__ import annotations

import ast
import dataclasses
import re
from pathlib import Path
from typing import Any, get_args

import pytest

import takings.plugin
from takings import errors
from takings.host import PluginState
from takings.host.vocabulary import HOOKS
from takings.plugin import (
    Capability,
    Context,
    Instruction,
    Phase,
    RecordReader,
    Source,
    SourceType,
    Step,
    Target,
    TargetType,
    WayIn,
)
from takings.plugin.connecting import Connecting
from takings.plugin.settings import FieldKind

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "plugin-contract.md").read_text()
INSTRUCTIONS = [
    one.__name__ for one in vars(errors).values() if isinstance(one, type) and issubclass(one, Instruction)
]
METHODS = [name for base in (RecordReader, Source, Target) for name in vars(base) if not name.startswith("_")]
FIELDS = {field.name for one in (SourceType, TargetType) for field in dataclasses.fields(one)}


@pytest.mark.parametrize(
    "name",
    sorted(
        {
            "takings_plugin",
            *HOOKS,
            *(wanted.__name__ for _, wanted in HOOKS.values()),
            *METHODS,
            *FIELDS,
            *get_args(FieldKind),
            *(one for one in INSTRUCTIONS if one != "Instruction"),
            "ReplyLost",
            *(f"{kind.__name__}.{one.name}" for kind in (Capability, Phase, WayIn) for one in kind),
            *(one.__name__ for one in (*get_args(Connecting), *get_args(Step))),
            *(f"context.{name}" for name in vars(Context) if not name.startswith("_")),
            *(state.value for state in PluginState),
        }
    ),
)
def test_it_is_documented(name: str) -> None:
    assert re.search(rf"`{re.escape(name)}[`(]", PAGE), name


def test_the_examples_are_a_plugin_that_loads(site: Any) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    site.add("shop", "\n".join(blocks))
    record = site.load(strict=True).record("shop")
    assert record.warnings == ()
    assert {one.kind for one in record.components} == {kind for kind, _ in HOOKS.values()}


def test_the_examples_import_what_is_promised_only() -> None:
    for block in re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL):
        for node in ast.parse(block).body:
            if isinstance(node, ast.ImportFrom) and node.module == "takings.plugin":
                assert {one.name for one in node.names} <= set(takings.plugin.__all__)
