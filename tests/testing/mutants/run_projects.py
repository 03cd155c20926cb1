"""The static level on every broken project, whose folder is in MUTANTS. Collected by `test_mutants.py` only."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import pytest
from broken_projects import PROJECTS

from takings.host.probing import Probe
from takings.testing import StaticConformance

#: Importing the others in a process of their own would show nothing new, and take long.
PROBED = ("healthy", "calls", "slow")


def probed(self: object) -> Probe:
    return Probe()


for _name, _project in PROJECTS.items():
    _body: dict[str, object] = {
        "component": f"m_{_name}",
        "project": Path(os.environ["MUTANTS"]) / _name,
        "older_settings": {f"m_{_name}:till": _project.older} if _project.older else {},
        "__module__": __name__,
    }
    if _name not in PROBED:
        _body["probed"] = pytest.fixture(probed)
    globals()[f"Test_{_name}"] = type(f"Test_{_name}", (StaticConformance,), _body)
