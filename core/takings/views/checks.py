"""What the engine shows of checks: how often, what the last one found, and which documents differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from takings.domain.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftedView:
    """One posted document that the ledger holds otherwise; `noted_by` knows of it and leaves it as it is."""

    document: str
    business_date: date
    kind: str
    number: str
    found_at: datetime
    checked_at: datetime
    run: str
    noted_by: str
    noted_at: datetime | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftView:
    """What the last check of an integration found; `checked_at` is empty before the first one.

    `every` is how often it is checked by itself: `off`, `weekly` or `daily`. `differing` counts the documents that
    nobody has noted.
    """

    integration: str
    every: str
    next_due: datetime | None
    checked_at: datetime | None
    run: str
    period: str
    documents: int
    payments: int
    differing: int
    drifted: tuple[DriftedView, ...]
