"""`takings plugins doctor`: a plugin that can't be loaded, hangs or ends its process is told, and harms nobody."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.installing import good, install
from tests.cli.world import Run


def broken(folder: Path, program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a distribution `takings-broken` with one plugin on the path of child processes."""
    install(folder, "broken", program)
    monkeypatch.setenv("PYTHONPATH", str(folder))


def test_installed_plugins_are_well(run: Run):
    answer = run("plugins", "doctor")
    assert answer.code == 0
    assert [one for one in run("plugins", "doctor", "--json").json["findings"] if one["severity"] == "error"] == []
    assert run("plugins", "doctor", "builtin").out == "The plugin builtin is well.\n"


def test_a_plugin_that_can_not_be_imported_is_named(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    broken(tmp_path, "import no_such_module", monkeypatch)
    answer = run("plugins", "doctor", "--json")
    assert answer.code == 1
    finding = answer.json["findings"][0]
    assert finding["subject"] == "broken"
    assert "takings-broken 1.0" in finding["what"]
    assert "no_such_module" in finding["what"] + finding["verbatim"]
    assert run("plugins", "doctor", "--no-plugins=broken").code == 0


def test_a_plugin_that_ends_the_process_is_survived(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    broken(tmp_path, "import os; os._exit(7)", monkeypatch)
    answer = run("plugins", "doctor")
    assert answer.code == 1
    assert "ended with code 7" in answer.out


def test_a_plugin_that_hangs_is_survived(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    broken(tmp_path, "import time; time.sleep(60)", monkeypatch)
    monkeypatch.setattr("takings.cli.commands.plugins_doctor.LIMIT", 2.0)
    answer = run("plugins", "doctor")
    assert answer.code == 1
    assert "did not finish within 2 seconds" in answer.out


def test_a_plugin_that_takes_long_to_load_is_a_warning(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    broken(tmp_path, "import time; time.sleep(0.35)\n" + good("broken"), monkeypatch)
    answer = run("plugins", "doctor", "broken", "--json")
    assert "plugins.slow" in [one["code"] for one in answer.json["findings"]]
    assert answer.code == 0
    assert run("plugins", "doctor", "broken", "--strict").code == 1
