"""The built-in plugin comes in by the same door as every other."""

from __future__ import annotations

from takings.host import PluginHost


def test_the_built_in_plugin_loads_through_its_entry_point() -> None:
    host = PluginHost.load(allow=set(), strict=True)
    strategies = ("dated", "ledger", "pattern", "sequence", "source")
    assert set(host.numberings()) == {f"builtin:{key}" for key in strategies}
    assert set(host.mappings()) == {
        f"builtin:{key}" for key in ("exact_code", "earlier_choice", "same_role", "same_tax_rate", "same_words")
    }


def test_the_built_in_plugin_can_be_disabled_by_name_only() -> None:
    assert PluginHost.load(allow=set(), disabled={"*"}).record("builtin").is_loaded
    assert not PluginHost.load(allow=set(), disabled={"builtin"}).record("builtin").is_loaded
