"""A token set as it is stored: sealed JSON in one column, opened only in its own row."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

#: Assumed where a token reply does not say how long its access token lives.
UNSAID_LIFE = 1800
MARGIN = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSet:
    """An access token and what renews it.

    `previous` is the refresh token before the last rotation, in case the other system never heard that we got the
    new one; `rotated_at` is when that was. `life` is the access token's, in seconds.
    """

    access: str
    refresh: str
    life: int
    rotated_at: str
    previous: str = ""
    kind: str = "Bearer"

    @property
    def header(self) -> str:
        """The Authorization value."""
        return f"{self.kind} {self.access}"

    @property
    def margin(self) -> timedelta:
        """How long before its end the access token is renewed: two minutes, less for one that lives shortly."""
        return min(MARGIN, timedelta(seconds=self.life / 4))

    def previous_at(self, now: datetime, grace: timedelta) -> str:
        """Return the previous refresh token while the other system still takes it, else nothing."""
        return self.previous if now < datetime.fromisoformat(self.rotated_at) + grace else ""

    def to_text(self) -> str:
        """Write it as JSON, to be sealed."""
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> TokenSet:
        """Read what `to_text` wrote."""
        return cls(**json.loads(text))

    @classmethod
    def from_reply(cls, reply: dict[str, Any], *, now: datetime, used: str = "") -> TokenSet:
        """Read a token reply; `used` is the refresh token it answers, kept where no other came (RFC 6749, 6)."""
        said = str(reply.get("expires_in", ""))
        life = int(said) if said.isdecimal() else UNSAID_LIFE
        kind = str(reply.get("token_type") or "Bearer")
        return cls(
            access=str(reply["access_token"]),
            refresh=str(reply.get("refresh_token") or used),
            life=life,
            rotated_at=now.isoformat(),
            previous=used if reply.get("refresh_token") not in {None, "", used} else "",
            kind="Bearer" if kind.lower() == "bearer" else kind,
        )
