"""Any day that balances becomes one transaction that balances, and moves each account as the day says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from takings.plugin import LineKind, Period, Site
from takings_journal.options import IntegrationSettings

CENTS = st.integers(-9_999_999, 9_999_999).map(lambda n: f"{Decimal(n).scaleb(-2)}")
INCOME = ("Income:Sales:Food", "Income:Sales:Beverage", "Liabilities:GiftVouchers", "Expenses:CashRounding")
ASSETS = ("Assets:Clearing:Cash", "Assets:Clearing:EFTPOS", "Liabilities:GiftVouchers", None)
LINES = st.tuples(CENTS, st.sampled_from(INCOME), st.sampled_from(("GST", "GST-FREE", "NONE")))
TENDERS = st.tuples(CENTS, st.sampled_from(ASSETS))
TEXTS = st.text(max_size=40)


def a_day(make: Any, lines: list[Any], tenders: list[Any], texts: tuple[str, str]) -> Any:
    """A day that balances: the last payment method takes what is left."""
    kinds = list(LineKind)
    mapped = [
        make.sold(amount, account, tax, kind=kinds[n % len(kinds)], name=texts[0])
        for n, (amount, account, tax) in enumerate(lines)
    ]
    paid = [make.paid(amount, account, f"{n}{texts[1]}") for n, (amount, account) in enumerate(tenders)]
    rest = sum((one.line.amount for one in mapped), Decimal(0)) - sum(
        (one.tender.counted for one in paid), Decimal(0)
    )
    paid.append(make.paid(str(rest), "Assets:Clearing:AMEX", "last"))
    site = Site(id="4417", name=texts[1], timezone="Australia/Melbourne", currency="AUD")
    return make.unit(*mapped, *paid, site=site)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(LINES, min_size=1, max_size=8),
    tenders=st.lists(TENDERS, max_size=4),
    texts=st.tuples(TEXTS, TEXTS),
)
def test_any_day_is_one_transaction_that_beancount_accepts_and_that_reads_back_as_planned(
    make_journal: Callable[[], Any], make: Any, lines: list[Any], tenders: list[Any], texts: tuple[str, str]
) -> None:
    journal = make_journal()
    unit = a_day(make, lines, tenders, texts)
    plan = journal.plan(unit)
    assert plan.findings == ()
    if not plan.operations:
        assert plan.documents == ()
        return
    (document,) = plan.documents
    postings = plan.operations[0].payload["postings"]
    assert sum(Decimal(one["amount"]) for one in postings) == 0

    expected: dict[str, Decimal] = defaultdict(Decimal)
    for line in unit.days[0].lines:
        expected[line.account.id] -= line.line.amount
    for tender in unit.days[0].tenders:
        if tender.account:
            expected[tender.account.id] += tender.tender.counted
    moved = {one.account: one.amount for one in plan.movements if one.amount}
    assert moved == {account: amount for account, amount in expected.items() if amount}

    (key,) = journal.post(unit)
    assert len(journal.transactions()) == 1
    found = journal.inspect(key)
    planned: dict[str, Decimal] = defaultdict(Decimal)
    for line in document.lines:
        planned[line.account.id] += line.amount
    assert dict(found.lines) == planned
    assert (found.total, found.tax, found.day) == (document.total, document.tax, document.day)
    assert {one.key: (one.account, one.amount) for one in found.payments} == {
        one.key: (one.account.id, one.amount) for one in document.payments
    }
    assert journal.call(journal.plan(unit).operations) == journal.call(plan.operations)


def test_tax_is_split_off_each_line_half_up(journal: Any, make: Any) -> None:
    lines = [
        make.sold("0.05"),
        make.sold("0.16", "Income:Sales:Beverage"),
        make.sold("10.00", "Liabilities:Tips", "NONE"),
    ]
    (key,) = journal.post(make.unit(*lines, make.paid("10.21")))
    # 0.05 / 11 is 0.0045, 0.16 / 11 is 0.0145; 0.17 would be 0.02 in one.
    assert journal.inspect(key).tax == Decimal("0.01")
    assert journal.balances() == {
        "Assets:Clearing:Cash": Decimal("10.21"),
        "Income:Sales:Food": Decimal("-0.05"),
        "Income:Sales:Beverage": Decimal("-0.15"),
        "Liabilities:GST": Decimal("-0.01"),
        "Liabilities:Tips": Decimal("-10.00"),
    }


def test_a_negative_day_a_negative_tender_and_a_day_of_nothing_are_postings_like_others(
    journal: Any, make: Any
) -> None:
    journal.post(
        make.unit(make.sold("-110.00", kind=LineKind.REFUND), make.paid("-110.00"), day=1),
        make.unit(make.sold("50.00"), make.paid("60.00"), make.paid("-10.00", "Assets:Clearing:AMEX", "AMEX"), day=2),
        make.unit(make.sold("20.00"), make.sold("-20.00", "Income:Sales:Other", "NONE"), day=3),
    )
    assert len(journal.transactions()) == 3
    assert journal.balances()["Assets:Clearing:AMEX"] == Decimal("-10.00")
    assert journal.balances()["Assets:Clearing:Cash"] == Decimal("-50.00")


def test_a_day_whose_lines_cancel_out_leaves_nothing_to_do(journal: Any, make: Any) -> None:
    plan = journal.plan(make.unit(make.sold("20.00"), make.sold("-20.00", kind=LineKind.REFUND)))
    assert (plan.operations, plan.documents, plan.findings) == ((), (), ())


def test_what_is_left_open_goes_to_the_receivable_account_and_is_no_payment(journal: Any, make: Any) -> None:
    unit = make.unit(make.sold("110.00"), make.paid("100.00"), make.paid("10.00", None, "ROOM"))
    plan = journal.plan(unit)
    assert [one.amount for one in plan.documents[0].payments] == [Decimal("100.00")]
    journal.post(unit)
    assert journal.balances()["Assets:Receivable"] == Decimal("10.00")


def test_a_source_without_taxes_is_taxed_as_its_accounts_are(journal: Any, make: Any) -> None:
    (key,) = journal.post(
        make.unit(make.sold("11.00", tax=""), make.sold("5.00", "Liabilities:Tips", tax=""), make.paid("16.00"))
    )
    assert journal.inspect(key).tax == Decimal("1.00")


def test_awkward_names_stay_in_their_strings(journal: Any, make: Any) -> None:
    name = 'Zoë\'s "Bar" \\ Grill 🍺\n2026-01-01 open Assets:Hack\x00\x85\u2028;'
    site = Site(id="1", name=name, timezone="Australia/Melbourne", currency="AUD")
    (key,) = journal.post(
        make.unit(make.sold("11.00", name=name), make.paid("11.00", code=name), site=site), narration=name
    )
    (transaction,) = journal.transactions()
    assert transaction.payee == 'Zoë\'s "Bar" \\ Grill 🍺 2026-01-01 open Assets:Hack ;'
    assert transaction.meta["takings"] == key


def test_other_currencies_have_their_own_decimals(journal: Any, make: Any) -> None:
    yen = Site(id="1", name="Anchor Tokyo", timezone="Asia/Tokyo", currency="JPY")
    target = journal.open(currency="JPY")
    unit = make.unit(make.sold("1100"), make.paid("1100"), site=yen)
    survey = target.survey(Period(date(2026, 10, 1), date(2026, 10, 31)), IntegrationSettings())
    (operation,) = target.plan(unit, survey, IntegrationSettings()).operations
    target.execute(journal.call([operation]))
    assert "-1000 JPY" in journal.text
    assert len(journal.transactions()) == 1
