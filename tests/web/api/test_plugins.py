"""Every pair of installed plugins, and one that `plugins new` writes, is set up through the JSON API unchanged."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import EntryPoint
from itertools import product
from pathlib import Path

import pytest
from tests.support.fixtures import all_plugins, schema_file
from tests.web.api.client import ORIGIN, Client, by_header

from takings.engine import Engine
from takings.host import PluginHost
from takings.store.database import Database
from takings.store.secrets import KeyRing
from takings.web import make_web

__all__ = ["all_plugins", "schema_file"]

TEMPLATE = Path(__file__).parents[3] / "plugins" / "_template" / "src"


@contextmanager
def asking(folder: Path, schema: Path, plugins: PluginHost) -> Iterator[Client]:
    file = folder / "takings.db"
    shutil.copy(schema, file)
    with Engine(Database(file), plugins, keys=KeyRing.generate()) as engine:
        yield Client(make_web(engine, principal=by_header, public_base_url=ORIGIN), "anna")


def walk(anna: Client, source: str, target: str) -> list[str]:
    """Look at every step of a new integration, answer it with what stands there, and save it for later."""
    made = anna.post("/integrations", {"name": "venue", "source": source, "target": target}, 201)
    setup = f"/integrations/{made['id']}/setup"
    keys = [one["key"] for one in anna.get(setup)["steps"]]
    for number, key in enumerate(keys):
        step = anna.get(f"{setup}/{key}")
        assert (step["number"], step["total"], step["key"]) == (number + 1, len(keys), key)
        values = {one["name"]: one["value"] for one in step["fields"] if one["kind"] != "secret"}
        for action in {"continue", "later"} & set(step["actions"]):
            answer = anna.ask("POST", f"{setup}/{key}", {"values": values, "action": action})
            assert answer.status_code in (200, 422), answer.text
    anna.delete(f"/integrations/{made['id']}")
    return keys


def test_each_pair_of_installed_plugins_shows_its_steps(
    tmp_path: Path, schema_file: Path, all_plugins: PluginHost
) -> None:
    with asking(tmp_path, schema_file, all_plugins) as anna:
        for source, target in product(all_plugins.sources(), all_plugins.targets()):
            keys = walk(anna, source, target)
            assert keys[-1] == "review"


def test_a_plugin_of_plugins_new_shows_its_steps_without_a_line_of_its_own(
    tmp_path: Path, schema_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(TEMPLATE))
    modules = {"builtin": "takings.builtin.plugin", "example": "takings_example.plugin"}
    entries = [EntryPoint(name, module, "takings.plugins") for name, module in modules.items()]
    plugins = PluginHost.load(entry_points=entries, strict=True)
    with asking(tmp_path, schema_file, plugins) as anna:
        (source,), (target,) = plugins.sources(), plugins.targets()
        keys = walk(anna, source, target)
        assert {"connect.target", "send", "advanced.target", "review"} <= set(keys)
    for name in [one for one in sys.modules if one.startswith("takings_example")]:
        monkeypatch.delitem(sys.modules, name)
