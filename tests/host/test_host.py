"""Conflicts, order, several hosts in one process, and looking components up."""

from __future__ import annotations

import random
from typing import Any

import pytest

from takings.errors import NotFound, PluginFault, PluginMissing, Retry, UsageError
from takings.host import ComponentKind, PluginHost, PluginState


def test_of_two_plugins_of_one_id_neither_loads_and_both_are_named(site: Any) -> None:
    site.add("shop", distribution="acme-shop")
    site.add("shop", distribution="takings-shop")
    host = site.load()
    assert [one.state for one in host.records()] == [PluginState.CONFLICT] * 2
    for record in host.records():
        assert "acme-shop 1.0 and takings-shop 1.0" in record.reason
    with pytest.raises(PluginFault):
        site.load(strict=True)


def test_the_operator_can_prefer_one_of_two(site: Any) -> None:
    site.add("shop", distribution="acme-shop", key="acme")
    site.add("shop", distribution="takings-shop")
    host = site.load(prefer={"shop": "Acme_Shop"}, strict=True)
    assert list(host.numberings()) == ["shop:acme"]
    assert host.record("shop").distribution == "acme-shop"
    assert [one.state for one in host.records()] == [PluginState.LOADED, PluginState.DISABLED]


def test_preferring_a_distribution_that_is_not_there_settles_nothing(site: Any) -> None:
    site.add("shop", distribution="acme-shop")
    site.add("shop", distribution="takings-shop")
    assert not site.load(prefer={"shop": "other"}).record("shop").is_loaded


def test_a_disabled_id_is_no_conflict(site: Any) -> None:
    site.add("shop", distribution="acme-shop")
    site.add("shop", distribution="takings-shop")
    assert [one.state for one in site.load(disabled={"shop"}).records()] == [PluginState.DISABLED] * 2


def test_nobody_takes_the_place_of_the_built_in_plugin(site: Any) -> None:
    site.add("builtin", distribution="acme-builtin")
    host = PluginHost.load(allow=set())
    assert host.record("builtin").distribution == "takings"
    assert host.record("builtin").is_loaded
    assert [one.state for one in host.records() if one.distribution == "acme-builtin"] == [PluginState.NOT_ALLOWED]
    host = PluginHost.load(allow={"builtin"})
    assert host.record("builtin").distribution == "takings"


def test_plugins_are_found_by_their_entry_points(site: Any) -> None:
    site.add("found")
    host = PluginHost.load(allow={"found"})
    assert host.record("found").is_loaded
    assert {"builtin:dated", "builtin:ledger", "found:plain"} <= set(host.numberings())


def test_a_distribution_without_metadata_is_loaded_as_one_of_no_known_origin(site: Any) -> None:
    module = site.add("bare")
    (site.folder / f"{module}-1.0.dist-info" / "METADATA").unlink()
    record = site.load().record("bare")
    assert record.is_loaded
    assert record.origin == "of no known distribution"


def test_a_damaged_distribution_hides_nobody_elses_plugins(site: Any) -> None:
    module = site.add("damaged")
    (site.folder / f"{module}-1.0.dist-info" / "entry_points.txt").write_text("[takings.plugins]\nno value\n")
    site.add("fine")
    host = PluginHost.load(allow={"fine", "damaged"})
    assert host.record("fine").is_loaded
    assert host.record("builtin").is_loaded
    assert host.record("damaged").state is PluginState.MISSING


def test_nothing_depends_on_the_order_of_installation(site: Any) -> None:
    for plugin in ("delta", "alpha", "charlie"):
        site.add(plugin)
    site.add("bravo", "raise RuntimeError")
    site.add("alpha", distribution="other-alpha")
    shuffled = site.entry_points()
    seen = set()
    for seed in range(6):
        random.Random(seed).shuffle(shuffled)
        host = site.load(entry_points=shuffled)
        seen.add(tuple((one.id, one.distribution, one.state, one.reason) for one in host.records()))
    assert len(seen) == 1


