"""`takings plugins list` and `show`: every plugin that was found with its state and reason, whatever became of it."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from tests.cli.installing import good, install
from tests.cli.test_json_page import documented
from tests.cli.world import Run, World, spawn

NUMBERING = """
@hookimpl
def {hook}():
    {body}
"""
BROKEN = {
    "raises": "raise RuntimeError('no luck')",
    "exits": "raise SystemExit(3)",
    "hangs": "import time; time.sleep(120)",
    "wrong_type": good("wrong_type", NUMBERING.format(hook="takings_numberings", body="return [1]")),
    "misspelt": good("misspelt", NUMBERING.format(hook="takings_numbering", body="return []")),
    "generator": good("generator", NUMBERING.format(hook="takings_numberings", body="yield from 1 / 0")),
    "api_nine": good("api_nine", api=9),
}


def broken_everywhere(folder: Path) -> dict[str, str]:
    """Install a plugin broken in each way; returns the states that they must have."""
    for plugin, program in BROKEN.items():
        install(folder, plugin, program)
    install(folder, "newer", good("newer"), requires="takings>=99")
    install(folder, "twice", good("twice"))
    install(folder, "twice", good("twice"), distribution="acme-twice")
    failed = dict.fromkeys(("raises", "exits", "hangs"), "import-failed")
    invalid = dict.fromkeys(("wrong_type", "misspelt", "generator"), "invalid")
    incompatible = dict.fromkeys(("api_nine", "newer"), "incompatible")
    return {**failed, **invalid, **incompatible, "twice": "conflict"}


def test_every_broken_plugin_is_listed_with_its_reason_and_the_others_work(tmp_path: Path):
    states = broken_everywhere(tmp_path)
    path = {**os.environ, "PYTHONPATH": str(tmp_path)}
    began = time.monotonic()
    answer = spawn("plugins", "list", "--json", env=path)
    took = time.monotonic() - began
    assert answer.code == 0, answer.err
    found = answer.json["plugins"]
    assert {one["id"]: one["state"] for one in found if one["state"] != "loaded"} == states
    assert all(one["reason"] for one in found if one["state"] != "loaded")
    assert {"builtin"} < {one["id"] for one in found if one["state"] == "loaded"}
    assert took < 100, "the plugin that hangs was waited for"


def test_the_doctor_counts_them_as_problems_and_strict_mode_stops_at_the_first(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    install(tmp_path, "raises", BROKEN["raises"])
    path = {**os.environ, "PYTHONPATH": str(tmp_path)}
    assert spawn("plugins", "doctor", env=path).code == 1
    assert spawn("plugins", "list", "--strict", env=path).code == 1
    stopped = spawn("integrations", "list", "--strict", "--json", env=path)
    assert stopped.code == 1
    assert stopped.error["kind"] == "plugin_fault"
    assert "takings-raises 1.0" in stopped.error["message"]
    assert spawn("integrations", "list", env={**path, "TAKINGS_STRICT_PLUGINS": "1"}).code == 1
    assert spawn("integrations", "list", env=path).code == 0


def test_allow_and_deny_lists_of_the_environment_are_kept_to(run: Run, monkeypatch: pytest.MonkeyPatch):
    others = [one["id"] for one in run("plugins", "list", "--json").json["plugins"] if one["id"] != "builtin"]
    monkeypatch.setenv("TAKINGS_ALLOWED_PLUGINS", others[0])
    states = {one["id"]: one["state"] for one in run("plugins", "list", "--json").json["plugins"]}
    assert states == {"builtin": "loaded", others[0]: "loaded", **dict.fromkeys(others[1:], "not-allowed")}
    monkeypatch.setenv("TAKINGS_DISABLED_PLUGINS", others[0])
    states = {one["id"]: one["state"] for one in run("plugins", "list", "--json").json["plugins"]}
    assert states[others[0]] == "disabled"


def test_a_plugin_is_shown_with_its_settings_and_no_secret_unmarked(run: Run):
    for one in run("plugins", "list", "--json").json["plugins"]:
        (shown,) = run("plugins", "show", one["id"], "--json").json["plugins"]
        assert list(shown) == documented("Plugin") + documented("PluginDetail")
        assert {name: shown[name] for name in ("id", "distribution", "version", "state")} == {
            name: one[name] for name in ("id", "distribution", "version", "state")
        }
        assert Path(shown["path"]).is_file()
        assert shown["hooks"]
        for component in shown["components"]:
            assert list(component) == documented("Component")
            for setting in component["settings"]:
                assert list(setting) == documented("Setting")
                assert (
                    setting["secret"]
                    == (setting["kind"] == "secret")
                    == any(part in setting["name"] for part in ("secret", "password", "webhook_key"))
                )
        assert one["id"] in run("plugins", "show", one["id"]).out


def test_a_plugin_that_failed_is_shown_with_its_traceback_when_asked(tmp_path: Path):
    install(tmp_path, "raises", BROKEN["raises"])
    path = {**os.environ, "PYTHONPATH": str(tmp_path)}
    short = spawn("plugins", "show", "raises", env=path)
    assert short.code == 0
    assert "import-failed" in short.out
    assert "Traceback" not in short.out
    assert "RuntimeError: no luck" in spawn("plugins", "show", "raises", "--verbose", env=path).out
    disabled = spawn("plugins", "show", "raises", "--no-plugins=raises", env=path)
    assert disabled.out.startswith("raises: disabled.")


def test_an_unknown_plugin_is_named(run: Run):
    for command in ("show", "doctor"):
        answer = run("plugins", command, "nobody")
        assert answer.code == 2
        assert "nobody" in answer.err


def test_a_plugin_that_integrations_use_and_that_is_switched_off_is_told(world: World):
    used = (
        spawn("integrations", "show", "anchor", "--json", *world.options).json["target_component"].partition(":")[0]
    )
    found = spawn("plugins", "doctor", f"--no-plugins={used}", "--json", *world.options)
    assert found.code == 0
    assert [one["code"] for one in found.json["findings"]] == ["plugins.switched_off"]
    assert spawn("plugins", "doctor", f"--no-plugins={used}", "--strict", *world.options).code == 1
