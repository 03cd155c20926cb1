"""Every way in which a plugin can be bad, each beside a good one that must load all the same."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from takings.errors import PluginFault
from takings.host import PluginState

SOURCE = """
class Reader(RecordReader):
    def parse(self, record):
        raise NotImplementedError
{methods}

@hookimpl
def takings_sources():
    return [SourceType(key="eod", title="Till", {fields})]
"""
GOOD_SOURCE: dict[str, str] = {
    "reader": "Reader()",
    "ways_in": "frozenset({WayIn.PULL})",
    "open": "lambda installation, connection, context: None",
    "connecting": "NoConnection()",
    "dimensions": "(Dimension(key='t', title='T', kind=DimensionKind.TENDER),)",
    "flows": "(Flow(key='sales', title='Sales'),)",
}


def source_body(methods: str = "", **fields: str) -> str:
    said = ", ".join(f"{name}={value}" for name, value in {**GOOD_SOURCE, **fields}.items())
    return SOURCE.format(methods=methods, fields=said)


TARGET = """
@hookimpl
def takings_targets():
    return [TargetType(key="books", title="Books", {fields})]
"""
GOOD_TARGET: dict[str, str] = {
    "open": "lambda *given: None",
    "connecting": "NoConnection()",
    "flows": "(Flow(key='sales', title='Sales'),)",
    "kinds": "(OperationKind(key='invoice', title='Invoice', number=NumberRules()),)",
}


def target_body(**fields: str) -> str:
    return TARGET.format(fields=", ".join(f"{name}={value}" for name, value in {**GOOD_TARGET, **fields}.items()))


BAD: dict[str, tuple[str, PluginState, str]] = {
    "raises at import": ("raise RuntimeError('boom')", PluginState.IMPORT_FAILED, "RuntimeError: boom"),
    "leaves at import": ("raise SystemExit(3)", PluginState.IMPORT_FAILED, "SystemExit: 3"),
    "interrupts at import": ("raise KeyboardInterrupt", PluginState.IMPORT_FAILED, "KeyboardInterrupt"),
    "imports what is not there": ("import no_such_thing", PluginState.IMPORT_FAILED, "ModuleNotFoundError"),
    "hangs at import": (
        "import threading; threading.Event().wait(1)",
        PluginState.IMPORT_FAILED,
        "its import took longer than 0.2 s; it stood at takings_bad_",
    ),
    "hangs in a hook": (
        "@hookimpl\ndef takings_checks():\n    import threading; threading.Event().wait(1)",
        PluginState.INVALID,
        "takings_checks took longer than 0.2 s",
    ),
    "returns another type": (
        "@hookimpl\ndef takings_numberings():\n    return ['x']",
        PluginState.INVALID,
        "takings_numberings returned a str where a NumberingType is expected",
    ),
    "returns no list": ("@hookimpl\ndef takings_checks():\n    return None", PluginState.INVALID, "TypeError"),
    "misspells a hook": (
        "@hookimpl\ndef takings_sorces():\n    return ()",
        PluginState.INVALID,
        "no hook takings_sorces; takings_sources may be meant; the hooks are takings_plugin, takings_sources",
    ),
    "forgets to mark a hook": (
        "def takings_sources():\n    return ()",
        PluginState.INVALID,
        "takings_sources is not marked with @hookimpl, so it would never be called",
    ),
    "has a hook with an argument": (
        "@hookimpl\ndef takings_sources(config):\n    return ()",
        PluginState.INVALID,
        "takings_sources takes config, but hooks have no arguments",
    ),
    "has a hook with an optional argument": (
        "@hookimpl\ndef takings_sources(config=None):\n    return ()",
        PluginState.INVALID,
        "takings_sources takes config, but hooks have no arguments",
    ),
    "wraps a hook": (
        "@hookimpl(wrapper=True)\ndef takings_sources():\n    return (yield)",
        PluginState.INVALID,
        "plugins may not wrap hooks",
    ),
    "raises late in a generator": (
        "@hookimpl\ndef takings_numberings():\n    yield NumberingType(key='a', title='A', number=print)\n    1 / 0",
        PluginState.INVALID,
        "takings_numberings raised ZeroDivisionError",
    ),
    "leaves in a hook": (
        "@hookimpl\ndef takings_sources():\n    raise SystemExit",
        PluginState.INVALID,
        "takings_sources raised SystemExit",
    ),
    "declares a key twice": (
        "@hookimpl\ndef takings_numberings():\n    return 2 * [NumberingType(key='a', title='A', number=print)]",
        PluginState.INVALID,
        "declares the key a twice",
    ),
    "has a key that is none": (
        "@hookimpl\ndef takings_numberings():\n    return [NumberingType(key='A b', title='A', number=print)]",
        PluginState.INVALID,
        "the key 'A b'",
    ),
    "has no title": (
        "@hookimpl\ndef takings_checks():\n    return [CheckType(key='a', title=' ', run=print)]",
        PluginState.INVALID,
        "it has no title",
    ),
    "declares what can't be called": (
        "@hookimpl\ndef takings_mappings():\n    return [MappingType(key='a', title='A', suggest=3)]",
        PluginState.INVALID,
        "suggest can't be called",
    ),
    "uses a field kind of its own": (
        "class S(Settings):\n    colour: str = option(title='Colour', kind='colour')\n"
        + source_body(integration="S"),
        PluginState.INVALID,
        "integration field colour is of the kind 'colour'",
    ),
    "has a plain field": (
        "class S(Settings):\n    colour: str = 'red'\n" + source_body(connection="S"),
        PluginState.INVALID,
        "connection field colour is of the kind None",
    ),
    "has a choice without choices": (
        "class S(Settings):\n    colour: str = option(title='Colour', kind='choice')\n" + source_body(connection="S"),
        PluginState.INVALID,
        "a choice without choices",
    ),
    "has settings that are none": (source_body(installation="dict"), PluginState.INVALID, "not a Settings class"),
    "pulls without open": (source_body(open="None"), PluginState.INVALID, "declares WayIn.PULL and has no open"),
    "takes files without reading them": (
        source_body(ways_in="frozenset({WayIn.FILE})"),
        PluginState.INVALID,
        "its reader has no read_file",
    ),
    "connects in no known way": (source_body(connecting="'oauth'"), PluginState.INVALID, "connecting is not one of"),
    "has no flow": (source_body(flows="()"), PluginState.INVALID, "flows is empty"),
    "gives one flow, not a tuple": (source_body(flows="3"), PluginState.INVALID, "flows"),
    "has a reader that is none": (source_body(reader="3"), PluginState.INVALID, "reader is not a RecordReader"),
    "has no way in": (source_body(ways_in="frozenset()"), PluginState.INVALID, "ways_in names no way in"),
    "names its ways in by texts": (
        source_body(ways_in="['pull']"),
        PluginState.INVALID,
        "ways_in is not a frozenset of WayIn, like frozenset({WayIn.FILE})",
    ),
    "opens a source with other arguments": (
        source_body(open="lambda installation, context: None"),
        PluginState.INVALID,
        "open is called with (installation, connection, context), and it takes (installation, context)",
    ),
    "opens a target with other arguments": (
        target_body(open="lambda installation, connection, context: None"),
        PluginState.INVALID,
        "open is called with (installation, connection, organisation, context), and it takes",
    ),
    "has two dimensions of one kind": (
        source_body(dimensions="[Dimension(key=k, title='T', kind=DimensionKind.TAX) for k in 'ab']"),
        PluginState.INVALID,
        "two dimensions are of the same kind",
    ),
    "has a sandbox that is none": (source_body(sandbox="'module'"), PluginState.INVALID, "sandbox is not a Sandbox"),
    "has a version that is none": (source_body(settings_version="'1.0'"), PluginState.INVALID, "settings_version"),
    "has a field without a title": (
        "class S(Settings):\n    colour: str = option(title='')\n" + source_body(connection="S"),
        PluginState.INVALID,
        "connection field colour has no title",
    ),
    "has a target that can't be opened": (target_body(open="None"), PluginState.INVALID, "open can't be called"),
    "writes in no kind of operation": (target_body(kinds="()"), PluginState.INVALID, "kinds names no kind"),
    "writes in no known kind": (target_body(kinds="('invoice',)"), PluginState.INVALID, "kinds has a str where"),
    "writes two kinds of one key": (
        target_body(kinds="2 * (OperationKind(key='a', title='A'),)"),
        PluginState.INVALID,
        "kinds has two of the same key",
    ),
    "allows nothing in a call": (
        target_body(kinds="(OperationKind(key='a', title='A', max_count=0),)"),
        PluginState.INVALID,
        "operation kind a allows nothing in a call",
    ),
    "has a pattern that is none": (
        target_body(kinds="(OperationKind(key='a', title='A', number=NumberRules(pattern='(')),)"),
        PluginState.INVALID,
        "a number pattern that is no regular expression",
    ),
    "remembers keys for no duration": (
        target_body(idempotency_life="6"),
        PluginState.INVALID,
        "idempotency_life is not a duration",
    ),
    "counts in no known way": (
        (
            "@hookimpl\ndef takings_numberings():\n"
            "    return [NumberingType(key='a', title='A', number=print, counter='daily')]"
        ),
        PluginState.INVALID,
        "counter is 'daily', not a Counter",
    ),
    "serves targets by a text": (
        (
            "@hookimpl\ndef takings_mappings():\n"
            "    return [MappingType(key='a', title='A', suggest=print, targets='a:b')]"
        ),
        PluginState.INVALID,
        "targets is not a tuple of component ids",
    ),
    "declares what can't be checked": (
        target_body(kinds="(OperationKind(key='a', title='A', max_count='x'),)"),
        PluginState.INVALID,
        "it can't be checked: TypeError",
    ),
    "calls itself otherwise": (
        "@hookimpl\ndef takings_plugin():\n    return PluginInfo(id='other', title='A', version='1')",
        PluginState.INVALID,
        "it calls itself 'other', its entry point 'bad'",
    ),
    "does not say who it is": ("del takings_plugin", PluginState.INVALID, "does not implement takings_plugin"),
    "says who it is in another type": (
        "@hookimpl\ndef takings_plugin():\n    return {'id': 'bad'}",
        PluginState.INVALID,
        "takings_plugin returned a dict",
    ),
    "is written for another api": (
        "@hookimpl\ndef takings_plugin():\n    return PluginInfo(id='bad', title='A', version='1', api=9)",
        PluginState.INCOMPATIBLE,
        "it is written for plugin API 9, this version has 1",
    ),
}


def test_the_good_parts_of_the_bad_plugins_are_good(site: Any) -> None:
    site.add("one", source_body())
    site.add("two", target_body())
    host = site.load(strict=True)
    assert (list(host.sources()), list(host.targets())) == (["one:eod"], ["two:books"])


@pytest.mark.parametrize("case", BAD)
def test_a_bad_plugin_gets_its_state_and_reason_and_the_others_load(site: Any, case: str) -> None:
    body, state, reason = BAD[case]
    site.add("bad", body)
    site.add("after")
    site.add("zebra")
    limit = timedelta(seconds=0.2) if "hangs" in case else timedelta(seconds=30)
    host = site.load(import_limit=limit)
    record = host.record("bad")
    assert record.state is state
    assert reason in record.reason
    assert record.components == ()
    assert (record.distribution, record.version) == ("takings-bad", "1.0")
    assert sorted(host.numberings()) == ["after:plain", "zebra:plain"]


def test_the_traceback_of_a_failed_import_leads_into_the_plugin(site: Any) -> None:
    site.add("bad", "raise RuntimeError('boom')")
    assert "takings_bad_" in site.load().record("bad").traceback


def test_a_plugin_that_needs_a_newer_core_is_not_even_imported(site: Any) -> None:
    site.add("bad", "raise RuntimeError('imported')", requires=("httpx", "Takings>=99,<100"))
    record = site.load().record("bad")
    assert record.state is PluginState.INCOMPATIBLE
    assert "it requires takings<100,>=99" in record.reason


def test_requirements_that_do_not_apply_are_not_looked_at(site: Any) -> None:
    site.add("fine", requires=("takings>=0.1", "takings>99; extra == 'later'", "what ? is this"))
    assert site.load().record("fine").is_loaded


def test_disabled_and_not_allowed_plugins_are_not_imported_and_still_listed(site: Any) -> None:
    site.add("off", "raise RuntimeError('imported')")
    site.add("foreign", "raise RuntimeError('imported')")
    site.add("fine")
    host = site.load(allow={"off", "fine"}, disabled={"off"})
    assert {one.id: one.state for one in host.records()} == {
        "off": PluginState.DISABLED,
        "foreign": PluginState.NOT_ALLOWED,
        "fine": PluginState.LOADED,
    }


def test_without_plugins_even_broken_ones_do_no_harm(site: Any) -> None:
    site.add("bad", "raise SystemExit")
    assert site.load(disabled={"*"}).record("bad").state is PluginState.DISABLED


def test_warnings_of_a_plugin_are_kept_with_it(site: Any) -> None:
    site.add("old", "import warnings\nwarnings.warn('going away', DeprecationWarning)")
    record = site.load().record("old")
    assert record.is_loaded
    assert record.warnings == ("DeprecationWarning: going away",)
    assert record.load_seconds > 0


def test_an_address_asked_of_an_owner_is_remarked(site: Any) -> None:
    settings = "class S(Settings):\n    url: str = option(title='URL', kind='address')\n"
    site.add("asks", settings + source_body(connection="S"))
    assert "asks an owner for an address" in " ".join(site.load().record("asks").warnings)


def test_an_optional_hook_of_a_later_version_is_passed_over(site: Any) -> None:
    site.add("new", "@hookimpl(optionalhook=True)\ndef takings_later():\n    return ()")
    record = site.load().record("new")
    assert record.is_loaded
    assert "takings_later" in record.warnings[0]


def test_strict_raises_at_the_first_failure(site: Any) -> None:
    site.add("bad", "raise RuntimeError('boom')")
    with pytest.raises(PluginFault, match=r"bad \(takings-bad 1.0\) failed: its import raised RuntimeError") as fault:
        site.load(strict=True)
    assert isinstance(fault.value.__cause__, RuntimeError)


def test_strict_does_not_mind_what_was_switched_off(site: Any) -> None:
    site.add("bad", "raise RuntimeError('boom')")
    assert not site.load(strict=True, disabled={"bad"}).record("bad").is_loaded
