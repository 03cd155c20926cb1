"""Does what a person does in a browser: follows an authorisation's address until it answers to us."""

from __future__ import annotations

from urllib.parse import parse_qs, urljoin, urlsplit

import httpx

from takings.errors import TakingsError

#: Nobody listens there: the answer is read from the redirect.
REDIRECT_URI = "http://localhost:8400/oauth/callback"

_MOST_STEPS = 10
_FIELDS = ("state", "code", "error", "error_description")


def follow(client: httpx.Client, address: str) -> dict[str, str]:
    """Return `state`, `code` and `error` of the answer that an authorisation's address leads to."""
    given = parse_qs(urlsplit(follow_to(client, address)).query)
    return {name: given[name][0] for name in _FIELDS if name in given}


def follow_to(client: httpx.Client, address: str) -> str:
    """Return the address with the answer, which is not called; raises `TakingsError` when none comes."""
    wanted = parse_qs(urlsplit(address).query).get("redirect_uri", [REDIRECT_URI])[0]
    for _ in range(_MOST_STEPS):
        reply = client.get(address, follow_redirects=False)
        if not reply.is_redirect:
            break
        address = urljoin(address, reply.headers["location"])
        if address.partition("?")[0] == wanted:
            return address
    raise TakingsError(
        f"The ledger's stand-in server asked for something at {address.partition('?')[0]} instead of consenting; "
        "its sandbox has to be declared with arguments that let it consent by itself."
    )
