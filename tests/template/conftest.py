"""Where the template is, and the template loaded as a plugin without being installed."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from takings.host import PluginHost

TEMPLATE = Path(__file__).parents[2] / "plugins" / "_template"


@pytest.fixture
def template() -> Path:
    return TEMPLATE


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> PluginHost:
    monkeypatch.syspath_prepend(str(TEMPLATE / "src"))
    entry = EntryPoint(name="example", value="takings_example.plugin", group="takings.plugins")
    return PluginHost.load(entry_points=[entry], strict=True)


@pytest.fixture
def imported(host: PluginHost) -> list[str]:
    return [name for name in sys.modules if name.startswith("takings_example")]