def test_two_hosts_in_one_process_have_their_own_plugins(site: Any) -> None:
    site.add("one")
    site.add("two")
    first, second = site.load(allow={"one"}), site.load(allow={"two"})
    assert (list(first.numberings()), list(second.numberings())) == (["one:plain"], ["two:plain"])
    assert first.record("two").state is PluginState.NOT_ALLOWED


def test_a_component_is_found_by_its_id_its_key_or_its_plugin(site: Any) -> None:
    site.add("shop", key="till")
    host = site.load()
    assert host.numbering("shop:till") is host.numbering("till") is host.numbering("shop")
    assert host.component(ComponentKind.NUMBERING, "till").id == "shop:till"
    assert host.plugin_of("shop:till").distribution == "takings-shop"


def test_a_short_form_that_fits_several_is_asked_back(site: Any) -> None:
    site.add("one")
    site.add("two")
    with pytest.raises(UsageError, match="one:plain, two:plain"):
        site.load().numbering("plain")


def test_a_short_form_that_fits_nothing_names_what_there_is(site: Any) -> None:
    site.add("one")
    with pytest.raises(NotFound, match="There are: one:plain"):
        site.load().numbering("other")


def test_a_component_of_a_failed_plugin_is_missing_for_the_plugins_reason(site: Any) -> None:
    site.add("bad", "raise RuntimeError('boom')")
    with pytest.raises(PluginMissing, match="boom"):
        site.load().source("bad:eod")


def test_a_component_of_a_plugin_that_is_not_installed_is_missing(site: Any) -> None:
    host = site.load()
    assert host.record("gone").state is PluginState.MISSING
    with pytest.raises(PluginMissing, match="no installed distribution offers the plugin gone"):
        host.target("gone:books")


def test_a_component_that_its_plugin_no_longer_declares_is_missing(site: Any) -> None:
    site.add("shop")
    with pytest.raises(PluginMissing, match="declares no such numbering; it declares: shop:plain"):
        site.load().numbering("shop:old")


def test_the_guard_blames_the_plugin_for_what_its_contract_does_not_allow(site: Any) -> None:
    site.add("shop")
    host = site.load()
    said = r"shop \(takings-shop 1.0\) failed: ValueError: odd"
    with pytest.raises(PluginFault, match=said) as fault, host.guard("shop:plain"):
        raise ValueError("odd")
    assert isinstance(fault.value.__cause__, ValueError)
    with pytest.raises(PluginFault, match="SystemExit"), host.guard("shop"):
        raise SystemExit


def test_the_guard_lets_instructions_pass(site: Any) -> None:
    site.add("shop")
    with pytest.raises(Retry), site.load().guard("shop:plain"):
        raise Retry("closed for a moment")


def test_the_guard_tells_a_plugins_iterator_from_its_reader(site: Any) -> None:
    site.add("shop")
    guard = site.load().guard("shop:plain")

    def numbers() -> Any:
        yield 1
        raise ValueError("odd")

    items = guard.iterate(numbers)
    assert next(items) == 1
    with pytest.raises(PluginFault):
        next(items)
    with pytest.raises(ZeroDivisionError):
        [1 / one for one in guard.iterate(lambda: iter([0]))]
    assert guard.call(lambda: 5) == 5


def test_an_error_that_can_not_be_shown_is_still_a_fault(site: Any) -> None:
    site.add("shop")

    class Odd(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    with pytest.raises(PluginFault, match="Odd"), site.load().guard("shop"):
        raise Odd


def test_there_is_no_guard_for_a_plugin_that_is_not_loaded(site: Any) -> None:
    with pytest.raises(PluginMissing):
        site.load().guard("gone:x")


def test_all_components_of_a_kind_are_listed_by_id(site: Any) -> None:
    site.add("shop", CHECK)
    host = site.load()
    assert list(host.checks()) == ["shop:certificates"]
    assert (host.sources(), host.targets(), host.mappings()) == ({}, {}, {})


CHECK = """
@hookimpl
def takings_checks():
    return [CheckType(key="certificates", title="Certificates", run=lambda: [])]
"""
