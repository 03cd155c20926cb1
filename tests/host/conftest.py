"""Throw-away plugins, written as real installed distributions into a folder of their own."""

from __future__ import annotations

import importlib
import itertools
import sys
import textwrap
from collections.abc import Iterator
from datetime import timedelta
from importlib.metadata import EntryPoint, distributions
from pathlib import Path
from typing import Any

import pytest

from takings.host import PluginHost

NUMBERS = itertools.count()

INFO = """
from takings.plugin import *

@hookimpl
def takings_plugin():
    return PluginInfo(id={id!r}, title="A plugin", version="1.0", api={api})
"""

NUMBERING = """
@hookimpl
def takings_numberings():
    return [NumberingType(key={key!r}, title="Numbers", number=lambda given, settings: None)]
"""


class Site:
    """A folder of installed distributions, and the hosts that load them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.modules: set[str] = set()

    def add(
        self,
        plugin: str,
        body: str | None = None,
        *,
        distribution: str = "",
        requires: tuple[str, ...] = (),
        key: str = "plain",
        api: int = 1,
    ) -> str:
        """Install a distribution with one plugin; without a body it is a good one with one numbering strategy."""
        name = distribution or f"takings-{plugin}"
        # A name of its own: a module whose import hangs keeps its lock into the next test.
        module = f"{name.replace('-', '_')}_{next(NUMBERS)}"
        self.modules.add(module)
        if body is None:
            body = NUMBERING.format(key=key)
        source = INFO.format(id=plugin, api=api) + textwrap.dedent(body)
        (self.folder / f"{module}.py").write_text(source)
        meta = self.folder / f"{module}-1.0.dist-info"
        meta.mkdir()
        needs = "".join(f"Requires-Dist: {one}\n" for one in requires)
        (meta / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{needs}")
        (meta / "entry_points.txt").write_text(f"[takings.plugins]\n{plugin} = {module}\n")
        importlib.invalidate_caches()
        return module

    def entry_points(self) -> list[EntryPoint]:
        found = distributions(path=[str(self.folder)])
        return [one for dist in found for one in dist.entry_points if one.group == "takings.plugins"]

    def load(self, **options: Any) -> PluginHost:
        options.setdefault("import_limit", timedelta(seconds=30))
        options.setdefault("entry_points", self.entry_points())
        return PluginHost.load(**options)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.syspath_prepend(str(tmp_path))
    installed = Site(tmp_path)
    yield installed
    for module in installed.modules:
        sys.modules.pop(module, None)
