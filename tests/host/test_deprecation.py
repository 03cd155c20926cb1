"""What is going away is told to whoever uses it, with the plugin that does, and works until it is gone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pluggy

from takings.host.discovery import find_candidates
from takings.host.loading import load_plugin, new_manager
from takings.host.records import PluginRecord, PluginState
from takings.plugin import PLUGIN_API

GOING = "takings_numberings goes away in takings 0.4; use takings_mappings"
LIMIT = timedelta(seconds=30)


def manager_that_deprecates_a_hook() -> pluggy.PluginManager:
    """Make what a later core will have: the hooks of today, one of them on its way out."""
    manager = new_manager()
    spec = manager.hook.takings_numberings.spec
    assert spec
    spec.warn_on_impl = DeprecationWarning(GOING)
    return manager


def load(site: Any, plugin: str) -> PluginRecord:
    (candidate,) = find_candidates(site.entry_points())
    assert candidate.id == plugin
    record, _ = load_plugin(candidate, manager=manager_that_deprecates_a_hook(), core="", limit=LIMIT)
    return record


def test_a_plugin_with_a_deprecated_hook_works_and_has_a_remark(site: Any) -> None:
    site.add("shop")
    record = load(site, "shop")
    assert (record.state, [one.id for one in record.components]) == (PluginState.LOADED, ["shop:plain"])
    assert record.warnings == (f"DeprecationWarning: {GOING}",)


def test_a_plugin_that_leaves_the_hook_alone_has_none(site: Any) -> None:
    site.add("shop", "")
    assert load(site, "shop").warnings == ()


def test_a_deprecated_field_is_remarked_where_it_is_declared(site: Any) -> None:
    body = """
    import warnings

    @hookimpl
    def takings_checks():
        warnings.warn("CheckType(run=…) goes away in takings 0.4", DeprecationWarning)
        return []
    """
    site.add("shop", body)
    assert site.load().record("shop").warnings == ("DeprecationWarning: CheckType(run=…) goes away in takings 0.4",)


def test_another_api_number_is_incompatible_and_both_are_named(site: Any) -> None:
    for plugin, api in (("older", PLUGIN_API - 1), ("newer", PLUGIN_API + 1)):
        site.add(plugin, api=api)
    host = site.load()
    for plugin, api in (("older", PLUGIN_API - 1), ("newer", PLUGIN_API + 1)):
        record = host.record(plugin)
        assert record.state is PluginState.INCOMPATIBLE
        assert record.reason == f"it is written for plugin API {api}, this version has {PLUGIN_API}"
