"""The settings of the Xero target: the operator's (app and addresses) and the owner's (what documents look like)."""

from __future__ import annotations

from takings.plugin import NumberRules, Settings, option

#: Xero's rules for an invoice number: printable ASCII; a blank one would be numbered by Xero.
NUMBER_RULES = NumberRules(longest=255, pattern=r"[\x20-\x7e]*[\x21-\x7e][\x20-\x7e]*")


class InstallationSettings(Settings):
    """The operator's app at Xero, and Xero's addresses; a sandbox has others."""

    client_id: str = option(
        title="Client id",
        help="Of the app at developer.xero.com, 32 characters",
        min_length=1,
    )
    client_secret: str = option(
        "",
        title="Client secret",
        help="Empty for an app of the type 'mobile or desktop', which has none (PKCE)",
        kind="secret",
    )
    authorise_url: str = option(
        "https://login.xero.com/identity/connect/authorize",
        title="Authorise address",
        help="Where the owner consents; another one only for a sandbox",
        kind="address",
    )
    token_url: str = option(
        "https://identity.xero.com/connect/token",
        title="Token address",
        help="Where codes and refresh tokens are exchanged",
        kind="address",
    )
    revocation_url: str = option(
        "https://identity.xero.com/connect/revocation",
        title="Revocation address",
        help="Where an authorisation is given back; empty to leave it",
        kind="address",
    )
    connections_url: str = option(
        "https://api.xero.com/connections",
        title="Connections address",
        help="Where the organisations of an authorisation are listed",
        kind="address",
    )
    api_url: str = option(
        "https://api.xero.com/api.xro/2.0",
        title="Accounting API address",
        help="The accounting API, without a slash at its end",
        kind="address",
        min_length=1,
    )


class IntegrationSettings(Settings):
    """What the owner decides about the invoices of one integration."""

    contact_name: str = option(
        "POS sales",
        title="Contact",
        help="The customer that the invoices are made out to; created in Xero when it does not exist",
        min_length=1,
        max_length=255,
        # Xero documents no way to write these characters inside a filter, and the contact is looked up by name.
        pattern=r'^[^"\\\x00-\x1f\x7f]*[^"\\\x00-\x20\x7f]$',
    )
    due_days: int = option(
        0,
        title="Due after days",
        help="Days between an invoice's date and its due date; 0 makes it due on the same day",
        kind="whole_number",
        ge=0,
        le=365,
    )
