"""What was decided about days: kept with the day, put into its content, and done without asking where a policy says.

A decision is about one record of its day. A later revision that says something else needs a new one; only `never`
lasts until it is reconsidered. That a record is right as it is (its difference, or that it looks unusual) stays so
while the record is the same, also when the day is taken back and posted again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from takings.domain.catalogue import DimensionKind
from takings.domain.day import LineKind
from takings.domain.mapping import MappingTable
from takings.errors import UsageError
from takings.store import audit
from takings.store.states import DayState, Decision, LateChanges
from takings.store.tables import CatalogueCode, Day
from takings.sync.changes import decided, lock_days, mark_changed
from takings.sync.confirmed import as_kept, confirmable, confirmed_of, told_with
from takings.sync.guarding import load_sizes, size_finding
from takings.sync.joint import Joint
from takings.sync.operations import VOIDED
from takings.sync.rechecking import reassess
from takings.sync.records import load_day

#: In which states a day can be decided about, and how.
ALLOWED: Mapping[Decision, tuple[DayState, ...]] = {
    Decision.REPOST: (DayState.CHANGED, DayState.POSTED, DayState.UNDONE, DayState.HELD, DayState.PARTLY),
    Decision.ADJUST: (DayState.CHANGED,),
    Decision.LEAVE: (DayState.CHANGED,),
    Decision.NEVER: (DayState.PENDING, DayState.HELD, DayState.NOTHING, DayState.UNDONE),
    Decision.POST_DIFFERENCE: (DayState.HELD,),
    Decision.POST_ANYWAY: (DayState.HELD,),
    Decision.RECONSIDER: (
        DayState.NEVER, DayState.POSTED, DayState.CHANGED, DayState.HELD, DayState.PENDING, DayState.UNDONE,
    ),
}  # fmt: skip

#: In these a day is posted anew only where somebody removed in the ledger what was posted of it.
_ONLY_VOIDED = (DayState.HELD, DayState.PARTLY)

#: Decisions after which a sync has something to do.
TO_DO = (
    Decision.REPOST.value,
    Decision.ADJUST.value,
    Decision.POST_DIFFERENCE.value,
    Decision.POST_ANYWAY.value,
)

#: States of days of which documents stand in the ledger.
_STANDS = (DayState.POSTED, DayState.CHANGED, DayState.PARTLY)

#: Decisions that only stand with a reason, in words.
REASON_NEEDED = {
    Decision.NEVER: "keeping a day out of the ledger",
    Decision.POST_DIFFERENCE: "posting a day with its difference",
    Decision.POST_ANYWAY: "posting a day that looks unusual or posted already",
}


def allowed(day: Day, decision: Decision) -> bool:
    """Whether a day's state and findings allow a decision."""
    state = DayState(day.state)
    if decision is Decision.REPOST and state in _ONLY_VOIDED:
        return any(one["code"] == VOIDED for one in day.findings)
    return state in ALLOWED[decision]


def decide_days(  # noqa: PLR0913 - a decision is that many facts
    session: Session,
    joint: Joint,
    days: Sequence[Day],
    *,
    decision: Decision,
    reason: str,
    by: str,
    table: MappingTable,
    now: datetime,
    account: str = "",
    request_id: str = "",
) -> None:
    """Keep a decision on each of these days, all or none; raises UsageError for one that does not allow it."""
    if decision in REASON_NEEDED and not reason.strip():
        raise UsageError(f"Say why: {REASON_NEEDED[decision]} needs a reason.")
    lock_days(session, days)  # a run may begin to post one
    for day in days:
        _check(session, day, decision)
    if decision is Decision.POST_DIFFERENCE:
        account = _variance_account(session, joint, table, given=account)
    for day in days:
        details = _told(day, decision, reason, account=account)
        kept = _kept(day, decision, reason, by=by, account=account, now=now)
        _decide(session, joint, day, decision=decision, kept=kept, table=table, now=now)
        audit.record(
            session,
            at=now,
            owner=joint.integration.owner,
            principal=by,
            action=f"day.{decision.value}",
            integration_id=joint.integration.id,
            request_id=request_id,
            details=details,
        )
    session.flush()
    mark_changed(session, joint.integration.id, now)


def _told(day: Day, decision: Decision, reason: str, *, account: str) -> dict[str, Any]:
    """Return what the audit trail keeps of a decision, with the sentences that were confirmed by it."""
    seen = [one["what"] for one in told_with(day.findings, decision)]
    return {
        "day": day.business_date.isoformat(),
        "sequence": day.sequence,
        "record": day.record_id,
        "reason": reason,
        **({"account": account} if account else {}),
        **({"confirmed": seen} if seen else {}),
    }


def _check(session: Session, day: Day, decision: Decision) -> None:
    name = f"{day.business_date.isoformat()}/{day.sequence}"
    states = [one for one in ALLOWED[decision] if decision is not Decision.REPOST or one not in _ONLY_VOIDED]
    if not allowed(day, decision) or (
        decision is Decision.RECONSIDER and not day.decision and day.state != DayState.NEVER
    ):
        wanted = " or ".join(one.value for one in states)
        what = "has no decision to take back" if decision is Decision.RECONSIDER else f"is {day.state}, not {wanted}"
        if decision is Decision.NEVER and DayState(day.state) in _STANDS:
            what = f"is {day.state}; undo it first, then decide that it is never posted"
        raise UsageError(f"{name} {what}.")
    if decision is Decision.POST_DIFFERENCE and not load_day(session, day.record_id).difference:
        raise UsageError(f"{name} balances: there is no difference to post. What holds it is in its findings.")
    if decision is Decision.POST_ANYWAY and not confirmable(day.findings):
        raise UsageError(f"{name} has nothing to confirm. What holds it is in its findings.")


