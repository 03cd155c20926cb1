"""What is to be added to posted days that changed, and what can't be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.support.days import DIMENSIONS, SITE, a_day, a_table, entry, line, mapped, on_account, ref, tax, tender
from tests.sync.rows import NOW, TABLE, Rows, kept, opened, sold

from takings.domain.findings import Finding
from takings.domain.mapping import MappingTable
from takings.store.journal import OperationRow, UnitRow
from takings.store.tables import Day
from takings.sync.adjustments import (
    load_adjustments,
    load_left_adjustments,
    settle_adjusting,
    why_not_adjusted,
)
from takings.sync.encoding import encode_findings
from takings.sync.planning import Candidate

KEY = "pos:eod/4417/2026-10-01.1"


@pytest.fixture
def rows() -> Iterator[Rows]:
    with opened() as found:
        yield found


def changed(rows: Rows, now: Any, *, posted: Any = None, decision: str = "adjust", day: int = 1, **more: Any) -> Day:
    """A posted day of which the source says something else now."""
    before = posted or sold("11.00", day)
    row = rows.day(now, state="changed", posted_record_id=rows.record(before), **more)
    key = f"pos:eod/{now.site.id}/2026-10-{day:02}.{now.sequence}/g1"
    unit = rows.unit(key, mapped=[kept(before, row.id, row.posted_record_id or 0)])
    row.unit_id = unit.id
    row.decision = {"decision": decision, "record": row.record_id}
    rows.session.add(row)
    rows.session.flush()
    return row


def test_a_day_that_was_decided_to_be_adjusted_becomes_its_difference(rows: Rows):
    later = changed(rows, sold("12.50", 2, revision=2), day=2)
    day = changed(rows, sold("10.00", 1, revision=2), generation=3)
    changed(rows, sold("10.00", 3, revision=2), decision="leave", day=3)
    other = changed(rows, sold("10.00", 4, revision=2), day=4)
    other.integration_id = "int_2"
    posted = changed(rows, sold("10.00", 5, revision=2), day=5)
    posted.state = "posted"
    rows.session.flush()
    found = load_adjustments(rows.session, rows.joint, TABLE)
    assert (found.held, found.nothing) == ({}, [])
    first, second = found.candidates
    assert (first.day_id, first.record_id, first.generation, first.adjusts, first.dated) == (
        day.id, day.record_id, 4, day.unit_id, None
    )  # fmt: skip
    assert [(one.account, one.line.amount) for one in first.mapped.lines] == [(ref("201"), Decimal("-1.00"))]
    assert [(one.account, one.tender.counted) for one in first.mapped.tenders] == [(ref("611"), Decimal("-1.00"))]
    assert (second.day_id, second.generation, second.mapped.total) == (later.id, 2, Decimal("1.50"))
    # Each goes with what was decided of it when it was read, and with the whole day as it is left.
    assert [one.decision for one in found.candidates] == [day.decision, later.decision]
    assert [one.whole for one in found.candidates] == [
        mapped(sold("10.00", 1, revision=2)),
        mapped(sold("12.50", 2, revision=2)),
    ]


def test_what_was_adjusted_before_counts_as_standing(rows: Rows):
    day = changed(rows, sold("14.00", revision=3))
    assert day.unit_id is not None
    rows.unit(f"{KEY}/g2", generation=2, adjusts=day.unit_id, mapped=[kept(sold("2.00"), day.id, 1)])
    (found,) = load_adjustments(rows.session, rows.joint, TABLE).candidates
    assert found.mapped.total == Decimal("1.00")


def test_a_day_with_nothing_to_add_is_as_posted(rows: Rows):
    day = changed(rows, sold("11.00", revision=2))
    found = load_adjustments(rows.session, rows.joint, TABLE)
    assert (found.candidates, found.held, found.nothing) == ([], {}, [day.id])
    settle_adjusting(rows.session, found, NOW)
    assert (day.state, day.findings, day.decision, day.updated_at) == ("posted", [], {}, NOW)
    assert day.posted_record_id == day.record_id


def test_a_day_that_lost_all_its_takings_gives_all_of_them_back(rows: Rows):
    changed(rows, a_day(line("0.00"), revision=2))
    (found,) = load_adjustments(rows.session, rows.joint, TABLE).candidates
    assert found.mapped.total == Decimal("-11.00")


def test_a_day_that_cannot_be_posted_as_it_is_now_is_held_back_with_the_reasons(rows: Rows):
    day = changed(rows, a_day(line("12.00", "WINE"), tender("12.00"), revision=2))
    found = load_adjustments(rows.session, rows.joint, TABLE)
    assert (found.candidates, found.nothing) == ([], [])
    assert day.id is not None
    assert [one.code for one in found.held[day.id]] == ["mapping.open"]
    settle_adjusting(rows.session, found, NOW)
    assert day.findings == encode_findings(found.held[day.id])
    assert (day.state, day.updated_at) == ("changed", NOW)


def test_a_day_that_is_priced_otherwise_now_cannot_be_adjusted(rows: Rows):
    now = a_day(line("10.00"), tender("11.00"), tax("1.00"), prices_include_tax=False, revision=2)
    day = changed(rows, now)
    assert day.id is not None
    assert load_adjustments(rows.session, rows.joint, TABLE).held[day.id] == (
        Finding(
            code="day.prices_changed",
            what="2026-10-01/1 was posted with tax in its amounts and now comes without, or the other way round",
            why="What differs between the two can't be written on one document, whose lines are all of one sort",
            do="Decide to post the day anew, or to leave it",
            where="day",
            subject="2026-10-01/1",
        ),
    )


HOUSE = a_table(entry("tenders", "HOUSE", "615"))


def on_house(rows: Rows, now: Any, *, customer: str = "Smith") -> Day:
    """A day on which Smith took 8.00 and Jones 3.00 on account, said otherwise now; documents for them if named."""
    before = a_day(line("11.00"), on_account(Smith="8.00", Jones="3.00"))
    row = rows.day(replace(now, revision=2), state="changed", posted_record_id=rows.record(before))
    documents = [{"key": f"{KEY}/g1/invoice.1"}, *([{"key": "x", "customer": customer}] if customer else [])]
    unit = rows.unit(f"{KEY}/g1", mapped=[kept(before, row.id, 1, HOUSE)], documents=documents)
    row.unit_id, row.decision = unit.id, {"decision": "adjust", "record": row.record_id}
    rows.session.flush()
    return row


def test_a_day_whose_customers_took_otherwise_cannot_be_adjusted(rows: Rows):
    day = on_house(rows, a_day(line("11.00"), on_account(Smith="7.00", Jones="4.00")))
    assert day.id is not None
    found = load_adjustments(rows.session, rows.joint, HOUSE)
    assert (found.candidates, found.nothing) == ([], [])
    assert found.held[day.id] == (
        Finding(
            code="day.customers_changed",
            what="2026-10-01/1 says otherwise now what customers took on their house accounts, or paid on them",
            why="Each customer has a document of its own for the day, and a difference of several can't be one "
            "document",
            do="Decide to post the day anew, or to leave it",
            where="day",
            subject="2026-10-01/1",
        ),
    )


def test_a_day_that_is_changed_in_what_concerns_no_customer_is_adjusted(rows: Rows):
    on_house(rows, a_day(line("13.00"), on_account(Smith="8.00", Jones="3.00"), tender("2.00")))
    (found,) = load_adjustments(rows.session, rows.joint, HOUSE).candidates
    assert [(one.tender.code, one.tender.counted) for one in found.mapped.tenders] == [("CASH", Decimal("2.00"))]


def test_house_accounts_without_documents_for_customers_are_adjusted_as_one_sum(rows: Rows):
    on_house(rows, a_day(line("12.00"), on_account(Smith="7.00", Jones="5.00")), customer="")
    (found,) = load_adjustments(rows.session, rows.joint, HOUSE).candidates
    assert [(one.tender.code, one.tender.counted) for one in found.mapped.tenders] == [("HOUSE", Decimal("1.00"))]


def test_a_day_of_which_nobody_kept_what_was_posted_of_its_customers_is_adjusted(rows: Rows):
    day = on_house(rows, a_day(line("12.00"), on_account(Smith="12.00")))
    day.posted_record_id = None
    rows.session.flush()
    assert len(load_adjustments(rows.session, rows.joint, HOUSE).candidates) == 1


def test_days_are_adjusted_in_order_of_their_dates_whatever_the_venue(rows: Rows):
    for site, day, sequence in (("A", 3, 1), ("A", 2, 2), ("B", 1, 1), ("B", 2, 1)):
        now = sold("12.00", day, sequence=sequence, site=replace(SITE, id=site), revision=2)
        changed(rows, now, posted=replace(now, lines=(line("11.00"),), tenders=(tender("11.00"),)), day=day)
    found = load_adjustments(rows.session, rows.joint, TABLE)
    assert [str(one.key)[8:] for one in found.candidates] == ["01/1", "02/1", "02/2", "03/1"]


def forgotten(rows: Rows, day: Day) -> None:
    """Let the day's unit be one of an older version, which kept no mapping."""
    unit = rows.session.get_one(UnitRow, day.unit_id)
    unit.mapped = []
    rows.session.add(unit)
    rows.session.flush()


