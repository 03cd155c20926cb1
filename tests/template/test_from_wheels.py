"""From a built wheel in an empty environment, without the repository: `plugins list`, `plugins new`, its tests."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def do(folder: Path, *command: str | Path) -> str:
    done = subprocess.run(
        [str(one) for one in command], cwd=folder, capture_output=True, text=True, check=False, timeout=900
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.soak
def test_a_new_plugin_works_with_the_wheel_alone(tmp_path: Path) -> None:
    do(ROOT, sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path, ROOT)
    (wheel,) = tmp_path.glob("takings-*.whl")
    venv.create(tmp_path / "venv", with_pip=True)
    python, takings = tmp_path / "venv" / "bin" / "python", tmp_path / "venv" / "bin" / "takings"
    pip = (python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-c", ROOT / "constraints.txt")
    do(tmp_path, *pip, f"{wheel}[testing]")
    assert "builtin" in do(tmp_path, takings, "plugins", "list")
    do(tmp_path, takings, "plugins", "new", "harbour", "--source", "--target")
    project = tmp_path / "takings-harbour"
    assert (project / ".gitignore").is_file()
    do(tmp_path, *pip, "-e", f"{project}[test]")
    assert "harbour:till" in do(tmp_path, takings, "plugins", "list", "--strict")
    do(project, python, "-m", "pytest", "-q")
    do(project, python, "-m", "ruff", "check")
    do(project, python, "-m", "mypy", "src")
    do(tmp_path, takings, "plugins", "doctor", "harbour", "--strict")
