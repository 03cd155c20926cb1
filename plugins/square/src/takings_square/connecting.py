"""Is responsible for connecting to Square, as the core wants it declared; a location is an organisation here."""

from __future__ import annotations

from typing import Any

from takings.plugin import Context, Misconfigured, OAuth2, OAuthEndpoints, Organisation
from takings_square.options import InstallationSettings

#: The least that reading a location's days needs.
SCOPES = ("MERCHANT_PROFILE_READ", "ORDERS_READ", "PAYMENTS_READ", "ITEMS_READ")


def endpoints(installation: InstallationSettings) -> OAuthEndpoints:
    """Return where OAuth happens; without a secret the app is proved by PKCE alone."""
    return OAuthEndpoints(
        authorise_url=installation.authorise_url,
        token_url=installation.token_url,
        revocation_url=installation.revocation_url,
        client_id=installation.client_id,
        client_secret=installation.client_secret,
    )


def organisations(context: Context, installation: InstallationSettings) -> tuple[Organisation, ...]:
    """List the seller's active locations."""
    from takings_square.locations import active  # noqa: PLC0415 - declaring does not need what calls

    return tuple(
        Organisation(id=one.id, name=one.name or one.id, kind="location")
        for one in active(context, installation.api_url)
    )


def subject(token_reply: dict[str, Any]) -> str:
    """Return the seller's id: the reply names the merchant whose account was authorised."""
    merchant = token_reply.get("merchant_id")
    if not isinstance(merchant, str) or not merchant:
        raise Misconfigured("token_url", "its reply names no merchant_id, so it is not Square's")
    return merchant


OAUTH = OAuth2(endpoints=endpoints, scopes=SCOPES, organisations=organisations, subject=subject)