def test_what_an_older_version_posted_is_mapped_as_it_would_be_now(rows: Rows):
    day = changed(rows, sold("12.00", revision=2))
    forgotten(rows, day)
    (found,) = load_adjustments(rows.session, rows.joint, TABLE).candidates
    assert found.mapped.total == Decimal("1.00")


def test_what_an_older_version_posted_and_nobody_can_map_now_is_said(rows: Rows):
    before = a_day(line("11.00", "WINE"), tender("11.00"))
    known = a_table(entry("accounts", "WINE", "203"))
    day = rows.day(sold("12.00", revision=2), state="changed", posted_record_id=rows.record(before))
    unit = rows.unit(f"{KEY}/g1", mapped=[kept(before, day.id, 1, known)])
    day.unit_id, day.decision = unit.id, {"decision": "adjust", "record": None}
    forgotten(rows, day)
    assert day.id is not None
    assert load_adjustments(rows.session, rows.joint, TABLE).held[day.id] == (
        Finding(
            code="day.posting_unknown",
            what="What was posted for 2026-10-01/1 can't be told any more",
            why="An older version posted it and kept no mapping, and one of its codes has none now",
            do="Map its codes again, or post the day anew",
            where="map",
            subject="2026-10-01/1",
        ),
    )


def test_what_is_left_of_an_adjustment_is_the_difference_to_what_stood_before_it(rows: Rows):
    day = changed(rows, sold("14.00", revision=3))
    assert day.unit_id is not None
    assert day.id is not None
    second = rows.record(sold("12.00", revision=2))
    half = rows.unit(
        f"{KEY}/g2", generation=2, adjusts=day.unit_id, state="partly", dated=date(2026, 10, 9),
        mapped=[kept(sold("1.00"), day.id, second)],
    )  # fmt: skip
    own = rows.session.get_one(UnitRow, day.unit_id)
    (found,) = load_left_adjustments(rows.session, [own, half], TABLE)
    assert found == Candidate(
        day_id=day.id,
        record_id=second,
        mapped=found.mapped,
        generation=2,
        adjusts=day.unit_id,
        dated=date(2026, 10, 9),
        whole=mapped(sold("12.00", revision=2)),
    )
    assert found.mapped.total == Decimal("1.00")
    forgotten(rows, day)
    assert load_left_adjustments(rows.session, [half], MappingTable([], [])) == []
    assert len(load_left_adjustments(rows.session, [own, half, half], TABLE)) == 2


