"""`kill -9` at each boundary of undo, repost and adjust: the next sync leaves what was meant, once.

A process dies before a call is sent, without its reply, or after reading it; the call was carried out or not; and its
idempotency key lives or is dead when the next sync comes.
"""

from __future__ import annotations

import copy
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest
from tests.faults.test_kills import KEY_DEAD
from tests.faults.world import Bench, World
from tests.support.takings_of import Takings, takings_of

from takings.domain.period import Period
from takings.views import LOCAL

REMOVAL, VOID = ("POST", "Payments"), ("POST", "Invoices")
INVOICE, PAYMENT = ("PUT", "Invoices"), ("PUT", "Payments")

#: Each action with the calls that it makes.
ACTIONS = {
    "undo": (REMOVAL, VOID),
    "repost": (REMOVAL, VOID, INVOICE, PAYMENT),
    "adjust": (INVOICE, PAYMENT),
}


@dataclass(frozen=True)
class Death:
    """How the process dies at a call; with a fault it dies when it learns that no reply comes."""

    when: str
    fault: str = ""
    key_dead: bool = False

    def __str__(self) -> str:
        return f"{self.when} {self.fault}{' key dead' if self.key_dead else ''}".replace("  ", " ")


DEATHS = (
    Death("before"),
    Death("read"),
    Death("lost", "drop_before", key_dead=True),
    Death("lost", "commit_then_drop"),
    Death("lost", "commit_then_drop", key_dead=True),
)


#: Deaths that `make soak` adds.
LONG = (Death("before", key_dead=True), Death("read", key_dead=True))

CALLS = [(action, call) for action, calls in ACTIONS.items() for call in calls]


def cases() -> Iterator[Any]:
    """Each call with each death; all but one for each call, in turn, are left to `make soak`."""
    for number, (action, call) in enumerate(CALLS):
        for death in (*DEATHS, *LONG):
            marks = [] if death is DEATHS[number % len(DEATHS)] else [pytest.mark.soak]
            yield pytest.param(action, call, death, marks=marks, id=f"{action} {' '.join(call)}: {death}")


def later(takings: Takings) -> Takings:
    """The same days as later revisions: one sale and its payment ten dollars dearer."""
    records = []
    for record in takings.records:
        made = copy.deepcopy(record) | {"revision": record["revision"] + 1}
        sale, paid = made["sales"][0], made["payments"][0]
        for place, name in ((sale, "gross"), (sale, "net"), (paid, "recorded"), (paid, "counted")):
            place[name] = str(Decimal(place[name]) + 10)
        tax = (Decimal(sale["net"]) / 11).quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")
        records.append(made | {"sales": [{**sale, "tax": str(tax)}, *made["sales"][1:]]})
    return replace(takings, records=tuple(records))


def prepared(bench: Bench, action: str, days: int = 1) -> World:
    """A venue whose days are posted, and where a change was decided about."""
    world = bench.world(takings_of(days))
    world.sync_to_the_end()
    if action != "undo":
        changed = later(world.takings)
        world.engine.import_file(LOCAL, world.name, json.dumps(list(changed.records)).encode(), "later.json")
        days = [one.business_date for one in world.engine.days(LOCAL, world.name)]
        world.engine.decide(LOCAL, world.name, days, action)
        world = replace(world, takings=changed)
    return world


@pytest.mark.parametrize(("action", "call", "death"), list(cases()))
def test_a_process_killed_in_the_middle_leaves_what_was_meant_once(
    bench: Bench, action: str, call: tuple[str, str], death: Death
) -> None:
    method, resource = call
    world = prepared(bench, action)
    if death.fault:
        world.ledger.fault(death.fault, resource, world.tenant, method=method)
    trip = {"resource": resource, "when": death.when, "method": method}
    world.start(trip=trip, undo=action == "undo").wait_killed()
    assert world.open_calls()
    if death.key_dead:
        bench.pass_time(KEY_DEAD)
    run = world.sync()
    assert run.state == "done", [str(found) for found in run.findings]
    assert_ended(world, action)


@pytest.mark.parametrize(
    ("action", "status"),
    [
        pytest.param(action, status, marks=[] if number == place else pytest.mark.soak)
        for number, action in enumerate(ACTIONS)
        for place, status in enumerate((429, 500, 503))
    ],
)
def test_a_ledger_that_refuses_for_a_while_delays_and_doubles_nothing(bench: Bench, action: str, status: int) -> None:
    world = prepared(bench, action, days=2)
    for method, resource in ACTIONS[action]:
        world.ledger.fault("status", resource, world.tenant, method=method, status=status, retry_after=1)
    for _ in range(8):
        if action == "undo" and any(one.state == "posted" for one in world.engine.days(LOCAL, world.name)):
            period = Period(world.takings.first, world.takings.last)
            run = world.engine.undo(LOCAL, world.name, period, confirm=lambda _: True)
        else:
            run = world.sync()
        if run.state == "done":
            break
        bench.pass_time(KEY_DEAD)
    assert_ended(world, action)


def assert_ended(world: World, action: str) -> None:
    """Assert from the ledger's own dump that what was meant stands once, and that the journal is closed."""
    dump = world.ledger.documents(world.tenant)
    invoices = [one for one in dump["Invoices"] if one["Status"] in ("AUTHORISED", "PAID")]
    payments = [one for one in dump["Payments"] if one["Status"] == "AUTHORISED"]
    references = Counter(one["Reference"] for one in (*dump["Invoices"], *dump["Payments"]))
    assert max(references.values()) == 1, "something stands twice"
    generations = sorted(one["Reference"].split("/")[-2] for one in invoices)
    days = len(world.takings.records)
    wanted = {"undo": [], "repost": ["g2"] * days, "adjust": ["g1"] * days + ["g2"] * days}[action]
    assert generations == wanted
    expected = world.takings.expected(world.accounts)
    lines = sums((line["AccountID"], line["LineAmount"]) for one in invoices for line in one["LineItems"])
    paid = sums((one["Account"]["AccountID"], one["Amount"]) for one in payments)
    assert lines == ({} if action == "undo" else expected.lines)
    assert paid == ({} if action == "undo" else expected.paid)
    assert {one.state for one in world.engine.days(LOCAL, world.name)} == {"undone" if action == "undo" else "posted"}
    assert not world.open_calls()
    if action != "undo":
        verified = world.engine.verify(LOCAL, world.name)
        assert verified.agrees, [str(found) for found in verified.differences]


def sums(amounts: Any) -> Mapping[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for account, amount in amounts:
        found[account] += Decimal(str(amount))
    return {account: amount for account, amount in found.items() if amount}
