"""What was posted is checked by itself: each due time once, spread over the week, and never instead of a sync."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from tests.runner.conftest import DAY, MakeWorld, World, in_threads

from takings.domain.schedule import Every, Schedule
from takings.plugin import Notice
from takings.runner import notices
from takings.store.check_tables import LedgerNotice
from takings.store.journal import OperationRow
from takings.store.tables import Connection
from takings.views import LOCAL, RunView

SYDNEY = "Australia/Sydney"
WEEK = 7 * DAY


def posted(world: World, name: str = "anchor", **more: object) -> None:
    """An integration with a week of days posted."""
    world.add(name, Schedule(every=Every.DAY, timezone=SYDNEY))
    world.engine.sync(LOCAL, name, confirm=lambda _: True)


def verifies(world: World, name: str = "anchor") -> list[RunView]:
    return [one for one in world.runs(name) if one.kind == "verify"]


def tick_for(world: World, days: int, step: timedelta = timedelta(hours=6)) -> None:
    end = world.clock.now() + days * DAY
    while world.clock.now() < end:
        world.clock.advance(step)
        world.engine.tick_checks()
        world.run_all()


def edit(world: World, name: str = "anchor") -> str:
    """Change a document in the ledger; returns its key."""
    key = sorted(world.books.entries)[0]
    world.books.entries[key][0]["number"] = "edited"
    return key


def test_each_week_has_one_check_in_the_early_morning(either: World) -> None:
    posted(either)
    either.engine.tick_checks()
    tick_for(either, 28)
    found = verifies(either)
    assert len(found) == 4
    assert {one.state for one in found} == {"done"}
    assert all(one.counts["checked"] == 7 for one in found)
    next_due = either.engine.drift(LOCAL, "anchor").next_due
    assert next_due is not None
    assert next_due.astimezone(ZoneInfo(SYDNEY)).hour in (4, 5)


def test_daily_ones_come_each_day_and_those_that_are_off_never(world: World) -> None:
    posted(world)
    world.engine.set_checks(LOCAL, "anchor", "daily")
    tick_for(world, 5)
    assert len(verifies(world)) == 5
    world.engine.set_checks(LOCAL, "anchor", "off")
    tick_for(world, 30)
    assert len(verifies(world)) == 5


def test_many_integrations_are_spread_over_the_week(world: World) -> None:
    for n in range(60):
        world.add(f"venue {n}", Schedule(timezone=SYDNEY))
    while world.engine.drift(LOCAL, "venue 59").next_due is None:
        world.engine.tick_checks()
    due = [world.engine.drift(LOCAL, f"venue {n}").next_due for n in range(60)]
    local = [one.astimezone(ZoneInfo(SYDNEY)) for one in due if one]
    assert len({one.weekday() for one in local}) == 7
    assert len({one.time() for one in local}) > 30


def test_two_workers_that_look_at_once_begin_each_check_once(
    make_world: MakeWorld, either: World, address: str
) -> None:
    other = make_world(address, beside=either, clock=either.clock)
    posted(either)
    either.engine.set_checks(LOCAL, "anchor", "daily")
    engines = [either.engine, other.engine]
    for _ in range(4):
        either.clock.advance(DAY)
        begun: list[str] = []
        turns = iter(engines)
        in_threads(2, lambda turns=turns, begun=begun: begun.extend(next(turns).tick_checks()))
        assert len(begun) == 1
        either.run_all()


def test_a_check_that_waits_holds_no_sync_back_and_no_second_one_joins_it(world: World) -> None:
    posted(world)
    world.engine.set_checks(LOCAL, "anchor", "daily")
    for _ in range(3):
        world.clock.advance(DAY)
        world.engine.tick_checks()
    world.engine.tick()
    assert sorted(one.kind for one in world.runs() if one.state == "queued") == ["sync", "verify"]


def test_nothing_is_checked_while_it_is_paused_or_nothing_was_posted(world: World) -> None:
    world.add("empty", Schedule(timezone=SYDNEY))
    posted(world)
    world.engine.tick_checks()
    world.engine.pause(LOCAL, "anchor")
    tick_for(world, 15)
    assert verifies(world, "empty") == verifies(world) == []
    world.engine.resume(LOCAL, "anchor")
    tick_for(world, 1, step=DAY)  # looked at once: the next one of the week may be due on the same day
    assert len(verifies(world)) == 1


def test_drift_does_not_make_an_hourly_integration_wait(world: World) -> None:
    world.add("anchor", Schedule(every=Every.HOUR, timezone=SYDNEY))
    world.engine.sync(LOCAL, "anchor", confirm=lambda _: True)
    edit(world)
    assert not world.engine.verify(LOCAL, "anchor").agrees
    assert world.engine.integration(LOCAL, "anchor").state == "needs_attention"
    for _ in range(5):
        world.clock.advance(timedelta(hours=1))
        world.engine.tick()
        world.run_all()
    assert len([one for one in world.runs() if one.trigger == "schedule"]) == 5
    assert world.engine.integration(LOCAL, "anchor").state == "needs_attention"


# --- What ledgers tell ---------------------------------------------------------------------------------------


def tell(world: World, *documents: str, organisation: str = "fake-books", at: datetime | None = None) -> int:
    told = [Notice(organisation=organisation, document=one, kind="UPDATE", at=at) for one in documents]
    with world.engine.database.write() as session:
        return notices.keep_notices(session, "fake:ledger", told, now=world.clock.now())


def id_of(world: World, key: str) -> str:
    with world.engine.database.read() as session:
        receipt = session.execute(select(OperationRow.receipt).where(OperationRow.key == key)).scalar_one()  # type: ignore[call-overload]
    return str(receipt["id"])


def kept(world: World) -> list[str]:
    with world.engine.database.read() as session:
        return list(session.execute(select(LedgerNotice.document)).scalars())  # type: ignore[call-overload]


def test_a_ledgers_word_leads_to_a_check_of_just_that_document(either: World) -> None:
    posted(either)
    either.engine.set_checks(LOCAL, "anchor", "off")
    key = edit(either)
    assert tell(either, id_of(either, key)) == 1
    assert either.engine.tick_checks() == []
    either.clock.advance(notices.SETTLE)
    (run_id,) = either.engine.tick_checks()
    assert either.engine.tick_checks() == []
    either.run_all()
    run = either.engine.run(LOCAL, run_id)
    assert (run.kind, run.trigger, run.state, run.counts["checked"]) == ("verify", "webhook", "problems", 1)
    assert [one.document for one in either.engine.drift(LOCAL, "anchor").drifted] == [key]
    assert either.engine.drift(LOCAL, "anchor").checked_at is None


def test_the_same_word_twice_is_one_and_later_words_join_the_check_that_waits(either: World) -> None:
    posted(either)
    either.engine.set_checks(LOCAL, "anchor", "off")
    first, second = sorted(either.books.entries)[:2]
    at = datetime(2026, 9, 1, tzinfo=UTC)
    for _ in range(3):
        tell(either, id_of(either, first), at=at)
    either.clock.advance(notices.SETTLE)
    begun = either.engine.tick_checks()
    tell(either, id_of(either, first), at=at)
    tell(either, id_of(either, second), at=at)
    either.clock.advance(notices.SETTLE)
    assert either.engine.tick_checks() == begun
    either.run_all()
    (run,) = verifies(either)
    assert run.counts["checked"] == 2


def test_documents_that_are_not_ours_are_forgotten_and_unknown_organisations_never_kept(either: World) -> None:
    posted(either)
    assert tell(either, "somebody-elses") == 1
    assert tell(either, "x", organisation="nowhere") == 0
    assert kept(either) == ["somebody-elses"]
    either.clock.advance(notices.SETTLE)
    assert either.engine.tick_checks() == []
    assert kept(either) == []


def test_what_was_taken_is_forgotten_after_a_month(world: World) -> None:
    posted(world)
    world.engine.set_checks(LOCAL, "anchor", "off")
    first, second = (id_of(world, key) for key in sorted(world.books.entries)[:2])
    tell(world, first)
    tick_for(world, 1)
    assert kept(world) == [first]
    world.clock.advance(notices.KEPT)
    tell(world, second)
    tick_for(world, 1)
    assert kept(world) == [second]


def test_two_owners_of_one_organisation_are_told_each_of_their_own(either: World) -> None:
    posted(either)
    either.engine.set_checks(LOCAL, "anchor", "off")
    with either.engine.database.write() as session:
        row = session.get_one(Connection, either.engine.integration(LOCAL, "anchor").source.id)
        twin = Connection(**row.model_dump() | {"id": "twin", "owner": "else"})
        twin.side, twin.component, twin.organisation = "target", "fake:ledger", "fake-books"
        session.add(twin)
    key = edit(either)
    tell(either, id_of(either, key))
    assert len(kept(either)) == 2
    either.clock.advance(notices.SETTLE)
    assert len(either.engine.tick_checks()) == 1
    assert len(kept(either)) == 1


def test_a_worker_runs_checks_beside_syncs(world: World) -> None:
    posted(world)
    world.engine.set_checks(LOCAL, "anchor", "daily")
    world.clock.advance(DAY)
    world.engine.run_due(workers=1)
    assert sorted(one.kind for one in world.runs()) == ["sync", "sync", "verify"]
    assert date(2026, 9, 1) <= world.till.newest + DAY
