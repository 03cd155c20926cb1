"""Digests: at most one a day unless something new can't wait, each once, whatever dies or runs beside it."""

from __future__ import annotations

import contextlib
import logging
import threading
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select
from tests.runner.conftest import (
    DAY,
    KINDS,
    MakeWorld,
    World,
    address,
    database,
    in_threads,
    kind,
    make_world,
    migrated_file,
    migrated_on_server,
    postgres_server,
)
from tests.support.smtp import MailServer

from takings.connect.installation import Installation
from takings.domain.schedule import Every, Schedule
from takings.errors import Retry, UsageError
from takings.host import PluginHost
from takings.host.records import Component, ComponentKind, PluginRecord, PluginState
from takings.plugin import Alert, NotifierType
from takings.store.alert_tables import Digest
from takings.store.database import Database
from takings.store.tables import Connection, MappingRow, Run
from takings.sync.alerting import GATHER, MOST_ATTEMPTS
from takings.views import LOCAL, Principal

__all__ = [
    "KINDS",
    "address",
    "database",
    "kind",
    "make_world",
    "migrated_file",
    "migrated_on_server",
    "postgres_server",
]

ZONE = "Australia/Sydney"


@dataclass
class Told:
    """A notifier that remembers, and goes wrong when it is told to."""

    alerts: list[Alert] = field(default_factory=list)
    problem: Exception | None = None

    def __call__(self, installation: Any, alert: Alert) -> None:
        if self.problem is not None:
            raise self.problem
        self.alerts.append(alert)

    @property
    def subjects(self) -> list[str]:
        return [one.subject for one in self.alerts]


@pytest.fixture
def told() -> Told:
    return Told()


def equip(world: World, told: Told, **table: Any) -> World:
    """Give an engine the notifier, and the operator's choice of it."""
    declared = NotifierType(key="told", title="Told", send=told, needs_address=bool(table))
    host = world.engine.plugins
    component = Component(
        id="teller:told", plugin="teller", kind=ComponentKind.NOTIFIER, title="Told", declaration=declared
    )
    record = PluginRecord(id="teller", distribution="", version="", state=PluginState.LOADED, components=(component,))
    world.engine.plugins = PluginHost([*host.records(), record])
    values = {"takings": {"notifiers": ["teller:told"], **table}}
    world.engine.installation = Installation(values)
    services = world.engine._services
    world.engine._services = replace(services, host=world.engine.plugins, installation=world.engine.installation)
    return world


@pytest.fixture
def here(make_world: MakeWorld, told: Told) -> World:
    """One engine on SQLite with the notifier, and an integration whose code is not decided."""
    return held(equip(make_world(), told))


@pytest.fixture
def either(make_world: MakeWorld, address: str, database: Database, told: Told) -> World:
    return held(equip(make_world(address), told))


def held(world: World) -> World:
    """An integration with days that are held back, since a code has no decision."""
    world.add("anchor", Schedule(every=Every.DAY, timezone=ZONE), start=date(2026, 8, 31))
    undecide(world)
    world.engine.sync(LOCAL, "anchor", confirm=lambda _: True)
    return world


def undecide(world: World) -> None:
    with world.engine.database.write() as session:
        session.execute(delete(MappingRow).where(MappingRow.code == "SALES"))  # type: ignore[arg-type]


def another_day(world: World) -> None:
    world.till.newest += DAY
    world.clock.advance(DAY)
    world.engine.sync(LOCAL, "anchor", confirm=lambda _: True)


def passing(world: World, total: timedelta, step: timedelta = timedelta(minutes=5)) -> None:
    """Let time pass while a worker looks."""
    end = world.clock.now() + total
    while world.clock.now() < end:
        world.engine.send_alerts()
        world.clock.advance(step)
    world.engine.send_alerts()


def lose(world: World, state: str = "expired") -> None:
    """The ledger's authorisation ends."""
    target = world.engine.integration(LOCAL, "anchor").target
    assert target is not None
    with world.engine.database.write() as session:
        row = session.get_one(Connection, target.id)
        row.state = state
        session.add(row)


def test_what_is_new_gathers_first_and_is_told_once(either: World, told: Told) -> None:
    either.engine.send_alerts()
    assert told.alerts == []
    passing(either, 3 * DAY, timedelta(hours=1))
    assert told.subjects == ["anchor: 1 day held back"]
    assert "- 1 day held back: 2026-08-31" in told.alerts[0].text
    assert not told.alerts[0].urgent


def test_there_is_at_most_one_a_day_and_the_next_has_what_is_new_only(here: World, told: Told) -> None:
    passing(here, GATHER)
    for _ in range(3):
        another_day(here)
    passing(here, timedelta(hours=1))
    assert told.subjects == ["anchor: 1 day held back", "anchor: 3 days held back"]
    assert "2026-08-31" not in told.alerts[1].text
    assert "Of what was told before, 1 stands still." in told.alerts[1].text


