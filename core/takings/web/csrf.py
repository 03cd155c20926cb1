"""Two locks against posts that another site sends in a person's name: their origin, and a token in the form."""

from __future__ import annotations

import hmac
import secrets
import time
from urllib.parse import urlsplit

from starlette.datastructures import Headers

#: How long a page may stand open before its form is sent, in seconds.
LIFE = 12 * 3600

FIELD, HEADER = "_csrf", "x-csrf-token"


def is_cross_site(headers: Headers, public_base_url: str) -> bool:
    """Whether a browser says that the call comes from another origin than our own."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        return site not in ("same-origin", "none")
    return origin is not None and urlsplit(origin).netloc != urlsplit(public_base_url).netloc


def make_token(key: bytes, session_id: str, *, now: float | None = None) -> str:
    """Return a token for the forms of one session."""
    at, nonce = str(int(time.time() if now is None else now)), secrets.token_hex(8)
    return f"{at}.{nonce}.{_seal(key, session_id, at, nonce=nonce)}"


def is_valid(key: bytes, session_id: str, token: str, *, now: float | None = None) -> bool:
    """Whether a token was made for this session, less than twelve hours ago."""
    parts = token.split(".")
    if len(parts) != 3 or not parts[0].isascii() or not parts[0].isdigit() or len(parts[0]) > 12:
        return False
    at, nonce, seal = parts
    age = (time.time() if now is None else now) - int(at)
    expected = _seal(key, session_id, at, nonce=nonce)
    return hmac.compare_digest(seal.encode(), expected.encode()) and 0 <= age < LIFE


def _seal(key: bytes, session_id: str, at: str, *, nonce: str) -> str:
    # Lengths first, so that no two sets of parts read alike.
    said = f"csrf|{len(session_id)}|{session_id}|{at}|{nonce}"
    return hmac.new(key, said.encode(), "sha256").hexdigest()
