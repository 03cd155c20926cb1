"""What connecting needs to know of a component: its declaration, whichever side it is on."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, Protocol

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
