"""What of a close counts in the ledger: its contents as they were posted, as far as these documents were approved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

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


def load_steps(session: Session, integration_id: str, period: Period) -> dict[int, list[Step]]:
    """Read the postings for the closes of a period that have a draft among them, by the closes' ids, in order."""
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
    for mapped, documents in session.execute(query):
        draft = next((bool(one.get("draft")) for one in documents if not one.get("customer")), False)
        for row in mapped:
            found.setdefault(row["day"], []).append(Step(record=row["record"], draft=draft))
    return {day: steps for day, steps in found.items() if any(one.draft for one in steps)}


def records_of(steps: Iterable[Sequence[Step]]) -> set[int]:
    """Return the records that these postings were of."""
    return {one.record for some in steps for one in some}


def split(steps: Sequence[Step], contents: Mapping[int, DaySummary]) -> tuple[DaySummary | None, Decimal]:
    """Return the content that counts (None where the first posting is a draft), and the takings in drafts."""
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
    return counts, unapproved
