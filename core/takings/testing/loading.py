"""Finds the plugin under test by its entry point, installed or in a project folder that is not installed yet."""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from importlib.metadata import Distribution, EntryPoint
from pathlib import Path
from typing import Any

from takings.errors import PluginFault
from takings.host import PluginHost, PluginRecord
from takings.plugin import ENTRY_POINT_GROUP


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginUnderTest:
    """The plugin, the host that has it alone, and what its distribution requires."""

    host: PluginHost
    record: PluginRecord
    requires: tuple[str, ...]


class ProjectDistribution(Distribution):
    """A project folder as the distribution that it will be, read from its `pyproject.toml`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
        self._project: dict[str, Any] = project

    def read_text(self, filename: str) -> str | None:
        """Return one of the files that an installed distribution has."""
        if filename == "METADATA":
            lines = [f"Name: {self._project['name']}", f"Version: {self._project.get('version', '0')}"]
            lines += [f"Requires-Dist: {one}" for one in self._project.get("dependencies", ())]
            return "\n".join(["Metadata-Version: 2.1", *lines, ""])
        if filename == "entry_points.txt":
            return "\n".join(_groups(self._project.get("entry-points", {})))
        return None

    def locate_file(self, path: str | os.PathLike[str]) -> Path:
        """Return where a file of it is."""
        return self._folder / path


def _groups(groups: dict[str, dict[str, str]]) -> Iterator[str]:
    for group, entries in groups.items():
        yield f"[{group}]"
        yield from (f"{name} = {value}" for name, value in entries.items())


def find_plugin(plugin: str, project: Path | None = None, entries: Sequence[EntryPoint] = ()) -> PluginUnderTest:
    """Load one plugin, strictly, by its real entry point; where it fails its record says why.

    A plugin that no installed distribution offers is looked for in the `project` folder, whose `src` joins the path.
    """
    found = [one for one in entries or metadata.entry_points(group=ENTRY_POINT_GROUP) if one.name == plugin]
    if not found and project is not None:
        source = str(project / "src")
        if source not in sys.path:
            sys.path.insert(0, source)
        found = list(ProjectDistribution(project).entry_points.select(group=ENTRY_POINT_GROUP, name=plugin))
    try:
        host = PluginHost.load(entry_points=found, strict=True)
    except PluginFault:
        # The record keeps the reason, and the test of loading tells it.
        host = PluginHost.load(entry_points=found)
    return PluginUnderTest(host=host, record=host.record(plugin), requires=tuple(_requires(found)))


def _requires(entries: Iterable[EntryPoint]) -> Iterator[str]:
    for entry in entries:
        if entry.dist is not None:
            yield from entry.dist.requires or ()
