"""The stylesheet, the script and the icon, kept in memory and served under names that change with their content."""

from __future__ import annotations

import hashlib
from importlib import resources

from starlette.responses import Response

from takings.web.branding import Branding

_KINDS = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
_FILES = ("takings.css", "takings.js", "setup.css", "setup.js", "icon.svg")

#: The stylesheet of a host's colours.
BRAND = "brand.css"


class Assets:
    """All static files of one site."""

    def __init__(self, branding: Branding) -> None:
        folder = resources.files("takings.web") / "static"
        self._content = {name: (folder / name).read_bytes() for name in _FILES}
        if sheet := branding.stylesheet():
            self._content[BRAND] = sheet.encode()
        self._digests = {name: hashlib.sha256(body).hexdigest()[:16] for name, body in self._content.items()}

    def __contains__(self, name: str) -> bool:
        return name in self._content

    def digest(self, name: str) -> str:
        """Return what stands in the address for the content."""
        return self._digests[name]

    def answer(self, digest: str, name: str) -> Response | None:
        """Return a file, to be kept by browsers for good; None where there is no such file or content."""
        if self._digests.get(name) != digest:
            return None
        headers = {"cache-control": "public, max-age=31536000, immutable"}
        return Response(self._content[name], headers=headers, media_type=_KINDS[name.rpartition(".")[2]])
