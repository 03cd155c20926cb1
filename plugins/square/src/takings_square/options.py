"""Is responsible for the settings: the operator's app and Square's addresses, and what one connection reads."""

from __future__ import annotations

from takings.plugin import Settings, option

#: A time of day to the minute; the day may end at any time up to noon, which is the next calendar day's.
TIME_PATTERN = r"(0\d|1[01]):[0-5]\d"


class InstallationSettings(Settings):
    """The operator's app at developer.squareup.com, and Square's addresses; a sandbox has others."""

    client_id: str = option(
        title="Application id", help="Of the app at developer.squareup.com, page OAuth", min_length=1
    )
    client_secret: str = option(
        "",
        title="Application secret",
        help="Leave it empty for Square itself: the app is then proved by PKCE alone, the flow that Square documents "
        "closest to how takings asks",
        kind="secret",
    )
    authorise_url: str = option(
        "https://connect.squareup.com/oauth2/authorize?session=false",
        title="Authorise address",
        help="Where the seller consents",
        kind="address",
    )
    token_url: str = option(
        "https://connect.squareup.com/oauth2/token",
        title="Token address",
        help="Where codes become tokens",
        kind="address",
    )
    revocation_url: str = option(
        "",
        title="Revocation address",
        help="Square's own can't be called by RFC 7009, so none is set: access is ended in the Square Dashboard",
        kind="address",
    )
    api_url: str = option(
        "https://connect.squareup.com", title="API address", help="Without /v2", kind="address", min_length=1
    )


class ConnectionSettings(Settings):
    """Which location is read, and when its trading day ends."""

    location_id: str = option(
        "",
        title="Location",
        help="The location's id; needed only where the Square account has several active locations",
        max_length=50,
    )
    day_ends_at: str = option(
        "00:00",
        title="The trading day ends at",
        help="A time at the location up to 11:59, like 04:00; what is closed before it belongs to the day before",
        pattern=TIME_PATTERN,
    )
