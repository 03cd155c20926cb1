"""What is answered beside the engine's own views: lists by their name, errors, and what is made once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from takings.engine.numbering import PreviewedNumber, UnusedNumber
from takings.views import (
    DecidedView,
    MappingView,
    RunView,
    StepResult,
    StepView,
    SuggestionView,
)
from takings.views.history import LinkView, OverviewView


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What went wrong: `kind` is stable, `message` and `do` are for people.

    `field` names what was wrong of what was sent, `do` says what mends it.
    """

    kind: str
    message: str
    field: str
    do: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """The answer to every call that did not do what was asked."""

    error: Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Unconfirmed:
    """Nothing was done: `count` is how many documents or days it is about, which is to be confirmed."""

    error: Problem
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRefusal:
    """The step with an error at each wrong field; what was typed is kept as a draft."""

    error: Problem
    result: StepResult


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleStep:
    """The step was changed meanwhile: what stands there now, and what you sent."""

    error: Problem
    theirs: StepView
    yours: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """Who asks; `csrf_token` goes into the header X-CSRF-Token, empty where none is needed."""

    owner: str
    name: str
    integration: str
    can_provision: bool
    csrf_token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OneComponent:
    """A source, a target or a numbering strategy that an integration can be made with."""

    id: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Components:
    """What integrations can be made of."""

    sources: tuple[OneComponent, ...]
    targets: tuple[OneComponent, ...]
    numberings: tuple[OneComponent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """The names of other integrations that post through the same connection."""

    integrations: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overviews:
    """Integrations at a glance, those that need a person first."""

    integrations: tuple[OverviewView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionMade:
    """What was decided, and the `run` that carries it out; `waits` says why the next sync does so instead."""

    decided: DecidedView
    run: RunView | None
    waits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingRows:
    """Codes with their decisions."""

    mapping: tuple[MappingView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """What codes of a dimension can be mapped to, as the ledger orders it; reasons and scores are empty."""

    candidates: tuple[SuggestionView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """How many codes the source has, and how many of them have no decision."""

    integration: str
    codes: int
    open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """The numbers that come next; nothing is reserved."""

    numbers: tuple[PreviewedNumber, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unused:
    """Numbers that were reserved and are on no document."""

    unused: tuple[UnusedNumber, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleShape:
    """When an integration runs by itself, and when next.

    Days before `start_date`, or from before it became active, wait until they are confirmed.
    """

    every: str
    at: str
    weekday: int
    day: int
    timezone: str
    missing_after: int | None
    next_due: datetime | None
    start_date: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address at the other system, for a person's browser; empty where the system has none."""

    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    """An Auth Token; it is in this answer and nowhere else."""

    integration: str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokedToken:
    """The Auth Token no longer works."""

    integration: str
    revoked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLink:
    """A set-up link's token; it is in this answer and nowhere else. `address` is empty below a host's own sign-in."""

    integration: str
    token: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupLinks:
    """Set-up links, the newest first."""

    links: tuple[LinkView, ...]
