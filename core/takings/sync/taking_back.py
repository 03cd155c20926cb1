"""The phases of a run that take posted units back: those that were asked for, and those of days to be posted anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from sqlmodel import Session, select

from takings.domain.findings import errors
from takings.errors import ConfirmationNeeded
from takings.plugin.targets import Survey, Target
from takings.store.journal import UnitRow
from takings.store.states import UnitState
from takings.sync.deciding import apply_policy
from takings.sync.joint import Joint, Services
from takings.sync.orders import Confirm
from takings.sync.phases import Tally
from takings.sync.reposting import keep_unfit, note_unfit, plan_anew, still_decided
from takings.sync.standing import open_date
from takings.sync.surveys import keep_survey
from takings.sync.undo_preview import ask_undo
from takings.sync.undoing import (
    UndoPlanned,
    UndoScope,
    is_begun,
    load_posted,
    locked_for_repost,
    plan_undos,
    reaching_further,
    refused_in,
    reposting,
    undo_period,
    units_in,
    unsettled,
    whole_days,
)
from takings.sync.undone import hold_reposts, resume_undos, write_undo_intents
from takings.views import Confirmation

Load = Callable[[Session], list[UnitRow]]


class TakingBack:
    """Plans undos under the organisation's posting lock and writes down what is to be done."""

    def __init__(self, services: Services, joint: Joint, target: Target, *, tally: Tally, run_id: str = "") -> None:
        self._services, self._joint, self._target, self._tally = services, joint, target, tally
        self._run_id = run_id

    def plan(self, scope: UndoScope) -> list[UndoPlanned]:
        """Plan how what is asked for is taken back; writes nothing."""
        return self._plan(lambda session: units_in(session, self._joint, scope))[0]

    def asked_for(self, scope: UndoScope, confirm: Confirm) -> Confirmation | list[int]:
        """Write down what takes back what is asked for, and return its units' ids; or the question before it."""
        planned = self.plan(scope)
        question = ask_undo(self._joint, planned)
        if question.count and callable(confirm):
            return question
        if question.count and confirm != question.count:
            given = None if callable(confirm) else confirm
            raise ConfirmationNeeded(question.count, str(question), given=given)
        with self._services.database.read() as session:
            self._tally.findings += reaching_further(session, self._joint, scope)
        return self.begin(planned)

    def begin(self, planned: Sequence[UndoPlanned], *, anew: bool = False) -> list[int]:
        """Write down what is to be taken back; returns the ids of its units."""
        doing = [one for one in planned if not one.held]
        self._tally.findings += [found for one in planned if one.held for found in errors(one.findings)]
        with self._services.database.write() as session:
            doing = still_decided(session, doing) if anew else doing
            write_undo_intents(session, self._joint, doing, now=self._services.clock.now(), reposting=anew)
        return [one.unit.id for one in doing if one.unit.id is not None]

    def tell(self, unit_ids: Sequence[int]) -> None:
        """Add to the run what could not be taken back, in the ledger's own words."""
        with self._services.database.read() as session:
            stuck = self._stuck(session, unit_ids)
            refused = [one.refused for one in load_posted(session, stuck, date.min)]
        found = dict.fromkeys(one for by_key in refused for refusals in by_key.values() for one in refusals)
        self._tally.findings += [one for one in found if one not in self._tally.findings]

    def reposts(self) -> list[int]:
        """Take back what stands of the days that are to be posted anew, also as the policy says.

        Returns the ids of the units that are taken back, with those that an earlier run began.
        """
        now = self._services.clock.now()
        with self._services.database.write() as session:
            apply_policy(session, self._joint, now)
            units = reposting(session, self._joint)
            begun = {unit.id for unit in units if unit.id is not None and is_begun(unit)}
            resumed = resume_undos(session, self._joint, begun)
            unfit = keep_unfit(session, self._joint, [unit for unit in units if not is_begun(unit)], now=now)
        self._tally.findings += [found for findings in unfit.values() for found in findings]
        planned, survey = self._plan(
            lambda session: [one for one in reposting(session, self._joint) if (one.adjusts or one.id) not in unfit]
        )
        if survey is None:
            return resumed
        planned = whole_days([self._guarded(one, survey) for one in planned])
        with self._services.database.write() as session:
            hold_reposts(session, [one for one in planned if one.held], now)
        return resumed + self.begin(self._fit(planned, survey), anew=True)

    def _fit(self, planned: Sequence[UndoPlanned], survey: Survey) -> list[UndoPlanned]:
        """Leave out what could not be posted anew as the ledger stands now, and say why.

        What is taken back in part goes on all the same: a half of it is worth less than none.
        """
        units = [one.unit for one in planned if not one.held and not is_begun(one.unit)]
        unfit = plan_anew(self._services, self._joint, self._target, survey=survey, units=units)
        with self._services.database.write() as session:
            note_unfit(session, unfit, self._services.clock.now())
        self._tally.findings += [found for findings in unfit.values() for found in findings]
        return [one for one in planned if (one.unit.adjusts or one.unit.id) not in unfit]

    def otherwise(self, unit_ids: Sequence[int]) -> bool:
        """Plan again what the ledger has just refused, where another way is left that was not refused before."""
        planned, _ = self._plan(lambda session: self._refused(session, unit_ids))
        anew = [one for one in planned if _is_another_way(one)]
        if not anew:
            return False
        with self._services.database.write() as session:
            write_undo_intents(session, self._joint, anew, now=self._services.clock.now(), reposting=True)
        return True

    def _refused(self, session: Session, unit_ids: Sequence[int]) -> list[UnitRow]:
        refused = refused_in(session, unit_ids)
        return [unit for unit in self._stuck(session, unit_ids) if unit.id in refused]

    def _stuck(self, session: Session, unit_ids: Sequence[int]) -> list[UnitRow]:
        found = []
        for id_ in unit_ids:
            unit = session.exec(select(UnitRow).where(UnitRow.id == id_)).one()
            if unit.state != UnitState.UNDONE.value:
                found.append(unit)
        return found

    def _keep(self, survey: Survey) -> None:
        if self._run_id:
            with self._services.database.write() as session:
                keep_survey(session, self._run_id, survey)

    def _guarded(self, one: UndoPlanned, survey: Survey) -> UndoPlanned:
        locked = locked_for_repost(one, survey)
        return replace(one, findings=(*one.findings, *locked)) if locked else one

    def _plan(self, load: Load) -> tuple[list[UndoPlanned], Survey | None]:
        with self._services.database.read() as session:
            units = load(session)
            waiting = unsettled(session, units)
        if not units:
            return [], None
        with self._services.host.guard(self._joint.integration.target_component):
            survey = self._target.survey(undo_period(units), self._joint.target_settings)
        self._keep(survey)
        today = self._joint.today(self._services.clock.now())
        with self._services.database.read() as session:
            posted = load_posted(session, units, open_date(survey, today))
        planned = plan_undos(
            self._services,
            self._joint,
            self._target,
            units=units,
            posted=posted,
            survey=survey,
            waiting=waiting,
        )
        return whole_days(planned), survey


def _is_another_way(one: UndoPlanned) -> bool:
    keys = {operation.key for operation in one.plan.operations}
    return not one.held and bool(keys) and bool(one.posted.refused) and keys.isdisjoint(one.posted.refused)
