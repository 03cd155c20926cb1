"""Gives every answer, errors too, the headers that keep browsers from doing more than they should."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'"
)
HEADERS = {
    b"x-content-type-options": b"nosniff",
    # Not no-referrer: browsers would send `Origin: null` with our own forms.
    b"referrer-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), microphone=(), geolocation=()",
    b"cache-control": b"no-store",
}


class SecurityHeaders:
    """Adds the headers that an answer does not have already; outermost, so that errors carry them too."""

    def __init__(self, app: ASGIApp, *, frame_ancestors: str = "'none'") -> None:
        self._app = app
        policy = f"{_POLICY}; frame-ancestors {frame_ancestors}"
        self._headers = {b"content-security-policy": policy.encode(), **HEADERS}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on and add to its answer."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                there = {name.lower() for name, _ in message.get("headers", [])}
                added = [(name, value) for name, value in self._headers.items() if name not in there]
                message = {**message, "headers": [*message.get("headers", []), *added]}
            await send(message)

        await self._app(scope, receive, with_headers)
