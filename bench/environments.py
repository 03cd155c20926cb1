"""Virtual environments of the other contestants, made on demand in `.bench/`; never dependencies of takings."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bench.processes import ROOT, environment

CACHE = ROOT / ".bench"


class NotInstalled(Exception):
    """A contestant could not be installed."""


def cache() -> Path:
    """Return the cache folder, which git ignores by a file of its own."""
    CACHE.mkdir(exist_ok=True)
    ignoring = CACHE / ".gitignore"
    if not ignoring.exists():
        ignoring.write_text("*\n", "utf-8")
    return CACHE


def python_with(requirement: str) -> Path:
    """Return the interpreter of an environment that has a package, such as `pyxero==0.9.5`; raises NotInstalled."""
    folder = cache() / f"{requirement.replace('==', '-')}-py{sys.version_info.major}{sys.version_info.minor}"
    python, ready = folder / "bin" / "python", folder / "ready"
    if not ready.exists():
        print(f"Installing {requirement} into {folder.relative_to(ROOT)} (once) ...", file=sys.stderr, flush=True)
        _run(sys.executable, "-m", "venv", str(folder))
        _run(str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", requirement)
        ready.touch()
    return python


def _run(*command: str) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=600, env=environment())
    except subprocess.CalledProcessError as error:
        raise NotInstalled(error.stderr.strip().splitlines()[-1] if error.stderr.strip() else str(error)) from error
    except subprocess.TimeoutExpired as error:
        raise NotInstalled("took longer than ten minutes") from error
