"""Lets one ASGI callable live below any prefix of any host, whatever that host does to paths."""

from __future__ import annotations

from urllib.parse import unquote

from starlette.types import ASGIApp, Receive, Scope, Send

#: What a host's own router left in the scope; ours must not see it.
_OF_THE_HOST = ("router", "app", "path_params", "endpoint", "state")


class MountShim:
    """Puts `root_path` and `path` right: the path always begins with the root path, which ends with the prefix."""

    def __init__(self, app: ASGIApp, prefix: str = "") -> None:
        self._app = app
        self._prefix = "/" + prefix.strip("/") if prefix.strip("/") else ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on with a scope of its own."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        root, path = self._place(scope)
        mine = {name: value for name, value in scope.items() if name not in _OF_THE_HOST}
        await self._app({**mine, "root_path": root, "path": path}, receive, send)

    def _place(self, scope: Scope) -> tuple[str, str]:
        root, path = (scope.get("root_path") or "").rstrip("/"), scope["path"]
        raw = unquote((scope.get("raw_path") or b"").decode("latin-1").partition("?")[0])
        if self._prefix and not root.endswith(self._prefix):
            # The host took the prefix off the path and did not say so in root_path.
            whole = root + self._prefix
            if _below(raw, whole):
                path = raw
            elif not _below(path, whole):
                path = whole + path
            return whole, path
        if root and not _below(path, root):
            # A proxy took a part of the path off that the host names in root_path all the same.
            outer = (scope.get("app_root_path") or "").rstrip("/")
            path = outer + path if _below(outer + path, root) else root + path
        return root, path


def _below(path: str, root: str) -> bool:
    """Whether a path is the root or below it; `/shopX` is not below `/shop`."""
    return path == root or path.startswith(root + "/")
