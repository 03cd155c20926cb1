"""Runs pytest in a process of its own and says how each test ended."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).parents[2]

Outcomes = dict[str, dict[str, str]]


def run(file: Path, folder: Path, *options: str, **environment: str) -> Outcomes:
    """Return how the tests of a file ended: passed, failed, error, skipped; by class and name."""
    report = folder / "report.xml"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", str(ROOT / "pyproject.toml")),
            *(f"--rootdir={ROOT}", f"--junitxml={report}", "--tb=short", *options, str(file)),
        ],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert report.exists(), done.stdout + done.stderr
    outcomes: Outcomes = {}
    for case in ET.parse(report).iter("testcase"):
        child = next((one.tag for one in case if one.tag in ("failure", "error", "skipped")), "passed")
        title = case.attrib["classname"].rpartition(".")[2]
        outcomes.setdefault(title, {})[case.attrib["name"]] = {"failure": "failed"}.get(child, child)
    assert outcomes, done.stdout + done.stderr
    return outcomes


def broken(outcomes: dict[str, str]) -> set[str]:
    """Return the tests that did not pass and were not skipped."""
    return {name for name, outcome in outcomes.items() if outcome in ("failed", "error")}


def live_plugin() -> tuple[str, ...]:
    """Return the options that load the kit's pytest plugin, where the installation does not do so by itself."""
    known = {one.name for one in entry_points(group="pytest11")}
    return () if "takings_testing" in known else ("-p", "takings.testing.pytest_plugin")
