"""Which days are planned, as what unit, and what is said of each before anything is posted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from tests.support.days import a_table, entry, mapped, ref, tender
from tests.sync.rows import FIRST, NOW, TABLE, Books, Rows, opened, sold

from takings.domain.day import LineKind
from takings.domain.findings import Finding, Severity
from takings.domain.mapping import MappingTable
from takings.domain.period import Period
from takings.plugin.documents import Plan, Refused, UnitRole
from takings.plugin.targets import Chart, StandingDocument, Survey
from takings.sync.encoding import encode_findings
from takings.sync.numbers import Numbered
from takings.sync.placing import placed, placed_outcomes
from takings.sync.planning import (
    Candidate,
    Group,
    Planned,
    known_units,
    left_groups,
    load_candidates,
    plan_units,
    units_given_up,
)

CHART = Chart(organisation="1", organisation_name="Pub", accounts=(), taxes=(), currency="AUD")
OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))


@pytest.fixture
def rows() -> Iterator[Rows]:
    with opened() as found:
        yield found


def candidate(amount: str, day: int, sequence: int = 1, **more: Any) -> Candidate:
    id_ = day * 10 + sequence
    return Candidate(day_id=id_, record_id=id_ + 500, mapped=mapped(sold(amount, day, sequence=sequence)), **more)


def key(day: int, generation: int = 1, sequence: int = 1) -> str:
    return f"pos:eod/4417/2026-10-{day:02}.{sequence}/g{generation}"


class Book:
    """Numbers by the unit; keeps what it was asked."""

    def __init__(self, *, findings: tuple[Finding, ...] = ()) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self._findings = findings

    def number(self, unit: str, days: Any, generation: int, *, standing: str) -> Numbered:
        self.asked.append((unit, days, generation, standing))
        return Numbered(number=f"N{len(self.asked)}", reservation={"unit": unit}, findings=self._findings)


# --- Reading -------------------------------------------------------------------------------------------------


def test_the_days_that_wait_are_read_in_order_with_what_the_source_says_now(rows: Rows):
    late = rows.day(sold("3.00", 3), generation=2)
    second = rows.day(sold("2.00", 1, sequence=2))
    early = rows.day(sold("1.00", 1), posted_record_id=99)
    rows.day(sold("9.00", 2), state="held")
    rows.day(sold("9.00", 4), integration_id="int_2")
    found = load_candidates(rows.session, rows.joint, TABLE, period=OCTOBER)
    assert [(one.day_id, one.record_id, one.generation) for one in found] == [
        (early.id, early.record_id, 1),
        (second.id, second.record_id, 1),
        (late.id, late.record_id, 2),
    ]
    assert [one.mapped.total for one in found] == [Decimal("1.00"), Decimal("2.00"), Decimal("3.00")]
    assert (found[0].adjusts, found[0].dated) == (None, None)


def test_a_day_is_read_with_what_was_decided_of_it_and_with_what_tells_of_other_contents(rows: Rows):
    beside = Finding(code="record.conflict", what="Another content", why="w", do="d", severity=Severity.WARNING)
    waits = replace(beside, code="unit.waits_for_end", what="It waits")
    day = rows.day(sold("1.00"), findings=encode_findings([waits, beside]))
    decision = {"record": day.record_id, "confirmed": [{"code": "day.unusual_size", "subject": "2026-10-01"}]}
    day.decision = decision
    usual = rows.day(sold("2.00", 2), findings=encode_findings([waits]))
    found = load_candidates(rows.session, rows.joint, TABLE, period=None)
    assert [(one.day_id, one.beside, one.decision) for one in found] == [
        (day.id, (beside,), decision),
        (usual.id, (), {}),
    ]


def test_days_are_read_within_the_period_only_with_both_its_ends(rows: Rows):
    days = [rows.day(sold("1.00", day)).id for day in (1, 2, 3, 4)]
    period = Period(date(2026, 10, 2), date(2026, 10, 3))
    assert [one.day_id for one in load_candidates(rows.session, rows.joint, TABLE, period=period)] == days[1:3]
    assert [one.day_id for one in load_candidates(rows.session, rows.joint, TABLE, period=None)] == days
    anew = rows.day(sold("1.00", 9), generation=2).id
    found = load_candidates(rows.session, rows.joint, TABLE, period=period)
    assert [one.day_id for one in found] == [*days[1:3], anew]


def test_days_that_are_named_are_read_as_they_were_posted_whatever_their_state(rows: Rows):
    posted = rows.record(sold("5.00", 1))
    changed = rows.day(sold("6.00", 1, revision=2), state="changed", posted_record_id=posted)
    partly = rows.day(sold("7.00", 2), state="partly")
    rows.day(sold("8.00", 3))
    assert changed.id is not None
    assert partly.id is not None
    found = load_candidates(rows.session, rows.joint, TABLE, period=None, day_ids=[partly.id, changed.id])
    assert [(one.record_id, one.mapped.total) for one in found] == [
        (posted, Decimal("5.00")),
        (partly.record_id, Decimal("7.00")),
    ]


def test_a_day_that_is_not_mapped_is_no_candidate(rows: Rows):
    rows.day(sold("5.00"))
    kept = rows.day(sold("6.00", 2))
    table = MappingTable([], [])
    assert load_candidates(rows.session, rows.joint, table, period=None) == []
    found = load_candidates(rows.session, rows.joint, TABLE, period=None)
    assert [one.day_id for one in found][1:] == [kept.id]


def test_what_is_remembered_is_not_read_again(rows: Rows):
    day = rows.day(sold("5.00"))
    other = rows.day(sold("6.00", 2))
    found = load_candidates(rows.session, rows.joint, TABLE, period=None, remembered={day.record_id: sold("5.50")})
    assert [one.mapped.total for one in found] == [Decimal("5.50"), Decimal("6.00")]
    assert found[1].record_id == other.record_id


def test_many_days_are_read_in_parts(rows: Rows):
    for sequence in range(1, 503):
        rows.day(sold("1.00", 1, sequence=sequence))
    found = load_candidates(rows.session, rows.joint, TABLE, period=None)
    assert [one.key.sequence for one in found] == list(range(1, 503))


def test_a_difference_that_was_decided_to_be_posted_is_a_line_of_the_day(rows: Rows):
    summary = replace(sold("5.00"), tenders=(tender("4.00"),))
    day = rows.day(summary)
    table = a_table(entry("accounts", "OVER", "860"), account_taxes={"OVER": "FRE"})
    decision = {"decision": "post_difference", "record": day.record_id, "account": "OVER"}
    day.decision = decision
    rows.session.add(day)
    rows.session.flush()
    (found,) = load_candidates(rows.session, rows.joint, table, period=None)
    assert [(one.line.kind, one.account, one.line.amount) for one in found.mapped.lines] == [
        (LineKind.SALE, ref("201"), Decimal("5.00")),
        (LineKind.VARIANCE, ref("860"), Decimal("-1.00")),
    ]


def test_the_units_that_this_database_knows_are_those_that_came_to_an_end(rows: Rows):
    for day, state in ((1, "posted"), (2, "undoing"), (3, "undone"), (4, "posting"), (5, "partly")):
        rows.unit(key(day), state=state, first=date(2026, 10, day), last=date(2026, 10, day))
    rows.unit("other integration", integration_id="int_2", first=FIRST, last=FIRST)
    rows.unit("other organisation", organisation="fake:ledger/2", first=FIRST, last=FIRST)
    rows.unit("week", first=date(2026, 9, 28), last=date(2026, 10, 1))
    rows.unit("before", first=date(2026, 9, 28), last=date(2026, 9, 30))
    rows.unit("after", first=date(2026, 10, 6), last=date(2026, 10, 8))
    wanted = [candidate("1.00", 1), candidate("1.00", 5)]
    assert known_units(rows.session, rows.joint, wanted) == {key(1), key(2), key(3), "week"}
    assert known_units(rows.session, rows.joint, [candidate("1.00", 3)]) == {key(3)}
    assert known_units(rows.session, rows.joint, []) == set()


def test_what_other_integrations_took_back_in_the_organisation_is_given_up(rows: Rows):
    for day, state in ((1, "undone"), (2, "posted"), (3, "undoing")):
        rows.unit(key(day), integration_id="int_2", state=state, first=date(2026, 10, day), last=date(2026, 10, day))
    rows.unit("own", state="undone", first=FIRST, last=FIRST)
    rows.unit("other organisation", integration_id="int_2", state="undone", organisation="fake:ledger/2")
    assert units_given_up(rows.session, rows.joint, [candidate("1.00", 1), candidate("1.00", 5)]) == {key(1)}
    assert units_given_up(rows.session, rows.joint, []) == set()


# --- Groups --------------------------------------------------------------------------------------------------


def test_a_group_is_named_by_its_close_or_by_its_first_and_last():
    one, other = candidate("1.00", 1), candidate("1.00", 7, generation=3)
    assert Group(candidates=(one,)).title == "2026-10-01/1"
    assert Group(candidates=(one, other)).title == "2026-10-01/1 to 2026-10-07/1"
    assert Group(candidates=(one, other)).key == one.key
    assert Group(candidates=(one, other)).own_generation == 3
    assert Group(candidates=(one, other), generation=2).own_generation == 2


def planned_of(*candidates: Candidate, findings: tuple[Finding, ...] = ()) -> Planned:
    unit: Any = SimpleNamespace()
    return Planned(unit=unit, plan=Plan(), candidates=candidates, findings=findings, reservation=None, stands=False)


def test_a_unit_is_for_its_first_to_its_last_date_and_held_by_an_error():
    unit = planned_of(candidate("1.00", 3), candidate("1.00", 1), candidate("1.00", 2))
    assert (unit.first, unit.last, unit.held) == (date(2026, 10, 1), date(2026, 10, 3), False)
    warning = Finding(code="x.y", what="Odd", severity=Severity.WARNING)
    assert not planned_of(candidate("1.00", 3), findings=(warning,)).held
    assert planned_of(candidate("1.00", 3), findings=(replace(warning, severity=Severity.ERROR),)).held


def test_what_is_left_of_units_is_grouped_as_it_was_posted():
    first, second = candidate("1.00", 1), candidate("1.00", 2)
    third, adjusting = candidate("1.00", 3), candidate("1.00", 4, adjusts=7)
    week: Any = SimpleNamespace(id=7, generation=2)
    alone: Any = SimpleNamespace(id=8, generation=1)
    unit_of: dict[int, int | None] = {first.day_id: 7, second.day_id: 7, third.day_id: 8, adjusting.day_id: 7 + 90}
    found = left_groups([week, alone], unit_of, [adjusting, third, second, first])
    assert found == [
        Group(candidates=(adjusting,)),
        Group(candidates=(first, second), generation=2),
        Group(candidates=(third,), generation=1),
    ]
    # One of the week's days can't be mapped now: nothing of the week is posted without it.
    assert left_groups([week], unit_of, [first]) == []
    assert left_groups([alone], unit_of, [first, second]) == []


# --- Planning ------------------------------------------------------------------------------------------------


def plan(
    rows: Rows,
    *groups: Group,
    survey: Survey | None = None,
    books: Books | None = None,
    book: Any = None,
    known: tuple[str, ...] = (),
) -> list[Planned]:
    target: Any = books or Books()
    return plan_units(
        rows.services,
        rows.joint,
        target,
        survey=survey or Survey(chart=CHART),
        groups=groups,
        book=book or Book(),
        known=known,
    )


def stands(unit: str, *, number: str = "INV-9", total: str = "1.00", **more: Any) -> StandingDocument:
    name = f"{unit}/entry.1"
    return StandingDocument(id=name, number=number, key=name, day=FIRST, total=Decimal(total), **more)


def test_each_group_becomes_a_unit_with_a_number_in_order_of_dates(rows: Rows):
    first, second = candidate("1.00", 1), candidate("2.00", 2)
    books, book = Books(), Book()
    found = plan(rows, Group(candidates=(second,)), Group(candidates=(first,)), books=books, book=book)
    assert [one.unit.key for one in found] == [key(1), key(2)]
    assert [one.unit.number for one in found] == ["N1", "N2"]
    assert [one.reservation for one in found] == [{"unit": key(1)}, {"unit": key(2)}]
    assert [one.candidates for one in found] == [(first,), (second,)]
    assert book.asked == [(key(1), (first.mapped,), 1, ""), (key(2), (second.mapped,), 1, "")]
    unit, survey, settings = books.asked[0]
    assert (unit.days, unit.generation, unit.role, unit.dated) == ((first.mapped,), 1, UnitRole.DAY, None)
    assert (survey, settings) == (Survey(chart=CHART), rows.joint.target_settings)
    assert not found[0].stands


def test_what_stands_already_is_numbered_first_and_planned_without_itself(rows: Rows):
    first, second = candidate("1.00", 1), candidate("2.00", 2)
    stranger = stands("x:y/4417/2026-10-02.1/g1")
    survey = Survey(chart=CHART, documents=(stands(key(2), total="2.00"), stranger))
    books, book = Books(), Book()
    found = plan(rows, Group(candidates=(first,)), Group(candidates=(second,)), survey=survey, books=books, book=book)
    assert [(one[0], one[3]) for one in book.asked] == [(key(2), "INV-9"), (key(1), "")]
    assert [one.stands for one in found] == [False, True]
    assert books.asked[0][1].documents == (stranger,)
    assert books.asked[1][1].documents == survey.documents


def test_the_number_of_a_unit_that_stands_is_that_of_its_own_document_and_not_of_a_customers(rows: Rows):
    unit = key(1)
    customers = [replace(stands(unit, number=f"INV-9-{n}"), key=f"{unit}/entry.{100 + n}") for n in (1, 2)]
    survey = Survey(chart=CHART, documents=(customers[0], stands(unit), customers[1]))
    book = Book()
    plan(rows, Group(candidates=(candidate("1.00", 1),)), survey=survey, book=book)
    assert [one[3] for one in book.asked] == ["INV-9"]


def test_a_document_whose_key_somebody_cut_short_in_the_ledger_keeps_its_number(rows: Rows):
    survey = Survey(chart=CHART, documents=(replace(stands(key(1)), key=f"{key(1)}/entry"),))
    book = Book()
    plan(rows, Group(candidates=(candidate("1.00", 1),)), survey=survey, book=book)
    assert [one[3] for one in book.asked] == ["INV-9"]


def test_a_day_is_planned_as_the_generation_that_stands(rows: Rows):
    survey = Survey(chart=CHART, documents=(stands(key(1), voided=True), stands(key(1, 2))))
    (found,) = plan(rows, Group(candidates=(candidate("1.00", 1),)), survey=survey)
    assert (found.unit.key, found.unit.generation, found.stands) == (key(1, 2), 2, True)
    (half,) = plan(rows, Group(candidates=(candidate("1.00", 1),), generation=1), survey=survey)
    assert (half.unit.key, half.stands) == (key(1), True)
    assert half.findings[-1].code == "ledger.posted_anew"
    assert half.findings[-1].what.startswith("2026-10-01/1 is posted in part here")
    (known,) = plan(
        rows, Group(candidates=(candidate("1.00", 1, generation=3),)), survey=survey, known=(key(1), key(1, 2))
    )
    assert (known.unit.key, known.stands) == (key(1, 3), False)


def test_a_day_that_stands_reversed_in_the_ledger_is_told_and_not_planned(rows: Rows):
    back = replace(stands(key(1), number="CN-1", sign=-1), id="back", key=f"{key(1)}/undo_entry.1")
    survey = Survey(chart=CHART, documents=(stands(key(1)), back))
    one, books = candidate("1.00", 1), Books()
    (found,) = plan(rows, Group(candidates=(one,)), survey=survey, books=books)
    assert books.asked == []
    (finding,) = found.findings
    assert (finding.code, finding.subject) == ("ledger.reversed", key(1))
    assert finding.what.startswith("The ledger holds INV-9 for 2026-10-01/1, reversed by CN-1 of ")
    assert (found.unit.key, found.unit.number, found.plan, found.candidates) == (key(1), "N1", Plan(), (one,))
    assert (found.reservation, found.stands) == ({"unit": key(1)}, True)


def test_an_adjustment_has_its_own_generation_and_a_date_that_is_open(rows: Rows):
    survey = Survey(chart=CHART, documents=(stands(key(1)), stands(key(1, 5))), locked_through=date(2026, 10, 24))
    adjusting = candidate("1.00", 1, generation=2, adjusts=4)
    (found,) = plan(rows, Group(candidates=(adjusting,)), survey=survey)
    assert (found.unit.key, found.unit.role) == (key(1, 2), UnitRole.ADJUST)
    assert found.unit.dated == date(2026, 10, 25)
    assert "ledger.several_generations" not in [one.code for one in found.findings]
    (open_,) = plan(rows, Group(candidates=(adjusting,)))
    assert open_.unit.dated == NOW.date()
    settled = replace(adjusting, dated=date(2026, 10, 9))
    (again,) = plan(rows, Group(candidates=(settled,)), survey=survey)
    assert again.unit.dated == date(2026, 10, 9)


def test_all_that_is_to_be_said_of_a_unit_is_said_in_turn(rows: Rows):
    told = Finding(code="ledger.odd", what="Odd", where="map:account", severity=Severity.WARNING, subject="id-201")
    number = Finding(code="number.odd", what="Odd", severity=Severity.WARNING)
    survey = Survey(chart=CHART, documents=(stands(key(1), total="9.00"), stands(key(1, 2), total="9.00")))
    books, book = Books(Plan(findings=(told,))), Book(findings=(number,))
    (found,) = plan(rows, Group(candidates=(candidate("1.00", 1),)), survey=survey, books=books, book=book)
    assert [one.code for one in found.findings] == [
        "number.odd", "ledger.odd", "plan.movement_differs", "plan.movement_differs", "ledger.several_generations"
    ]  # fmt: skip
    assert (found.findings[1].where, found.findings[1].subject) == ("map:accounts", "FOOD")
    assert found.plan.findings == (found.findings[1],)
    assert "2 documents for 2026-10-01/1" in found.findings[-1].what


def test_a_fault_of_the_ledger_plugin_is_told_with_its_name(rows: Rows):
    class Broken(Books):
        def plan(self, *arguments: Any) -> Plan:
            raise ZeroDivisionError

    with pytest.raises(Exception, match="builtin"):
        plan(rows, Group(candidates=(candidate("1.00", 1),)), books=Broken())


# --- Where a finding leads -----------------------------------------------------------------------------------


def test_a_step_that_only_the_kind_names_is_that_of_the_source(rows: Rows):
    finding = Finding(code="x.y", what="Odd", where="map:tender")
    assert placed(finding, rows.joint).where == "map:tenders"
    assert placed(replace(finding, where="map:account"), rows.joint).where == "map:accounts"
    assert placed(replace(finding, where="day"), rows.joint).where == "day"
    done: Any = object()
    outcomes = placed_outcomes([Refused(findings=(finding, finding)), done], rows.joint)
    assert outcomes == (Refused(findings=(placed(finding, rows.joint),) * 2), done)
