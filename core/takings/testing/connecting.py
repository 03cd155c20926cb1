"""Connects a component to its stand-in: settings from the ready line, and whatever authorisation it declares."""

from __future__ import annotations

import json
import secrets as randomness
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

from takings.connect import protocol
from takings.connect.http import HttpPool
from takings.connect.token_endpoint import TokenEndpoint
from takings.plugin import (
    OAuth2,
    Organisation,
    Settings,
    SourceType,
    TargetType,
    TokenHandedOut,
    TokenTyped,
)
from takings.testing.clocks import FixedClock
from takings.testing.contexts import KitContext, make_context, names_of_kind

CALLBACK = "http://localhost:8400/oauth/callback"
_REDIRECTS = 10


class NotConnected(Exception):
    """The stand-in could not be connected to; the text says what it lacks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """A component that is connected: its settings, the organisation that was chosen, and a context.

    `secrets` has every secret of it by a name for people; `token` is what is sent as a bearer token.
    """

    installation: Settings
    connection: Settings
    context: KitContext
    organisation: str = ""
    token: str = field(default="", repr=False)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


def connect(  # noqa: PLR0913 - all of it is needed, and named
    declaration: SourceType | TargetType,
    ready: Mapping[str, Any],
    *,
    component: str,
    pool: HttpPool,
    folder: Path,
    installation: Mapping[str, Any] | None = None,
    connection: Mapping[str, Any] | None = None,
    scopes: tuple[str, ...] = (),
) -> Connected:
    """Connect to a system by what `ready` says, as the core would; raises `NotConnected`.

    `installation` and `connection` add to the settings of the ready line. A folder that nobody names is `folder`.
    """
    given = {**dict.fromkeys(names_of_kind(declaration.installation, "folder"), str(folder))}
    given |= {**ready.get("installation", {}), **(installation or {})}
    installed = declaration.installation.model_validate(given)
    owner = declaration.connection.model_validate({**ready.get("connection", {}), **(connection or {})})
    found = _secrets_of(installed, owner)
    token, organisation = "", ""
    if isinstance(declaration.connecting, OAuth2):
        tokens = _consent(declaration.connecting, installed, pool, scopes=scopes)
        token = str(tokens["access_token"])
        found |= {name: str(tokens[name]) for name in ("refresh_token", "id_token") if tokens.get(name)}
        context = make_context(pool, component=component, token=token, installation=installed)
        organisation = _first(declaration.connecting.organisations(context, installed), component)
    elif isinstance(declaration.connecting, TokenHandedOut):
        token = _handed_out(ready, pool, component)
    elif isinstance(declaration.connecting, TokenTyped):
        token = _typed(ready, component)
    presented = not isinstance(declaration.connecting, TokenHandedOut) or declaration.connecting.presented
    return Connected(
        installation=installed,
        connection=owner,
        context=make_context(pool, component=component, token=token if presented else "", installation=installed),
        organisation=organisation,
        token=token,
        secrets={**found, **({"the token": token} if token else {})},
    )


def _first(reached: Sequence[Organisation], component: str) -> str:
    if not reached:
        raise NotConnected(f"the authorisation of {component} reaches no organisation")
    return reached[0].id


def _secrets_of(installed: Settings, owner: Settings) -> dict[str, str]:
    found = {f"the installation setting {name}": value for name, value in _secret_values(installed)}
    return found | {f"the connection setting {name}": value for name, value in _secret_values(owner)}


def _secret_values(settings: Settings) -> list[tuple[str, str]]:
    names = names_of_kind(type(settings), "secret")
    return [(name, str(value)) for name in names if (value := getattr(settings, name))]


def _typed(ready: Mapping[str, Any], component: str) -> str:
    if not ready.get("token"):
        raise NotConnected(f"the ready line of {component} has no `token` for the owner to type in")
    return str(ready["token"])


def _handed_out(ready: Mapping[str, Any], pool: HttpPool, component: str) -> str:
    token = randomness.token_urlsafe(24)
    url = (ready.get("enter_token") or {}).get("url")
    if not url:
        raise NotConnected(f"the ready line of {component} has no `enter_token.url` that takes the Auth Token")
    body = json.dumps({"token": token}).encode()
    reply = pool.send("POST", url, headers={"Content-Type": "application/json"}, content=body, system=component)
    if reply.status_code >= 300:
        raise NotConnected(f"{url} answered {reply.status_code} for the Auth Token")
    return token


def _consent(oauth: OAuth2, installation: Settings, pool: HttpPool, *, scopes: tuple[str, ...]) -> dict[str, Any]:
    """Follow the redirects of a stand-in that consents by itself, and exchange the code."""
    endpoints, verifier, state = oauth.endpoints(installation), protocol.new_verifier(), randomness.token_hex(8)
    wanted = " ".join(dict.fromkeys((*oauth.scopes, *scopes)))
    url = protocol.authorise_url(endpoints, redirect_uri=CALLBACK, scope=wanted, state=state, verifier=verifier)
    for _ in range(_REDIRECTS):
        if url.startswith(CALLBACK):
            break
        reply = pool.send("GET", url, headers={}, system="The stand-in")
        if reply.status_code not in {301, 302, 303, 307, 308}:
            raise NotConnected(
                f"{urlsplit(url).path} answered {reply.status_code}: the stand-in must consent by itself"
            )
        url = urljoin(url, reply.headers["location"])
    said = parse_qs(urlsplit(url).query)
    if said.get("state") != [state] or "code" not in said:
        raise NotConnected("the consent came back without its state or a code")
    endpoint = TokenEndpoint(endpoints, pool=pool, clock=FixedClock(), component="kit", system="The stand-in")
    return endpoint.exchange(code=said["code"][0], redirect_uri=CALLBACK, verifier=verifier)
