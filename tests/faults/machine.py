"""Two workers on one database, and a schedule of faults that nobody chose: a hypothesis state machine.

One worker runs in this process, the other in one of its own, which can die. Days are closed, change and are decided
about; they are synced and taken back, by one worker or by both at once, while the ledger, the store, the
authorisation and the processes fail. Nothing may be in the ledger twice at any time; once the faults end, everything
settles and the books are right.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlmodel import select
from tests.faults.books import MOST, Books
from tests.faults.faults_of import DAY_LIMIT, DEAD
from tests.faults.rig import Rig
from tests.faults.worker import connect
from tests.support.sync_starter import SyncProcess

from takings.domain.period import Period
from takings.engine import Engine
from takings.errors import TakingsError
from takings.store.journal import CallRow, OperationRow
from takings.store.tables import Run
from takings.views import LOCAL, RunView
from takings_xero.sandbox import Sandbox

#: What the ledger does to one call.
LEDGER: dict[str, dict[str, Any]] = {
    "drop before": {"do": "drop_before"},
    "drop after": {"do": "commit_then_drop"},
    "drop, later": {"do": "drop_then_commit_later", "seconds": 0.02},
    "429 minute": {"do": "status", "status": 429, "retry_after": 60, "problem": "minute"},
    "429 day": {"do": "status", "status": 429, "retry_after": int(DAY_LIMIT), "problem": "day"},
    "500": {"do": "status", "status": 500},
    "503": {"do": "status", "status": 503, "retry_after": 30},
}

#: Seconds that pass.
PAUSES = {"hour": 3600.0, "key": DEAD, "day": DAY_LIMIT}

#: What happens to the worker that has a process of its own, at some boundary.
WORKER = {
    "sqlite": ("die", "lock", "lock briefly", "no more bytes", "unreachable"),
    "postgresql": ("die", "lock", "lock briefly", "hang up", "unreachable"),
}
MOMENT = {
    "lock": "begin",
    "lock briefly": "begin",
    "no more bytes": "commit",
    "hang up": "commit",
    "unreachable": "send",
}

ledger_faults = st.lists(
    st.tuples(
        st.sampled_from(sorted(LEDGER)),
        st.sampled_from(
            ["PUT Invoices", "PUT Payments", "POST Payments", "POST Invoices", "PUT Contacts", "GET Invoices"]
        ),
        st.integers(1, 3),
    ),
    max_size=2,
)
worker_faults = st.none() | st.tuples(st.integers(0, 4), st.integers(0, 45), st.sampled_from(["before", "after"]))


@dataclass
class Shared:
    """What all schedules of a test share: a ledger, a database, and this process's engine on it."""

    rig: Rig
    sandbox: Sandbox
    database: str
    engine: Engine
    schedules: int = 0
    steps: int = 0
    deaths: int = 0

    @property
    def store(self) -> str:
        """Which store it is."""
        return "sqlite" if self.rig.server is None else "postgresql"


