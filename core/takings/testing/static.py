"""Level static: what can be told of a plugin without connecting to anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import pytest

from takings.host import PluginRecord, checks, probing
from takings.testing.base import Conformance, needs, none_of, once_a_class
from takings.testing.loading import PluginUnderTest


class StaticConformance(Conformance):
    """Checks what a plugin declares and how it is packaged; `component` may be the plugin's id alone.

    `older_settings` has settings as older versions stored them, by component, version and level, like
    `{"shop:till": {(1, 0): {"integration": {"due": 14}}}}`.
    """

    older_settings: ClassVar[Mapping[str, Mapping[tuple[int, int], Mapping[str, Mapping[str, Any]]]]] = {}

    @pytest.fixture
    def probed(self, request: pytest.FixtureRequest, record: PluginRecord) -> probing.Probe:
        """What importing the plugin in a child process did."""
        return once_a_class(request, "probed", lambda stack: probing.probe(record))

    def test_the_plugin_loads(self, plugin: PluginUnderTest) -> None:
        """Its entry point resolves, its hooks answer, and the component is among what it declares."""
        none_of(checks.check_loads(plugin.record))
        declared = [one.id for one in plugin.record.components]
        assert ":" not in self.component or self.component in declared, f"it declares {declared}"

    def test_it_loads_without_a_remark(self, record: PluginRecord) -> None:
        """The host has nothing to remark, like a deprecated hook or an address that an owner is asked for."""
        assert record.warnings == ()

    def test_id_and_distribution_agree(self, record: PluginRecord) -> None:
        """The distribution is called after the plugin's id."""
        none_of(checks.check_names(record))

    def test_the_requirement_on_the_core_has_both_bounds(self, plugin: PluginUnderTest, record: PluginRecord) -> None:
        """The distribution requires the core from a version and below a version."""
        none_of(checks.check_bounds(record, plugin.requires))

    def test_importing_it_opens_nothing(self, record: PluginRecord, probed: probing.Probe) -> None:
        """Importing the plugin makes no socket."""
        none_of(probing.check_import_opens_nothing(record, probed))

    def test_importing_it_is_quick(self, record: PluginRecord, probed: probing.Probe) -> None:
        """Importing the plugin takes less than 300 ms of CPU time."""
        none_of(probing.check_import_is_quick(record, probed))

    def test_every_setting_has_a_known_kind_title_and_help(self, record: PluginRecord) -> None:
        """Every setting can be shown, and says what it is for."""
        none_of(checks.check_fields(record))

    def test_what_looks_secret_is_declared_so(self, record: PluginRecord) -> None:
        """A setting named like a secret is of the kind `secret`."""
        none_of(checks.check_secrets_marked(record))

    def test_addresses_and_folders_are_the_operators(self, record: PluginRecord) -> None:
        """Addresses and folders are installation settings."""
        none_of(checks.check_levels(record))

    def test_declarations_survive_json(self, record: PluginRecord) -> None:
        """What renderers get of every setting is the same after it was JSON."""
        none_of(checks.check_json(record))

    def test_settings_show_no_secret(self, record: PluginRecord) -> None:
        """The repr of settings has no secret in it."""
        none_of(checks.check_reprs(record))

    def test_only_the_contract_is_imported(self, record: PluginRecord) -> None:
        """The package imports `takings.plugin` and nothing else of takings."""
        none_of(checks.check_imports(record))

    def test_notifiers_are_no_coroutines(self, record: PluginRecord) -> None:
        """What a notifier sends with is an ordinary function, which is waited for."""
        none_of(checks.check_notifiers(record))

    def test_older_settings_become_valid(self, record: PluginRecord) -> None:
        """`migrate` turns the given settings of older versions into valid ones."""
        versioned = [one for one in record.components if getattr(one.declaration, "settings_version", (1, 0))[0] > 1]
        needs(versioned or self.older_settings, "the settings are of version 1: nothing is migrated")
        for component in record.components:
            older = self.older_settings.get(component.id, {})
            none_of(checks.check_migration(record, component, older))
            assert component not in versioned or older, f"older_settings has no example for {component.id}"


class PluginConformance(StaticConformance):
    """Another name of the static level, for plugins of mapping providers and numbering strategies only."""
