"""What the engine tells about numbers: those that come next, and those that were never used."""

from __future__ import annotations

from datetime import date

import pytest
from tests.engine.conftest import Ready, dearer
from tests.support.month import Month

from takings.errors import Misconfigured, UsageError
from takings.views import LOCAL

DAY = date(2026, 10, 1)


def test_the_next_numbers_are_those_that_a_sync_gives(ready: Ready) -> None:
    venue = ready(2)
    engine, who = venue.engine, LOCAL
    engine.configure(who, venue.name, numbering="builtin:sequence", numbering_settings={"prefix": "POS-"})
    shown = engine.preview_numbers(who, venue.name, count=4)
    assert [one.number for one in shown] == ["POS-00001", "POS-00002", "POS-00003", "POS-00004"]
    assert engine.unused_numbers(who, venue.name) == []
    run = venue.sync()
    assert [one.number for one in run.documents] == ["POS-00001", "POS-00002"]
    assert engine.unused_numbers(who, venue.name) == []
    assert [one.number for one in engine.preview_numbers(who, venue.name, count=1)] == ["POS-00003"]


def test_a_document_that_adjusts_a_day_has_its_number_with_a_suffix_and_stands_beside_it(
    ready: Ready, made_up: Month
) -> None:
    venue = ready(1)
    venue.engine.configure(LOCAL, venue.name, numbering="builtin:sequence")
    venue.sync()
    assert venue.push([dearer(made_up.first[0], revision=2)]).accepted
    venue.engine.decide(LOCAL, venue.name, [DAY], decision="adjust")
    venue.sync()
    assert [one["InvoiceNumber"] for one in venue.books.invoices()] == ["00001", "00001-R2"]
    venue.engine.undo(LOCAL, venue.name, days=[DAY], confirm=2)
    venue.engine.decide(LOCAL, venue.name, [DAY], decision="repost")
    venue.sync()
    assert [one["InvoiceNumber"] for one in venue.books.invoices()] == ["00001-R3"]


def test_another_strategy_is_tried_without_changing_anything(ready: Ready) -> None:
    venue = ready(1)
    engine, who = venue.engine, LOCAL
    shown = engine.preview_numbers(
        who,
        venue.name,
        numbering="builtin:pattern",
        numbering_settings={"pattern": "{yy}-{number}", "start": 9},
        count=2,
    )
    assert [one.number for one in shown] == ["26-0009", "26-0010"]
    assert engine.integration(who, venue.name).numbering["strategy"] == "builtin:ledger"
    assert [one.number for one in engine.preview_numbers(who, venue.name, count=2)] == ["", ""]
    with pytest.raises(Misconfigured):
        engine.preview_numbers(who, venue.name, numbering="builtin:pattern", numbering_settings={"pattern": "{no}"})
    with pytest.raises(UsageError):
        engine.preview_numbers(who, venue.name, count=0)


def test_a_number_that_the_ledger_would_not_take_is_told_before(ready: Ready) -> None:
    venue = ready(1)
    (shown,) = venue.engine.preview_numbers(
        LOCAL,
        venue.name,
        numbering="builtin:pattern",
        numbering_settings={"pattern": "\N{GREEK CAPITAL LETTER OMEGA}{number}"},
        count=1,
    )
    assert [one.code for one in shown.findings] == ["number.not_allowed"]


def test_a_reserved_number_of_a_held_day_is_listed_with_the_reason_until_it_is_used(
    ready: Ready, made_up: Month
) -> None:
    venue = ready(1, numbering="builtin:dated")
    venue.sync()
    venue.books.change("invoices/S26100100", InvoiceNumber="S26100200")
    venue.push(made_up.first[1:2])
    assert venue.sync().counts["documents"] == 0
    (unused,) = venue.engine.unused_numbers(LOCAL, venue.name)
    assert unused.number == "S26100200"
    assert unused.unit.endswith("/2026-10-02.1/g1")
    assert unused.reason
    venue.books.change("invoices/S26100200", InvoiceNumber="S26100100")
    venue.sync()
    assert venue.engine.unused_numbers(LOCAL, venue.name) == []


def test_a_number_of_a_day_that_can_not_be_posted_says_why(ready: Ready) -> None:
    venue = ready(1, numbering="builtin:sequence")
    venue.books.change(PeriodLockDate="2026-10-31")
    run = venue.sync()
    assert run.counts["documents"] == 0
    (unused,) = venue.engine.unused_numbers(LOCAL, venue.name)
    assert unused.number == "00001"
    assert unused.reason
