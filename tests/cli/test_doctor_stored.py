"""What the doctor says about stored integrations whose plugins are not there, or of another version."""

from __future__ import annotations

from dataclasses import replace

import pytest

from takings.cli.doctor_stored import examine_stored
from takings.engine.stored import StoredComponent
from takings.host import PluginHost


@pytest.fixture(scope="module")
def host() -> PluginHost:
    return PluginHost.load()


def codes(host: PluginHost, stored: StoredComponent) -> list[str]:
    return [one.code for one in examine_stored(host, [stored])]


def test_a_plugin_that_is_not_installed_is_missing(host: PluginHost):
    (finding,) = examine_stored(host, [StoredComponent(component="gone:till", integrations=2)])
    assert finding.code == "plugins.missing"
    assert finding.what.startswith("2 integrations use gone:till")


def test_a_component_that_its_plugin_does_not_declare_is_missing(host: PluginHost):
    stored = StoredComponent(component="builtin:vanished", integrations=1)
    assert codes(host, stored) == ["plugins.component_missing"]


def test_a_plugin_that_is_switched_off_is_a_warning(host: PluginHost):
    some = next(iter(host.sources()))
    bare = PluginHost.load(disabled={some.partition(":")[0]})
    assert codes(bare, StoredComponent(component=some, integrations=1)) == ["plugins.switched_off"]


def test_versions_of_stored_settings_are_compared(host: PluginHost):
    stored = StoredComponent(component=next(iter(host.targets())), integrations=1, settings_versions=("1.0",))
    assert codes(host, stored) == []
    assert codes(host, replace(stored, settings_versions=("1.7",))) == []
    assert codes(host, replace(stored, settings_versions=("2.0",))) == ["plugins.settings_newer"]
    assert codes(host, replace(stored, settings_versions=("0.9",))) == ["plugins.settings_older"]


def test_what_needs_no_settings_version_is_well(host: PluginHost):
    assert codes(host, StoredComponent(component="builtin:ledger", integrations=3)) == []
