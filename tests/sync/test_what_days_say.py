"""What the core says of a day, and of what stands for it in the ledger, word for word, in three decimals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.support.days import DATE, a_table, line, tax, tender
from tests.sync.plans import BASE, CHART, KEY, a_document, a_line, a_plan, kuwaiti

from takings.domain.findings import Finding, Severity
from takings.domain.money import ZERO
from takings.plugin.documents import Plan
from takings.plugin.targets import StandingDocument, Survey
from takings.store.states import DayState
from takings.sync.assessing import assess, conflict_finding
from takings.sync.confirmed import as_confirmed, confirmable, confirmed_of, holding_on
from takings.sync.standing import (
    Standings,
    open_date,
    stands_later,
    stands_otherwise,
    stands_reversed,
    stands_several,
)

# --- Days ----------------------------------------------------------------------------------------------------


def test_a_content_beside_another_of_the_same_revision():
    assert conflict_finding(kuwaiti(revision=3), older_than=3) == Finding(
        code="record.conflict",
        what="2026-10-01/1 came with another content under the same revision 3",
        why="A changed day must have a higher revision; the first content stands, the other is kept beside it",
        do="Ask the POS's support which one is right, and have it send that one with a higher revision",
        where="day",
        severity=Severity.WARNING,
        subject="2026-10-01/1",
    )
    assert conflict_finding(kuwaiti(revision=2), older_than=3) == Finding(
        code="record.older",
        what="Revision 2 of 2026-10-01/1 came after revision 3",
        why="It is kept, and the newer one stands",
        where="day",
        severity=Severity.INFO,
        subject="2026-10-01/1",
    )


def test_other_contents_are_told_beside_whatever_state_the_day_is_in():
    held = assess(kuwaiti(line("1.000", "WINE"), tender("1.000")), a_table(), conflicts=2)
    assert [one.code for one in held.findings] == ["mapping.open", "record.conflict"]
    unbalanced = assess(kuwaiti(line("1.000"), tender("2.000")), a_table(), conflicts=1)
    assert [one.code for one in unbalanced.findings] == ["day.unbalanced", "record.conflict"]
    assert unbalanced.mapped is None
    empty = assess(kuwaiti(line("0.000")), a_table(), conflicts=1)
    assert (empty.state, [one.code for one in empty.findings]) == (DayState.NOTHING, ["record.conflict"])


def test_a_venue_without_tax_that_states_some():
    day = kuwaiti(line("1.000", tax=""), tender("1.000"), tax("0.125", ""), charges_tax=False)
    assert assess(day, a_table()).findings == (
        Finding(
            code="day.tax_not_charged",
            what="2026-10-01/1 is of a venue without tax, and states 0.125 KWD of it",
            why="One of the two is wrong, and a document without tax would not show it",
            do="Have the POS say whether the venue charges tax, and send the day again as a new revision",
            where="day",
            subject="2026-10-01/1",
        ),
    )


def test_what_somebody_has_to_confirm_goes_on_holding_a_day_whose_content_is_right_and_is_told_first():
    guard = {"code": "day.unusual_size", "severity": "error", "subject": "2026-10-01"}
    stored = [{"code": "record.conflict", "severity": "warning"}, guard]
    told = [{"code": "record.conflict", "severity": "warning"}]
    right: Any = {"wanted": DayState.PENDING, "told": told}
    assert holding_on("held", stored, **right) == (DayState.HELD, [guard, *told])
    assert holding_on("held", [guard | {"severity": "info"}], **right) == (DayState.PENDING, told)
    assert holding_on("held", told, **right) == (DayState.PENDING, told)
    assert holding_on("pending", stored, **right) == (DayState.PENDING, told)
    assert holding_on("held", stored, wanted=DayState.HELD, told=told) == (DayState.HELD, told)
    assert holding_on("held", stored, wanted=DayState.NOTHING, told=[]) == (DayState.NOTHING, [])


def test_what_a_person_confirmed_is_told_with_the_reason():
    unusual = Finding(code="day.unusual_size", what="Large", why="w", do="d", where="day", subject="s")
    confirmed = [{"code": "day.unusual_size", "subject": "s", "by": "Ann", "reason": "New Year"}]
    told = replace(unusual, severity=Severity.INFO, why="Ann confirmed the day: New Year", do="")
    assert as_confirmed(unusual, confirmed) == told
    assert as_confirmed(unusual, [confirmed[0] | {"reason": ""}]).why == "Ann confirmed the day"
    assert as_confirmed(unusual, [confirmed[0] | {"subject": "t"}]) == unusual
    assert as_confirmed(unusual, [confirmed[0] | {"code": "x.y"}]) == unusual
    assert as_confirmed(unusual, [confirmed[0] | {"subject": "t"}, confirmed[0]]) == told
    stored = {"record": 4, "confirmed": confirmed}
    assert confirmed_of(stored, 4) == confirmed
    assert confirmed_of(stored, 5) == []
    assert confirmed_of({"record": 4}, 4) == []
    findings = [unusual.as_dict(), told.as_dict(), unusual.as_dict() | {"code": "mapping.open"}]
    assert confirmable(findings) == [findings[0]]


# --- What stands ---------------------------------------------------------------------------------------------


def standing(key: str, *, total: str = "11.125", **more: Any) -> StandingDocument:
    values: dict[str, Any] = {"id": key, "number": "INV-7", "key": key, "day": DATE, "total": Decimal(total)}
    return StandingDocument(**values | more)


def standings(*documents: StandingDocument, known: tuple[str, ...] = ()) -> Standings:
    return Standings(Survey(chart=CHART, documents=documents), known)


def test_documents_are_found_by_the_unit_that_their_key_begins_with():
    invoice, note, stray = standing(f"{KEY}/invoice.1"), standing(f"{KEY}/note.1"), standing("INV-1")
    assert standings(invoice, stray, note).documents == {KEY: [invoice, note]}
    assert standings(standing("x/invoice.1")).of("x") == {}


def test_a_generation_that_lives_is_the_days_and_else_the_last_one():
    voided = standing(f"{KEY}/invoice.1", voided=True)
    second = standing(f"{BASE}/g2/invoice.1")
    assert standings(voided, second).of(KEY) == {1: False, 2: True}
    assert standings(voided, second).generation(KEY, 1) == 2
    assert standings(second, voided).generation(f"{BASE}/g3", 3) == 2
    assert standings(voided).generation(KEY, 1) == 1
    assert standings(replace(second, voided=True)).generation(KEY, 1) == 2
    assert standings(replace(second, voided=True)).generation(f"{BASE}/g3", 3) == 3
    assert standings().generation(KEY, 1) == 1
    partly = standings(voided, standing(f"{KEY}/note.1"))
    assert partly.of(KEY) == {1: True}
    assert standings(standing(f"{KEY}/note.1"), voided).of(KEY) == {1: True}


def test_what_is_known_here_needs_no_explanation():
    found = standings(standing(f"{KEY}/invoice.1"), standing(f"{KEY}/undo_reversal.1"), known=(KEY,))
    assert found.of(KEY) == {}
    assert found.opposites == {}
    assert list(found.documents) == [KEY]


def test_a_document_that_reverses_is_not_one_of_the_day():
    found = standings(standing(f"{KEY}/undo_reversal.1"))
    assert (found.documents, list(found.opposites)) == ({}, [KEY])
    assert standings(standing(f"{KEY}/undo_reversal.1", voided=True)).opposites == {}
    later = standings(standing(f"{KEY}/undo_reversal.1"), standing(f"{KEY}/invoice.1"))
    assert list(later.documents) == [KEY]


def test_what_is_reversed_to_the_cent_counts_no_more_than_what_is_voided():
    paper, note = standing(f"{KEY}/invoice.1"), replace(standing(f"{KEY}/undo_creditnote.1"), sign=-1)
    found = standings(paper, note)
    assert found.is_reversed(KEY)
    assert found.of(KEY) == {1: False}
    assert found.generation(f"{BASE}/g2", 2) == 2
    second = standing(f"{BASE}/g2/invoice.1")
    assert standings(paper, note, second).of(KEY) == {1: False, 2: True}
    assert not standings(paper, replace(note, total=paper.total + 1)).is_reversed(KEY)
    assert not standings(paper, replace(note, voided=True)).is_reversed(KEY)
    assert not standings(replace(paper, voided=True), note).is_reversed(KEY)
    customer = standing(f"{KEY}/invoice.101")
    assert not standings(paper, customer, note).is_reversed(KEY), "one of the two stands unreversed"
    assert not standings(paper, note, known=(KEY,)).is_reversed(KEY)


def test_a_journal_is_reversed_where_its_lines_come_to_nothing():
    entry = replace(standing(f"{KEY}/journal.1"), total=Decimal(0), lines={"sales": Decimal(5), "cash": Decimal(-5)})
    mirror = replace(entry, key=f"{KEY}/undo_journal.1", lines={"sales": Decimal(-5), "cash": Decimal(5)})
    assert standings(entry, mirror).is_reversed(KEY)
    assert not standings(entry, replace(mirror, lines={"sales": Decimal(-5), "bank": Decimal(5)})).is_reversed(KEY)


def test_lines_are_reversed_by_account_however_the_documents_that_reverse_them_part_them():
    sales = replace(standing(f"{KEY}/invoice.1"), lines={"sales": Decimal("11.125"), "rounding": Decimal("0.000")})
    note = replace(sales, key=f"{KEY}/undo_creditnote.1", sign=-1, lines={"sales": Decimal("11.125")})
    assert standings(sales, note).is_reversed(KEY)
    other = replace(sales, key=f"{KEY}/invoice.101", lines={"sales": Decimal("3.000")})
    apart = [
        replace(note, key=f"{KEY}/undo_creditnote.{n}", lines={"sales": Decimal(part)})
        for n, part in ((1, "10.000"), (101, "4.125"))
    ]
    assert standings(sales, other, *apart).is_reversed(KEY)
    assert not standings(sales, other, *apart[:1], replace(apart[1], lines={"sales": Decimal("4.124")})).is_reversed(
        KEY
    )


def test_a_day_that_was_taken_back_and_nobody_here_knows_of_it():
    paper = standing(f"{KEY}/invoice.1")
    back = replace(paper, key=f"{KEY}/undo_creditnote.1", id="id-2", number="CN-1", sign=-1, day=date(2026, 10, 9))
    told = Finding(
        code="ledger.reversed",
        what="The ledger holds INV-7 for the first of October, reversed by CN-1 of 2026-10-09",
        why="The day was taken back before this database knew of it, and is not posted again unasked",
        do="There is nothing to do; to post the day again, decide so",
        where="day",
        subject=KEY,
    )
    assert stands_reversed(standings(paper, back), KEY, "the first of October") == (told,)
    # Each document is named, by its id where the ledger gave it no number; what was voided is none of them.
    more = [replace(paper, id="id-8", number="", key=f"{KEY}/invoice.101"),
            replace(back, id="id-9", number="", key=f"{KEY}/undo_creditnote.101", day=date(2026, 10, 10)),
            replace(paper, number="INV-6", voided=True)]  # fmt: skip
    named = "The ledger holds INV-7, id-8 for it, reversed by CN-1 of 2026-10-09, id-9 of 2026-10-10"
    assert stands_reversed(standings(paper, back, *more), KEY, "it") == (replace(told, what=named),)
    assert stands_reversed(standings(paper), KEY, "it") == ()
    assert stands_reversed(standings(paper, replace(back, total=paper.total + 1)), KEY, "it") == ()


def test_what_is_reversed_in_part_still_lives_and_a_site_may_be_named_like_a_generation():
    paper, note = standing(f"{KEY}/invoice.1"), replace(standing(f"{KEY}/undo_creditnote.1"), sign=-1)
    assert standings(paper, replace(note, total=paper.total - 1)).of(KEY) == {1: True}
    unit = "pos:eod/g4/2026-10-01.1/g1"
    site = [replace(one, key=one.key.replace(KEY, unit)) for one in (paper, note)]
    assert standings(*site).of(unit) == {1: False}


@pytest.mark.parametrize(
    ("locked", "dated"),
    [(None, 5), (date(2026, 10, 4), 5), (date(2026, 10, 5), 6), (date(2026, 10, 8), 9)],
)
def test_what_is_posted_now_is_dated_today_or_when_the_ledger_is_open(locked: date | None, dated: int):
    survey = Survey(chart=CHART, locked_through=locked)
    assert open_date(survey, date(2026, 10, 5)) == date(2026, 10, dated)


def test_a_day_that_stands_several_times():
    first, second = standing(f"{KEY}/invoice.1"), standing(f"{BASE}/g2/invoice.1")
    several = Finding(
        code="ledger.several_generations",
        what="The ledger holds 2 documents for the first of October, and this database does not know why",
        why="The day was adjusted, posted again or taken back before this database knew of it",
        do="Look at the documents in the ledger; where they are right together, decide never to post the day",
        where="day",
        subject=KEY,
    )
    told = stands_several(standings(first, second), KEY, "the first of October")
    assert told == (several,)
    reverse = standings(first, standing(f"{KEY}/undo_reversal.1"))
    assert stands_several(reverse, KEY, "the first of October") == (
        replace(several, what=several.what.replace("2 documents", "a document that reverses it")),
    )
    assert stands_several(standings(first), KEY, "it") == ()
    assert stands_several(standings(first, replace(second, voided=True)), KEY, "it") == ()
    third = standing(f"{BASE}/g3/invoice.1")
    assert "3 documents" in stands_several(standings(first, second, third), KEY, "it")[0].what


def test_a_half_posted_day_that_was_posted_anew_by_a_later_state_of_this_database():
    own, anew = standing(f"{KEY}/invoice.1"), standing(f"{BASE}/g2/invoice.1")
    assert stands_later(standings(own, anew), KEY, "the first of October") == (
        Finding(
            code="ledger.posted_anew",
            what="the first of October is posted in part here, and the ledger holds a document that it was posted "
            "anew with",
            why="This database was put back from a copy that is older than that document",
            do="Sync again; where a part stands then, undo the day and decide to post it anew: what stands is taken "
            "over",
            where="day",
            subject=KEY,
        ),
    )
    assert stands_later(standings(own), KEY, "it") == ()
    assert stands_later(standings(own, replace(anew, voided=True)), KEY, "it") == ()
    assert stands_later(standings(own, anew, known=(f"{BASE}/g2",)), KEY, "it") == ()
    assert stands_later(standings(anew), f"{BASE}/g2", "it") == ()
    garden = "pos:eod/garden/2026-10-01.1"
    assert len(stands_later(standings(standing(f"{garden}/g2/invoice.1")), f"{garden}/g1", "it")) == 1


def other(what: str, do: str) -> Finding:
    return Finding(
        code="ledger.stands_otherwise",
        what=f"The ledger holds INV-7 of 2026-10-01 with {what}",
        why="It was posted before this database knew of it, and the day, the mapping or the settings were changed "
        "since",
        do=f"Put the document right in the ledger by hand, or remove it there{do}",
        where="day",
        subject=f"{KEY}/invoice.1",
    )


def test_a_document_that_stands_with_another_total():
    plan = a_plan()
    same = standing(f"{KEY}/invoice.1")
    assert stands_otherwise(plan, [same]) == ()
    found = stands_otherwise(plan, [replace(same, total=Decimal("11.000")), same])
    assert found == (other("a total of 11.000, and the day comes to 11.125 KWD", ""),)
    nameless = stands_otherwise(plan, [replace(same, total=ZERO, number="")])
    assert nameless[0].what.startswith(f"The ledger holds {KEY}/invoice.1 of 2026-10-01 with a total of 0.000,")


def test_a_document_that_stands_in_another_kind():
    journal = replace(standing(f"{KEY}/journal.1"), total=Decimal("11.000"))
    (found,) = stands_otherwise(a_plan(), [journal])
    wanted = other(
        "a total of 11.000, and the day comes to 11.125 KWD in another kind of document",
        "; or choose the kind of document that it is in the settings",
    )
    assert found == replace(wanted, subject=f"{KEY}/journal.1")
    assert len(stands_otherwise(a_plan(), [replace(journal, total=Decimal("11.125"))])) == 1
    assert stands_otherwise(Plan(), [journal]) == ()
    both = stands_otherwise(a_plan(), [journal, replace(standing(f"{KEY}/invoice.1"), total=ZERO)])
    assert [one.subject for one in both] == [f"{KEY}/journal.1", f"{KEY}/invoice.1"]


def test_a_document_that_stands_with_other_amounts_on_its_accounts():
    same = standing(f"{KEY}/invoice.1", lines={"id-201": Decimal("11.125"), "id-9": ZERO})
    assert stands_otherwise(a_plan(), [same]) == ()
    moved = replace(same, lines={"id-202": Decimal("11.125")})
    told = other("other amounts on its accounts than the day comes to now", "")
    assert stands_otherwise(a_plan(), [moved]) == (told,)
    parts = a_document(a_line("11.000", "1.000"), a_line("0.125", "0.011"))
    assert stands_otherwise(a_plan(parts), [same]) == ()
    assert "INV-7" in told.what
    assert stands_otherwise(a_plan(), [replace(moved, number="")])[0].what.startswith(
        f"The ledger holds {KEY}/invoice.1 of"
    )
