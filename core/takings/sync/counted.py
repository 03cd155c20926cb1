"""What of a close counts in the ledger: its contents as they were posted, as far as these documents were approved."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlmodel import Session, col

from takings.domain.day import DaySummary
from takings.domain.money import ZERO
from takings.domain.period import Period
from takings.store.journal import UnitRow
from takings.store.query import columns
from takings.sync.mapped import STANDING


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One posting for a close, that of its day or one that adjusts it: which record, and whether it is a draft."""

    record: int
    draft: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What of a close counts (None where its first posting is a draft), its takings, and those of them in drafts."""

    content: DaySummary | None = None
    total: Decimal = ZERO
    unapproved: Decimal = ZERO


def load_steps(
    session: Session, integration_id: str, period: Period, *, lacking: Collection[str]
) -> dict[int, list[Step]]:
    """Read the postings for the closes of a period that have a draft among them, by the closes' ids, in order.

    Those whose document is `lacking`, since it was never made or is gone, are left out: be it all of a close.
    """
    query = (
        columns(UnitRow.mapped, UnitRow.documents)
        .where(
            UnitRow.integration_id == integration_id,
            col(UnitRow.state).in_(STANDING),
            UnitRow.first <= period.last,
            UnitRow.last >= period.first,
        )
        .order_by(col(UnitRow.generation))
    )
    found: dict[int, list[Step]] = {}
    with_drafts: set[int] = set()
    for mapped, documents in session.execute(query):
        own: Mapping[str, Any] = next((one for one in documents if not one.get("customer")), {})
        draft, stands = bool(own.get("draft")), own.get("key") not in lacking
        with_drafts.update(row["day"] for row in mapped if draft)
        for row in mapped:
            found.setdefault(row["day"], []).extend([Step(record=row["record"], draft=draft)] if stands else [])
    return {day: steps for day, steps in found.items() if day in with_drafts}


def records_of(steps: Iterable[Sequence[Step]]) -> set[int]:
    """Return the records that these postings were of."""
    return {one.record for some in steps for one in some}


def split(steps: Sequence[Step], contents: Mapping[int, DaySummary]) -> Counted:
    """Tell what counts of a close from what waits in drafts."""
    counts: DaySummary | None = None
    unapproved = before = ZERO
    waits = False
    for one in steps:
        content = contents.get(one.record)
        if content is None:
            continue
        waits = waits or one.draft
        if one.draft:
            unapproved += content.counted_total - before
        elif not waits:
            counts = content
        before = content.counted_total
    return Counted(content=counts, total=before, unapproved=unapproved)
