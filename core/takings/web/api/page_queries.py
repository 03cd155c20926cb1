"""What stands behind the question mark of lists: which part of them, how much, or which one."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from takings.domain.period import Period
from takings.store.states import DayState
from takings.views.pages import PAGE
from takings.web.api.bodies import FIRST, LAST, Count, Day, InPeriod, Query, Short


class IntegrationsQuery(Query):
    """How many, by name; `after` is `next` of the page before."""

    after: Short = ""
    limit: Count = Field(PAGE, ge=1, le=2_000)


class DaysQuery(InPeriod):
    """Business dates, both included, without them all; one state only; `start` is `next` of the page before."""

    state: DayState | None = None
    start: Day | None = None
    limit: Count = Field(PAGE, ge=1, le=2_000)

    @property
    def rest(self) -> Period:
        """What is asked for, without the pages before."""
        first, last = self.first or FIRST, self.last or LAST
        return Period(max(first, self.start or first), last)

    @model_validator(mode="after")
    def _starts_within(self) -> Self:
        _ = self.rest  # raises where the start is after the end
        return self


class DocumentsQuery(InPeriod):
    """Business dates, both included, without them all; `after` is `next` of the page before."""

    after: Short = ""
    limit: Count = Field(PAGE, ge=1, le=2_000)


class DocumentQuery(Query):
    """One document, by its key."""

    key: Short


class RunsQuery(Query):
    """How many, the newest first; `before` is `older` of the page before."""

    before: Short = ""
    limit: Count = Field(20, ge=1, le=200)
