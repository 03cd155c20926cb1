"""A ledger that is connected to its stand-in, and posting to it step by step as the core does."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import count
from typing import Any

from takings.domain.findings import errors
from takings.domain.identity import unit_key
from takings.plugin import (
    Call,
    Chart,
    Done,
    Found,
    Inspection,
    MappedDay,
    Operation,
    OperationKind,
    Outcome,
    Period,
    Plan,
    PostedOperation,
    PostedUnit,
    Refused,
    Settings,
    Standing,
    Survey,
    Target,
    TargetType,
    Unit,
)
from takings.testing.connecting import Connected
from takings.testing.days import ordinary_day
from takings.testing.faults import FaultyHttp
from takings.testing.shapes import misfits

Receipts = dict[str, dict[str, str]]


@dataclass(kw_only=True)
class TargetBench:
    """A connected target; `day` is the date of the days that it makes."""

    declaration: TargetType
    connected: Connected
    settings: Settings
    day: date
    ready: Mapping[str, Any] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _shared: Receipts = field(default_factory=dict)

    @property
    def http(self) -> FaultyHttp:
        """The client that the target is given; it goes wrong on request."""
        return self.connected.context.http

    @property
    def period(self) -> Period:
        """The period of the days that it makes."""
        return Period(self.day, self.day)

    @cached_property
    def chart(self) -> Chart:
        """The ledger's chart."""
        return self.open().chart()

    @cached_property
    def organisation(self) -> str:
        """The ledger's id of the connected organisation; one that authorises none of them is asked for its own."""
        if self.connected.organisation:
            return self.connected.organisation
        return self.opened("").chart().organisation

    def open(self) -> Target:
        """Open the target for a few calls, as the core does each time."""
        return self.opened(self.organisation)

    def opened(self, organisation: str) -> Target:
        """Open the target for an organisation, by the ledger's id of it."""
        return self.declaration.open(
            self.connected.installation, self.connected.connection, organisation, self.connected.context
        )

    def next_number(self) -> int:
        """Return a number that was not used before."""
        return next(self._numbers)

    def unit(self, *days: MappedDay, number: str | None = None) -> Unit:
        """Return a unit of these days, or of an ordinary day of its own."""
        given = days or (ordinary_day(self.chart, self.day, sequence=self.next_number()),)
        key = unit_key("kit:days", [one.day.key for one in given], 1)
        return Unit(key=key, generation=1, number=number, days=given)

    def survey(self) -> Survey:
        """Read what planning needs."""
        return self.open().survey(self.period, self.settings)

    def plan(self, unit: Unit | None = None) -> Plan:
        """Plan a unit, or an ordinary one, with a fresh survey; fails where it is held."""
        plan = self.open().plan(unit or self.unit(), self.survey(), self.settings)
        held = errors(plan.findings)
        assert not held, "an ordinary day is held: " + " ".join(map(str, held))
        assert plan.operations, "an ordinary day leads to no operation"
        return plan

    def kind(self, key: str) -> OperationKind:
        """Return a declared kind of operation."""
        found = [one for one in self.declaration.kinds if one.key == key]
        declared = ", ".join(one.key for one in self.declaration.kinds)
        assert found, f"an operation is of the kind {key!r}, and the declared kinds are: {declared}"
        return found[0]

    def call(self, *operations: Operation) -> Call:
        """Return a call of these operations under a key of its own."""
        body = self.open().prepare(operations[0].kind, operations)
        return Call(key=str(uuid.uuid4()), kind=operations[0].kind, operations=operations, body=body)

    def execute(self, call: Call) -> Sequence[Outcome]:
        """Send a call."""
        outcomes = tuple(self.open().execute(call))
        assert len(outcomes) == len(call.operations), "an outcome for each operation is needed, in order"
        for outcome in outcomes:
            assert isinstance(outcome, Outcome), f"{outcome!r} is no outcome; Done, Refused and Unknown are"
            wrong = list(misfits(outcome))
            assert not wrong, f"{type(outcome).__name__}: {'; '.join(wrong)}"
        return outcomes

    def post(self, plan: Plan, until: str = "") -> Receipts:
        """Post a plan's operations one after the other, all or those before the one with this key.

        What others may have made is looked up first, as the core does.
        """
        receipts: Receipts = {}
        for operation in plan.operations:
            if operation.key == until:
                break
            found = self.found(operation)[0] if operation.looks_first else None
            if found and found.standing is Standing.STANDS:
                receipts[operation.key] = dict(found.receipt)
                continue
            (outcome,) = self.execute(self.call(resolved(operation, receipts)))
            assert isinstance(outcome, Done), f"the {operation.kind} is not done: {_told(outcome)}"
            receipts[operation.key] = dict(outcome.receipt)
        return receipts

    def posted(self, plan: Plan, receipts: Receipts) -> PostedUnit:
        """Return a plan that was posted, as an undo is given it."""
        first = plan.documents[0]
        return PostedUnit(
            key=first.key.rpartition("/")[0],
            generation=1,
            operations=tuple(
                PostedOperation(
                    key=one.key,
                    kind=one.kind,
                    payload=resolved(one, receipts).payload,
                    receipt=receipts[one.key],
                )
                for one in plan.operations
            ),
            documents=plan.documents,
            dated=self.day + timedelta(days=1),
        )

    def plan_undo(self, posted: PostedUnit) -> Plan:
        """Plan how a posted unit is taken back, as the ledger holds it now."""
        target, survey = self.open(), self.survey()
        receipts = {one.key: dict(one.receipt) for one in posted.operations if one.key in _documents(posted)}
        inspections = {one.key: one for one in target.inspect(receipts, self.period)}
        return target.plan_undo(posted, inspections, survey, settings=self.settings)

    def document(self, plan: Plan | None = None) -> Operation:
        """Return the operation that makes a plan's first document, after posting what comes before it."""
        given = plan or self.plan()
        wanted = given.documents[0].key
        receipts = self.post(given, until=wanted)
        return resolved(next(one for one in given.operations if one.key == wanted), receipts)

    def post_many(self, count: int) -> Receipts:
        """Post the documents of so many units in calls that are as full as declared; return their receipts."""
        documents = [self._document(plan) for plan in self._plans(count)]
        most = self.kind(documents[0].kind).max_count
        receipts: Receipts = {}
        for start in range(0, count, most):
            some = documents[start : start + most]
            for operation, outcome in zip(some, self.execute(self.call(*some)), strict=True):
                told = f"of a call with {len(some)} operations one is not done: {_told(outcome)}"
                assert isinstance(outcome, Done), told
                receipts[operation.key] = dict(outcome.receipt)
        return receipts

    def _plans(self, count: int) -> list[Plan]:
        survey, target = self.survey(), self.open()
        return [target.plan(self.unit(), survey, self.settings) for _ in range(count)]

    def _document(self, plan: Plan) -> Operation:
        """Return the operation of a plan's document; what all units share is posted with the first one."""
        keys = [one.key for one in plan.operations]
        before = plan.operations[: keys.index(plan.documents[0].key)]
        missing = tuple(one for one in before if one.key not in self._shared)
        self._shared |= self.post(replace(plan, operations=missing))
        return resolved(plan.operations[len(before)], self._shared)

    def found(self, *operations: Operation) -> Sequence[Found]:
        """Look operations up by their keys."""
        found = tuple(self.open().find(operations[0].kind, operations))
        assert len(found) == len(operations), "an answer for each operation is needed, in order"
        return found

    def standing(self, operation: Operation) -> Standing:
        """Say how an operation stands in the ledger."""
        found = self.found(operation)[0]
        wrong = list(misfits(found))
        assert not wrong, f"Found: {'; '.join(wrong)}"
        return found.standing

    def inspected(self, receipts: Receipts, key: str) -> Inspection:
        """Read one document back."""
        found = [one for one in self.open().inspect(receipts, self.period) if one.key == key]
        assert len(found) == 1, f"inspect gives {len(found)} answers for the document"
        wrong = list(misfits(found[0]))
        assert not wrong, f"Inspection: {'; '.join(wrong)}"
        return found[0]