def test_what_can_not_wait_is_told_within_the_day_and_no_oftener_than_each_hour(here: World, told: Told) -> None:
    passing(here, GATHER)
    lose(here)
    passing(here, timedelta(minutes=30))
    assert len(told.alerts) == 1
    passing(here, timedelta(hours=1))
    assert told.subjects[1:] == ["anchor: 1 connection to renew"]
    assert told.alerts[1].urgent
    passing(here, 2 * DAY, timedelta(hours=1))
    assert len(told.alerts) == 2


def test_fifty_failures_of_one_night_are_one_message(here: World, told: Told) -> None:
    passing(here, GATHER)
    here.clock.advance(DAY)
    lose(here)
    for n in range(50):
        with here.engine.database.write() as session:
            session.add(
                Run(
                    id=f"r{n}",
                    integration_id=here.engine.integration(LOCAL, "anchor").id,
                    owner="local",
                    trigger="schedule",
                    principal="schedule",
                    state="failed",
                    findings=[{"code": "run.authorisation_expired", "what": "Connect again"}],
                    started_at=here.clock.now() + timedelta(seconds=n),
                )
            )
    passing(here, timedelta(hours=12))
    assert len(told.alerts) == 2
    assert "1 failed run" in told.alerts[1].text


def test_what_is_over_and_comes_again_is_told_again(here: World, told: Told) -> None:
    lose(here)
    passing(here, GATHER)
    lose(here, "connected")
    passing(here, timedelta(hours=2))
    lose(here)
    passing(here, timedelta(hours=2))
    assert ["connection" in one.text for one in told.alerts] == [True, True]


def test_drift_missing_closes_and_changed_days_are_told(here: World, told: Told) -> None:
    here.engine.set_mapping(LOCAL, "anchor", dimension="accounts", code="SALES", to="sales")
    here.engine.sync(LOCAL, "anchor", confirm=lambda _: True)
    here.books.entries[min(here.books.entries)][0]["number"] = "edited"
    here.engine.verify(LOCAL, "anchor")
    passing(here, GATHER)
    (one,) = told.alerts
    assert one.subject == "anchor: 1 document differs in the ledger"
    assert "the number was posted as" in one.text
    assert one.urgent


def test_a_paused_integration_tells_nobody(here: World, told: Told) -> None:
    here.engine.pause(LOCAL, "anchor")
    passing(here, DAY, timedelta(hours=1))
    assert told.alerts == []


def test_two_workers_make_and_send_each_digest_once(
    make_world: MakeWorld, either: World, address: str, told: Told
) -> None:
    other = equip(make_world(address, beside=either, clock=either.clock), told)
    for engine in (either.engine, other.engine):
        engine.send_alerts()
    either.clock.advance(GATHER)
    turns = iter((either.engine, other.engine, either.engine, other.engine))
    lock = threading.Lock()

    def work() -> None:
        with lock:
            engine = next(turns)
        engine.send_alerts()

    in_threads(4, work)
    assert len(told.alerts) == 1


class Died(BaseException):
    """The process ends."""


def test_one_whose_process_died_while_it_was_sent_is_sent_again_by_another(either: World, told: Told) -> None:
    either.engine.send_alerts()
    either.clock.advance(GATHER)
    told.problem = Died()  # type: ignore[assignment]
    with pytest.raises(Died):
        either.engine.send_alerts()
    told.problem = None
    passing(either, timedelta(minutes=10))
    assert told.alerts == [], "somebody may be at it"
    assert [one.state for one in either.engine.alerts(LOCAL).digests] == ["sending"]
    passing(either, timedelta(minutes=10))
    assert told.subjects == ["anchor: 1 day held back"]
    (digest,) = either.engine.alerts(LOCAL).digests
    assert (digest.state, digest.attempts) == ("sent", 2)
    passing(either, timedelta(hours=2))
    assert len(told.alerts) == 1


@pytest.mark.parametrize(("ago", "state"), [(timedelta(hours=23), "sent"), (timedelta(days=200), "given_up")])
def test_one_that_was_being_sent_long_ago_is_given_up(
    here: World, told: Told, ago: timedelta, state: str, caplog: pytest.LogCaptureFixture
) -> None:
    here.engine.send_alerts()
    here.clock.advance(GATHER)
    told.problem = Died()  # type: ignore[assignment]
    with pytest.raises(Died):
        here.engine.send_alerts()
    told.problem = None
    here.clock.advance(ago)
    here.engine.send_alerts()
    (digest,) = here.engine.alerts(LOCAL).digests
    assert (digest.state, len(told.alerts)) == (state, 1 if state == "sent" else 0)
    assert ("ended before" in digest.reason) == (state == "given_up")
    assert ("given up" in caplog.text) == (state == "given_up")


