"""Call budgets: bursts, waiting, what the ledger says about itself, and sharing between processes."""

from __future__ import annotations

import math
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import event
from tests.connect import processes
from tests.connect.ledger import Answer, Ledger
from tests.connect.world import BOOKS, ManualClock, World

from takings.connect.budget import CallBudget, CallBudgets, Waiting
from takings.connect.windows import LENGTH
from takings.errors import RateLimited
from takings.plugin import Budget
from takings.store.database import Database
from takings.store.tables import Connection

DECLARED = Budget(
    minute=60, concurrent=5, minute_header="X-Minute-Left", day_header="X-Day-Left", app_header="X-App-Left"
)


def budget_of(
    database: Database,
    clock: ManualClock,
    declared: Budget = DECLARED,
    organisation: str = "org-1",
    longest: float = 90,
) -> CallBudget:
    budgets = CallBudgets(database, clock=clock, sleep=clock.sleep, longest=timedelta(seconds=longest))
    return budgets.of(BOOKS, organisation, declared, system="Little Ledger")


def spend(budget: CallBudget, count: int, headers: dict[str, str] | None = None, status: int = 200) -> None:
    for _ in range(count):
        with budget.call():
            budget.learn(status, headers or {})


def test_a_whole_minute_goes_in_one_burst_and_the_next_call_waits(database: Database, clock: ManualClock) -> None:
    budget, seen = budget_of(database, clock), list[Waiting]()
    spend(budget, 60)
    assert clock.slept == []
    with budget.call(seen.append):
        pass
    assert clock.slept == [pytest.approx(LENGTH)]
    assert [str(one) for one in seen] == ["waiting 61 s for the minute limit of Little Ledger"]


class CoarseClock(ManualClock):
    """A clock that ticks in milliseconds, and never wakes anybody late."""

    def sleep(self, seconds: float) -> None:
        super().sleep(math.floor(seconds * 1000) / 1000)


def test_a_wait_shorter_than_the_clocks_tick_ends(database: Database) -> None:
    clock = CoarseClock()
    clock.move(0.0004567)
    budget = budget_of(database, clock)
    for _ in range(3):
        clock.move(0.0001234)
        spend(budget, 60)
    assert sum(clock.slept) == pytest.approx(2 * LENGTH, abs=0.1)


def test_calls_free_up_one_by_one_as_they_grow_old(database: Database, clock: ManualClock) -> None:
    budget = budget_of(database, clock)
    spend(budget, 10)
    clock.move(30)
    spend(budget, 51)
    # The first ten are a minute old after another 31 s; the fifty of the burst still count.
    assert sum(clock.slept) == pytest.approx(LENGTH - 30)
    clock.slept.clear()
    spend(budget, 10)
    assert sum(clock.slept) == pytest.approx(30, abs=0.5)


def test_a_wait_above_the_limit_is_refused_before_anything_is_sent(database: Database, clock: ManualClock) -> None:
    budget = budget_of(database, clock, longest=10)
    spend(budget, 60)
    with pytest.raises(RateLimited) as caught:
        spend(budget, 1)
    assert (caught.value.scope, caught.value.after) == ("minute", timedelta(seconds=61))
    assert clock.slept == []


def test_what_somebody_else_called_is_read_from_the_header(database: Database, clock: ManualClock) -> None:
    budget = budget_of(database, clock)
    spend(budget, 1, {"X-Minute-Left": "3"})
    spend(budget, 3)
    assert clock.slept == []
    spend(budget, 1)
    assert sum(clock.slept) == pytest.approx(LENGTH)


def test_a_window_that_begins_anew_is_read_from_the_header(database: Database, clock: ManualClock) -> None:
    budget = budget_of(database, clock)
    spend(budget, 49)
    clock.move(10)
    spend(budget, 1, {"X-Minute-Left": "59"})
    spend(budget, 59)
    assert clock.slept == []


def test_replies_that_overtake_each_other_prove_no_new_window(database: Database, clock: ManualClock) -> None:
    budget = budget_of(database, clock)
    spend(budget, 55)
    for _ in range(5):
        budget.acquire()
    for left in ("0", "1", "2", "3", "4"):
        budget.learn(200, {"X-Minute-Left": left})
        budget.release()
    assert clock.slept == []
    with pytest.raises(RateLimited):
        spend(budget_of(database, clock, longest=1), 1)


def test_retry_after_stops_every_process(database: Database, clock: ManualClock) -> None:
    budget, other = budget_of(database, clock), budget_of(database, clock)
    spend(budget, 1, {"Retry-After": "26", "X-Minute-Left": "0"}, status=429)
    for one in (budget, other):
        clock.slept.clear()
        spend(one, 1)
        if one is budget:
            assert clock.slept == [pytest.approx(26)]
    fresh = budget_of(database, clock)
    spend(fresh, 1, {"Retry-After": "26", "X-Minute-Left": "0"}, status=429)
    clock.slept.clear()
    spend(other, 1)
    assert sum(clock.slept) == pytest.approx(26)


