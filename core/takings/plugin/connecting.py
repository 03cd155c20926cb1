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

    Example::

        import json

        from takings.plugin import Context, OAuth2, OAuthEndpoints, Organisation, Settings, option


        class Installation(Settings):
            client_id: str = option("", title="Client id")


        def endpoints(given: Installation) -> OAuthEndpoints:
            url = "https://books.example.com/oauth"
            return OAuthEndpoints(
                authorise_url=f"{url}/authorise", token_url=f"{url}/token", client_id=given.client_id
            )


        def organisations(context: Context, given: Installation) -> list[Organisation]:
            reply = context.http.request("GET", "https://books.example.com/companies")
            return [Organisation(id=one["id"], name=one["name"]) for one in json.loads(reply.content)]


        CONSENT = OAuth2(
            endpoints=endpoints,
            scopes=("books.write", "offline_access"),
            organisations=organisations,
            subject=lambda token_reply: str(token_reply["user_id"]),
        )
        assert CONSENT.endpoints(Installation(client_id="abc")).token_url.endswith("/token")
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

    Example::

        from takings.plugin import TokenHandedOut

        # The till's maker enters the token at their side, and the till sends it with each day that it pushes.
        HANDED_OUT = TokenHandedOut(
            title="Link code",
            hand_to="Send it to the support of Corner Shop, who enter it at your till",
            presented=False,
        )
        assert not HANDED_OUT.presented
    """

    title: str = "Auth Token"
    hand_to: str = ""
    presented: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenTyped:
    """The owner types in a token that the other system gave them; sent as a bearer token.

    Example::

        from takings.plugin import TokenTyped

        # The core asks for it, seals it, and sends it as `Authorization: Bearer …`; the plugin never sees it.
        API_KEY = TokenTyped(title="API key", help="Corner Shop shows it under Settings, Apps, New key")
        assert "Settings" in API_KEY.help
    """

    title: str
    help: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoConnection:
    """Nothing is authorised: a file, or a system on the same machine.

    Example::

        from takings.plugin import NoConnection, Settings, option


        class Installation(Settings):
            '''A ledger in a folder of the operator's is authorised by nothing but the folder itself.'''

            folder: str = option("", title="Folder of the ledger", kind="folder")


        CONNECTING = NoConnection()
        assert Installation(folder="/srv/books").folder == "/srv/books"
    """


Connecting = OAuth2 | TokenHandedOut | TokenTyped | NoConnection