def _documents(posted: PostedUnit) -> set[str]:
    return {one.key for one in posted.documents}


def _told(outcome: Outcome) -> str:
    """Say why an operation is not done: the ledger's own words, where there are any."""
    if isinstance(outcome, Refused):
        return "it was refused: " + " ".join(one.verbatim or str(one) for one in outcome.findings)
    return str(outcome)


def resolved(operation: Operation, receipts: Mapping[str, Mapping[str, str]]) -> Operation:
    """Return an operation with its references replaced by what the receipts say."""

    def fill(value: Any) -> Any:
        return receipts[value["$ref"]][value["field"]] if isinstance(value, dict) and "$ref" in value else value

    payload = changed(dict(operation.payload), fill)
    return Operation(key=operation.key, kind=operation.kind, payload=payload, depends_on=operation.depends_on)


def changed(value: Any, change: Callable[[Any], Any]) -> Any:
    """Return a JSON value with each part passed through `change`, the inner ones after the outer."""
    value = change(value)
    if isinstance(value, dict):
        return {name: changed(part, change) for name, part in value.items()}
    return [changed(part, change) for part in value] if isinstance(value, list) else value


def parts_of(value: Any) -> Iterable[Any]:
    """Yield every part of a JSON value."""
    yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
        yield from parts_of(part)


def spoiled(operation: Operation, chart: Chart) -> Operation:
    """Return an operation whose accounts and taxes are none of the ledger's."""
    known = {part for one in chart.accounts for part in (one.id, one.code) if part}
    known |= {part for one in chart.taxes for part in (one.id, one.code) if part}

    def spoil(value: Any) -> Any:
        if not isinstance(value, str) or value not in known:
            return value
        return str(uuid.uuid4()) if len(value) == 36 else "no-such-account"

    payload = changed(dict(operation.payload), spoil)
    return Operation(key=operation.key, kind=operation.kind, payload=payload, depends_on=operation.depends_on)
