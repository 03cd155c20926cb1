"""What a unit keeps of the days that it posted, and what is read from that: what stands, and what it took."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from tests.support.days import DATE, a_day, a_table, entry, line, mapped, ref, tax, tender
from tests.sync.rows import TABLE, Rows, kept, opened, sold

from takings.plugin.documents import Document, DocumentPayment, Plan, Unit
from takings.store.journal import UnitRow
from takings.sync.encoding import encode_document
from takings.sync.mapped import days_of, encode_mapped, merge_mapped, posted_content, taken_of, units_of
from takings.sync.planning import Candidate, Planned

KEY = "pos:eod/4417/2026-10-01.1"


@pytest.fixture
def rows() -> Iterator[Rows]:
    with opened() as found:
        yield found


def planned(*days: tuple[int, int, Any], plan: Plan | None = None) -> Planned:
    candidates = tuple(
        Candidate(day_id=id_, record_id=record, mapped=mapped(summary)) for id_, record, summary in days
    )
    unit = Unit(key=KEY, generation=1, number=None, days=tuple(one.mapped for one in candidates))
    return Planned(unit=unit, plan=plan or Plan(), candidates=candidates, findings=(), reservation=None, stands=False)


def test_a_unit_keeps_what_it_posts_for_each_of_its_days():
    found = encode_mapped(planned((4, 40, sold("1.00")), (5, 50, sold("2.00", 2))))
    assert found == [kept(sold("1.00"), 4, 40), kept(sold("2.00", 2), 5, 50)]


def test_what_stands_of_a_unit_is_kept_as_it_was_posted_and_the_rest_taken_anew():
    old = a_day(line("11.00"), tender("6.00"), tender("5.00", "CARD"))
    moved = a_table(
        entry("accounts", "FOOD", "209"), entry("tenders", "CASH", "618"), entry("tenders", "CARD", "619")
    )
    document = {
        "key": "invoice", "payments": [
            {"key": "pay.1", "account": {"id": "id-611"}, "amount": "6.00"},
            {"key": "pay.2", "account": {"id": "id-612"}, "amount": "5.00"},
        ],
    }  # fmt: skip
    unit: Any = UnitRow(mapped=[kept(old, 4, 40)], documents=[document])
    one = Candidate(day_id=4, record_id=41, mapped=mapped(old, moved))
    now = replace(planned((4, 41, old)), candidates=(one,))
    anew = encode_mapped(now)
    assert merge_mapped(unit, now, set()) == anew
    assert merge_mapped(unit, now, {"pay.1"}) == anew
    before = unit.mapped[0]
    (only_document,) = merge_mapped(unit, now, {"invoice"})
    assert only_document == {**anew[0], "lines": before["lines"], "places": before["places"]}
    (half_paid,) = merge_mapped(unit, now, {"invoice", "pay.1"})
    assert half_paid["record"] == 41
    assert half_paid["lines"] == before["lines"]
    assert half_paid["tenders"] == [before["tenders"][0], anew[0]["tenders"][1]]
    (all_paid,) = merge_mapped(unit, now, {"invoice", "pay.1", "pay.2"})
    assert all_paid["tenders"] == before["tenders"]
    unit.mapped = [kept(old, 7, 40)]
    assert merge_mapped(unit, now, {"invoice", "pay.1"}) == anew


def test_how_a_day_was_priced_stays_with_what_stands_of_it():
    old = a_day(line("10.00"), tender("11.00"), tax("1.00"), prices_include_tax=False)
    unit: Any = UnitRow(mapped=[kept(old, 4, 40)], documents=[{"key": "invoice", "payments": []}])
    (found,) = merge_mapped(unit, planned((4, 41, sold("11.00"))), {"invoice"})
    assert {name: found[name] for name in ("prices", "tax", "tax_lines")} == {
        "prices": "exclusive", "tax": "1.00", "tax_lines": 1
    }  # fmt: skip


def test_what_the_ledger_holds_for_a_day_is_what_its_units_posted_for_it(rows: Rows):
    day = rows.day(sold("11.00"), state="posted")
    day.posted_record_id = day.record_id
    one = rows.unit(f"{KEY}/g1", mapped=[kept(sold("11.00"), day.id, 1), kept(sold("5.00", 2), 77, 2)])
    two = rows.unit(f"{KEY}/g2", generation=2, mapped=[kept(sold("1.50"), day.id, 3)])
    found = posted_content(rows.session, day, [one, two], table=TABLE)
    assert found is not None
    assert [line_.amount for line_ in found.lines] == [Decimal("12.50")]
    before = posted_content(rows.session, day, [two, one], table=TABLE, before=2)
    assert before is not None
    assert [line_.amount for line_ in before.lines] == [Decimal("11.00")]
    assert posted_content(rows.session, day, [one, two], table=TABLE, before=3) == found


def test_the_units_of_a_day_are_its_own_and_those_that_adjust_it(rows: Rows):
    day = rows.day(sold("11.00"))
    assert units_of(rows.session, day) == []
    own = rows.unit(f"{KEY}/g1")
    other = rows.unit("other/g1")
    day.unit_id = own.id
    third = rows.unit(f"{KEY}/g3", generation=3, adjusts=own.id, mapped=[{"day": day.id}])
    second = rows.unit(
        f"{KEY}/g2", generation=2, adjusts=own.id, state="partly", mapped=[{"day": 5}, {"day": day.id}]
    )
    rows.unit(f"{KEY}/g4", generation=4, adjusts=own.id, mapped=[{"day": 5}])
    rows.unit(f"{KEY}/g5", generation=5, adjusts=own.id, state="undone", mapped=[{"day": day.id}])
    rows.unit(f"{KEY}/g6", generation=6, adjusts=other.id, mapped=[{"day": day.id}])
    assert units_of(rows.session, day) == [own, second, third]
    assert days_of(rows.session, own) == [day]
    assert days_of(rows.session, second) == [day]
    assert days_of(rows.session, other) == []


def a_document(total: str, *paid: str, **more: Any) -> Document:
    """A document of this total, and a payment of each amount on the account 617."""
    payments = tuple(
        DocumentPayment(key=f"pay.{n}", account=ref("617"), amount=Decimal(amount))
        for n, amount in enumerate(paid, 1)
    )
    return Document(
        key="invoice", kind="invoice", number=None, day=DATE, currency="AUD", total=Decimal(total), tax=Decimal(0),
        lines=(), payments=payments, **more,
    )  # fmt: skip


def test_what_was_left_open_is_filled_only_by_a_payment_of_the_new_plan():
    table = a_table(entry("tenders", "UBER", "617"))
    old = a_day(line("11.00"), tender("11.00", "UBER"))
    row = kept(old, 4, 40, table)
    row["tenders"][0]["account"] = None
    unit: Any = UnitRow(mapped=[row], documents=[encode_document(a_document("11.00"))])
    one = Candidate(day_id=4, record_id=41, mapped=mapped(old, table))
    pays = replace(planned(plan=Plan(documents=(a_document("11.00", "11.00"),))), candidates=(one,))
    assert merge_mapped(unit, pays, {"invoice"})[0]["tenders"] == encode_mapped(pays)[0]["tenders"]
    pays_nothing = replace(pays, plan=Plan(documents=(a_document("11.00"),)))
    assert merge_mapped(unit, pays_nothing, {"invoice"})[0]["tenders"] == row["tenders"]


def took(*documents: Document, days: tuple[Any, ...] = ()) -> Decimal:
    rows_ = [kept(one, n, n) for n, one in enumerate(days, 1)]
    return taken_of(UnitRow(mapped=rows_, documents=[encode_document(one) for one in documents]))


def test_a_unit_took_what_its_documents_come_to_where_something_is_paid_on_them():
    note = a_document("2.50", "2.50", sign=-1)
    customers = a_document("4.00", "4.00", customer="Smith")
    back = a_document("11.00", reverses="invoice")
    assert took(a_document("11.00", "11.00"), note, customers, back, days=(sold("9.99"),)) == Decimal("8.50")
    assert took(a_document("11.00"), note, days=(sold("9.99"),)) == Decimal("8.50")


def test_a_unit_took_its_lines_with_the_tax_on_top_where_nothing_is_paid_on_its_documents():
    plain, on_top = sold("5.00"), a_day(line("10.00"), tender("11.00"), tax("1.00"), prices_include_tax=False)
    assert took(a_document("0.00"), days=(plain, sold("2.50", 2))) == Decimal("7.50")
    assert took(a_document("0.00"), days=(plain, on_top, on_top)) == Decimal("27.00")
    customers = a_document("4.00", "4.00", customer="Smith")
    assert took(a_document("0.00"), customers, days=(plain,)) == Decimal("5.00")


def test_a_unit_of_an_older_version_took_what_its_documents_come_to():
    assert took(a_document("7.00"), a_document("2.00", sign=-1)) == Decimal("5.00")
    assert took() == 0
