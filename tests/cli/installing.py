"""Puts throw-away distributions with plugins on the path of child processes."""

from __future__ import annotations

from pathlib import Path

GOOD = """
from takings.plugin import *

@hookimpl
def takings_plugin():
    return PluginInfo(id="{plugin}", title="A plugin", version="1.0", api={api})
"""


def install(folder: Path, plugin: str, program: str, *, distribution: str = "", requires: str = "") -> None:
    """Write a distribution with one plugin into `folder`, which has to be on the path."""
    name = distribution or f"takings-{plugin}"
    module = name.replace("-", "_")
    metadata = folder / f"{module}-1.0.dist-info"
    metadata.mkdir(parents=True)
    needs = f"Requires-Dist: {requires}\n" if requires else ""
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{needs}")
    (metadata / "entry_points.txt").write_text(f"[takings.plugins]\n{plugin} = {module}\n")
    (folder / f"{module}.py").write_text(program)


def good(plugin: str, more: str = "", *, api: int = 1) -> str:
    """Return the program of a plugin that says who it is, and `more`."""
    return GOOD.format(plugin=plugin, api=api) + more
