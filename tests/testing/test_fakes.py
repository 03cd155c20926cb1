"""The fakes do what a host needs for testing how it embeds the engine."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from takings.domain.findings import errors
from takings.plugin import Call, DaySummary, Done, Operation, Period, RateLimited, Refused, ReplyLost, Standing, Unit
from takings.sync.checking import check_plan
from takings.testing import (
    FakeSource,
    FakeTarget,
    FixedClock,
    SourceConformance,
    fake_host,
    ordinary_day,
    priced_days,
)
from takings.testing.target_bench import resolved

DAY = date(2026, 10, 5)
OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))


def planned(target: FakeTarget):
    day = ordinary_day(target.chart(), DAY)
    unit = Unit(key="fake:till/kit/2026-10-05.1/g1", generation=1, number=None, days=(day,))
    return target.plan(unit, target.survey(OCTOBER, None), None)


@pytest.mark.parametrize("title", ["prices without tax", "a venue that charges no tax"])
def test_the_fake_ledger_posts_days_of_every_pricing(title: str):
    target = FakeTarget()
    day = priced_days(target.chart(), DAY)[title]
    unit = Unit(key="fake:till/kit/2026-10-05.1/g1", generation=1, number=None, days=(day,))
    plan = target.plan(unit, target.survey(OCTOBER, None), None)
    assert not errors(check_plan(unit, plan))
    assert plan.documents[0].total == day.day.counted_total


def call(target: FakeTarget, key: str = "k"):
    operations = tuple(resolved(one, {}) for one in planned(target).operations)
    return Call(key=key, kind="entry", operations=operations, body=target.prepare("entry", operations))


def test_a_host_has_the_fakes_beside_the_built_in_plugin():
    host = fake_host(FakeSource().declaration(), FakeTarget().declaration())
    assert list(host.sources()) == ["fake:till"]
    assert list(host.targets()) == ["fake:ledger"]
    assert host.record("builtin").is_loaded


def test_the_fake_source_is_read_in_pages_and_changes_with_a_revision():
    source = FakeSource(page=10)
    batches = list(source.read(OCTOBER, None))
    assert [len(one.records) for one in batches] == [10, 10, 10, 1]
    assert list(source.read(OCTOBER, batches[0].cursor)) == batches[1:]
    source.set_day(DAY, Decimal("55.00"))
    reader = source.declaration().reader
    days = [reader.parse(record) for batch in source.read(OCTOBER, None) for record in batch.records]
    changed = next(day for day in days if isinstance(day, DaySummary) and day.business_date == DAY)
    assert (changed.revision, changed.lines_total) == (2, Decimal("55.00"))
    assert not changed.difference


def test_the_same_key_is_carried_out_once():
    target = FakeTarget()
    first, second = target.execute(call(target)), target.execute(call(target))
    assert first == second
    assert isinstance(first[0], Done)
    assert target.find("entry", call(target).operations)[0].standing is Standing.STANDS


def test_another_key_posts_again_and_several_are_found():
    target = FakeTarget()
    target.execute(call(target, "one"))
    target.execute(call(target, "two"))
    assert target.find("entry", call(target).operations)[0].standing is Standing.SEVERAL


def test_a_lost_reply_was_carried_out():
    target = FakeTarget(lose_reply=1)
    with pytest.raises(ReplyLost):
        target.execute(call(target))
    assert isinstance(target.execute(call(target))[0], Done)
    assert len(target.entries) == 1


def test_a_rate_limit_and_a_refusal_accept_nothing():
    limited = FakeTarget(rate_limit=1)
    with pytest.raises(RateLimited):
        limited.execute(call(limited))
    refusing = FakeTarget(reject=lambda operation: True, slow=0.01)
    (refused,) = refusing.execute(call(refusing))
    assert isinstance(refused, Refused)
    assert refused.findings[0].verbatim
    assert limited.entries == refusing.entries == {}


def test_what_was_posted_is_read_back():
    target = FakeTarget()
    plan = planned(target)
    (done,) = target.execute(call(target))
    (found,) = target.inspect({plan.operations[0].key: done.receipt}, OCTOBER)
    assert (found.total, found.tax) == (plan.documents[0].total, plan.documents[0].tax)
    (gone,) = target.inspect({"another": {}}, OCTOBER)
    assert gone.standing is Standing.ABSENT


def test_a_fixed_clock_stands_still_until_it_is_moved():
    clock = FixedClock()
    before = clock.now()
    clock.advance(timedelta(minutes=5))
    assert clock.now() - before == timedelta(minutes=5)
    assert before.tzinfo is not None


def test_the_conformance_classes_are_public():
    assert SourceConformance.component == ""


def test_what_somebody_made_in_the_fake_ledger_is_surveyed_without_a_key():
    target = FakeTarget()
    made = target.made_by_hand(DAY, Decimal("110.00"), "HAND-1")
    (found,) = target.survey(OCTOBER, None).documents
    assert (found.id, found.key, found.number, found.total, found.day) == (made, "", "HAND-1", Decimal("110.00"), DAY)


def test_a_draft_of_the_fake_ledger_takes_payments_once_it_is_approved():
    target = FakeTarget(choices=True)
    settings = target.declaration().integration.model_validate({"drafts": True})
    unit = Unit(
        key="fake:till/kit/2026-10-05.1/g1", generation=1, number=None, days=(ordinary_day(target.chart(), DAY),)
    )
    entry, paying = target.plan(unit, target.survey(OCTOBER, settings), settings).operations
    assert isinstance(sent(target, entry), Done)
    assert isinstance(sent(target, paying), Refused)
    assert target.find("payment", [paying])[0].standing is Standing.ABSENT
    assert target.approve(entry.key)
    assert not target.approve(entry.key)
    assert isinstance(sent(target, paying), Done)
    (found,) = target.inspect({entry.key: {}}, OCTOBER)
    assert (found.payable, [one.key for one in found.payments]) == (True, [paying.key])


def sent(target: FakeTarget, operation: Operation):
    body = target.prepare(operation.kind, [operation])
    key = f"{operation.key}{len(target.entries)}{target.calls}"
    return target.execute(Call(key=key, kind=operation.kind, operations=(operation,), body=body))[0]
