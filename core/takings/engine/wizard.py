"""The part of the engine that sets an integration up step by step, the same for every face."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from sqlmodel import Session

from takings.engine.connecting import Connecting
from takings.engine.finishing import Finishing
from takings.engine.mapping import Mapping as MappingPart
from takings.engine.numbering import Numbering
from takings.engine.stepping import Act, Asked, find_step, later
from takings.errors import TakingsError, UsageError
from takings.plugin.sources import WayIn
from takings.plugin.targets import Chart
from takings.setup import submitting
from takings.setup.assembly import ADVANCED
from takings.setup.charts import keep_chart
from takings.setup.fields import read
from takings.setup.numbering import read_numbering
from takings.setup.presenting import TOKEN_FIELD, Picture, Typed, fields_of, show_setup, show_step, shown_actions
from takings.setup.submitting import FILL, Outcome, Submitted
from takings.store.setup_tables import SetupSession
from takings.views import NumberSample, Principal, SetupView, StepKind, StepResult, StepView


class Wizard(Connecting, MappingPart, Numbering, Finishing):
    """Steps and answers."""

    def setup(self, principal: Principal, ref: str) -> SetupView:
        """Return the steps of an integration's setup, and the one to go on with."""
        with self.database.read() as session:
            return show_setup(self._picture(session, principal, ref))

    def setup_step(self, principal: Principal, ref: str, key: str, *, reveal: bool = False) -> StepView:
        """Return one step whole; with `reveal` a token that was just made is in it, this once."""
        token = self._revealed(principal, ref, key) if reveal else ""
        with self.database.read() as session:
            picture = self._picture(session, principal, ref)
            return show_step(session, picture, find_step(picture, key), typed=Typed(token=token))

    def submit_step(
        self,
        principal: Principal,
        ref: str,
        key: str,
        *,
        values: Mapping[str, Any] | None = None,
        version: str = "",
        action: str = "continue",
    ) -> StepResult:
        """Answer a step, or do one of its further `actions`; wrong answers are kept and told, never raised.

        `version` is the one that came with the step: raises `StaleAnswer` where the step has changed since. Empty
        answers whatever stands there. Raises `UsageError` for an action that the step does not have.
        """
        asked = self._asked(principal, ref, key, given=dict(values or {}), version=version)
        act = self._ACTIONS.get(action)
        if act is None or action not in shown_actions(asked.step):
            raise UsageError(
                f"{action!r} is nothing that the step {key} does; there are: {', '.join(shown_actions(asked.step))}."
            )
        return act(self, asked)

    def refresh_ledger(self, principal: Principal, ref: str) -> Chart:
        """Read the ledger's accounts and tax rates anew and keep them."""
        with self.database.read() as session:
            joint = self._joint(session, principal, ref)
        chart = self._chart(joint)
        with self.database.write() as session:
            keep_chart(session, joint.connected_target, chart, now=self.clock.now())
        return chart

    def look_for_codes(self, principal: Principal, ref: str) -> bool:
        """Ask the source for its codes where that can be tried now; tells whether they are known afterwards."""
        with self.database.read() as session:
            facts = self._picture(session, principal, ref).facts
        if WayIn.PULL not in facts.joint.source_type.ways_in:
            return facts.codes_known
        try:
            self.refresh_catalogue(principal, ref)
        except TakingsError:
            if facts.codes_known:
                raise
            return False
        return True

    def _continue(self, asked: Asked) -> StepResult:
        if asked.step.kind is StepKind.REVIEW:
            return self._save(asked)
        if asked.step.kind is StepKind.CONNECT:
            problem = self._connect_as_answered(asked)
            if problem:
                return self._result(asked, Outcome(wrong=problem))
            asked = replace(asked, version="")  # connecting changed the step
        result = self._do(asked, submitting.submit)
        if result.saved and asked.step.key == ADVANCED:
            return replace(result, step=replace(result.step, numbers=self._numbers(asked, {})))
        return result

    def _later(self, asked: Asked) -> StepResult:
        return self._do(asked, later)

    def _connect_as_answered(self, asked: Asked) -> dict[str, str]:
        """Connect without a browser, or change settings of what is connected; returns what is wrong."""
        with self.database.read() as session:
            picture = self._picture(session, asked.principal, asked.ref)
            how = show_step(session, picture, asked.step).connect
            answers = read(fields_of(picture, asked.step), asked.given)
        assert how is not None, "a connect step shows what it connects"
        if answers.errors:
            return answers.errors
        settings = {name: value for name, value in answers.values.items() if name != TOKEN_FIELD}
        token = str(answers.values.get(TOKEN_FIELD, ""))
        who, ref, side = asked.principal, asked.ref, asked.step.side
        try:
            if how.how == "consent" or (how.state == "connected" and not token):
                if settings and (side == "source" or how.organisation):
                    self.set_connection(who, ref, side=side, settings=settings)
            else:
                self.connect_directly(who, ref, side=side, token=token, settings=settings)
            if side == "target" and (how.organisation or how.how != "consent"):
                self.refresh_ledger(who, ref)
        except TakingsError as problem:
            place = getattr(problem, "field", "").rpartition(".")[2]
            return {place: getattr(problem, "hint", str(problem))} if place in settings else {"": str(problem)}
        return {}

    def _make_token(self, asked: Asked) -> StepResult:
        plain = self.new_token(asked.principal, asked.ref)
        with self.database.write() as session:
            picture = self._picture(session, asked.principal, asked.ref)
            sealed = self.keys.seal(plain, f"setup_session:{picture.facts.joint.integration.id}")
            submitting.keep_token(session, picture, sealed)
        return self._result(asked, Outcome(), stay=True)

    def _revealed(self, principal: Principal, ref: str, key: str) -> str:
        with self.database.write() as session:
            picture = self._picture(session, principal, ref)
            id_ = picture.facts.joint.integration.id
            row = session.get(SetupSession, id_)
            if row is None or not row.sealed_token or find_step(picture, key).kind is not StepKind.TOKEN:
                return ""
            plain = self.keys.unseal(row.sealed_token, f"setup_session:{id_}")
            submitting.keep_token(session, picture, "")
            return plain

    def _refresh(self, asked: Asked) -> StepResult:
        """Ask the other systems again: the ledger for what it offers, the source for its codes."""
        who, ref, kind = asked.principal, asked.ref, asked.step.kind
        problem: dict[str, str] = {}
        try:
            with self.database.read() as session:
                target = self._picture(session, who, ref).facts.sides["target"]
            if kind is not StepKind.TOKEN and target.state == "connected":
                self.refresh_ledger(who, ref)
            if kind in (StepKind.TOKEN, StepKind.MAPPING):
                self.look_for_codes(who, ref)
        except TakingsError as error:
            problem = {"": str(error)}
        return self._result(asked, Outcome(wrong=problem), stay=True)

    def _match(self, asked: Asked) -> StepResult:
        """Store the rows that are answered, however many are not."""
        return self._do_rows(asked, submitting.keep_rows)

    def _suggest(self, asked: Asked) -> StepResult:
        return self._do_rows(asked, _suggestions)

    def _fill(self, asked: Asked) -> StepResult:
        return self._do_rows(asked, _filled)

    def _do_rows(self, asked: Asked, act: Act) -> StepResult:
        """Act on a table and show it as it is stored: what was wrong is kept there too."""

        def with_answers(session: Session, picture: Picture, unanswered: Submitted) -> Outcome:
            return act(session, picture, replace(unanswered, given=asked.given))

        return self._do(replace(asked, given={}), with_answers, stay=True)

    def _undo(self, asked: Asked) -> StepResult:
        return self._do(asked, _undone, stay=True)

    def _show(self, asked: Asked) -> StepResult:
        """Show what the answers come to, like the numbers that they would give; nothing is stored."""
        if asked.step.kind is StepKind.REVIEW:
            return self._show_when(asked)
        if asked.step.key != ADVANCED:
            return self._result(asked, Outcome(), stay=True)
        with self.database.read() as session:
            answers = read(fields_of(self._picture(session, asked.principal, asked.ref), asked.step), asked.given)
        chosen, wrong = read_numbering(self.plugins.numberings(), answers.values)
        wrong = {**wrong, **answers.errors}
        tried = {"numbering": chosen["strategy"], "numbering_settings": chosen["settings"]}
        numbers = () if wrong else self._numbers(asked, tried)
        return self._result(asked, Outcome(wrong=wrong), stay=True, numbers=numbers)

    def _check_numbers(self, asked: Asked) -> StepResult:
        """Show the numbers that the answers would give, and which of them the ledger has already."""
        result = self._show(asked)
        numbers = [one.number for one in result.step.numbers if one.number]
        if not result.saved or not numbers:
            return result
        try:
            taken = self.taken_numbers(asked.principal, asked.ref, numbers)
        except TakingsError as problem:
            return self._result(asked, Outcome(wrong={"": str(problem)}), stay=True)
        shown = tuple(replace(one, taken=one.number in taken) for one in result.step.numbers)
        return replace(result, step=replace(result.step, numbers=shown))

    def _numbers(self, asked: Asked, tried: Mapping[str, Any]) -> tuple[NumberSample, ...]:
        found = self.preview_numbers(asked.principal, asked.ref, **tried)
        return tuple(
            NumberSample(
                business_date=one.business_date, sequence=one.sequence, number=one.number, findings=one.findings
            )
            for one in found
        )

    _ACTIONS: ClassVar[Mapping[str, Callable[[Wizard, Asked], StepResult]]] = {
        "continue": _continue,
        "later": _later,
        "refresh": _refresh,
        "make_token": _make_token,
        "match": _match,
        "use_suggestions": _suggest,
        FILL: _fill,
        "undo": _undo,
        "show": _show,
        "check_numbers": _check_numbers,
        "preview": Finishing._preview,
        "save": Finishing._save,
        "retrieve": Finishing._retrieve,
    }


def _suggestions(session: Session, picture: Picture, asked: Submitted) -> Outcome:
    kept = submitting.keep_rows(session, picture, asked)
    submitting.take_suggestions(session, picture, asked.step, principal=asked.principal)
    return submitting.still_wrong(session, picture, asked.step, kept=kept)


def _filled(session: Session, picture: Picture, asked: Submitted) -> Outcome:
    rows = {code: answer for code, answer in asked.given.items() if code != FILL}
    kept = submitting.keep_rows(session, picture, replace(asked, given=rows))
    answer = str(asked.given.get(FILL, ""))
    filled = submitting.fill(session, picture, asked.step, answer=answer, principal=asked.principal)
    kept = submitting.still_wrong(session, picture, asked.step, kept=kept)
    return replace(filled, wrong={**kept.wrong, **filled.wrong})


def _undone(session: Session, picture: Picture, asked: Submitted) -> Outcome:
    submitting.undo(session, picture, asked.step, principal=asked.principal)
    return Outcome()
