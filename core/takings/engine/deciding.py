"""The part of the engine that decides: about held and changed days, and about taking back what was posted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, select

from takings.domain.period import Period
from takings.engine.base import EngineBase
from takings.engine.decided import Close, show_decided
from takings.errors import NotFound, UsageError
from takings.runner import queue
from takings.runner.port import Runner
from takings.setup.lookup import find_integration
from takings.store.states import DayState, Decision, LateChanges
from takings.store.tables import Day, Run
from takings.sync import showing
from takings.sync.comparing import compare_day
from takings.sync.deciding import decide_days
from takings.sync.joint import Joint, ProgressCall, load_table, no_progress
from takings.sync.orders import Confirm, Order
from takings.sync.running import Sync
from takings.sync.undo_preview import preview_undo
from takings.sync.undoing import UndoScope, reaching_further, undo_period, units_in
from takings.views import DecidedView, DifferenceView, IntegrationView, Principal, RunView, UndoPreview


class Deciding(EngineBase):
    """Decisions about days, differences, and undo."""

    _runner: Runner | None = None

    def decide(
        self,
        principal: Principal,
        ref: str,
        days: Sequence[date | Close],
        *,
        decision: Decision | str,
        reason: str = "",
        account: str = "",
    ) -> DecidedView:
        """Decide about days, all of them or none, and keep who did and why; a date is its first close.

        What is to be posted by it waits for the next sync: the answer's `to_do` says so. `never`, `post_difference`
        and `post_anyway` need a reason; `account` is the point of sale's account for differences, where its catalogue
        does not say which one that is.
        """
        wanted, closes = _decision(decision), _closes(days)
        if not closes:
            raise UsageError("Name at least one day.")
        self._given(reason)
        with self.database.write() as session:
            joint = self._joint(session, principal, ref)
            decide_days(
                session,
                joint,
                _days(session, joint, closes),
                decision=wanted,
                reason=reason,
                by=principal.name,
                table=load_table(session, joint),
                now=self.clock.now(),
                account=account,
                request_id=principal.request_id,
            )
            return show_decided(session, joint, closes, decision=wanted)

    def set_late_changes(self, principal: Principal, ref: str, policy: LateChanges | str) -> IntegrationView:
        """Say what becomes of posted days that change: `ask`, or `repost`, `adjust`, `leave` without asking."""
        try:
            wanted = LateChanges(policy)
        except ValueError:
            names = ", ".join(one.value for one in LateChanges)
            raise UsageError(f"There is no policy {policy}; there are: {names}.") from None
        with self.database.write() as session:
            row = find_integration(session, principal.owner, ref)
            row.late_changes = wanted.value
            session.add(row)
            self._audit(session, principal, f"integration.late_changes.{wanted.value}", row=row)
            session.flush()
            return self._one(session, row)

    def difference(self, principal: Principal, ref: str, day: date, *, sequence: int = 1) -> DifferenceView:
        """Show what was posted for a day beside what the source says now, line by line; raises NotFound."""
        with self.database.read() as session:
            joint = self._joint(session, principal, ref)
            (found,) = _days(session, joint, [(day, sequence)])
            return compare_day(session, joint, found, table=load_table(session, joint))

    def preview_undo(
        self,
        principal: Principal,
        ref: str,
        period: Period | None = None,
        *,
        run: str = "",
        days: Sequence[date | Close] = (),
    ) -> UndoPreview:
        """Show what an undo of a period, a run or some days would take back, in how many calls, and what it can't."""
        with self.database.read() as session:
            joint = self._joint(session, principal, ref)
            scope = _scope(session, joint, period, run=run, days=days)
        return preview_undo(self._services, joint, scope)

    def undo(
        self,
        principal: Principal,
        ref: str,
        period: Period | None = None,
        *,
        run: str = "",
        days: Sequence[date | Close] = (),
        confirm: Confirm = None,
        progress: ProgressCall | None = None,
    ) -> RunView:
        """Take back what was posted for a period, by a run or for some days; raises ConfirmationNeeded first.

        Days that are taken back are not posted again unasked. What a limit of the ledger left undone goes on with the
        next sync, or with the same undo again.
        """
        with self.database.read() as session:
            joint = self._joint(session, principal, ref)
            scope = _scope(session, joint, period, run=run, days=days)
            units = units_in(session, joint, scope)
            if not units:
                raise _nothing(session, joint, scope)
            order = Order(
                period=undo_period(units),
                kind="undo",
                scope=scope,
                confirm=confirm,
                principal=principal.name,
                request_id=principal.request_id,
                progress=progress or no_progress,
            )
        row = Sync(self._services, joint.integration.id, order).run()
        with self.database.read() as session:
            found = find_integration(session, principal.owner, ref)
            documents = showing.show_units(session, found, [one.id for one in units if one.id is not None])
            return showing.show_run(session, row, documents=documents)

    def request_undo(
        self,
        principal: Principal,
        ref: str,
        period: Period | None = None,
        *,
        run: str = "",
        days: Sequence[date | Close] = (),
        confirm: int | None = None,
    ) -> RunView:
        """Put an undo into the queue; it needs the count of `preview_undo`, since nobody is there to be asked."""
        if confirm is None:
            raise UsageError("A queued undo needs the count of documents that is to be confirmed.")
        with self.database.write() as session:
            joint = self._joint(session, principal, ref)
            joint.connected_target  # noqa: B018 - raises when there is none
            scope = _scope(session, joint, period, run=run, days=days)
            units = units_in(session, joint, scope)
            if not units:
                raise _nothing(session, joint, scope)
            row = queue.enqueue(
                session,
                joint.integration,
                kind="undo",
                trigger="manual",
                principal=principal.name,
                order={**queue.encode_order(undo_period(units), confirm), "scope": scope.as_dict()},
                now=self.clock.now(),
            )
            self._audit_run(session, principal, row)
            view = showing.show_run(session, row)
            organisation = queue.organisation_of(session, row)
        if self._runner is not None:
            self._runner.submit(row.id, organisation)
        return view


