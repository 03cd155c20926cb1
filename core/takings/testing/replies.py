"""Replies that no server gave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


class Headers(Mapping[str, str]):
    """Headers that are looked up without regard to case."""

    def __init__(self, given: Mapping[str, str] | None = None) -> None:
        self._given = {name.lower(): value for name, value in (given or {}).items()}

    def __getitem__(self, name: str) -> str:
        return self._given[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)


@dataclass(frozen=True, slots=True)
class CannedReply:
    """A reply made up by a test; it is what plugins know as `Reply`."""

    status_code: int = 200
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=Headers)

    @property
    def text(self) -> str:
        """The body as text."""
        return self.content.decode("utf-8", "replace")


def canned(status: int = 200, body: bytes | str = b"", headers: Mapping[str, str] | None = None) -> CannedReply:
    """Return a made-up reply."""
    content = body.encode() if isinstance(body, str) else body
    return CannedReply(status, content, Headers(headers))