def _kept(day: Day, decision: Decision, reason: str, *, by: str, account: str, now: datetime) -> dict[str, Any]:
    confirmed = confirmed_of(day.decision, day.record_id)
    confirmed += as_kept(told_with(day.findings, decision), {"by": by, "at": now.isoformat(), "reason": reason})
    if decision is Decision.POST_ANYWAY and decided(day) == Decision.POST_DIFFERENCE:
        return {**day.decision, "confirmed": confirmed}  # that its difference is posted stays decided
    before = content_decision(day) if decision is Decision.REPOST else {}
    return {
        **({"confirmed": confirmed} if confirmed else {}),
        **({"before": before} if before else {}),
        "decision": decision.value,
        "record": None if decision is Decision.NEVER else day.record_id,
        "by": by,
        "at": now.isoformat(),
        "reason": reason,
        "account": account,
    }


def content_decision(day: Day) -> dict[str, Any]:
    """Return what was decided of the content that stands for a day now: it stays so when it is taken back."""
    decision = day.decision
    if decision.get("decision") == Decision.REPOST:
        decision = decision.get("before", {})
    of_content = (Decision.POST_DIFFERENCE.value, Decision.POST_ANYWAY.value)
    mine = decision.get("decision") in of_content and decision.get("record") == day.record_id
    return dict(decision) if mine else {}


def _decide(
    session: Session,
    joint: Joint,
    day: Day,
    *,
    decision: Decision,
    kept: dict[str, Any],
    table: MappingTable,
    now: datetime,
) -> None:
    was = DayState(day.state)
    day.updated_at = now
    # What was taken back of a posted day stays known, so that no policy decides about it again.
    forgotten = decision is Decision.RECONSIDER and was not in (DayState.POSTED, DayState.CHANGED)
    day.decision = {} if forgotten else kept
    session.add(day)
    if decision is Decision.NEVER:
        day.state, day.findings = DayState.NEVER.value, []
    elif decision is Decision.RECONSIDER and was is DayState.POSTED:
        day.findings = [one for one in day.findings if one["code"].startswith("payments.")]
    elif decision is Decision.REPOST and was in (DayState.UNDONE, DayState.HELD):
        begin_anew(session, joint, day, table=table, now=now)
    elif decision in (Decision.POST_DIFFERENCE, Decision.POST_ANYWAY) or forgotten:
        if was is DayState.NEVER and day.unit_id is not None:
            day.state = DayState.UNDONE.value  # it was posted and taken back before
        elif was is not DayState.UNDONE:
            reassess(session, joint, day, table=table, now=now)
    session.flush()


def begin_anew(session: Session, joint: Joint, day: Day, *, table: MappingTable, now: datetime) -> None:
    """Let a day whose documents were taken back be posted again, under the keys of its next generation."""
    day.unit_id, day.posted_record_id, day.generation = None, None, day.generation + 1
    if day.decision.get("decision") == Decision.REPOST:
        day.decision = content_decision(day)
    reassess(session, joint, day, table=table, now=now)


def _variance_account(session: Session, joint: Joint, table: MappingTable, *, given: str) -> str:
    """Return the source's account code that differences are posted to: the given one, or the catalogue's.

    Empty where it has none and the settings name an account of the ledger.
    """
    dimension = table.dimensions.get(DimensionKind.ACCOUNT)
    if dimension is None:
        raise UsageError(f"{joint.source_type.title} has no accounts that a difference could be posted to.")
    query = select(CatalogueCode.code).where(
        CatalogueCode.integration_id == joint.integration.id, CatalogueCode.dimension == dimension.key
    )
    if given:
        query = query.where(CatalogueCode.code == given)
    else:
        query = query.where(CatalogueCode.role == LineKind.VARIANCE.value)
    codes = session.exec(query.order_by(col(CatalogueCode.code))).all()
    if len(codes) == 1:
        return codes[0]
    if not given and table.treatment(LineKind.VARIANCE).account:
        return ""  # the settings name an account for differences, whatever the point of sale calls them
    if given:
        raise UsageError(f"The point of sale has no account {given}.")
    many = f"several accounts for differences ({', '.join(codes)})" if codes else "no account for differences"
    raise UsageError(f"The point of sale has {many}. Name one of its accounts.")


def apply_policy(session: Session, joint: Joint, now: datetime) -> int:
    """Decide about changed days without a decision as the integration's policy says; returns how many."""
    policy = LateChanges(joint.integration.late_changes)
    if policy is LateChanges.ASK:
        return 0
    changed = session.exec(
        select(Day).where(Day.integration_id == joint.integration.id, Day.state == DayState.CHANGED.value)
    ).all()
    # One that a person took back, or that could not be done, waits for a person.
    waiting = [day for day in changed if not day.decision or day.decision["record"] != day.record_id]
    waiting = _of_usual_size(session, joint, waiting)
    if waiting:
        decide_days(
            session,
            joint,
            waiting,
            decision=Decision(policy.value),
            reason="The policy for late changes",
            by="policy",
            table=MappingTable((), ()),
            now=now,
        )
    return len(waiting)


def _of_usual_size(session: Session, joint: Joint, days: Sequence[Day]) -> list[Day]:
    """Return the days of a size that a policy may decide about; the others say why they wait for a person."""
    if not days:
        return []
    dates = [day.business_date for day in days]
    sizes = load_sizes(session, joint.integration.id, min(dates), last=max(dates))
    usual = []
    for day in days:
        currency = load_day(session, day.record_id).site.currency
        finding = size_finding(day.business_date, sizes, currency)
        if finding is None:
            usual.append(day)
        elif finding.as_dict() not in day.findings:
            day.findings = [*day.findings, finding.as_dict()]
            session.add(day)
    return usual
