"""The core's own arithmetic on a plan: wrong ones are caught to the cent, right ones pass."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.days import DATE, DIMENSIONS, SITE, a_day, a_table, entry, line, mapped, ref, steady, tax, tender

from takings.domain.catalogue import DimensionKind
from takings.domain.day import DaySummary, LineKind
from takings.domain.findings import Finding, Severity
from takings.domain.mapping import Choice, LedgerRef, MappedDay, MappingTable
from takings.domain.money import ZERO
from takings.plugin.documents import Document, DocumentLine, DocumentPayment, Movement, Operation, Plan, Unit
from takings.sync.checking import check_plan, check_tax, expected_movements

KEY = "pos:eod/4417/2026-10-01.1/g1"
CENT = Decimal("0.01")
OUTPUT = str(ref("OUTPUT"))


def a_unit(*days: MappedDay) -> Unit:
    return Unit(key=KEY, generation=1, number=None, days=days)


def a_line(amount: str, tax_amount: str, to: str = "201", rate: str = "OUTPUT") -> DocumentLine:
    return DocumentLine(
        account=ref(to), tax=ref(rate) if rate else None, description="Sales", amount=Decimal(amount),
        tax_amount=Decimal(tax_amount),
    )  # fmt: skip


def a_document(*lines: DocumentLine, payments: tuple[DocumentPayment, ...] = ()) -> Document:
    return Document(
        key=f"{KEY}/invoice.1", kind="invoice", number=None, day=DATE, currency="AUD",
        total=sum((one.amount for one in lines), ZERO), tax=sum((one.tax_amount for one in lines), ZERO),
        lines=lines, payments=payments,
    )  # fmt: skip


def a_plan(**changes: Any) -> Plan:
    """The right plan for the usual day: one sale of 11.00 with 1.00 tax, paid in cash."""
    plan = Plan(
        operations=(
            Operation(key=f"{KEY}/invoice.1", kind="invoice", payload={}),
            Operation(key=f"{KEY}/payment.1", kind="payment", payload={}, depends_on=(f"{KEY}/invoice.1",)),
        ),
        documents=(a_document(a_line("11.00", "1.00")),),
        movements=(
            Movement(account="id-201", amount=Decimal("-11.00")), Movement(account="id-611", amount=Decimal("11.00"))
        ),
    )  # fmt: skip
    return replace(plan, **changes)


def codes(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(one.code, one.subject) for one in findings]


def test_a_right_plan_has_no_findings() -> None:
    assert check_plan(a_unit(mapped(a_day())), a_plan()) == ()


@pytest.mark.parametrize(
    ("movements", "accounts"),
    [
        ([("201", "-11.01"), ("611", "11.01")], ["id-201", "id-611"]),
        ([("201", "-11.00")], ["id-611"]),
        ([("202", "-11.00"), ("611", "11.00")], ["id-201", "id-202"]),
        ([("201", "-11.00"), ("611", "11.00"), ("860", "0.01")], ["id-860"]),
        ([("201", "11.00"), ("611", "-11.00")], ["id-201", "id-611"]),
        ([], ["id-201", "id-611"]),
    ],
)
def test_a_plan_that_moves_an_account_by_another_amount_is_caught(
    movements: list[tuple[str, str]], accounts: list[str]
) -> None:
    made = tuple(Movement(account=f"id-{account}", amount=Decimal(amount)) for account, amount in movements)
    found = check_plan(a_unit(mapped(a_day())), a_plan(movements=made))
    assert codes(found) == [("plan.movement_differs", account) for account in accounts]
    assert all(one.severity is Severity.ERROR for one in found)


def test_movements_of_one_account_add_up_and_those_of_nothing_are_none() -> None:
    parts = (
        Movement(account="id-201", amount=Decimal("-12.00")), Movement(account="id-201", amount=Decimal("1.00")),
        Movement(account="id-611", amount=Decimal("11.00")), Movement(account="id-860", amount=ZERO),
    )  # fmt: skip
    assert check_plan(a_unit(mapped(a_day())), a_plan(movements=parts)) == ()


def test_operations_with_one_key_or_an_unknown_need_are_caught() -> None:
    invoice, payment = a_plan().operations
    for operations in ((invoice, payment, payment), (payment,), (invoice, replace(payment, depends_on=("x",)))):
        found = check_plan(a_unit(mapped(a_day())), a_plan(operations=operations))
        assert codes(found) == [("plan.keys_wrong", KEY)]


def test_a_payment_that_waits_needs_the_document_that_is_approved_and_nothing_needs_it() -> None:
    invoice, payment = a_plan().operations
    waits = replace(payment, waits=True)
    unit = a_unit(mapped(a_day()))
    assert check_plan(unit, a_plan(operations=(invoice, waits))) == ()
    needs_nothing = check_plan(unit, a_plan(operations=(invoice, replace(waits, depends_on=()))))
    assert codes(needs_nothing) == [("plan.keys_wrong", KEY)]
    assert needs_nothing[0].what == f"The plan for {KEY} depends on {KEY}/payment.1"
    after = Operation(key=f"{KEY}/payment.2", kind="payment", payload={}, depends_on=(invoice.key, waits.key))
    assert codes(check_plan(unit, a_plan(operations=(invoice, waits, after)))) == [("plan.keys_wrong", KEY)]
    assert check_plan(unit, a_plan(operations=(invoice, waits, replace(after, waits=True)))) == ()


def test_a_plan_with_errors_is_taken_at_its_word() -> None:
    wrong = Finding(code="ledger.locked", what="Locked", do="Wait")
    assert check_plan(a_unit(mapped(a_day())), Plan(findings=(wrong,))) == (wrong,)


def test_a_plan_with_a_warning_is_checked_all_the_same() -> None:
    warning = Finding(code="ledger.odd", what="Odd", severity=Severity.WARNING)
    found = check_plan(a_unit(mapped(a_day())), a_plan(findings=(warning,), movements=()))
    assert codes(found) == [
        ("ledger.odd", ""),
        ("plan.movement_differs", "id-201"),
        ("plan.movement_differs", "id-611"),
    ]


def test_a_plan_that_does_nothing_must_have_nothing_to_do() -> None:
    found = check_plan(a_unit(mapped(a_day())), Plan())
    moved = [("plan.movement_differs", "id-201"), ("plan.movement_differs", "id-611")]
    assert codes(found) == [*moved, ("tax.differs", OUTPUT)]
    table = a_table(entry("accounts", "FOOD", "611"))
    nothing = a_day(line("5.00"), line("-5.00", kind=LineKind.REFUND), tender("5.00"), tender("-5.00"), tax("0.00"))
    assert check_plan(a_unit(mapped(nothing, table)), Plan()) == ()


def test_an_account_that_is_both_a_line_and_a_tender_moves_by_the_sum() -> None:
    table = a_table(entry("accounts", "VOUCH", "806"), entry("tenders", "VOUCH", "806"))
    day = a_day(line("11.00"), line("50.00", "VOUCH", "FRE"), tender("41.00"), tender("20.00", "VOUCH"))
    assert expected_movements([mapped(day, table)]) == {
        "id-201": Decimal("-11.00"), "id-806": Decimal("-30.00"), "id-611": Decimal("41.00")
    }  # fmt: skip


def test_what_is_left_open_moves_no_account() -> None:
    table = a_table(entry("tenders", "UBER", choice=Choice.LEAVE_OPEN))
    day = mapped(a_day(line("11.00"), tender("4.00"), tender("7.00", "UBER")), table)
    assert expected_movements([day]) == {"id-201": Decimal("-11.00"), "id-611": Decimal("4.00")}


# --- Tax -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ledger", "source", "source_lines", "code"),
    [
        ("1.00", "1.00", 1, ""),
        ("1.01", "1.00", 1, "tax.rounding"),  # one line each: a whole cent
        ("0.99", "1.00", 1, "tax.rounding"),
        ("1.02", "1.00", 1, "tax.differs"),
        ("0.98", "1.00", 1, "tax.differs"),
        ("1.02", "1.00", 3, "tax.rounding"),  # 1 + 3 lines: two cents
        ("1.03", "1.00", 3, "tax.differs"),
        ("1.00", "0.00", 1, "tax.differs"),
    ],
)
def test_tax_may_differ_by_half_a_cent_for_each_line_and_not_by_more(
    ledger: str, source: str, source_lines: int, code: str
) -> None:
    unit = a_unit(mapped(a_day(line("11.00"), tender("11.00"), tax(source, lines=source_lines))))
    found = check_tax(unit, [a_document(a_line("11.00", ledger))])
    assert codes(found) == ([(code, OUTPUT)] if code else [])
    assert all((one.severity is Severity.INFO) == (one.code == "tax.rounding") for one in found)


def test_each_ledger_rate_is_compared_for_itself() -> None:
    day = a_day(
        line("11.00"), line("5.00", "BEER", "FRE"), tender("16.00"), tax("1.00"), tax("0.00", "FRE"),
    )  # fmt: skip
    swapped = [a_document(a_line("11.00", "0.00", rate="EXEMPT"), a_line("5.00", "0.45", "202"))]
    assert codes(check_tax(a_unit(mapped(day)), swapped)) == [("tax.differs", OUTPUT)]
    assert (
        check_tax(a_unit(mapped(day)), [a_document(a_line("11.00", "1.00"), a_line("5.00", "0.00", rate="EXEMPT"))])
        == ()
    )


def test_two_source_codes_of_one_rate_are_compared_together() -> None:
    table = a_table(entry("taxes", "GST2", "OUTPUT"))
    day = a_day(
        line("11.00"), line("22.00", "BEER", "GST2"), tender("33.00"), tax("1.00"), tax("2.00", "GST2"),
    )  # fmt: skip
    assert check_tax(a_unit(mapped(day, table)), [a_document(a_line("33.00", "3.00"))]) == ()


def test_days_of_one_unit_are_compared_together() -> None:
    unit = a_unit(mapped(a_day()), mapped(a_day()))
    assert check_tax(unit, [a_document(a_line("22.00", "2.00"))]) == ()
    assert codes(check_tax(unit, [a_document(a_line("22.00", "2.03"))])) == [("tax.differs", OUTPUT)]


@pytest.mark.parametrize("posted", ["2.01", "2.09"])
def test_tax_of_several_days_is_told_of_all_of_them(posted: str) -> None:
    days = [a_day(), a_day(business_date=DATE + timedelta(days=6))]
    (found,) = check_tax(a_unit(*map(mapped, days)), [a_document(a_line("22.00", posted))])
    assert found.what.endswith(f"more of {OUTPUT} than the POS states for {days[0].key} to {days[1].key}")
    (alone,) = check_tax(a_unit(mapped(days[1])), [a_document(a_line("11.00", "1.01"))])
    assert alone.what.endswith(f"than the POS states for {days[1].key}")


def test_a_rate_that_nothing_is_mapped_to_is_caught() -> None:
    day = a_day(line("11.00", tax="FRE"), tender("11.00"), tax("0.00", "FRE"))
    found = check_tax(a_unit(mapped(day)), [a_document(a_line("11.00", "1.00"))])
    assert codes(found) == [("tax.differs", "id-OUTPUT")]


def test_a_source_without_tax_codes_leaves_the_rates_to_the_ledger() -> None:
    dimensions = [one for one in DIMENSIONS if one.kind is not DimensionKind.TAX]
    table = MappingTable(dimensions, [entry("accounts", "FOOD", "201"), entry("tenders", "CASH", "611")])
    unit = a_unit(mapped(a_day(line("11.00", tax=""), tender("11.00")), table))
    assert check_tax(unit, [a_document(a_line("11.00", "1.00"))]) == ()


def test_a_source_that_states_no_tax_is_not_compared() -> None:
    unit = a_unit(mapped(a_day(line("11.00"), tender("11.00"))))
    assert check_tax(unit, [a_document(a_line("11.00", "7.77"))]) == ()


def test_the_tax_of_what_is_not_posted_is_not_missed_in_the_ledger() -> None:
    table = a_table(
        entry("accounts", "STAFF", choice=Choice.DO_NOT_POST), entry("tenders", "STAFF", choice=Choice.DO_NOT_POST)
    )
    day = a_day(
        line("110.00"), line("55.00", "STAFF"), tender("110.00"), tender("55.00", "STAFF"), tax("15.00", lines=2)
    )
    unit = a_unit(mapped(day, table))
    assert check_tax(unit, [a_document(a_line("110.00", "10.00"))]) == ()
    assert codes(check_tax(unit, [a_document(a_line("110.00", "10.03"))])) == [("tax.differs", OUTPUT)]


@st.composite
def rounded_days(draw: st.DrawFn) -> tuple[DaySummary, list[tuple[str, Decimal]]]:
    """A balanced day at 10 per cent whose source rounds the tax of each of its rows."""
    rows = draw(
        st.lists(st.tuples(st.sampled_from(["FOOD", "BEER"]), st.integers(-5000, 90000)), min_size=1, max_size=9)
    )
    amounts = [(account, Decimal(cents).scaleb(-2)) for account, cents in rows]
    parts = [line(str(amount), account) for account, amount in amounts]
    stated = sum((contained(amount) for _, amount in amounts), ZERO)
    total = sum((amount for _, amount in amounts), ZERO)
    return a_day(*parts, tender(str(total)), tax(str(stated), lines=len(rows))), amounts


def contained(amount: Decimal) -> Decimal:
    return (amount / 11).quantize(CENT, rounding=ROUND_HALF_UP)


@steady
@given(rounded_days())
def test_honest_rounding_on_both_sides_never_holds_a_day(
    made: tuple[DaySummary, list[tuple[str, Decimal]]],
) -> None:
    day, rows = made
    by_account: dict[str, Decimal] = {}
    for account, amount in rows:
        by_account[account] = by_account.get(account, ZERO) + amount
    lines = [a_line(str(amount), str(contained(amount))) for amount in by_account.values() if amount]
    assert not [one for one in check_tax(a_unit(mapped(day)), [a_document(*lines)]) if one.code == "tax.differs"]


@steady
@given(st.lists(st.integers(1, 90000), min_size=1, max_size=9), st.sampled_from([1, -1]), st.booleans())
def test_the_bound_is_exact(cents: list[int], sign: int, within: bool) -> None:
    amounts = [Decimal(one).scaleb(-2) for one in cents]
    bound = Decimal("0.005") * (1 + len(amounts))
    allowed = bound.quantize(CENT, rounding="ROUND_DOWN")
    stated = contained(sum(amounts, ZERO)) + sign * (allowed if within else allowed + CENT)
    total = sum(amounts, ZERO)
    day = a_day(*[line(str(one)) for one in amounts], tender(str(total)), tax(str(stated), lines=len(amounts)))
    found = check_tax(a_unit(mapped(day)), [a_document(a_line(str(total), str(contained(total))))])
    assert codes(found) == [("tax.rounding" if within else "tax.differs", OUTPUT)]


@pytest.mark.parametrize(
    ("currency", "amount", "stated", "ledger", "code"),
    [
        ("JPY", "1105", "101", "100", "tax.rounding"),
        ("JPY", "1105", "102", "100", "tax.differs"),
        ("AUD", "11.05", "1.01", "1.00", "tax.rounding"),
        ("AUD", "11.05", "1.02", "1.00", "tax.differs"),
        ("KWD", "11.006", "1.002", "1.001", "tax.rounding"),
        ("KWD", "11.006", "1.003", "1.001", "tax.differs"),
    ],
)
def test_the_bound_is_half_of_the_currencys_smallest_amount(
    currency: str, amount: str, stated: str, ledger: str, code: str
) -> None:
    site = replace(SITE, currency=currency)
    day = a_day(line(amount), tender(amount), tax(stated), site=site)
    found = check_tax(a_unit(mapped(day)), [a_document(a_line(amount, ledger))])
    assert codes(found) == [(code, OUTPUT)]


@steady
@given(st.integers(-(10**6), 10**6).filter(bool), st.sampled_from(["id-201", "id-611", "id-202", "id-860"]))
def test_any_cent_on_any_account_is_caught(cents: int, account: str) -> None:
    wrong = Movement(account=account, amount=Decimal(cents).scaleb(-2))
    found = check_plan(a_unit(mapped(a_day())), a_plan(movements=(*a_plan().movements, wrong)))
    assert codes(found) == [("plan.movement_differs", account)]


def test_a_refund_has_the_opposite_tax() -> None:
    day = a_day(line("-11.00", kind=LineKind.REFUND), tender("-11.00"), tax("-1.00"))
    assert check_tax(a_unit(mapped(day)), [a_document(a_line("-11.00", "-1.00"))]) == ()


def test_the_tax_of_a_credit_note_counts_with_its_sign() -> None:
    day = a_day(line("-11.00", kind=LineKind.REFUND), tender("-11.00"), tax("-1.00"))
    note = replace(a_document(a_line("11.00", "1.00")), sign=-1)
    assert check_tax(a_unit(mapped(day)), [note]) == ()
    found = check_tax(a_unit(mapped(day)), [replace(note, sign=1)])
    assert codes(found) == [("tax.differs", OUTPUT)]


def test_a_document_without_rates_has_no_tax_to_compare() -> None:
    plain = replace(a_line("11.00", "0.00"), tax=None)
    assert plain.account == LedgerRef(id="id-201", code="201", name="Account 201")
    found = check_tax(a_unit(mapped(a_day())), [a_document(plain)])
    assert codes(found) == [("tax.differs", OUTPUT)]


def test_a_tax_that_differs_names_the_codes_that_lead_to_it() -> None:
    day = mapped(a_day(line("11.00", tax="GST"), line("4.00", tax="FRE"), tender("15.00"), tax("1.00")))
    wrong = replace(day, lines=tuple(replace(one, tax=ref("EXEMPT")) for one in day.lines))
    (finding,) = check_tax(a_unit(wrong), ())
    assert finding.code == "tax.differs"
    assert finding.why.endswith("Mapped to this one: FRE, GST")


def test_the_codes_that_lead_to_a_rate_are_those_matched_to_it_before_a_setting_changed_it() -> None:
    day = mapped(a_day(line("11.00"), line("4.00", "BEER", "FRE"), tender("15.00"), tax("1.00")))
    food, beer = day.lines
    food = replace(food, tax=ref("EXEMPT"), retaxed_by="Tax of tips", matched_tax=ref("OUTPUT"))
    (finding,) = check_tax(a_unit(replace(day, lines=(food, beer))), ())
    assert (finding.code, finding.subject) == ("tax.differs", OUTPUT)
    assert finding.why.endswith("Mapped to this one: GST")
