"""Records HTTP exchanges to a JSON file, without what is secret in them, and plays them back.

Headers of requests are never written, those of replies only where they are known to be harmless.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from takings.plugin import Http, Reply
from takings.testing.hygiene import forms_of
from takings.testing.replies import canned

HIDDEN = "[hidden]"
_NAMES = (
    "access_token|refresh_token|id_token|client_secret|code_verifier|authorization|password|passphrase|api_?key|"
    "secret|token|code|assertion"
)
_JSON = re.compile(rf'("(?:{_NAMES})"\s*:\s*)"(?:[^"\\]|\\.)*"', re.IGNORECASE)
_FORM = re.compile(rf"((?:^|[?&])(?:{_NAMES})=)[^&\s\"]*", re.IGNORECASE)
_KEPT_HEADERS = re.compile(r"content-type|retry-after|link|next-.*|location|.*limit.*|date|etag", re.IGNORECASE)


class NotRecorded(AssertionError):
    """A request came that the recording does not have, or not that often."""

    def __init__(self, method: str, url: str, place: Path) -> None:
        super().__init__(f"{place.name} has no further reply to {method} {url}; record it again")


class Redaction:
    """Takes secrets out of texts: values that are known, and values of fields whose names say so."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._known = sorted({form for one in secrets for form in forms_of(one)}, key=len, reverse=True)

    def hide(self, text: str) -> str:
        """Return the text without them."""
        for secret in self._known:
            text = text.replace(secret, HIDDEN)
        return _FORM.sub(rf"\1{HIDDEN}", _JSON.sub(rf'\1"{HIDDEN}"', text))


class Recorder:
    """Passes requests on and keeps what was exchanged."""

    def __init__(self, inner: Http, redaction: Redaction) -> None:
        self._inner, self._redaction = inner, redaction
        self.exchanges: list[dict[str, Any]] = []

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> Reply:
        """Send a request, and keep it with its reply."""
        reply = self._inner.request(method, url, params=params, headers=headers, content=content)
        asked = _asked(self._redaction, method, url, params=params, content=content)
        kept = {
            name.lower(): self._redaction.hide(value)
            for name, value in reply.headers.items()
            if _KEPT_HEADERS.fullmatch(name)
        }
        answered = {"status": reply.status_code, "headers": kept, **_body(self._redaction, reply.content)}
        self.exchanges.append({"request": asked, "reply": answered})
        return reply


class Player:
    """Answers requests from a recording; equal requests get their replies in the order of the recording."""

    def __init__(self, place: Path, redaction: Redaction) -> None:
        self._place, self._redaction = place, redaction
        self._left: list[dict[str, Any]] = json.loads(place.read_text("utf-8"))["exchanges"]

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> Reply:
        """Return the recorded reply; raises `NotRecorded`."""
        asked = _asked(self._redaction, method, url, params=params, content=content)
        for number, one in enumerate(self._left):
            if one["request"] == asked:
                reply = self._left.pop(number)["reply"]
                body = base64.b64decode(reply["base64"]) if "base64" in reply else reply["text"].encode()
                return canned(reply["status"], body, reply["headers"])
        raise NotRecorded(method, asked["url"], self._place)


@contextmanager
def record(http: Http, place: Path, *, secrets: Iterable[str] = ()) -> Iterator[Recorder]:
    """Record what is exchanged through the client that this gives; the file is written when the block ends.

    `secrets` are values that must not stand in the file wherever they occur, like the token.
    """
    recorder = Recorder(http, Redaction(secrets))
    try:
        yield recorder
    finally:
        text = json.dumps({"version": 1, "exchanges": recorder.exchanges}, indent=1, ensure_ascii=False)
        place.write_text(text + "\n", "utf-8")


def replay(place: Path, *, secrets: Iterable[str] = ()) -> Player:
    """Return a client that answers from a recording; `secrets` are those of the requests that come now."""
    return Player(place, Redaction(secrets))


def _asked(
    redaction: Redaction, method: str, url: str, *, params: Mapping[str, str] | None, content: bytes | None
) -> dict[str, Any]:
    address = f"{url}{'&' if '?' in url else '?'}{urlencode(params)}" if params else url
    return {"method": method.upper(), "url": redaction.hide(address), **_body(redaction, content or b"")}


def _body(redaction: Redaction, body: bytes) -> dict[str, str]:
    try:
        return {"text": redaction.hide(body.decode("utf-8"))}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode()}
