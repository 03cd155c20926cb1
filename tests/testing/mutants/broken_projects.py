"""Projects of plugins that are broken in exactly one way each, written to a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

PLUGIN = '''"""A plugin."""

{head}
from takings.plugin import Counter, NumberingType, PluginInfo, Settings, hookimpl, option


class Prefix(Settings):
    """The settings."""

    prefix: str = option("S", title="Prefix", help="Stands before the number")
{fields}

NUMBERS = NumberingType(
    key="plain", title="Plain", number=lambda given, settings: str(given.counter), counter=Counter.SEQUENCE,
    settings=Prefix,
)
{tail}

@hookimpl
def takings_plugin():
    """Say who it is."""
    return PluginInfo(id="{id}", title="Plain", version="1")


@hookimpl
def takings_numberings():
    """Declare the numbers."""
    return (NUMBERS,)
'''
SOURCE = '''
from takings.plugin import (
    Dimension, DimensionKind, Flow, NoConnection, RecordReader, Content, SourceType, WayIn,
)


class Reader(RecordReader):
    """Reads nothing."""

    def parse(self, record):
        """Read nothing."""
        return ()

    def read_file(self, body, name):
        """Read nothing."""
        return Content()


def migrate(level, version, values):
    """Forget to rename."""
    return values


@hookimpl
def takings_sources():
    """Declare a source."""
    return (
        SourceType(
            key="till", title="Till", reader=Reader(), ways_in=frozenset({WayIn.FILE}), connecting=NoConnection(),
            dimensions=(Dimension(key="m", title="Methods", kind=DimensionKind.TENDER),),
            flows=(Flow(key="end_of_day", title="End of day"),), integration=Prefix, settings_version=(2, 0),
            migrate=migrate,
        ),
    )
'''
CONNECTION = SOURCE.replace("integration=Prefix, settings_version=(2, 0),", "connection=Prefix,").replace(
    "            migrate=migrate,\n", ""
)


@dataclass(frozen=True, kw_only=True)
class Project:
    """What is changed in an ordinary project, and the one test that must fail for it."""

    breaks: str = ""
    head: str = ""
    fields: str = ""
    tail: str = ""
    distribution: str = "takings-{id}"
    requires: str = "takings>=0.1,<0.2"
    older: Any = None

    def write(self, folder: Path, id: str) -> None:
        """Write the project."""
        package = folder / "src" / f"takings_{id}"
        package.mkdir(parents=True)
        name = self.distribution.format(id=id.replace("_", "-"))
        (folder / "pyproject.toml").write_text(
            f'[project]\nname = "{name}"\nversion = "1.0"\ndependencies = ["{self.requires}"]\n'
            f'[project.entry-points."takings.plugins"]\n{id} = "takings_{id}.plugin"\n'
        )
        (package / "__init__.py").write_text('"""A plugin."""\n')
        text = PLUGIN.format(id=id, head=self.head, fields=self.fields, tail=self.tail)
        (package / "plugin.py").write_text(text)


INSTALLED = CONNECTION.replace("connection=Prefix,", "installation=Pin,").replace(
    "@hookimpl\ndef takings_sources",
    """class Pin(Settings):
    \"\"\"The operator's.\"\"\"

    pin: str = option("", title="PIN", help="Kept sealed", kind="secret")

    def __repr__(self):
        \"\"\"Show all.\"\"\"
        return f"Pin(pin={self.pin!r})"


@hookimpl
def takings_sources""",
)
NOTIFIER = '''
from takings.plugin import NotifierType


async def send(installation, alert):
    """Send, once somebody waits for it."""


@hookimpl
def takings_notifiers():
    """Declare a notifier."""
    return (NotifierType(key="room", title="Room", send=send),)
'''
BURN = "import time\nbegun = time.process_time()\nwhile time.process_time() - begun < 0.35:\n    pass\n"

PROJECTS = {
    "healthy": Project(),
    "fails": Project(breaks="test_the_plugin_loads", head="raise RuntimeError('it is Monday')"),
    "warns": Project(breaks="test_it_loads_without_a_remark", head="import warnings\nwarnings.warn('old')"),
    "misnamed": Project(breaks="test_id_and_distribution_agree", distribution="acme-{id}"),
    "unbounded": Project(breaks="test_the_requirement_on_the_core_has_both_bounds", requires="takings>=0.1"),
    "calls": Project(breaks="test_importing_it_opens_nothing", head="import socket\nsocket.socket().close()"),
    "slow": Project(breaks="test_importing_it_is_quick", head=BURN),
    "mute": Project(
        breaks="test_every_setting_has_a_known_kind_title_and_help",
        fields='    size: str = option("", title="Size")\n',
    ),
    "open": Project(
        breaks="test_what_looks_secret_is_declared_so",
        fields='    api_key: str = option("", title="Key", help="Of the API")\n',
    ),
    "wanders": Project(
        breaks="test_addresses_and_folders_are_the_operators",
        fields='    place: str = option("", title="Place", help="Of the files", kind="folder")\n',
        tail=CONNECTION,
    ),
    "typed": Project(
        breaks="test_declarations_survive_json",
        fields='    size: int = option(1, title="Size", help="Of it", kind="choice", choices={1: "One"})\n',
    ),
    "shows": Project(breaks="test_settings_show_no_secret", tail=INSTALLED),
    "digs": Project(breaks="test_only_the_contract_is_imported", head="from takings.domain.money import ZERO as _"),
    "waits_for_nobody": Project(
        breaks="test_notifiers_are_no_coroutines",
        tail=NOTIFIER,
    ),
    "forgets": Project(
        breaks="test_older_settings_become_valid",
        tail=SOURCE,
        older={(1, 0): {"integration": {"praefix": "S"}}},
    ),
}
