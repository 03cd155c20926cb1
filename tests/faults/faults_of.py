"""The faults of the crash matrix: at which boundaries each strikes, how, and what the owner does afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.faults.striking import Boundary

#: Longer than any ledger remembers a key, and than a call may be on its way.
DEAD = 600.0
DAY_LIMIT = 7200.0


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What goes wrong at a boundary of the kind `at`.

    `strike` is what happens in the process and at which moment; `rule` what the ledger does; `tokens` what becomes of
    the authorisation while a call is under way. `pause` is how many seconds pass before the next run.

    What the journal must tell: `finding` of a run that it ended, where that could still be written; `word` in what a
    writing call was answered, or `again` where the call went again.
    """

    name: str
    at: str
    strike: tuple[str, str] | None = None
    rule: Mapping[str, Any] = field(default_factory=dict)
    tokens: str = ""
    writes: bool = False
    pause: float = 0.0
    stores: tuple[str, ...] = ("sqlite",)
    finding: str = ""
    word: str = ""

    @property
    def kills(self) -> bool:
        """Whether the process dies of it."""
        return self.strike is not None and self.strike[0] == "die"

    @property
    def reconnects(self) -> bool:
        """Whether the owner has to connect again."""
        return self.tokens == "refused"

    def strikes(self, boundary: Boundary) -> bool:
        """Whether it can strike there: a ledger's own fault, at a call that is one to its books."""
        if boundary.kind != self.at:
            return False
        return not self.writes or not boundary.label.startswith("GET ")

    def __str__(self) -> str:
        return self.name


BUSY, GONE = "run.database_busy", "run.database_missing"
SERVER = ("postgresql",)
BOTH = ("sqlite", "postgresql")
_UNHEARD = {"do": "drop_before"}
_DROPPED = {"do": "commit_then_drop"}
_LATE = {"do": "drop_then_commit_later", "seconds": 0.05}
_MINUTE = {"do": "status", "status": 429, "retry_after": 60, "problem": "minute"}
_DAY = {"do": "status", "status": 429, "retry_after": int(DAY_LIMIT), "problem": "day"}

KILLS = (
    Fault(name="killed before sending", at="call", strike=("die", "send"), stores=BOTH),
    Fault(name="killed with the reply read", at="call", strike=("die", "read"), stores=BOTH),
    Fault(name="killed, reply read, key dead", at="call", strike=("die", "read"), pause=DEAD, writes=True),
    Fault(name="killed, no reply", at="call", strike=("die", "lost"), rule=_DROPPED, writes=True),
    Fault(name="killed, no reply, dead", at="call", strike=("die", "lost"), rule=_DROPPED, writes=True, pause=DEAD),
    Fault(name="killed, unheard, dead", at="call", strike=("die", "lost"), rule=_UNHEARD, writes=True, pause=DEAD),
    Fault(name="killed before the commit", at="commit", strike=("die", "commit"), stores=BOTH),
    Fault(name="killed after the commit", at="commit", strike=("die", "committed"), stores=BOTH),
)  # fmt: skip

CONNECTION = (
    Fault(
        name="no route to the ledger",
        at="call",
        strike=("unreachable", "send"),
        finding="run.unavailable",
        word="can't be reached",
    ),
    Fault(name="dropped before it is carried out", at="call", rule=_UNHEARD, finding="run.reply_lost", word="again"),
    Fault(
        name="dropped while it is carried out",
        at="call",
        rule=_LATE,
        writes=True,
        finding="run.reply_lost",
        word="again",
    ),
    Fault(name="dropped after it is carried out", at="call", rule=_DROPPED, finding="run.reply_lost", word="again"),
    Fault(
        name="dropped within the reply",
        at="call",
        strike=("cut short", "read"),
        finding="run.reply_lost",
        word="again",
    ),
)

ANSWERS = (
    Fault(name="429 for a minute", at="call", rule=_MINUTE, finding="run.rate_limited", word="minute limit"),
    Fault(
        name="429 for the day",
        at="call",
        rule=_DAY,
        pause=DAY_LIMIT + 1,
        finding="run.rate_limited",
        word="day limit",
    ),
    Fault(name="500", at="call", rule={"do": "status", "status": 500}, finding="run.retry", word="500"),
    Fault(
        name="503",
        at="call",
        rule={"do": "status", "status": 503, "retry_after": 30},
        finding="run.unavailable",
        word="can't be reached",
    ),
    Fault(name="token expired", at="call", tokens="expired"),
    Fault(
        name="token expired, refresh refused",
        at="call",
        tokens="refused",
        finding="run.authorisation_expired",
        word="no longer accepts",
    ),
)

STORE = (
    Fault(name="locked briefly", at="commit", strike=("lock briefly", "begin"), stores=BOTH, finding=BUSY),
    Fault(name="locked", at="commit", strike=("lock", "begin"), stores=BOTH, finding=BUSY),
    Fault(name="disk takes no more", at="commit", strike=("no more bytes", "commit"), finding=GONE),
    Fault(name="disk full", at="commit", strike=("full", "commit"), finding="run.database_full"),
    Fault(name="hung up before the commit", at="commit", strike=("hang up", "commit"), stores=SERVER, finding=GONE),
    Fault(name="hung up after the commit", at="commit", strike=("hang up", "committed"), stores=SERVER, finding=GONE),
    Fault(name="statement takes too long", at="commit", strike=("too long", "commit"), stores=SERVER, finding=BUSY),
)  # fmt: skip

FAULTS = (*KILLS, *CONNECTION, *ANSWERS, *STORE)