def test_one_over_which_every_process_dies_is_given_up(here: World, told: Told) -> None:
    told.problem = Died()  # type: ignore[assignment]
    for _ in range(100):
        with contextlib.suppress(Died):
            here.engine.send_alerts()
        here.clock.advance(GATHER)
    (digest,) = here.engine.alerts(LOCAL).digests
    assert (digest.state, digest.attempts) == ("given_up", MOST_ATTEMPTS)
    assert "ended before" in digest.reason


def test_what_was_not_sent_is_tried_again_with_the_same_reference(here: World, told: Told) -> None:
    told.problem = Retry("not now")
    passing(here, GATHER)
    (digest,) = here.engine.alerts(LOCAL).digests
    assert (digest.state, digest.attempts, digest.reason) == ("waiting", 1, "not now")
    told.problem = None
    passing(here, timedelta(hours=1))
    (digest,) = here.engine.alerts(LOCAL).digests
    assert (digest.state, digest.attempts, len(told.alerts)) == ("sent", 2, 1)


def test_a_notifier_that_never_works_is_given_up_and_says_so(
    here: World, told: Told, caplog: pytest.LogCaptureFixture
) -> None:
    told.problem = KeyError("a fault of its own")
    with caplog.at_level(logging.WARNING, "takings.alerts"):
        passing(here, 5 * DAY, timedelta(hours=1))
    (digest,) = here.engine.alerts(LOCAL).digests
    assert (digest.state, digest.attempts) == ("given_up", MOST_ATTEMPTS)
    assert "teller" in digest.reason
    assert caplog.records[-1].levelname == "ERROR"


def test_each_owner_gets_their_own_and_the_operator_all(make_world: MakeWorld, told: Told) -> None:
    world = equip(make_world(), told, alerts_to="ops@host.example")
    held(world)
    world.engine.set_alerts(LOCAL, "books@shop.example")
    passing(world, GATHER)
    assert [(one.owner, one.recipients) for one in told.alerts] == [
        ("local", ("books@shop.example", "ops@host.example"))
    ]
    assert world.engine.alerts(Principal(owner="else")).standing == 0


def test_without_anybody_to_tell_it_waits_until_there_is_somebody(make_world: MakeWorld, told: Told) -> None:
    world = held(equip(make_world(), told, alerts_to=""))
    passing(world, DAY, timedelta(hours=1))
    assert told.alerts == []
    world.engine.set_alerts(LOCAL, "books@shop.example")
    world.engine.send_alerts()
    assert told.subjects == ["anchor: 1 day held back"]


@pytest.mark.parametrize(
    "wrong", ["nobody", "a@b", "a b@c.example", "a@b.example\nBcc: c@d.example", "<a@b.example>"]
)
def test_what_is_no_address_is_refused(here: World, wrong: str) -> None:
    with pytest.raises(UsageError, match="no e-mail address"):
        here.engine.set_alerts(LOCAL, wrong)


def test_an_address_can_be_taken_back_and_who_did_it_is_kept(here: World) -> None:
    here.engine.set_alerts(LOCAL, "books@shop.example")
    assert here.engine.set_alerts(LOCAL, "").address == ""
    events = [one for one in here.engine.audit_trail(LOCAL).events if one.action == "alerts.set"]
    assert [one.details["address"] for one in events] == ["", "books@shop.example"]


def test_it_goes_out_by_mail(make_world: MakeWorld) -> None:
    world = make_world()
    with MailServer() as server:
        mail = {"host": "127.0.0.1", "port": server.port, "security": "none", "sender": "takings@host.example"}
        table = {"takings": {"notifiers": ["builtin:email"], "alerts_to": "ops@host.example"}, "builtin:email": mail}
        builtin = [one for one in PluginHost.load().records() if one.id == "builtin"]
        world.engine.plugins = PluginHost([*world.engine.plugins.records(), *builtin])
        world.engine.installation = Installation(table)
        world.engine._services = replace(
            world.engine._services, host=world.engine.plugins, installation=world.engine.installation
        )
        held(world)
        assert world.engine.send_alerts(gather=timedelta(0)) == 1
        assert world.engine.send_alerts(gather=timedelta(0)) == 0
    (one,) = server.received
    assert one.recipients == ["ops@host.example"]
    assert one.message["Subject"] == "anchor: 1 day held back"
    with world.engine.database.read() as session:
        assert session.execute(select(Digest.state)).scalars().all() == ["sent"]  # type: ignore[call-overload]
