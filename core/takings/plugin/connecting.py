"""How a source or target connects, as data: connecting itself is the core's work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from takings.plugin.context import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """One organisation that an authorisation reaches; `link` is what disconnects it, where it has one."""

    id: str
    name: str
    link: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthEndpoints:
    """Where OAuth 2 happens; without a client secret the client is public and PKCE alone proves it."""

    authorise_url: str
    token_url: str
    revocation_url: str = ""
    client_id: str
    client_secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuth2:
    """OAuth 2 with an authorisation code and PKCE.

    `endpoints` reads the installation settings. `organisations(context, installation)` lists what the fresh
    authorisation reaches; `disconnect(context, installation, organisation)` ends one of them at the other system.
    `subject(token_reply)` says which user of the other system authorised, so that one user has one token set.
    Each scope of `scopes` is asked for always, those of settings fields (`option(scope=…)`) when they are needed.
    """

    endpoints: Callable[[Any], OAuthEndpoints]
    scopes: tuple[str, ...]
    organisations: Callable[[Context, Any], Sequence[Organisation]]
    subject: Callable[[dict[str, Any]], str]
    disconnect: Callable[[Context, Any, Organisation], None] | None = None
    grace_minutes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenHandedOut:
    """The core makes an Auth Token, shown once, that the owner hands to the other system.

    With `presented` the core sends it as a bearer token in its own calls too; the other system uses it for
    pushing in any case. `hand_to` says in one sentence who needs it.
    """

    title: str = "Auth Token"
    hand_to: str = ""
    presented: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenTyped:
    """The owner types in a token that the other system gave them; sent as a bearer token."""

    title: str
    help: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoConnection:
    """Nothing is authorised: a file, or a system on the same machine."""


Connecting = OAuth2 | TokenHandedOut | TokenTyped | NoConnection
