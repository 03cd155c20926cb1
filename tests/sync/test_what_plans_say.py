"""What the core says of a plan, of a day, and of what stands in the ledger, word for word.

The venue counts in a currency of three decimals, which no amount may lose.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.support.days import DATE, SITE, a_day, a_table, entry, line, mapped, ref, tax, tender

from takings.domain.day import DaySummary, Line, TaxTotal, Tender
from takings.domain.findings import Finding, Severity
from takings.domain.mapping import Choice, MappedDay
from takings.domain.money import ZERO
from takings.plugin.documents import Document, DocumentLine, Movement, Operation, Plan, Retaxed, Unit
from takings.plugin.targets import Chart, StandingDocument, Survey
from takings.store.states import DayState
from takings.sync.assessing import assess, conflict_finding
from takings.sync.checking import check_plan, check_tax, check_undo
from takings.sync.confirmed import as_confirmed, confirmable, confirmed_of
from takings.sync.standing import Standings, open_date, stands_later, stands_otherwise, stands_several

KUWAIT = replace(SITE, currency="KWD")
BASE = "pos:eod/4417/2026-10-01.1"
KEY = f"{BASE}/g1"
CHART = Chart(organisation="o", organisation_name="O", accounts=(), taxes=(), currency="KWD")
REPORT = "Report this to the author of the ledger plugin; nothing was posted"


def kuwaiti(*parts: Line | Tender | TaxTotal, **more: Any) -> DaySummary:
    return a_day(*parts, site=KUWAIT, **more)


def a_unit(*days: MappedDay, **more: Any) -> Unit:
    return Unit(key=KEY, generation=1, number=None, days=days, **more)


def usual() -> Unit:
    return a_unit(mapped(kuwaiti(line("11.125"), tender("11.125"), tax("1.011"))))


def a_line(amount: str, tax_amount: str, *, rate: str = "OUTPUT", rounds: bool = False) -> DocumentLine:
    return DocumentLine(
        account=ref("860" if rounds else "201"),
        tax=ref(rate) if rate else None,
        description="Sales",
        amount=Decimal(amount),
        tax_amount=Decimal(tax_amount),
        rounds=rounds,
    )


def a_document(*lines: DocumentLine, key: str = f"{KEY}/invoice.1", total: str = "", **more: Any) -> Document:
    return Document(
        key=key,
        kind="invoice",
        number=None,
        day=more.pop("day", DATE),
        currency="KWD",
        total=Decimal(total) if total else sum((one.amount for one in lines), ZERO),
        tax=sum((one.tax_amount for one in lines), ZERO),
        lines=lines,
        payments=(),
        **more,
    )


def a_plan(*documents: Document, moved: str = "11.125", **more: Any) -> Plan:
    values: dict[str, Any] = {
        "operations": (Operation(key=f"{KEY}/invoice.1", kind="invoice", payload={}),),
        "documents": documents or (a_document(a_line("11.125", "1.011")),),
        "movements": (
            Movement(account="id-201", amount=-Decimal(moved)),
            Movement(account="id-611", amount=Decimal(moved)),
        ),
    }
    return Plan(**values | more)


# --- Plans ---------------------------------------------------------------------------------------------------


def test_a_right_plan_is_told_nothing_of():
    assert check_plan(usual(), a_plan()) == ()


def test_a_plan_that_moves_another_amount():
    found = check_plan(usual(), a_plan(moved="11.126"))
    assert found == tuple(
        Finding(
            code="plan.movement_differs",
            what=f"The plan for {KEY} would move the account id-{account} by {planned}, the day says {wanted} KWD",
            why="The ledger plugin's plan and the day do not agree",
            do=REPORT,
            where="day",
            subject=f"id-{account}",
        )
        for account, planned, wanted in (("201", "-11.126", "-11.125"), ("611", "11.126", "11.125"))
    )


def test_accounts_that_only_one_of_both_moves_are_told_with_nothing_on_the_other_side():
    found = check_plan(usual(), a_plan(movements=(Movement(account="id-9", amount=Decimal(1)),)))
    assert [one.what.partition("move the account ")[2] for one in found] == [
        "id-201 by 0.000, the day says -11.125 KWD",
        "id-611 by 0.000, the day says 11.125 KWD",
        "id-9 by 1.000, the day says 0.000 KWD",
    ]


@pytest.mark.parametrize(
    ("operations", "problem"),
    [
        (("a", "a"), "uses one key twice"),
        (("a", "b>x", "c>y"), "depends on x, y"),
        (("a", "a>x"), "depends on x"),
    ],
)
def test_operations_that_cannot_be_told_apart_or_ordered(operations: tuple[str, ...], problem: str):
    made = []
    for one in operations:
        key, _, need = one.partition(">")
        made.append(Operation(key=key, kind="invoice", payload={}, depends_on=(need,) if need else ()))
    wrong = Finding(
        code="plan.keys_wrong",
        what=f"The plan for {KEY} {problem}",
        why="The ledger plugin made operations that can't be told apart or ordered",
        do=REPORT,
        where="day",
        subject=KEY,
    )
    assert check_plan(usual(), a_plan(operations=tuple(made))) == (wrong,)


def test_what_takes_a_unit_back_has_keys_of_its_own():
    warning = Finding(code="x.y", what="Odd", severity=Severity.WARNING)
    good = Operation(key=f"{KEY}/undo_void.1", kind="void", payload={})
    after = Operation(key=f"{KEY}/undo_void.2", kind="void", payload={}, depends_on=(good.key,))
    assert check_undo(KEY, Plan(operations=(good, after), findings=(warning,))) == (warning,)
    error = replace(warning, severity=Severity.ERROR)
    assert check_undo(KEY, Plan(operations=(good, good), findings=(error,))) == (error,)
    strange = Operation(key=f"{KEY}/invoice.1", kind="void", payload={})
    other = Operation(key=f"{BASE}/g2/undo_void.1", kind="void", payload={})
    needing = replace(good, depends_on=("x",))
    for operations, problem in (
        ((strange, good), f"uses the key {KEY}/invoice.1"),
        ((good, other), f"uses the key {BASE}/g2/undo_void.1"),
        ((needing, strange), "depends on x"),
        ((good, good), "uses one key twice"),
    ):
        told, wrong = check_undo(KEY, Plan(operations=operations, findings=(warning,)))
        assert told == warning
        assert (wrong.code, wrong.what, wrong.subject) == ("plan.keys_wrong", f"The plan for {KEY} {problem}", KEY)


def test_an_adjustment_that_is_not_dated_as_it_was_settled():
    unit = replace(usual(), dated=date(2026, 10, 9))
    assert check_plan(unit, a_plan()) == (
        Finding(
            code="plan.date_differs",
            what=f"The plan for {KEY} is not dated 2026-10-09",
            why="An adjustment has a date of its own, and the ledger plugin's plan does not keep to it",
            do=REPORT,
            where="day",
            subject=KEY,
        ),
    )
    dated = a_document(a_line("11.125", "1.011"), day=date(2026, 10, 9))
    assert check_plan(unit, a_plan(dated)) == ()
    assert [one.code for one in check_plan(unit, a_plan(dated, a_document()))] == ["plan.date_differs"]


def test_days_priced_in_two_ways_on_one_document():
    sooner = mapped(kuwaiti(line("1.000"), tender("1.100"), tax("0.100"), prices_include_tax=False))
    later = mapped(kuwaiti(line("1.000"), tender("1.000"), business_date=date(2026, 10, 2)))
    warning = Finding(code="x.y", what="Odd", severity=Severity.WARNING)
    assert check_plan(a_unit(later, sooner), a_plan(findings=(warning,))) == (
        warning,
        Finding(
            code="unit.prices_differ",
            what="The days 2026-10-01/1 to 2026-10-02/1 are not all with tax in their amounts, or all without",
            why="One document has its prices with tax, without it, or knows no tax; it can't be of two sorts",
            do="Post these days one by one, or have the POS send them all alike",
            where="day",
            subject=KEY,
        ),
    )


# --- Rounding ------------------------------------------------------------------------------------------------


def exclusive(*, counted: str = "11.004", stated: str = "1.004") -> Unit:
    """A day of 10.000 without its tax."""
    day = kuwaiti(line("10.000"), tender(counted), tax(stated), prices_include_tax=False)
    return a_unit(mapped(day))


def rounding_plan(rounding: str, *, tax_amount: str = "1.000", sign: int = 1, rate: str = "") -> Plan:
    lines = [a_line("10.000", tax_amount)]
    if Decimal(rounding):
        lines.append(a_line(rounding, "0.000", rate=rate, rounds=True))
    return a_plan(
        a_document(*lines, sign=sign),
        movements=(
            Movement(account="id-201", amount=Decimal(-10) - Decimal(tax_amount)),
            Movement(account="id-611", amount=Decimal("11.004")),
            Movement(account="id-860", amount=-Decimal(rounding)),
        ),
    )


def test_a_line_that_rounds_what_the_document_lacks_is_right():
    found = check_plan(exclusive(), rounding_plan("0.004"))
    assert [(one.code, one.severity) for one in found] == [("tax.rounding", Severity.INFO)]
    assert found[0].what == (
        "The ledger will compute 0.004 KWD less of OUTPUT Account OUTPUT than the POS states for 2026-10-01/1"
    )
    assert found[0].why == "Both round each of their lines; the difference is within what that can come to"
    assert (found[0].where, found[0].subject) == ("day", "OUTPUT Account OUTPUT")


def test_a_plan_that_rounds_by_another_amount():
    found = check_plan(exclusive(), rounding_plan("0.003"))
    assert found[0] == Finding(
        code="plan.rounding_differs",
        what=f"The plan for {KEY} rounds by 0.003 KWD, and 0.004 lack to what was counted",
        why="The ledger plugin's plan and the day do not agree",
        do=REPORT,
        where="day",
        subject=KEY,
    )
    assert check_plan(exclusive(), rounding_plan("0"))[0].code == "plan.rounding_differs"
    inclusive = a_plan(a_document(a_line("11.125", "1.011"), a_line("0.001", "0", rate="", rounds=True)))
    (wrong,) = [one for one in check_plan(usual(), inclusive) if one.code == "plan.rounding_differs"]
    assert wrong.what == f"The plan for {KEY} rounds by 0.001 KWD, and 0.000 lack to what was counted"


def test_more_than_rounding_can_come_to_holds():
    found = check_plan(exclusive(counted="11.011", stated="1.011"), rounding_plan("0.011"))
    assert [one.code for one in found if one.where == "map"] == ["tax.differs", "tax.differs"]
    whole = next(one for one in found if one.subject == "tax")
    assert whole == Finding(
        code="tax.differs",
        what="The ledger would compute 0.011 KWD less of tax than the POS states for 2026-10-01/1",
        why="That is more than rounding can come to, so a tax code is mapped to a rate that does not fit",
        do="Map the POS's tax codes to the ledger's rates of the same percentage",
        where="map",
        subject="tax",
    )
    assert "tax" not in [one.subject for one in check_plan(exclusive(counted="11.010", stated="1.010"),
                                                           rounding_plan("0.010"))]  # fmt: skip


def test_a_line_that_rounds_is_none_that_was_rounded_whatever_its_rate():
    told = [one.subject for one in check_plan(exclusive(counted="11.011", stated="1.011"),
                                              rounding_plan("0.011", rate="EXEMPT"))]  # fmt: skip
    assert "tax" in told


# --- Tax -----------------------------------------------------------------------------------------------------


def test_tax_that_belongs_to_no_line():
    day = kuwaiti(line("11.125"), tender("11.125"), tax("1.011"), tax("0.125", "VAT"), tax("0.000", "NIL"))
    assert check_plan(a_unit(mapped(day)), a_plan()) == (
        Finding(
            code="tax.unplaced",
            what="2026-10-01/1 states 0.125 KWD of the tax VAT, but no line of it",
            why="A tax that belongs to no line can't be compared with the ledger's",
            do="Have the POS's support look at the day",
            where="day",
            subject="VAT",
        ),
    )


def test_tax_of_an_account_is_placed_by_the_account():
    of = TaxTotal(tax_code="", amount=Decimal("1.011"), lines=1, account="FOOD")
    day = kuwaiti(line("11.125"), tender("11.125"), of)
    assert check_plan(a_unit(mapped(day)), a_plan()) == ()
    stray = replace(of, account="WINE", amount=Decimal("0.125"))
    (found,) = check_plan(a_unit(mapped(kuwaiti(line("11.125"), tender("11.125"), of, stray))), a_plan())
    assert (found.code, found.subject) == ("tax.unplaced", "WINE")
    assert "0.125 KWD of the tax WINE" in found.what
    for_all = replace(of, account="", amount=Decimal("9.999"))
    assert check_plan(a_unit(mapped(kuwaiti(line("11.125"), tender("11.125"), for_all))), a_plan()) == ()


def test_tax_that_belongs_to_no_line_is_told_beside_a_total_for_all_lines():
    for_all = tax("1.011", "")
    day = kuwaiti(line("11.125"), tender("11.125"), for_all, tax("0.125", "VAT"), for_all)
    assert [one.subject for one in check_plan(a_unit(mapped(day)), a_plan())] == ["VAT"]


def test_tax_of_a_line_that_is_not_posted_belongs_to_a_line():
    table = a_table(*(entry(where, "STAFF", choice=Choice.DO_NOT_POST) for where in ("accounts", "tenders")))
    staff, stated = line("5.500", "STAFF", "STAFF"), tax("0.500", "STAFF")
    day = kuwaiti(line("11.125"), staff, tender("11.125"), tender("5.500", "STAFF"), tax("1.011"), stated)
    assert check_plan(a_unit(mapped(day, table)), a_plan()) == ()


def test_a_tax_that_a_setting_changed_is_told_in_all_its_decimals():
    retaxed = Retaxed(setting="Tax of tips", tax=ref("OUTPUT"), tax_amount=Decimal("1.011"))
    made = replace(a_line("11.125", "0.557", rate="EXEMPT"), retaxed=retaxed)
    (found,) = check_plan(usual(), a_plan(a_document(made)))
    assert found.what == ("'Tax of tips' gives 11.125 KWD of 2026-10-01/1 another tax: 0.557 in place of 1.011")


def test_tax_is_told_as_more_or_less_by_the_name_of_the_rate():
    found = check_tax(usual(), [a_document(a_line("11.125", "1.012"))])
    assert [one.what for one in found] == [
        "The ledger will compute 0.001 KWD more of OUTPUT Account OUTPUT than the POS states for 2026-10-01/1"
    ]
    (found_less,) = check_tax(usual(), [a_document(a_line("11.125", "0.011"))])
    assert found_less.code == "tax.differs"
    assert found_less.what.startswith("The ledger would compute 1.000 KWD less of OUTPUT Account OUTPUT")


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
    assert found.reversed == set()
    assert list(found.documents) == [KEY]


def test_a_document_that_reverses_is_not_one_of_the_day():
    found = standings(standing(f"{KEY}/undo_reversal.1"))
    assert (found.documents, found.reversed) == ({}, {KEY})
    assert standings(standing(f"{KEY}/undo_reversal.1", voided=True)).reversed == set()
    later = standings(standing(f"{KEY}/undo_reversal.1"), standing(f"{KEY}/invoice.1"))
    assert list(later.documents) == [KEY]


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
