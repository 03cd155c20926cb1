"""What every plugin declares about itself, its flows, and its local stand-in server."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginInfo:
    """Who the plugin is; `id` equals the entry point's name and the end of the distribution's."""

    id: str
    title: str
    version: str
    api: int = 1
    home_page: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What can be sent in one direction, switched on by a tick box with `title` as its text.

    A source and a target can be joined where both declare a flow of the same `key`.
    """

    key: str
    title: str
    help: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    """A local stand-in server, started as `python -m MODULE --port 0 --until-stdin-closes ARGS`.

    With `keeps_data` it is also given `--data DIR`. When it listens it prints one line of JSON: `ready` true,
    `url`, `page` (for people), `installation` and `connection` (settings that point at it). A system that is given a
    token adds `enter_token.url`, which takes `{"token": ...}` by POST; one that hands a token out adds `token`.
    `needs` names modules that it imports and that may be missing.
    """

    module: str
    args: tuple[str, ...] = ()
    keeps_data: bool = True
    needs: tuple[str, ...] = field(default=())
