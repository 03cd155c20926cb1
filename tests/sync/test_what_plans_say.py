"""What the core says of a plan, word for word; the venue counts in a currency of three decimals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from tests.support.days import a_table, entry, line, mapped, ref, tax, tender
from tests.sync.plans import BASE, KEY, REPORT, a_document, a_line, a_plan, a_unit, kuwaiti, usual

from takings.domain.day import TaxTotal
from takings.domain.findings import Finding, Severity
from takings.domain.mapping import Choice
from takings.plugin.documents import Movement, Operation, Plan, Retaxed, Unit
from takings.sync.checking import check_plan, check_tax, check_undo

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
    last = mapped(kuwaiti(line("1.000"), tender("1.000"), business_date=date(2026, 10, 3)))
    warning = Finding(code="x.y", what="Odd", severity=Severity.WARNING)
    assert check_plan(a_unit(later, last, sooner), a_plan(findings=(warning,))) == (
        warning,
        Finding(
            code="unit.prices_differ",
            what="The days 2026-10-01/1 to 2026-10-03/1 are not all with tax in their amounts, or all without",
            why="One document has its prices with tax, without it, or knows no tax; it can't be of two sorts",
            do="Post these days one by one, or have the POS send them all alike",
            where="day",
            subject=KEY,
        ),
    )


# --- Rounding ------------------------------------------------------------------------------------------------


def exclusive(*, counted: str = "11.001", stated: str = "1.001") -> Unit:
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
            Movement(account="id-611", amount=Decimal("11.001")),
            Movement(account="id-860", amount=-Decimal(rounding)),
        ),
    )


def test_a_line_that_rounds_what_the_document_lacks_is_right():
    found = check_plan(exclusive(), rounding_plan("0.001"))
    assert [(one.code, one.severity) for one in found] == [("tax.rounding", Severity.INFO)]
    assert found[0].what == (
        "The ledger will compute 0.001 KWD less of OUTPUT Account OUTPUT than the POS states for 2026-10-01/1"
    )
    assert found[0].why == "Both round each of their lines; the difference is within what that can come to"
    assert (found[0].where, found[0].subject) == ("day", "OUTPUT Account OUTPUT")


def test_a_plan_that_rounds_by_another_amount():
    found = check_plan(exclusive(), rounding_plan("0.002"))
    assert found[0] == Finding(
        code="plan.rounding_differs",
        what=f"The plan for {KEY} rounds by 0.002 KWD, and 0.001 lack to what was counted",
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
    found = check_plan(exclusive(counted="11.002", stated="1.002"), rounding_plan("0.002"))
    assert [one.code for one in found if one.where == "map"] == ["tax.differs", "tax.differs"]
    whole = next(one for one in found if one.subject == "tax")
    assert whole == Finding(
        code="tax.differs",
        what="The ledger would compute 0.002 KWD less of tax than the POS states for 2026-10-01/1",
        why="That is more than rounding can come to, so a tax code is mapped to a rate that does not fit",
        do="Map the POS's tax codes to the ledger's rates of the same percentage",
        where="map",
        subject="tax",
    )
    assert "tax" not in [one.subject for one in check_plan(exclusive(counted="11.001", stated="1.001"),
                                                           rounding_plan("0.001"))]  # fmt: skip


def test_a_line_that_rounds_is_none_that_was_rounded_whatever_its_rate():
    told = [one.subject for one in check_plan(exclusive(counted="11.002", stated="1.002"),
                                              rounding_plan("0.002", rate="EXEMPT"))]  # fmt: skip
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
