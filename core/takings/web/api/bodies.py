"""What callers send: each shape refuses names that it does not know and values of another type."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from takings.domain.period import EARLIEST, LATEST, Period
from takings.engine.links import LONGEST_LINK_DAYS
from takings.store.states import LONGEST_REASON

FIRST, LAST = EARLIEST, LATEST

#: No NUL, which databases refuse.
_PATTERN = r"^[^\x00]*$"


def _as_written(pattern: str, told: str) -> BeforeValidator:
    """Refuse other ways of writing a value, which pydantic would take."""

    def check(value: Any) -> Any:
        if not isinstance(value, str) or not re.fullmatch(pattern, value, re.ASCII):
            raise ValueError(told)
        return value

    return BeforeValidator(check)


Short = Annotated[str, Field(max_length=300, pattern=_PATTERN)]
Reason = Annotated[str, Field(max_length=LONGEST_REASON, pattern=_PATTERN)]
Long = Annotated[str, Field(max_length=10_000, pattern=_PATTERN)]
Whole = Annotated[int, Field(ge=-(10**12), le=10**12)]
Name = Annotated[str, Field(max_length=300)]
Values = Annotated[dict[Name, Whole | bool | Long | None], Field(max_length=2_000)]
Day = Annotated[
    date,
    Field(strict=False, ge=FIRST, le=LAST, description=f"From {FIRST} to {LAST}"),
    _as_written(r"\d{4}-\d\d-\d\d", "a date is written like 2026-10-31"),
]
Count = Annotated[int, _as_written(r"\d{1,19}", "a number is written in digits")]
Side = Literal["source", "target"]


class Body(BaseModel):
    """The base of what is sent as JSON."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, populate_by_name=False)

    #: One as it is meant to be sent, for the documentation.
    example: ClassVar[dict[str, Any]] = {}


class Query(BaseModel):
    """The base of what stands behind the question mark."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)


class Dates(BaseModel):
    """Business dates, both included."""

    first: Day | None = Field(None, alias="from")
    last: Day | None = Field(None, alias="to")

    @property
    def period(self) -> Period | None:
        """The dates as a period."""
        return Period(self.first, self.last) if self.first and self.last else None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.first is None) != (self.last is None):
            raise ValueError("give both from and to, or neither")
        _ = self.period  # raises where it ends before it begins
        return self


class InPeriod(Dates, Query):
    """Business dates, both included; without them all, or those that a sync would look at."""


class ForPeriod(Dates, Body):
    """Business dates, both included; without them those that a sync would look at."""

    example: ClassVar = {"from": "2026-10-01", "to": "2026-10-31"}


class AuditQuery(Query):
    """Events older than the one with the id `before`; 0 begins with the newest."""

    before: Count = Field(0, ge=0, le=2**31 - 1)
    limit: Count = Field(50, ge=1, le=200)


class CalendarQuery(Query):
    """A month, like 2026-10; without it the venue's current one."""

    month: str | None = Field(None, pattern=r"^(19[7-9][0-9]|20[0-9]{2})-(0[1-9]|1[0-2])$")


class DayQuery(Query):
    """The site, for a source with several."""

    site: Short = ""


class MappingQuery(Query):
    """Which dimension, and whether the ledger is asked for suggestions."""

    dimension: Short | None = None
    suggestions: Literal["true", "false"] = "false"


class Provision(Body):
    """What an integration begins with; `source`, `target` and `numbering` are components, like `plugin:key`."""

    example: ClassVar = {"name": "anchor", "source": "till:eod", "target": "books:ledger"}

    name: Short
    source: Short
    target: Short
    numbering: Short = "builtin:ledger"
    numbering_settings: Values = {}
    target_settings: Values = {}
    trailing_days: int = Field(35, ge=1, le=400)


class Pause(Body):
    """Why it is paused, for people."""

    example: ClassVar = {"reason": "Renovation until Friday"}

    reason: Reason = ""


class Answer(Body):
    """Answers by field or code. `version` came with the step; `action` is one of the step's actions."""

    example: ClassVar = {"values": {"trailing_days": 20}, "version": "2", "action": "continue"}

    values: Values = {}
    version: Short = ""
    action: Short = "continue"


class BeginConnect(Body):
    """Which side, and the path of the page on your site that the other system sends people back to.

    Without it they come to the site's own page. What comes is registered at the other system, whole.
    """

    example: ClassVar = {"side": "target", "return_path": "/settings/ledger"}

    side: Side = "target"
    return_path: str | None = Field(None, max_length=300, pattern=r"^(/[A-Za-z0-9_~.-]+)+$")


class FinishConnect(Body):
    """What came back behind the question mark of the return path."""

    example: ClassVar = {"state": "what came back as state", "code": "what came back as code"}

    state: Short = Field(min_length=1)
    code: Long = ""
    error: Short = ""
    error_description: Long = ""


class ChooseOrganisation(Body):
    """One organisation of a finished connect."""

    example: ClassVar = {
        "authorisation_id": "aut_5f0c1e9a",
        "organisation_id": "70784a63-d24b-46a9-a4db-0e70a274b056",
    }

    authorisation_id: Short
    organisation_id: Short


class RequestRun(ForPeriod):
    """What is to be run: `fetch` and `preview` post nothing. Days of the past are posted if `confirm` counts them."""

    example: ClassVar = {"kind": "sync", "from": "2026-10-01", "to": "2026-10-31", "confirm": 31}

    kind: Literal["sync", "fetch", "preview", "verify"] = "sync"
    confirm: int | None = Field(None, ge=0, le=100_000)


class Decide(Body):
    """A decision on one code; `to` is an id, code or name of the ledger, for `post` only."""

    example: ClassVar = {"dimension": "accounts", "code": "FOOD-KIT", "choice": "post", "to": "201"}

    dimension: Short
    code: Short
    choice: Literal["post", "do_not_post", "leave_open"] = "post"
    to: Short | None = None


class AcceptSuggestions(Body):
    """The least score, from 0 to 100, of suggestions that are taken."""

    example: ClassVar = {"least_score": 80}

    least_score: int = Field(60, ge=0, le=100)


class PreviewNumbers(Body):
    """A strategy to try with its settings; without one the integration's own."""

    example: ClassVar = {"numbering": "builtin:dated", "numbering_settings": {"prefix": "POS-"}, "count": 3}

    numbering: Short | None = None
    numbering_settings: Values | None = None
    count: int = Field(3, ge=1, le=100)


class SetSchedule(Body):
    """When it runs by itself, in its own time zone; a close missing after `missing_after` days is reported."""

    example: ClassVar = {"every": "day", "at": "03:30", "timezone": "Australia/Melbourne", "missing_after": 2}

    every: Literal["manual", "hour", "day", "week", "month"]
    at: str = Field("03:30", pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")
    weekday: int = Field(0, ge=0, le=6, description="0 is Monday")
    day: int = Field(1, ge=1, le=31, description="31 is the last day of shorter months too")
    timezone: Short = Field("", description="An IANA name; empty means UTC")
    missing_after: int | None = Field(None, ge=0, le=60)


class MakeLink(Body):
    """For how many days the link works."""

    example: ClassVar = {"days": 14}

    days: int = Field(14, ge=1, le=LONGEST_LINK_DAYS)