def test_after_retry_after_the_whole_minute_is_open_again(database: Database, clock: ManualClock) -> None:
    budget = budget_of(database, clock)
    spend(budget, 40)
    spend(budget, 1, {"Retry-After": "5", "X-Minute-Left": "0"}, status=429)
    spend(budget, 60)
    assert sum(clock.slept) == pytest.approx(5)


def test_too_many_at_once_is_a_short_stop_of_this_process_only(database: Database, clock: ManualClock) -> None:
    budget = budget_of(database, clock)
    spend(budget, 1, {"X-Minute-Left": "40"}, status=429)
    spend(budget_of(database, clock), 1)
    assert clock.slept == []
    spend(budget, 1)
    assert clock.slept == [pytest.approx(1)]


def test_a_spent_day_is_refused_before_sending(database: Database, clock: ManualClock) -> None:
    budget = budget_of(database, clock, Budget(day=20))
    spend(budget, 20)
    for one in (budget, budget_of(database, clock, Budget(day=20))):
        with pytest.raises(RateLimited) as caught:
            spend(one, 1)
        assert caught.value.scope == "day"
        assert caught.value.after > timedelta(hours=23)
    clock.move(86_400)
    spend(budget, 1)


def test_unused_reservations_do_not_eat_the_day(database: Database, clock: ManualClock) -> None:
    budget = budget_of(database, clock, Budget(day=200))
    for _ in range(20):
        spend(budget, 8)
        clock.move(100)
    spend(budget, 40)


def test_the_ledgers_own_count_of_the_day_is_believed(database: Database, clock: ManualClock) -> None:
    declared = Budget(minute=60, day=1000, day_header="X-Day-Left")
    budget = budget_of(database, clock, declared)
    spend(budget, 1, {"X-Day-Left": "2"})
    clock.move(5)
    spend(budget, 2)
    with pytest.raises(RateLimited, match="day limit"):
        spend(budget, 1)


def test_a_day_refused_by_the_ledger_stays_refused_until_it_says(database: Database, clock: ManualClock) -> None:
    declared = Budget(minute=60, day=1000, day_header="X-Day-Left")
    spend(budget_of(database, clock, declared), 1, {"X-Day-Left": "0", "Retry-After": "7200"}, status=429)
    with pytest.raises(RateLimited) as caught:
        spend(budget_of(database, clock, declared), 1)
    assert (caught.value.scope, caught.value.after) == ("day", timedelta(hours=2))


def test_the_apps_calls_are_evenly_spaced_over_all_organisations(database: Database, clock: ManualClock) -> None:
    declared = Budget(app_minute=600)
    budgets = CallBudgets(database, clock=clock, sleep=clock.sleep)
    begun = clock.now()
    for number in range(300):
        spend(budgets.of(BOOKS, f"org-{number % 7}", declared, system="Ledger"), 1)
    assert (clock.now() - begun).total_seconds() == pytest.approx(30, rel=0.02)


def test_calls_without_an_organisation_keep_to_the_apps_limit_only(database: Database, clock: ManualClock) -> None:
    declared = Budget(minute=2, concurrent=1, day=2, app_minute=6000)
    spend(budget_of(database, clock, declared, organisation=""), 30)
    assert sum(clock.slept) == pytest.approx(0.3, abs=0.15)


def test_an_app_that_is_refused_stops_all_its_organisations(database: Database, clock: ManualClock) -> None:
    declared = Budget(minute=60, app_minute=6000, app_header="X-App-Left")
    spend(budget_of(database, clock, declared), 1, {"X-App-Left": "0"}, status=429)
    with pytest.raises(RateLimited) as caught:
        spend(budget_of(database, clock, declared, organisation="org-2", longest=1), 1)
    assert caught.value.scope == "app"


def test_without_a_declared_budget_only_refusals_count(database: Database, clock: ManualClock) -> None:
    budget = budget_of(database, clock, Budget())
    spend(budget, 500)
    assert clock.slept == []
    spend(budget, 1, {"Retry-After": "3"}, status=429)
    spend(budget, 1)
    assert clock.slept == [pytest.approx(3)]


@pytest.mark.parametrize(
    ("said", "seconds"), [("3", 3), ("0", 1), ("Mon, 02 Mar 2026 03:00:30 GMT", 30), ("9" * 40, 86_400)]
)
def test_a_wait_is_seconds_or_a_date_and_a_day_at_most(
    said: str, seconds: int, database: Database, clock: ManualClock
) -> None:
    budget = budget_of(database, clock, Budget(), longest=100_000)
    spend(budget, 1, {"Retry-After": said}, status=429)
    spend(budget, 1)
    assert sum(clock.slept) == pytest.approx(seconds)


def test_organisations_have_windows_of_their_own(database: Database, clock: ManualClock) -> None:
    spend(budget_of(database, clock, organisation="org-1"), 60)
    spend(budget_of(database, clock, organisation="org-2"), 60)
    assert clock.slept == []


