"""The options that every command has, and what they come to: where the database, settings and keys are."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import update_wrapper
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from takings.views import Principal

_KEY = "takings.cli.common"


class Common:
    """The common options of one call; those given after the command win over those before it."""

    def __init__(self) -> None:
        self.database = ""
        self.config = ""
        self.key_file = ""
        self.owner = ""
        self.json = False
        self.no_plugins = False
        self.strict = False
        self.verbose = False
        self.arguments: Sequence[str] = ()

    @property
    def principal(self) -> Principal:
        """Who asks: the owner of `--owner`, and the person's login name for the audit trail."""
        from takings.views import Principal  # noqa: PLC0415 - `--help` and `status` need none

        name = os.environ.get("USER") or os.environ.get("USERNAME") or "local"
        return Principal(owner=self.owner_name, name=name)

    @property
    def owner_name(self) -> str:
        """The owner whose integrations are meant."""
        return self.owner or "local"


def current(ctx: click.Context) -> Common:
    """Return the common options of this call."""
    found = ctx.meta.get(_KEY)
    if found is None:
        found = ctx.meta[_KEY] = Common()
    assert isinstance(found, Common)
    return found


def set_current(ctx: click.Context, common: Common) -> None:
    """Make `common` the one of this context and all below it."""
    ctx.meta[_KEY] = common


def pass_common(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the common options as its first argument."""

    def call(*args: Any, **values: Any) -> Any:
        return function(current(click.get_current_context()), *args, **values)

    return update_wrapper(call, function)


def _take(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    if value and param.name:
        setattr(current(ctx), param.name, value)


def common_options() -> list[click.Parameter]:
    """Make the common options anew, for one command or group."""
    return [
        _option("--database", metavar="PLACE", help="File or address of the database. [env: TAKINGS_DATABASE]"),
        _option("--config", metavar="FILE", help="TOML file with the installation's settings. [env: TAKINGS_CONFIG]"),
        _option("--key-file", metavar="FILE", help="File with the keys that seal secrets. [env: TAKINGS_KEY_FILE]"),
        _option("--owner", metavar="NAME", help="Whose integrations are meant. [default: local]"),
        _option("--json", is_flag=True, help="Write JSON, errors too."),
        _option("--no-plugins", is_flag=True, help="Load no plugins; --no-plugins=ID,… leaves out these."),
        _option("--strict", is_flag=True, help="Stop where a plugin can't be loaded. [env: TAKINGS_STRICT_PLUGINS]"),
        _option("--verbose", is_flag=True, help="Show details of what goes wrong."),
    ]


def _option(name: str, **settings: Any) -> click.Option:
    return click.Option([name], expose_value=False, callback=_take, **settings)
