"""What connecting needs to know of a component: its declaration, whichever side it is on."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from takings.connect.installation import Installation
from takings.connect.refusals import NotOAuth
from takings.errors import NotFound, PluginMissing
from takings.plugin.connecting import OAuth2, OAuthEndpoints
from takings.plugin.settings import Settings
from takings.plugin.sources import SourceType
from takings.plugin.targets import TargetType


class Host(Protocol):
    """The part of the plugin host that connecting uses."""

    def source(self, name: str) -> SourceType:
        """Return a source by component id."""

    def target(self, name: str) -> TargetType:
        """Return a target by component id."""

    def guard(self, component: str) -> AbstractContextManager[Any]:
        """Return the context in which a component's code runs."""


def declaration(host: Host, component: str) -> SourceType | TargetType:
    """Return a component's declaration; raises `PluginMissing` where no plugin has it."""
    try:
        return host.target(component)
    except (PluginMissing, NotFound):
        return host.source(component)


def oauth_of(host: Host, component: str) -> OAuth2:
    """Return how a component is connected by OAuth; raises `NotOAuth` where it is not."""
    connecting = declaration(host, component).connecting
    if not isinstance(connecting, OAuth2):
        raise NotOAuth(component)
    return connecting


def installed(host: Host, installation: Installation, component: str) -> Settings:
    """Return the operator's settings for a component; raises `Misconfigured`."""
    return installation.settings(component, declaration(host, component).installation)


def endpoints_of(host: Host, installation: Installation, component: str) -> OAuthEndpoints:
    """Return where a component's OAuth happens."""
    connecting, settings = oauth_of(host, component), installed(host, installation, component)
    with host.guard(component):
        return connecting.endpoints(settings)


def origins_of(host: Host, installation: Installation, component: str) -> frozenset[str]:
    """Return the origins of a component's addresses: the only places its authorisation may be sent to."""
    return frozenset(origin(value) for value in _values_of_kind(host, installation, component, kind="address"))


def folder_of(host: Host, installation: Installation, component: str) -> Path | None:
    """Return the folder that the operator gave a component, where it declares one."""
    found = _values_of_kind(host, installation, component, kind="folder")
    return Path(found[0]).expanduser() if found else None


def origin(address: str) -> str:
    """Return scheme, host and port of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".lower()


def _values_of_kind(host: Host, installation: Installation, component: str, *, kind: str) -> list[str]:
    model = declaration(host, component).installation
    fields = [
        name
        for name, info in model.model_fields.items()
        if isinstance(info.json_schema_extra, dict)
        and isinstance(extra := info.json_schema_extra.get("takings"), dict)
        and extra.get("kind") == kind
    ]
    if not fields:
        return []
    settings = installed(host, installation, component)
    return [str(value) for name in fields if (value := getattr(settings, name))]