def half_adjusted(rows: Rows, now: Any) -> tuple[Day, UnitRow]:
    """A posted day of which an adjustment to what the source says now is posted in part."""
    day = changed(rows, sold("14.00", revision=3))
    second = rows.record(now)
    own = kept(sold("3.00"), day.id, second)
    unit = rows.unit(f"{KEY}/g2", generation=2, adjusts=day.unit_id, state="partly", mapped=[own])
    return day, unit


def test_what_is_left_of_an_adjustment_is_not_read_where_nobody_can_tell_what_stood_before(rows: Rows):
    day, half = half_adjusted(rows, sold("12.00", revision=2))
    assert why_not_adjusted(rows.session, half, day, table=TABLE) == ()
    day.posted_record_id = rows.record(a_day(line("11.00", "WINE"), tender("11.00")))
    forgotten(rows, day)
    assert load_left_adjustments(rows.session, [half], TABLE) == []
    (finding,) = why_not_adjusted(rows.session, half, day, table=TABLE)
    assert (finding.code, finding.subject) == ("day.posting_unknown", "2026-10-01/1")


def test_what_is_left_of_an_adjustment_is_not_read_where_a_code_lost_its_mapping(rows: Rows):
    day, half = half_adjusted(rows, a_day(line("12.00", "WINE"), tender("12.00"), revision=2))
    (finding,) = why_not_adjusted(rows.session, half, day, table=TABLE)
    assert (finding.code, "WINE" in finding.what) == ("mapping.open", True)
    assert load_left_adjustments(rows.session, [half], TABLE) == []


def test_what_is_left_of_an_adjustment_whose_document_stands_is_as_it_was_posted(rows: Rows):
    day = changed(rows, sold("14.00", revision=3))
    assert day.id is not None
    document = {"key": "entry.1", "payments": [{"key": "pay.1", "amount": "1.00", "account": {"id": "id-611"}}]}
    half = rows.unit(
        f"{KEY}/g2", generation=2, adjusts=day.unit_id, state="partly", documents=[document],
        mapped=[kept(sold("1.00"), day.id, rows.record(sold("12.00", revision=2)))],
    )  # fmt: skip
    moved = a_table(entry("tenders", "CASH", "618"), entry("accounts", "FOOD", "209"))

    def left(*done: str) -> list[tuple[list[str], list[str]]]:
        for key in done:
            rows.session.add(
                OperationRow(
                    owner="local", organisation="fake:ledger/1", key=key, unit_id=half.id, kind="entry", payload={},
                    depends_on=[], state="done",
                )
            )  # fmt: skip
        rows.session.flush()
        return [
            (
                [f"{one.account.id} {one.line.amount}" for one in found.mapped.lines],
                [f"{one.account and one.account.id} {one.tender.counted}" for one in found.mapped.tenders],
            )
            for found in load_left_adjustments(rows.session, [half], moved)
        ]

    assert left() == [(["id-209 12.00", "id-201 -11.00"], ["id-618 12.00", "id-611 -11.00"])]
    assert left("entry.1") == [(["id-201 1.00"], ["id-618 1.00"])]
    assert left("pay.1") == [(["id-201 1.00"], ["id-611 1.00"])]
    assert load_left_adjustments(rows.session, [half], MappingTable(DIMENSIONS, [])) == []
