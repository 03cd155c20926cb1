"""What the engine shows of undo and of late changes: what would be taken back, and what differs, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from takings.domain.findings import Finding
from takings.views.work import DayView, DocumentView


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoPreview:
    """What an undo would do now; `count` is what has to be confirmed, and `question` what is asked before.

    `documents` would be taken back with their `payments`, in so many writing `calls`, which take about so many
    `seconds` within the ledger's limits. `left` can't be taken back; `findings` say why and what to do by hand.
    """

    integration: str
    organisation: str
    period: str
    currency: str
    count: int
    question: str
    documents: tuple[DocumentView, ...]
    payments: int
    calls: int
    seconds: int
    left: tuple[DocumentView, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionView:
    """What was decided about a day: by whom, when (ISO 8601) and why."""

    decision: str
    by: str
    at: str
    reason: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceLineView:
    """One amount before and after: of an `account` with its tax code, a `tax`, or a `payment_method`.

    `place` is where the code goes in the ledger by today's mapping.
    """

    kind: str
    code: str
    name: str
    tax_code: str
    place: str
    posted: Decimal
    now: Decimal
    change: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceView:
    """What was posted for a day beside what the source says now; `lines` are those that differ, then all others.

    `changes` say in words what changed besides the amounts of `lines`, like customers' shares, names or times.
    `allowed` names the decisions that are open; where the ledger is closed up to a later date (`locked_through`, as
    the last run saw it), the day can't be posted anew.
    """

    integration: str
    business_date: date
    sequence: int
    state: str
    currency: str
    number: str
    posted_revision: int
    revision: int
    posted_total: Decimal
    total: Decimal
    differs: bool
    lines: tuple[DifferenceLineView, ...]
    allowed: tuple[str, ...]
    changes: tuple[str, ...] = ()
    decision: DecisionView | None = None
    locked_through: date | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedView:
    """The days that were decided about; with `to_do` the next sync has something to do for it."""

    integration: str
    decision: str
    to_do: bool
    days: tuple[DayView, ...]
