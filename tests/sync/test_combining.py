"""How days that wait are grouped: by the setting, and by what a lost database left in the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.support.days import a_day, a_table, entry

from takings.domain.combining import Combining, PeriodFacts
from takings.domain.day import DayKey
from takings.domain.identity import unit_key
from takings.domain.mapping import MappedDay, map_day
from takings.plugin import Chart, StandingDocument, Survey
from takings.sync.combining import Combined, Rules, combine
from takings.sync.planning import Candidate
from takings.sync.standing import Standings

SOURCE = "impos:eod"
NOVEMBER = PeriodFacts(today=date(2026, 11, 1))
TABLE = a_table(entry("taxes", "GST", "OUTPUT"), entry("tenders", "CASH", "611"), entry("accounts", "FOOD", "200"))


def days(*dates: int, sequence: int = 1, generation: int = 1, adjusts: int | None = None) -> list[Candidate]:
    found = []
    for one in dates:
        mapped = map_day(a_day(business_date=date(2026, 10, one), sequence=sequence), TABLE)
        assert isinstance(mapped, MappedDay)
        id_ = one * 10 + sequence
        found.append(Candidate(day_id=id_, record_id=id_, mapped=mapped, generation=generation, adjusts=adjusts))
    return found


def key(*closes: tuple[int, int], generation: int = 1) -> str:
    keys = [DayKey(site="4417", business_date=date(2026, 10, day), sequence=n) for day, n in closes]
    return unit_key(SOURCE, keys, generation)


def standing(*keys: str, voided: Iterable[str] = ()) -> Standings:
    documents = (
        StandingDocument(
            id=one, number="", key=f"{one}/invoice.1", day=date(2026, 10, 31), total=Decimal(11), voided=one in voided
        )
        for one in keys
    )
    chart = Chart(organisation="1", organisation_name="Pub", currency="AUD")
    return Standings(Survey(chart=chart, documents=tuple(documents)))


def reversed_(*keys: str, and_stand: Iterable[str] = ()) -> Standings:
    """What stands where documents of `keys` were taken back by others that reverse them."""
    chart = Chart(organisation="1", organisation_name="Pub", currency="AUD")
    papers = [one for documents in standing(*keys, *and_stand).documents.values() for one in documents]
    back = [replace(one, key=f"{key}/undo_creditnote.1", sign=-1) for key, one in zip(keys, papers, strict=False)]
    return Standings(Survey(chart=chart, documents=(*papers, *back)))


def grouped(found: Combined) -> list[list[str]]:
    return [[str(one.key)[8:] for one in group.candidates] for group in found.groups]


def by(how: Combining, **more: object) -> Rules:
    return Rules(source=SOURCE, combining=how, **more)  # type: ignore[arg-type]


NOTHING = standing()


@pytest.mark.parametrize(
    ("how", "groups"),
    [
        (Combining.CLOSE, [["01/1"], ["02/1"], ["02/2"], ["05/1"]]),
        (Combining.DAY, [["01/1"], ["02/1", "02/2"], ["05/1"]]),
        (Combining.WEEK, [["01/1", "02/1", "02/2"], ["05/1"]]),
        (Combining.MONTH, [["01/1", "02/1", "02/2", "05/1"]]),
    ],
)
def test_days_are_grouped_by_the_setting(how: Combining, groups: list[list[str]]) -> None:
    waiting = [*days(5, 1, 2), *days(2, sequence=2)]
    assert grouped(combine(waiting, by(how), NOVEMBER, standing=NOTHING)) == groups


def test_a_week_begins_on_the_weekday_of_the_setting() -> None:
    rules = by(Combining.WEEK, week_starts=2)
    assert grouped(combine(days(5, 6, 7, 8), rules, NOVEMBER, standing=NOTHING)) == [
        ["05/1", "06/1"],
        ["07/1", "08/1"],
    ]


def test_days_of_a_period_that_is_not_over_wait() -> None:
    found = combine(days(5, 12), by(Combining.WEEK), PeriodFacts(today=date(2026, 10, 13)), standing=NOTHING)
    assert grouped(found) == [["05/1"]]
    ((waits,), (finding,)) = (found.waiting[0].candidates, found.waiting[0].findings)
    assert (str(waits.key), finding.code) == ("2026-10-12/1", "unit.waits_for_end")


def test_what_was_posted_before_is_posted_anew_at_once_and_by_itself() -> None:
    facts = PeriodFacts(today=date(2026, 10, 13), missing=[date(2026, 10, 3)])
    found = combine([*days(1, 2, generation=2), *days(4)], by(Combining.MONTH), facts, standing=NOTHING)
    assert grouped(found) == [["01/1", "02/1"]]
    assert [str(one.key) for one in found.waiting[0].candidates] == ["2026-10-04/1"]
    held = PeriodFacts(today=date(2026, 10, 13), held=[DayKey(site="4417", business_date=date(2026, 10, 3))])
    assert not combine(days(1, 2, generation=2), by(Combining.MONTH), held, standing=NOTHING).groups


def test_history_is_kept_apart_from_days_that_need_no_asking() -> None:
    rules = by(Combining.WEEK, is_confirmed=lambda day: day >= date(2026, 10, 7))
    assert grouped(combine(days(5, 6, 7, 8), rules, NOVEMBER, standing=NOTHING)) == [
        ["05/1", "06/1"],
        ["07/1", "08/1"],
    ]


def test_days_of_a_closed_part_are_never_moved_into_the_open_one() -> None:
    rules = by(Combining.MONTH, locked_through=date(2026, 10, 6))
    assert grouped(combine(days(5, 6, 7, 8), rules, NOVEMBER, standing=NOTHING)) == [
        ["05/1", "06/1"],
        ["07/1", "08/1"],
    ]


def test_an_adjustment_is_never_combined() -> None:
    found = combine([*days(1, 2), *days(3, adjusts=7)], by(Combining.MONTH), NOVEMBER, standing=NOTHING)
    assert sorted(grouped(found)) == [["01/1", "02/1"], ["03/1"]]


def test_days_that_were_posted_one_by_one_are_found_again_one_by_one() -> None:
    lost = standing(key((1, 1)), key((2, 1)))
    found = combine(days(1, 2, 3, 4), by(Combining.MONTH), NOVEMBER, standing=lost)
    assert sorted(grouped(found)) == [["01/1"], ["02/1"], ["03/1", "04/1"]]


@pytest.mark.parametrize("how", list(Combining))
def test_a_document_of_several_days_is_found_again_whatever_the_setting_is(how: Combining) -> None:
    lost = standing(key((1, 1), (2, 1), (3, 1), generation=2))
    found = combine(days(1, 2, 3, 4), by(how), NOVEMBER, standing=lost)
    assert sorted(grouped(found)) == [["01/1", "02/1", "03/1"], ["04/1"]]
    (whole,) = [one for one in found.groups if len(one.candidates) == 3]
    assert whole.generation == 2


def test_every_document_that_stands_is_found_whichever_comes_first() -> None:
    theirs = unit_key(SOURCE, [DayKey(site="99", business_date=date(2026, 10, one)) for one in (1, 2)], 1)
    gone, single, whole = key((20, 1), (21, 1)), key((4, 1)), key((1, 1), (2, 1), (3, 1))
    for lost in (standing(theirs, gone, single, whole), standing(whole, single, gone, theirs)):
        found = combine(days(1, 2, 3, 4, 5, 6), by(Combining.MONTH), NOVEMBER, standing=lost)
        assert sorted(grouped(found)) == [["01/1", "02/1", "03/1"], ["04/1"], ["05/1", "06/1"]]


def test_a_close_that_came_late_has_a_document_of_its_own_also_when_it_is_found_again() -> None:
    closes = [*days(1, 2, 3), *days(2, sequence=2)]
    for lost in (standing(key((1, 1), (2, 1), (3, 1)), key((2, 2))), standing(key((1, 1), (2, 1), (3, 1)))):
        found = combine(closes, by(Combining.MONTH), NOVEMBER, standing=lost)
        assert sorted(grouped(found)) == [["01/1", "02/1", "03/1"], ["02/2"]]
    both = standing(key((1, 1), (2, 1), (3, 1)), key((1, 2)), key((2, 2)))
    found = combine([*closes, *days(1, sequence=2)], by(Combining.MONTH), NOVEMBER, standing=both)
    assert sorted(grouped(found)) == [["01/1", "02/1", "03/1"], ["01/2"], ["02/2"]]


def test_days_of_which_it_cannot_be_told_whether_they_stand_are_held() -> None:
    found = combine(days(2, 3, 4), by(Combining.CLOSE), NOVEMBER, standing=standing(key((1, 1), (2, 1), (3, 1))))
    ((group, finding),) = found.unclear
    assert [str(one.key)[8:] for one in group.candidates] == ["02/1", "03/1"]
    assert (finding.code, grouped(found)) == ("ledger.combined_unclear", [["04/1"]])


def test_a_day_that_stands_alone_and_with_others_is_held_with_them() -> None:
    lost = standing(key((1, 1), (2, 1)), key((2, 1), generation=2))
    found = combine(days(1, 2, 3), by(Combining.CLOSE), NOVEMBER, standing=lost)
    assert ([len(group.candidates) for group, _ in found.unclear], grouped(found)) == ([2], [["03/1"]])


def test_a_day_that_stands_reversed_is_found_as_it_was_posted_until_it_is_to_be_posted_again() -> None:
    month, lost = by(Combining.MONTH), reversed_(key((1, 1)))
    assert sorted(grouped(combine(days(1, 2, 3), month, NOVEMBER, standing=lost))) == [["01/1"], ["02/1", "03/1"]]
    again = combine(days(1, 2, generation=2), month, NOVEMBER, standing=lost)
    assert grouped(again) == [["01/1", "02/1"]]
    twice = combine(days(1, 2, generation=2), month, NOVEMBER, standing=reversed_(key((1, 1), generation=2)))
    assert sorted(grouped(twice)) == [["01/1"], ["02/1"]]


def test_days_that_stand_reversed_together_are_found_together_until_they_are_to_be_posted_again() -> None:
    lost = reversed_(key((1, 1), (2, 1), generation=2))
    for generation in (1, 2):
        found = combine(days(1, 2, 3, generation=generation), by(Combining.CLOSE), NOVEMBER, standing=lost)
        assert sorted(grouped(found)) == [["01/1", "02/1"], ["03/1"]]
        assert [one.generation for one in found.groups if len(one.candidates) == 2] == [2]
    again = combine(days(1, 2, 3, generation=3), by(Combining.CLOSE), NOVEMBER, standing=lost)
    assert sorted(grouped(again)) == [["01/1"], ["02/1"], ["03/1"]]
    assert again.unclear == []


def test_what_stands_unreversed_is_the_days_whatever_its_generation_and_before_what_was_reversed() -> None:
    later = combine(days(1, 2, generation=2), by(Combining.MONTH), NOVEMBER, standing=standing(key((1, 1))))
    assert sorted(grouped(later)) == [["01/1"], ["02/1"]]
    whole = combine(days(1, 2, generation=2), by(Combining.CLOSE), NOVEMBER, standing=standing(key((1, 1), (2, 1))))
    assert grouped(whole) == [["01/1", "02/1"]]
    both = reversed_(key((1, 1), (2, 1)), and_stand=[key((1, 1), generation=2)])
    found = combine(days(1), by(Combining.CLOSE), NOVEMBER, standing=both)
    assert (grouped(found), found.unclear) == ([["01/1"]], [])


def test_what_this_database_knows_and_what_was_voided_decide_nothing() -> None:
    whole, single = key((1, 1), (2, 1)), key((3, 1))
    month = [["01/1", "02/1", "03/1"]]
    known = combine(
        days(1, 2, 3), by(Combining.MONTH), NOVEMBER, standing=standing(whole, single), known={whole, single}
    )
    voided = combine(
        days(1, 2, 3), by(Combining.MONTH), NOVEMBER, standing=standing(whole, single, voided=(whole, single))
    )
    assert grouped(known) == grouped(voided) == month


def test_another_source_or_site_in_the_same_ledger_is_no_matter_of_ours() -> None:
    theirs = unit_key(SOURCE, [DayKey(site="99", business_date=date(2026, 10, one)) for one in (1, 2)], 1)
    other = unit_key("square:pos", [one.key for one in days(1, 2)], 1)
    found = combine(days(1, 2), by(Combining.MONTH), NOVEMBER, standing=standing(theirs, other, "not/a/key"))
    assert grouped(found) == [["01/1", "02/1"]]


def test_a_year_of_days_is_grouped_into_months() -> None:
    some = days(1)[0].mapped.day
    waiting = []
    for n in range(365):
        mapped = map_day(a_day(site=some.site, business_date=date(2026, 1, 1) + timedelta(days=n)), TABLE)
        assert isinstance(mapped, MappedDay)
        waiting.append(Candidate(day_id=n, record_id=n, mapped=mapped))
    found = combine(waiting, by(Combining.MONTH), PeriodFacts(today=date(2027, 1, 1)), standing=NOTHING)
    assert [len(group.candidates) for group in found.groups] == [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
