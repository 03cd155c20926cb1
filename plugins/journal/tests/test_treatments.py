"""Settings for kinds of lines, and prices without tax, in a transaction that balances."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from takings.plugin import LedgerRef, LineKind, TaxTotal


def postings(plan: Any) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for one in plan.operations[0].payload["postings"]:
        found[one["account"]] = found.get(one["account"], Decimal(0)) + Decimal(one["amount"])
    assert sum(found.values()) == 0
    return found


def test_prices_without_tax_get_tax_on_top_and_one_line_that_rounds(journal: Any, make: Any) -> None:
    unit = make.unit(*[make.sold("3.33") for _ in range(5)], make.paid("18.30"))
    stated = (TaxTotal(tax_code="GST", amount=Decimal("1.65"), lines=5),)
    day = replace(unit.days[0], day=replace(unit.days[0].day, prices_include_tax=False, taxes=stated))
    plan = journal.plan(replace(unit, days=(day,)))
    assert plan.findings == ()
    assert postings(plan) == {
        "Assets:Clearing:Cash": Decimal("18.30"),
        "Income:Sales:Food": Decimal("-16.65"),
        "Liabilities:GST": Decimal("-1.67"),
        "Expenses:CashRounding": Decimal("0.02"),
    }
    journal.post(replace(unit, days=(day,)))


def test_a_venue_that_charges_no_tax_has_none_in_its_transaction(journal: Any, make: Any) -> None:
    unit = make.unit(make.sold("11.00", tax=""), make.paid("11.00"))
    day = replace(unit.days[0], day=replace(unit.days[0].day, charges_tax=False))
    plan = journal.plan(replace(unit, days=(day,)))
    assert postings(plan) == {"Assets:Clearing:Cash": Decimal(11), "Income:Sales:Food": Decimal(-11)}
    assert plan.documents[0].tax == 0


def test_discounts_stand_apart_and_a_changed_tax_says_which_setting_did_it(journal: Any, make: Any) -> None:
    tip = replace(
        make.sold("5.50", "Income:Sales:Food", "GST", kind=LineKind.TIP),
        retaxed_by="Tax of tips",
        matched_tax=LedgerRef(id="NONE"),
    )
    unit = make.unit(make.sold("22.00"), make.sold("-11.00", kind=LineKind.DISCOUNT), tip, make.paid("16.50"))
    (document,) = journal.plan(unit, discounts="apart").documents
    assert [(one.description.split(":")[0], f"{one.amount:.2f}") for one in document.lines] == [
        ("code of Income", "22.00"),
        ("Discounts", "-11.00"),
        ("code of Income", "5.50"),
    ]
    changed = document.lines[2].retaxed
    assert (changed.setting, changed.tax.id, changed.tax_amount) == ("Tax of tips", "NONE", 0)
    assert document.lines[2].tax_amount == Decimal("0.50")
    assert len(journal.plan(unit).documents[0].lines) == 2