def _decision(name: Decision | str) -> Decision:
    try:
        return Decision(name)
    except ValueError:
        names = ", ".join(one.value for one in Decision)
        raise UsageError(f"There is no decision {name}; there are: {names}.") from None


def _closes(days: Sequence[date | Close]) -> list[Close]:
    return [(one, 1) if isinstance(one, date) else one for one in days]


def _days(session: Session, joint: Joint, closes: Sequence[Close]) -> list[Day]:
    found = session.exec(
        select(Day)
        .where(Day.integration_id == joint.integration.id, col(Day.business_date).in_({day for day, _ in closes}))
        .order_by(col(Day.site))
    ).all()
    days = []
    for business_date, sequence in closes:
        day = next((one for one in found if (one.business_date, one.sequence) == (business_date, sequence)), None)
        if day is None:
            raise NotFound("day", f"{business_date}/{sequence}")
        days.append(day)
    return days


def _scope(
    session: Session, joint: Joint, period: Period | None, *, run: str, days: Sequence[date | Close]
) -> UndoScope:
    if sum(map(bool, (period, run, days))) != 1:
        raise UsageError("Say what to undo: a period, a run, or days; one of the three.")
    if run:
        row = session.get(Run, run)
        if row is None or row.integration_id != joint.integration.id:
            raise NotFound("run", run)
    closes = tuple(_closes(days))
    if closes:
        _days(session, joint, closes)
    return UndoScope(period=period, run_id=run, days=closes)


#: What is said of days of which nothing can be taken back, by their states.
_WHY_NOTHING = {
    DayState.UNDONE: "was taken back already",
    DayState.POSTING: "is being posted: sync it first",
    DayState.PENDING: "waits to be posted",
    DayState.HELD: "is held",
    DayState.NOTHING: "came to nothing",
    DayState.NEVER: "is never posted",
}


def _nothing(session: Session, joint: Joint, scope: UndoScope) -> NotFound | UsageError:
    """Return the error of an undo that names nothing which stands; of days it says why."""
    further = reaching_further(session, joint, scope)
    if further:
        return UsageError(f"{further[0]} {further[0].do}.")
    if scope.run_id:
        told = f"the run {scope.run_id}"
    elif scope.period:
        told = str(scope.period)
    else:
        states = [_WHY_NOTHING.get(DayState(day.state), "") for day in _days(session, joint, scope.days)]
        named = zip(scope.days, states, strict=True)
        told = ", ".join(f"{day}/{sequence}" + (f", which {why}" if why else "") for (day, sequence), why in named)
    return NotFound("posted document in", told)
