"""What callers send about what stands in the books: decisions, undo, checks, reports, alerts."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from takings.sync.deciding import TO_DO
from takings.web.api.bodies import FIRST, LAST, Body, Dates, Day, Long, Query, Reason, Short

_CLOSE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}(/[1-9][0-9]{0,4})?"


def close_of(written: str) -> tuple[date, int]:
    """Read a close as it is written; raises ValueError for a date that there is not."""
    day, _, sequence = written.partition("/")
    found = date.fromisoformat(day)
    if not FIRST <= found <= LAST:
        raise ValueError(f"{day} is not between {FIRST} and {LAST}")
    return found, int(sequence or 1)


def _is_close(written: str) -> str:
    for one in written.split(",") if written else ():
        close_of(one)
    return written


Close = Annotated[
    str,
    Field(pattern=f"^{_CLOSE}$", description="A date, or a further close of it like 2026-10-21/2"),
    AfterValidator(_is_close),
]


class DecideDays(Body):
    """What becomes of these days: of all of them, or of none.

    `never`, `post_difference` and `post_anyway` need a reason. `account` is the point of sale's account for a
    difference. What is to be posted by it is posted by a run that is begun now, or with `later` by the next sync.
    """

    example: ClassVar = {"decision": "adjust", "days": ["2026-10-21"], "reason": "The month is reported"}

    decision: Literal["repost", "adjust", "leave", "never", "post_difference", "post_anyway", "reconsider"]
    days: tuple[Close, ...] = Field(min_length=1, max_length=400)
    reason: Reason = ""
    account: Short = ""
    later: bool = False

    @property
    def closes(self) -> list[tuple[date, int]]:
        """The days that are named."""
        return [close_of(one) for one in self.days]

    @property
    def begins_run(self) -> bool:
        """Whether a run is to carry it out now."""
        return self.decision in TO_DO and not self.later


class ConfirmDays(Dates, Body):
    """Held days that are right although they look unusual or posted already: all, or those of a period.

    `confirm` is how many there are. With `later` the next sync posts them, else a run that is begun now.
    """

    example: ClassVar = {"from": "2026-10-30", "to": "2026-11-05", "reason": "Cup week", "confirm": 3}

    reason: Reason = Field(min_length=1)
    confirm: int | None = Field(None, ge=0, le=100_000)
    later: bool = False


class SetClosed(Body):
    """Dates on which the venue did not trade, or did; no close is missed on a date on which it was closed."""

    example: ClassVar = {"dates": ["2026-12-25"], "closed": True}

    dates: tuple[Day, ...] = Field(min_length=1, max_length=400)
    closed: bool = True


class SetLateChanges(Body):
    """What becomes of posted days that change: `ask` somebody, or one of the decisions without asking."""

    example: ClassVar = {"policy": "adjust"}

    policy: Literal["ask", "repost", "adjust", "leave"]


class UndoQuery(Dates, Query):
    """What would be taken back: a period, a run, or days like 2026-10-21,2026-10-22/2; one of the three."""

    run: Short = ""
    days: Annotated[str, AfterValidator(_is_close)] = Field(
        "", pattern=f"^({_CLOSE}(,{_CLOSE})*)?$", max_length=8_000
    )

    @property
    def closes(self) -> list[tuple[date, int]]:
        """The days that are named."""
        return [close_of(one) for one in self.days.split(",") if one]


class UndoOrder(Dates, Body):
    """What is taken back: a period, a run, or days; one of the three. `confirm` is the count of the preview."""

    example: ClassVar = {"from": "2026-10-01", "to": "2026-10-31", "confirm": 31}

    run: Short = ""
    days: tuple[Close, ...] = Field((), max_length=400)
    confirm: int | None = Field(None, ge=0, le=100_000)

    @property
    def closes(self) -> list[tuple[date, int]]:
        """The days that are named."""
        return [close_of(one) for one in self.days]


class SetChecks(Body):
    """How often what was posted is compared with the ledger by itself."""

    example: ClassVar = {"every": "daily"}

    every: Literal["off", "weekly", "daily"]


class NoteDrift(Body):
    """Documents whose differences are known, by their keys; without it all."""

    example: ClassVar = {"documents": ["shop:till/17/2026-10-03.1/g1/invoice.1"]}

    documents: tuple[Long, ...] | None = Field(None, max_length=2_000)


class SetAlerts(Body):
    """The e-mail address that the owner's alerts go to; empty for nowhere."""

    example: ClassVar = {"address": "books@shop.example"}

    address: Short


class ReportQuery(Query):
    """How the report is written; without it as the header Accept says, else as JSON."""

    format: Literal["json", "csv", "html"] | None = None


class ClearingQuery(Dates, ReportQuery):
    """Business dates, by default the last 31 days; one account only by its code, name or id."""

    account: Short = ""


class PostPayments(Body):
    """How many approved documents' payments are posted: the count that was shown."""

    example: ClassVar = {"confirm": 3}

    confirm: int | None = Field(None, ge=0, le=100_000)


class SetPayments(Body):
    """Whether each sync posts the payments of documents that were approved in the ledger."""

    example: ClassVar = {"automatic": True}

    automatic: bool
