"""The order of posting, whatever depends on what and however calls end."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from takings.plugin.documents import Operation
from takings.sync.operations import Pending
from takings.sync.work import Work

KINDS = ("contact", "invoice", "payment")
LARGEST = {"contact": 1, "invoice": 2, "payment": 3}


def pending(number: int, kind: str, needs: Sequence[str] = ()) -> Pending:
    key = f"{kind}-{number}"
    return Pending(id=number, operation=Operation(key=key, kind=kind, payload={}, depends_on=tuple(needs)))


def keys(batch: Sequence[Pending]) -> list[str]:
    return [one.key for one in batch]


@st.composite
def operations(draw: st.DrawFn) -> list[Pending]:
    """Operations in any order, each of which needs some earlier ones, or things that nobody plans."""
    made: list[Pending] = []
    for number in range(draw(st.integers(1, 14))):
        earlier = st.sampled_from(keys(made)) if made else st.nothing()
        needs = draw(st.lists(earlier | st.sampled_from(["stands", "nowhere"]), max_size=2, unique=True))
        made.append(pending(number, draw(st.sampled_from(KINDS)), needs))
    return draw(st.permutations(made))


class Posting(RuleBasedStateMachine):
    """Takes batches, ends them in any order and any way, and keeps a plain account of all beside."""

    @initialize(planned=operations())
    def begin(self, planned: list[Pending]) -> None:
        self.planned = {one.key: one for one in planned}
        self.done, self.failed = {"stands"}, {"nowhere"}
        self.flying: list[list[Pending]] = []
        self.work = Work(planned, {"stands"}, KINDS)

    def waiting(self) -> dict[str, Pending]:
        """What was neither sent nor became impossible."""
        out = {key for batch in self.flying for key in keys(batch)} | self.done | self.impossible()
        return {key: one for key, one in self.planned.items() if key not in out}

    def impossible(self) -> set[str]:
        lost = set(self.failed)
        while more := {
            key
            for key, one in self.planned.items()
            if key not in lost | self.done and lost & set(one.operation.depends_on)
        }:
            lost |= more
        return lost

    def able(self) -> list[Pending]:
        return [one for one in self.waiting().values() if set(one.operation.depends_on) <= self.done]

    @rule()
    def take(self) -> None:
        able, waiting = self.able(), self.waiting()
        batch = self.work.take(LARGEST)
        if not batch:
            # Nothing is kept back while nothing is on its way.
            assert self.flying or not able
            return
        kind = batch[0].operation.kind
        assert {one.operation.kind for one in batch} == {kind}
        assert len(set(keys(batch))) == len(batch) <= LARGEST[kind]
        assert {one.key for one in batch} <= {one.key for one in able}
        blocked = [one for one in waiting.values() if one.operation.kind == kind and one not in able]
        rest = [one for one in able if one.operation.kind == kind and one not in batch]
        if len(batch) < LARGEST[kind]:
            assert not rest
            assert not blocked or not self.flying
        self.flying.append(batch)

    @precondition(lambda self: self.flying)
    @rule(data=st.data())
    def end(self, data: st.DataObject) -> None:
        batch = self.flying.pop(data.draw(st.integers(0, len(self.flying) - 1)))
        for one in batch:
            if data.draw(st.booleans()):
                self.done.add(one.key)
                self.work.done(one.key)
            else:
                self.failed.add(one.key)
                self.work.failed(one.key)

    @precondition(lambda self: self.flying)
    @rule(data=st.data())
    def give_back(self, data: st.DataObject) -> None:
        batch = self.flying.pop()
        kept = data.draw(st.integers(0, len(batch) - 1))
        self.work.give_back(batch[kept:])
        if kept:
            self.flying.append(batch[:kept])

    @invariant()
    def nothing_impossible_is_on_its_way(self) -> None:
        if hasattr(self, "flying"):
            assert not self.impossible() & {key for batch in self.flying for key in keys(batch)}

    def teardown(self) -> None:
        if not hasattr(self, "flying"):
            return
        for _ in range(200):
            if batch := self.work.take(LARGEST):
                assert set(keys(batch)) <= {one.key for one in self.able()}
                self.flying.append(batch)
            elif self.flying:
                for key in keys(self.flying.pop(0)):
                    self.done.add(key)
                    self.work.done(key)
            else:
                break
        assert self.planned.keys() == (self.done - {"stands"}) | (self.impossible() - {"nowhere"})
        super().teardown()


TestPosting = Posting.TestCase
TestPosting.settings = settings(
    derandomize=True, deadline=None, database=None, max_examples=60, stateful_step_count=25
)


def test_batches_are_full_while_more_of_their_kind_will_come() -> None:
    invoices = [pending(n, "invoice") for n in range(5)]
    payments = [pending(n, "payment", [f"invoice-{n}"]) for n in range(5)]
    work = Work([*payments, *invoices], (), KINDS)
    assert keys(work.take(LARGEST)) == ["invoice-0", "invoice-1"]
    assert keys(work.take(LARGEST)) == ["invoice-2", "invoice-3"]
    work.done("invoice-0")
    work.done("invoice-1")
    # Two payments could go, but a third one will join them.
    assert keys(work.take(LARGEST)) == ["invoice-4"]
    assert work.take(LARGEST) == []
    work.done("invoice-2")
    assert keys(work.take(LARGEST)) == ["payment-0", "payment-1", "payment-2"]
    work.failed("invoice-3")
    work.done("invoice-4")
    assert keys(work.take(LARGEST)) == ["payment-4"]
    assert work.take(LARGEST) == []


def test_what_was_given_back_goes_first() -> None:
    work = Work([pending(n, "payment") for n in range(5)], (), KINDS)
    batch = work.take(LARGEST)
    work.give_back(batch[1:])
    assert keys(work.take(LARGEST)) == ["payment-1", "payment-2", "payment-3"]


def test_an_operation_that_waits_for_one_of_its_own_kind_does_not_keep_that_one_back() -> None:
    work = Work([pending(1, "payment"), pending(2, "payment", ["payment-1"])], (), KINDS)
    assert keys(work.take(LARGEST)) == ["payment-1"]
    assert work.take(LARGEST) == []
    work.done("payment-1")
    assert keys(work.take(LARGEST)) == ["payment-2"]


def test_kinds_that_wait_for_each_other_do_not_stand_still() -> None:
    work = Work(
        [
            pending(1, "invoice"), pending(2, "invoice", ["payment-1"]),
            pending(1, "payment"), pending(2, "payment", ["invoice-1"]),
        ],
        (),
        KINDS,
    )  # fmt: skip
    assert keys(work.take(LARGEST)) == ["invoice-1"]
    work.done("invoice-1")
    assert keys(work.take(LARGEST)) == ["payment-1", "payment-2"]
    work.done("payment-1")
    assert keys(work.take(LARGEST)) == ["invoice-2"]
