"""`takings plugins show`: all that is known of one plugin, loaded or not."""

from __future__ import annotations

from typing import Any

import click

from takings.cli.common import Common, pass_common
from takings.cli.describing import detail_shape
from takings.cli.group import command as make
from takings.cli.opening import plugins
from takings.cli.output import say, table, words, write_json
from takings.cli.stored import read_stored
from takings.errors import NotFound

_LISTS = ("ways_in", "flows", "dimensions", "operations", "capabilities")


@make(examples=("takings plugins show example", "takings plugins show example --verbose --json"))
@click.argument("plugin", metavar="ID")
@pass_common
def command(common: Common, *, plugin: str) -> None:
    """Show what the plugin ID is made of: where it comes from, its components, their settings, and what failed.

    It works for plugins that are disabled or failed too; with --verbose their traceback is shown.
    """
    host = plugins(common, strict=False)
    wanted = plugin.partition(":")[0]
    records = [one for one in host.records() if one.id == wanted]
    if not records:
        if wanted not in {one.plugin for one in read_stored(common)}:
            raise NotFound("plugin", wanted, tuple(dict.fromkeys(one.id for one in host.records())))
        records = [host.record(wanted)]
    shapes = [detail_shape(one, verbose=common.verbose) for one in records]
    if common.json:
        write_json({"plugins": shapes})
        return
    for shape in shapes:
        _say(shape)


def _say(shape: dict[str, Any]) -> None:
    named = f"{shape['id']}, {shape['title']}" if shape["title"] else shape["id"]
    say(f"{named}: {shape['state']}." + (f" {shape['reason']}" if shape["reason"] else ""))
    origin = f"{shape['distribution']} {shape['version']}".strip()
    rows = [
        ("Distribution", origin or "none"),
        ("From", shape["path"]),
        ("Module", shape["module"]),
        ("Plugin API", shape["api"]),
        ("Home page", shape["home_page"]),
        ("Hooks", ", ".join(shape["hooks"])),
        ("Loaded in", f"{float(shape['load_seconds']) * 1000:.0f} ms"),
    ]
    for label, value in rows:
        if value:
            say(f"  {label + ':':<15}{value}")
    for text in shape["warnings"]:
        say(f"  Warning: {text}")
    for one in shape["components"]:
        _say_component(one)
    for line in shape["traceback"].rstrip().splitlines():
        say(f"  {line}")


def _say_component(shape: dict[str, Any]) -> None:
    say()
    say(f"{shape['kind']} {shape['id']}: {shape['title']}")
    if shape["connecting"]:
        say(f"  Connects by: {shape['connecting']}")
    for name in _LISTS:
        if shape[name]:
            say(f"  {words(name).capitalize()}: {', '.join(shape[name])}")
    if shape["steps"]:
        say("  Steps: " + ", ".join(f"{one['title']} ({words(one['phase'])})" for one in shape["steps"]))
    if shape["settings"]:
        versioned = f" (version {shape['settings_version']})" if shape["settings_version"] else ""
        say(f"  Settings{versioned}:")
        rows = [(f"    {one['level']}", one["name"], _marks(one), one["title"]) for one in shape["settings"]]
        table(("    Level", "Name", "Kind", "Title"), rows)
    for label, name in (("Stand-in server", "sandbox"), ("Documentation", "docs_url")):
        if shape[name]:
            say(f"  {label}: {shape[name]}")


def _marks(field: dict[str, Any]) -> str:
    """Return a field's kind, marked where it is a secret or has to be given."""
    return words(field["kind"]) + (", required" if field["required"] else "")
