"""Name, logo and colours of a host, as a stylesheet of custom properties."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}|[a-zA-Z]{3,30}|(rgb|hsl|oklch|lab|lch)\([0-9a-z .,%/-]{1,60}\)")
_PROPERTY = re.compile(r"[a-z][a-z0-9-]{0,40}")
_LOGO = re.compile(r"/(?!/)[A-Za-z0-9/._~%-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Branding:
    """How the pages look in a host's product.

    `logo` is a path on the host's own site. `colours` and `dark` set custom properties by their names without dashes
    in front, like `{"accent": "#0a5"}`; the names are in docs/how-to/embed.md. Raises ValueError for anything else.
    """

    name: str = "takings"
    logo: str = ""
    colours: Mapping[str, str] = field(default_factory=dict)
    dark: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.logo and not _LOGO.fullmatch(self.logo):
            raise ValueError(f"the logo {self.logo!r} is not a path on this site, like /static/logo.svg")
        for name, value in (*self.colours.items(), *self.dark.items()):
            if not _PROPERTY.fullmatch(name) or not _COLOUR.fullmatch(value):
                raise ValueError(f"{name}: {value!r} is not a colour, like #0b5c6b")

    def stylesheet(self) -> str:
        """Return the custom properties as CSS; empty where nothing is set."""
        light, dark = _rules(self.colours), _rules({**self.colours, **self.dark})
        return f":root {{{light}}}\n@media (prefers-color-scheme: dark) {{ :root {{{dark}}} }}\n" if dark else ""


def _rules(colours: Mapping[str, str]) -> str:
    return "".join(f" --{name}: {value};" for name, value in colours.items())
