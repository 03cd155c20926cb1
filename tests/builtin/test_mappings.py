"""The built-in mapping providers, one by one."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from takings.builtin.mappings import earlier_choice, exact_code, same_role, same_tax_rate, same_words
from takings.builtin.words import Described, words_of
from takings.plugin import (
    Chart,
    Choice,
    DimensionKind,
    LedgerAccount,
    LedgerRef,
    LedgerTax,
    MappingEntry,
    MappingRow,
    SourceCode,
)

BANK = LedgerAccount(id="1", code="090", name="Cash drawer", takes_payments=True, takes_lines=False)
SALES = LedgerAccount(id="2", code="200", name="Food sales")
OLD = LedgerAccount(id="3", code="201", name="Food sales, old", active=False)


def chart(*accounts: LedgerAccount, taxes: tuple[LedgerTax, ...] = ()) -> Chart:
    return Chart(organisation="1", organisation_name="O", currency="AUD", accounts=accounts, taxes=taxes)


def account_row(code: str, name: str = "", *, role: str = "", earlier: tuple[MappingEntry, ...] = ()) -> MappingRow:
    source = SourceCode(dimension="a", code=code, name=name, role=role)
    return MappingRow(code=source, kind=DimensionKind.ACCOUNT, earlier=earlier)


def entry(ref: LedgerRef | None) -> MappingEntry:
    return MappingEntry(dimension="a", code="F", choice=Choice.POST if ref else Choice.DO_NOT_POST, ref=ref)


def test_the_same_code_is_certain() -> None:
    (found,) = exact_code(account_row(" 200"), chart(BANK, SALES, OLD))
    assert (found.ref, found.score) == (LedgerRef(id="2", code="200", name="Food sales"), 100)


def test_the_same_number_for_something_else_is_no_match_to_accept() -> None:
    gst = LedgerAccount(id="9", code="820", name="GST", kind="CURRLIAB")
    (found,) = exact_code(account_row("820", "Gift vouchers sold", role="voucher_sold"), chart(gst, SALES))
    assert (found.score, found.reason) == (30, "The ledger has the same code 820, but calls it GST")
    (named,) = exact_code(account_row("200", "Food"), chart(gst, SALES))
    assert (named.score, named.reason) == (100, "The ledger has the same code 200")
    word = LedgerAccount(id="8", code="MISC", name="Sundries")
    (told,) = exact_code(account_row("misc", "Bar takings"), chart(word))
    assert told.score == 100


def test_a_code_of_an_account_of_the_wrong_sort_is_not_suggested() -> None:
    assert exact_code(account_row("090"), chart(BANK)) == []
    assert exact_code(account_row("201"), chart(OLD)) == []


def test_what_the_owner_chose_most_often_comes_first() -> None:
    other = LedgerAccount(id="4", code="205", name="Bistro")
    chosen = tuple(entry(LedgerRef(id=one)) for one in ("4", "2", "2"))
    found = earlier_choice(account_row("F", earlier=(*chosen, entry(None))), chart(SALES, other))
    assert [(one.ref.id, one.score) for one in found] == [("2", 95), ("4", 90)]
    assert found[0].reason == "You chose it for F elsewhere, 2 times"


def test_a_choice_in_another_organisation_counts_by_code_and_name() -> None:
    elsewhere = LedgerRef(id="another id", code="200", name="Food sales")
    (found,) = earlier_choice(account_row("F", earlier=(entry(elsewhere),)), chart(SALES))
    assert (found.ref.id, found.score) == ("2", 95)
    renamed = LedgerRef(id="another id", code="200", name="Rent")
    assert earlier_choice(account_row("F", earlier=(entry(renamed),)), chart(SALES)) == []


def tax_row(rate: Decimal | None) -> MappingRow:
    return MappingRow(code=SourceCode(dimension="t", code="T", rate=rate), kind=DimensionKind.TAX)


def test_the_only_rate_of_a_percentage_scores_above_one_of_several() -> None:
    free = LedgerTax(id="b", name="Free", rate=Decimal(0))
    export = LedgerTax(id="a", name="Exports", rate=Decimal(0))
    ten = LedgerTax(id="c", name="GST", rate=Decimal(10), kinds=("Other income",))
    bought = LedgerTax(id="d", name="GST on purchases", rate=Decimal(10), kinds=("EXPENSE",))
    ledger = chart(taxes=(free, export, ten, bought))
    assert [(one.ref.id, one.score) for one in same_tax_rate(tax_row(Decimal("10.0")), ledger)] == [("c", 85)]
    assert [(one.ref.id, one.score) for one in same_tax_rate(tax_row(Decimal(0)), ledger)] == [("a", 50), ("b", 50)]
    assert same_tax_rate(tax_row(None), ledger) == ()
    assert same_tax_rate(account_row("T"), ledger) == ()


def test_a_role_helps_where_the_name_does_not() -> None:
    tips = LedgerAccount(id="5", code="", name="Tips payable")
    assert same_words(account_row("GRAT", "Gratuities"), chart(tips)) == []
    assert same_words(account_row("GRAT", "Gratuities", role="tip"), chart(tips))[0].ref.id == "5"


def test_words_that_say_little_are_not_enough() -> None:
    assert same_words(account_row("X", "Other sales account"), chart(SALES)) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Gift Vouchers", ["gift", "voucher"]),
        ("Parties & dishes", ["party", "dish"]),
        ("Café, glass; gas", ["cafe", "glass", "gas"]),
        ("Bonus", ["bonus"]),
        ("–", []),
    ],
)
def test_words_are_brought_to_one_form(text: str, expected: list[str]) -> None:
    assert list(words_of(text)) == expected


def test_asking_for_many_names_gives_what_asking_one_by_one_does() -> None:
    described = Described({"name": ("Kitchn takings", 1.0), "category": ("Food", 0.9)})
    names = ("Kitchen Sales", "Bar Sales", "Food", "", "Other Income", "Kitchenware")
    one_by_one = [(place, *described.likeness(name)) for place, name in enumerate(names)]
    assert list(described.alike(names)) == [one for one in one_by_one if one[1]]


@given(st.text(max_size=30), st.text(max_size=30))
def test_likeness_stays_between_nothing_and_all(one: str, other: str) -> None:
    alike, shared = Described({"name": (one, 1.0)}).likeness(other)
    assert 0 <= alike <= 1.0001
    assert bool(shared) == (alike > 0)


@given(st.sampled_from(["Food", "Gift cards", "Uber Eats clearing"]))
def test_a_name_is_most_like_itself(name: str) -> None:
    assert Described({"name": (name, 1.0)}).likeness(name)[0] == pytest.approx(1)


def test_the_ledger_s_own_account_for_a_role_is_suggested() -> None:
    rounding = LedgerAccount(id="9", code="860", name="Rundungsdifferenzen", role="rounding")
    gone = LedgerAccount(id="8", code="861", name="Old", role="rounding", active=False)
    (found,) = same_role(account_row("RND", role="rounding"), chart(SALES, rounding, gone))
    assert (found.ref.id, found.score) == ("9", 92)
    assert found.reason == "The ledger's own account for rounding"
    assert same_role(account_row("F"), chart(SALES, rounding)) == []


def test_a_rate_for_purchases_only_is_not_suggested_for_sales() -> None:
    code = SourceCode(dimension="t", code="GST", name="GST", rate=Decimal(10))
    row = MappingRow(code=code, kind=DimensionKind.TAX)
    income = LedgerTax(id="1", name="GST on income", rate=Decimal(10))
    other = LedgerTax(id="2", name="GST on expenses", rate=Decimal(10), for_income=False)
    assert [one.ref.id for one in same_tax_rate(row, chart(taxes=(other, income)))] == ["1"]
    assert [one.ref.id for one in same_words(row, chart(taxes=(other, income)))] == ["1"]


@pytest.mark.parametrize(
    ("written", "name"),
    [("Merchandice", "Merchandise"), ("Accom", "Accommodation"), ("Refunded deposits", "Refund deposit")],
)
def test_a_typing_mistake_or_another_form_is_understood(written: str, name: str) -> None:
    exact, _ = Described({"name": (name, 1.0)}).likeness(name)
    near, shared = Described({"name": (written, 1.0)}).likeness(name)
    assert shared
    assert 0.4 < near < exact


@pytest.mark.parametrize(("written", "name"), [("Cash", "Cask ale"), ("Credit", "Debit"), ("Food", "Foot care")])
def test_other_words_stay_other_words(written: str, name: str) -> None:
    assert Described({"name": (written, 1.0)}).likeness(name) == (0.0, ())