class TwoWorkers(RuleBasedStateMachine):
    """One venue, two workers and whatever goes wrong."""

    def __init__(self, shared: Shared) -> None:
        super().__init__()
        self.shared, self.engine, self.sandbox = shared, shared.engine, shared.sandbox
        shared.schedules += 1
        self.name = f"venue-{shared.schedules}"
        self.tenant = self.sandbox.control.add_organisation(self.name)
        self.engine.provision(LOCAL, name=self.name, source="impos", target="xero")
        self.lapsed = False
        self._connect()
        self.books = Books({})
        self.engine.import_file(LOCAL, self.name, self.books.whole.catalogue_file(), name="catalogue.json")
        self.engine.accept_suggestions(LOCAL, self.name, least_score=1)
        self.books.accounts = {(row.dimension, row.code): row.ref_id for row in self.engine.mapping(LOCAL, self.name)}
        self.period = Period(self.books.whole.first, self.books.whole.last)

    # --- The venue and its owner --------------------------------------------------------------------------

    @initialize()
    def begin(self) -> None:
        """A venue has a day at least."""
        self.close_day()

    @precondition(lambda self: len(self.books.days) < MOST)
    @rule()
    def close_day(self) -> None:
        """The venue closes a day."""
        self._import(self.books.close())

    @rule(which=st.integers(0, MOST - 1), by=st.sampled_from([10, 30, 70]))
    def amend_day(self, which: int, by: int) -> None:
        """A day comes again, changed."""
        self._import(self.books.amend(which % len(self.books.days), by))

    @rule(
        which=st.integers(0, MOST - 1), decision=st.sampled_from(["repost", "adjust", "leave", "never", "reconsider"])
    )
    def decide(self, which: int, decision: str) -> None:
        """The owner decides about a day, where it can be decided about."""
        day = which % len(self.books.days)
        done = self._try(
            lambda: self.engine.decide(
                LOCAL, self.name, [self._date(day)], decision=decision, reason="as it should be"
            )
        )
        if done and decision == "never":
            self.books.taken_back.add(day)

    @rule(
        what=st.sampled_from(
            ["ask", "repost", "adjust", "leave", "token", "consent", "connect", "hour", "key", "day"]
        )
    )
    def something_happens(self, what: str) -> None:
        """The owner sets another policy or connects again, a token or the consent ends, or time passes."""
        world = self.sandbox.world
        if what in ("token", "consent"):
            self.sandbox.control.expire_access_tokens()
        if what == "consent":
            world.store.run("update tokens set refresh_expires = ?", world.now())
            self.lapsed = True
        elif what == "connect":
            self._connect()
        elif what in PAUSES:
            self.shared.rig.clock.wait(PAUSES[what])
        elif what != "token":
            self.engine.set_late_changes(LOCAL, self.name, what)

    # --- The workers --------------------------------------------------------------------------------------

    @rule(faults=ledger_faults)
    def sync(self, faults: list[Any]) -> None:
        """One worker syncs, and the ledger fails."""
        self._ledger_fails(faults)
        self._try(self._sync)

    @rule(faults=ledger_faults, struck=worker_faults)
    def sync_in_a_process(self, faults: list[Any], struck: Any) -> None:
        """The other worker syncs, and may die of it."""
        self._ledger_fails(faults)
        self._await(self._start("sync", struck))

    @rule(faults=ledger_faults, struck=worker_faults)
    def sync_together(self, faults: list[Any], struck: Any) -> None:
        """Both sync at once."""
        self._ledger_fails(faults)
        self._both("sync", struck)

    @rule(which=st.none() | st.integers(0, MOST - 1), faults=ledger_faults)
    def undo(self, which: int | None, faults: list[Any]) -> None:
        """One worker takes a day back, or all."""
        days = range(len(self.books.days)) if which is None else [which % len(self.books.days)]
        self.books.taken_back |= set(days)
        self._ledger_fails(faults)
        self._try(
            lambda: self.engine.undo(LOCAL, self.name, days=[self._date(day) for day in days], confirm=lambda _: True)
        )

    @rule(faults=ledger_faults, struck=worker_faults, together=st.booleans())
    def undo_in_a_process(self, faults: list[Any], struck: Any, together: bool) -> None:
        """The other worker takes everything back, and may die of it; the first may sync meanwhile."""
        self.books.taken_back |= set(range(len(self.books.days)))
        self._ledger_fails(faults)
        if together:
            self._both("undo", struck)
        else:
            self._await(self._start("undo", struck))

    # --- What must be true --------------------------------------------------------------------------------

    @invariant()
    def nothing_is_doubled(self) -> None:
        """At no time does the ledger hold anything twice."""
        self.shared.steps += 1
        self.sandbox.world.faults.clear()
        for late in self.sandbox._gate._late:
            late.join()
        self.books.assert_nothing_doubled(self.sandbox.control.dump(self.tenant))

    def teardown(self) -> None:
        """The faults end: everything settles, and the books are right."""
        self.sandbox.world.faults.clear()
        self.shared.rig.clock.wait(DAY_LIMIT)
        if self.lapsed:
            self._connect()
        self.engine.set_late_changes(LOCAL, self.name, "ask")
        self._settle()
        behind = self.books.behind(self.sandbox.control.dump(self.tenant))
        late = [one.business_date for one in self.engine.days(LOCAL, self.name) if one.state in ("posted", "changed")]
        if late := [day for day in late if day.isoformat() in behind]:
            self.engine.decide(LOCAL, self.name, late, decision="repost")
            self._settle()
        states = {one.business_date.isoformat(): one.state for one in self.engine.days(LOCAL, self.name)}
        dump = self.sandbox.control.dump(self.tenant)
        self.books.assert_nothing_doubled(dump)
        self.books.assert_right(dump, states)
        self._assert_closed()

    def _settle(self) -> None:
        run = self._sync()
        assert run.state == "done" or {one.state for one in self.engine.days(LOCAL, self.name)} & {"changed"}, [
            str(one) for one in run.findings
        ]

    def _assert_closed(self) -> None:
        organisation = f"xero:accounting/{self.tenant}"
        with self.engine.database.read() as session:
            calls = session.exec(select(CallRow.state).where(CallRow.organisation == organisation)).all()
            operations = session.exec(
                select(OperationRow.state).where(OperationRow.organisation == organisation)
            ).all()
            runs = session.exec(select(Run.state).where(Run.integration_id == self._id())).all()
        assert set(calls) <= {"answered", "settled"}
        assert set(operations) <= {"done"}
        assert "running" not in runs
        verified = self.engine.verify(LOCAL, self.name)
        assert verified.agrees, [str(one) for one in verified.differences]

    # --- How it is done -----------------------------------------------------------------------------------

    def _connect(self) -> None:
        self.sandbox.world.switch(consent_tenants=[self.tenant])
        connect(self.engine, self.tenant, self.name)
        self.lapsed = False

    def _id(self) -> str:
        return self.engine.integration(LOCAL, self.name).id

    def _date(self, day: int) -> date:
        return date.fromisoformat(self.books.days[day][0]["trading_day"])

    def _import(self, record: dict[str, Any]) -> None:
        self.engine.import_file(LOCAL, self.name, json.dumps([record]).encode(), name="days.json")

    def _sync(self) -> RunView:
        return self.engine.sync(LOCAL, self.name, self.period, confirm=lambda _: True, pull=False)

    def _try(self, work: Callable[[], object]) -> bool:
        """Do something that may be refused or fail, as long as it says so in our own terms."""
        try:
            work()
        except TakingsError:
            return False
        return True

    def _ledger_fails(self, faults: list[tuple[str, str, int]]) -> None:
        for fault, label, nth in faults:
            method, _, resource = label.partition(" ")
            match = {"method": method, "resource": resource, "nth": nth, "tenant": self.tenant}
            self.sandbox.world.faults.add({**LEDGER[fault], "match": match})

    def _start(self, do: str, struck: tuple[int, int, str] | None) -> SyncProcess:
        order: dict[str, Any] = {}
        if struck is not None:
            which, nth, moment = struck
            does = WORKER[self.shared.store][which]
            at = {"kind": "any", "label": "", "nth": nth}
            order["strike"] = {"do": does, "when": MOMENT.get(does, moment), "at": at}
        return self.shared.rig.start(
            do,
            self.shared.database,
            self.sandbox,
            name=self.name,
            first=self.period.first.isoformat(),
            last=self.period.last.isoformat(),
            **order,
        )

    def _both(self, do: str, struck: tuple[int, int, str] | None) -> None:
        process = self._start(do, struck)
        other = threading.Thread(target=self._try, args=(self._sync,))
        other.start()
        self._await(process)
        other.join()

    def _await(self, process: SyncProcess) -> None:
        ended = process.end()
        assert "fault" not in ended, ended
        self.shared.deaths += not ended
