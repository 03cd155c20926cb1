"""Keeps secrets out of log lines: those the core knows by value, and those that look like one."""

from __future__ import annotations

import re
from collections import OrderedDict
from typing import Any

HIDDEN = "[hidden]"
#: Enough for the tokens and client secret of one connection through a few rotations.
REMEMBERED = 32

_NAMES = (
    r"access_token|refresh_token|id_token|client_secret|code_verifier|password|secret|token|code|state|api[_-]?key"
)
_SHAPES = (
    re.compile(r"\b(Bearer|Basic)(\s+)[A-Za-z0-9\-._~+/]+=*", re.IGNORECASE),
    re.compile(r"\b(eyJ)()[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?"),
    re.compile(rf"\b({_NAMES})(\"?\s*[=:]\s*\"?)(?!\[hidden\])[^\s&\",;}}]+", re.IGNORECASE),
)
_SECRET_NAME = re.compile(rf"(?:^|_|-)(?:{_NAMES}|authorization)$", re.IGNORECASE)


class Secrets:
    """The secrets that one connection deals with; `hide` blanks them in any text."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, None] = OrderedDict()

    def learn(self, *values: str) -> None:
        """Remember values that must never be shown; the oldest are forgotten."""
        for value in values:
            if len(value) >= 6 and value not in self._known:
                self._known[value] = None
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    def hide(self, text: str) -> str:
        """Return the text on one line, with known secrets and everything of a secret's shape blanked."""
        for secret in tuple(self._known):
            text = text.replace(secret, HIDDEN)
        for shape in _SHAPES:
            text = shape.sub(rf"\1\2{HIDDEN}", text)
        return text.replace("\r", "\\r").replace("\n", "\\n")

    def line(self, message: str, values: dict[str, Any]) -> str:
        """Return a log line: the message and `name=value` pairs, blanked where a name or value is secret."""
        pairs = (f"{name}={HIDDEN if _SECRET_NAME.search(name) else value}" for name, value in values.items())
        return self.hide(" ".join([message, *pairs]))
