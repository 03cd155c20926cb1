"""The host on the lowest release of pluggy that the project names; the newest is the one installed here."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.soak
def test_the_host_passes_its_tests_on_the_lowest_pluggy(tmp_path: Path) -> None:
    lowest = re.search(r'"pluggy>=([\d.]+)', (ROOT / "pyproject.toml").read_text())[1]  # type: ignore[index]
    pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*pip, "--target", str(tmp_path), f"pluggy=={lowest}"], check=True)
    path = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    shown = "import pluggy; print(pluggy.__version__)"
    environment = {**os.environ, "PYTHONPATH": path}
    said = subprocess.run([sys.executable, "-c", shown], env=environment, capture_output=True, text=True, check=True)
    assert said.stdout.startswith(lowest)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "tests/host",
            "tests/builtin/test_plugin.py",
        ],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