def test_two_processes_never_make_more_calls_than_one_may(database: Database) -> None:
    taken = processes.together("spend", 2, TEST_DATABASE=database.place)
    # Up to nine that the other process had reserved may stay unused; none is used twice.
    assert 50 <= sum(taken) <= 60


@pytest.mark.parametrize("phase", [0.0, 7.3, 31.0, 59.9])
@pytest.mark.parametrize("with_headers", [True, False])
def test_fixed_windows_of_any_beginning_are_never_overrun(
    database: Database, clock: ManualClock, phase: float, with_headers: bool
) -> None:
    budget, windows = budget_of(database, clock), Counter[int]()
    random = Random(phase)
    for _ in range(40):
        for _ in range(random.choice([1, 3, 20, 70])):
            with budget.call():
                clock.move(random.choice([0.0, 0.1, 0.9]))  # on its way
                window = math.floor((clock.now().timestamp() - phase) / 60)
                windows[window] += 1
                left = 60 - windows[window]
                budget.learn(200 if left >= 0 else 429, {"X-Minute-Left": str(max(0, left))} if with_headers else {})
        clock.move(random.choice([0.0, 5.0, 40.0]))
    assert max(windows.values()) <= 60
    elapsed = (max(windows) - min(windows) + 1) * 60
    idle = elapsed - sum(clock.slept)
    assert sum(windows.values()) > 45 * (elapsed - idle) / 60  # and little of the limit is left unused while waiting


def test_no_more_calls_at_once_than_declared(world: World, ledger: Ledger) -> None:
    connection = world.connected(ledger)
    ledger.most_in_flight, ledger.call_delay = 0, 0.02
    http = world.contexts.for_connection(connection).http
    with ThreadPoolExecutor(20) as threads:
        replies = list(threads.map(lambda _: http.request("GET", f"{ledger.url}/books").status_code, range(40)))
    assert replies == [200] * 40
    assert ledger.most_in_flight == 5


def test_a_place_is_given_back_whatever_happens(database: Database, clock: ManualClock) -> None:
    budget = budget_of(database, clock, Budget(concurrent=1), longest=0.05)
    with pytest.raises(ZeroDivisionError), budget.call():
        _ = 1 // 0
    with budget.call(), pytest.raises(RateLimited) as caught:
        threaded(budget)
    assert caught.value.scope == "concurrent"
    spend(budget, 3)


def threaded(budget: CallBudget) -> None:
    """Try a call in another thread and raise here what it raised there."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(spend, budget, 1).result()


def test_contexts_of_one_organisation_share_its_budget(world: World, ledger: Ledger, clock: ManualClock) -> None:
    connection = world.connected(ledger)
    for _ in range(61):
        world.contexts.for_connection(connection).http.request("GET", f"{ledger.url}/books")
    assert [str(one) for one in world.waits] == ["waiting 61 s for the minute limit of Little Ledger"]
    assert sum(clock.slept) == pytest.approx(LENGTH, abs=0.5)


def test_a_429_reaches_the_plugin_and_the_next_call_waits(world: World, ledger: Ledger, clock: ManualClock) -> None:
    http = world.contexts.for_connection(world.connected(ledger)).http
    ledger.call_answers = [Answer(429, {"Retry-After": "26", "X-Minute-Left": "0"})]
    assert http.request("GET", f"{ledger.url}/books").status_code == 429
    assert http.request("GET", f"{ledger.url}/books").status_code == 200
    assert clock.slept == [pytest.approx(26, abs=0.5)]


def test_threads_that_wait_go_on_together(database: Database) -> None:
    """With real time: a second process's reservation does not leave a thread asleep for ever."""
    clock = ManualClock()
    budget = budget_of(database, clock)
    spend(budget, 55)
    done = threading.Barrier(11)

    def call() -> None:
        spend(budget, 1)
        done.wait(timeout=60)

    workers = [threading.Thread(target=call) for _ in range(10)]
    for worker in workers:
        worker.start()
    done.wait(timeout=60)
    for worker in workers:
        worker.join()


def test_a_burst_is_accounted_for_in_few_transactions(database: Database, clock: ManualClock) -> None:
    begun = list[str]()
    event.listen(database.engine, "begin", lambda connection: begun.append("begin"))
    budget = budget_of(database, clock, replace(DECLARED, day=1000, app_minute=10_000))
    spend(budget, 60, {"X-Minute-Left": "60", "X-Day-Left": "900"})
    assert len(begun) <= 20


def test_the_row_survives_the_process(world: World, ledger: Ledger, clock: ManualClock) -> None:
    connection: Connection = world.connected(ledger)
    http = world.contexts.for_connection(connection).http
    for _ in range(60):
        http.request("GET", f"{ledger.url}/books")
    later = CallBudgets(world.database, clock=clock, sleep=clock.sleep, longest=timedelta(seconds=1))
    with pytest.raises(RateLimited):
        later.of(BOOKS, "org-1", world.target.budget, system="Ledger").acquire()
