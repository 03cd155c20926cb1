"""A journal is a file that people edit: what they change in ours is shown, and the rest is left alone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from plugins.journal.tests.conftest import OCTOBER

from takings.plugin import Standing
from takings_journal.options import IntegrationSettings


@pytest.fixture
def key(journal: Any, make: Any) -> str:
    unit = make.unit(
        make.sold("110.00"),
        make.sold("20.00", "Liabilities:Tips", "NONE"),
        make.paid("100.00"),
        make.paid("30.00", "Assets:Clearing:AMEX", "AMEX"),
        number="S1",
    )
    (key,) = journal.post(unit)
    return key


def amounts(found: Any) -> tuple[Any, ...]:
    return found.total, found.tax, dict(found.lines), [(one.account, one.amount) for one in found.payments]


AS_POSTED = (
    Decimal("130.00"),
    Decimal("10.00"),
    {"Income:Sales:Food": Decimal("110.00"), "Liabilities:Tips": Decimal("20.00")},
    [("Assets:Clearing:Cash", Decimal("100.00")), ("Assets:Clearing:AMEX", Decimal("30.00"))],
)


def test_it_reads_back_what_it_wrote(journal: Any, key: str) -> None:
    found = journal.inspect(key)
    assert amounts(found) == AS_POSTED
    assert (found.standing, found.number, str(found.day)) == (Standing.STANDS, "S1", "2026-10-01")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("100.00 AUD", "100 AUD ; as a whole number"),
        ('  number: "S1"', '  number: "S1"\n  checked-by: "Zoë"\n  ; looked at'),
        ('* "The Anchor" "Takings" ^S1', 'txn "The\nAnchor" "Takings" #october ^S1 ; moved'),
        ("2026-10-01 *", "2026/10/01 !"),
        ("  Assets:Clearing:AMEX ", "\t! Assets:Clearing:AMEX "),
        ("      100.00 AUD", ""),  # an amount that is left out is what the others leave
    ],
)
def test_what_means_the_same_reads_the_same(journal: Any, key: str, before: str, after: str) -> None:
    journal.edit(before, after)
    assert len(journal.transactions()) == 1
    assert amounts(journal.inspect(key)) == AS_POSTED


def test_a_changed_amount_is_shown(journal: Any, key: str) -> None:
    journal.edit("100.00 AUD", "99.00 AUD")
    journal.edit("30.00 AUD", "31.00 AUD")
    payments = amounts(journal.inspect(key))[3]
    assert payments == [("Assets:Clearing:Cash", Decimal("99.00")), ("Assets:Clearing:AMEX", Decimal("31.00"))]
    assert len(journal.transactions()) == 1


def test_a_posting_that_was_added_is_a_line_of_its_own(journal: Any, key: str) -> None:
    journal.edit("30.00 AUD", "29.50 AUD")
    journal.edit("  Liabilities:GST ", "  Expenses:PettyCash 0.50 AUD\n  Liabilities:GST ")
    found = journal.inspect(key)
    assert found.lines["Expenses:PettyCash"] == Decimal("-0.50")
    assert found.total == Decimal("129.50")
    assert len(journal.transactions()) == 1


def test_an_amount_that_is_no_plain_number_is_shown_as_different(journal: Any, key: str) -> None:
    journal.edit("100.00 AUD", "(90.00 + 10.00) AUD")
    assert amounts(journal.inspect(key))[3][0] == ("Assets:Clearing:Cash", Decimal(0))


def test_a_transaction_that_was_removed_or_commented_out_is_absent(journal: Any, key: str) -> None:
    start = journal.text.index("2026-10-01 *")
    commented = journal.text[start:].replace("\n", "\n; ")
    journal.edit(journal.text[start:], "; " + commented + "\n")
    assert journal.inspect(key).standing is Standing.ABSENT
    assert journal.transactions() == []


def test_a_copy_is_several(journal: Any, key: str) -> None:
    journal.edit(journal.text, journal.text + "\n" + journal.text[journal.text.index("2026-10-01 *") :])
    assert journal.inspect(key).standing is Standing.SEVERAL


def test_one_that_can_not_be_read_any_more_is_not_posted_again(journal: Any, make: Any, key: str) -> None:
    journal.edit("2026-10-01 *", "on the first of October *")
    journal.post(make.unit(make.sold("11.00"), make.paid("11.00"), day=2))
    found = journal.inspect(key)
    assert (found.standing, found.status) == (Standing.STANDS, "can't be read")
    assert journal.text.count(key) == 1


def test_what_others_wrote_stays_as_it_is(journal: Any, make: Any, key: str) -> None:
    own = """
pushtag #own
2026-10-05 * "Rent" ""
  Expenses:PettyCash  10.00 AUD
  Assets:Clearing:Cash
poptag #own
2026-10-06 note Assets:Clearing:Cash "counted by \\"Zoë\\""
* An org heading
plugin "beancount.plugins.auto_accounts"
2026-10-07 price AUD 0.65 USD
"""
    journal.edit(journal.text, journal.text.rstrip("\n") + own.rstrip("\n"))
    before = journal.text
    journal.post(make.unit(make.sold("11.00"), make.paid("11.00"), day=9))
    assert journal.text.startswith(before + "\n\n2026-10-09 *")
    assert len(journal.transactions()) == 3


BY_HAND = """
2026-10-02 * "The Anchor" "Takings by hand"
  number: "S2"
  Assets:Clearing:Cash   150.00 AUD
  Assets:Clearing:AMEX   -20.00 AUD
  Income:Sales:Food

2026-10-02 * "A refund day"
  Assets:Clearing:Cash   -55.00 AUD
  Income:Sales:Food       55.00 AUD

2026-10-03 * "To the bank"
  Assets:Bank            100.00 AUD
  Assets:Clearing:Cash  -100.00 AUD

2026-11-01 * "Next month"
  Assets:Bank             10.00 AUD
  Income:Sales:Food
"""


def test_what_others_wrote_is_told_by_what_it_brings_in(journal: Any, key: str) -> None:
    (journal.files.path / "takings.beancount").write_text(journal.text + BY_HAND)
    ours, *others = journal.target.survey(OCTOBER, IntegrationSettings()).documents
    assert (ours.key, ours.number) == (key, "S1")
    assert {one.key for one in others} == {""}
    assert [(str(one.day), one.number, one.sign * one.total) for one in others] == [
        ("2026-10-02", "S2", Decimal("130.00")),
        ("2026-10-02", "", Decimal("-55.00")),
        ("2026-10-03", "", Decimal("0")),
    ]
    assert len({one.id for one in others}) == 3


def test_a_number_that_somebody_gave_by_hand_is_taken(journal: Any, key: str, make: Any) -> None:
    (journal.files.path / "takings.beancount").write_text(journal.text + BY_HAND)
    unit = make.unit(make.sold("11.00"), make.paid("11.00"), number="S2")
    (finding,) = journal.plan(unit).findings
    assert (finding.code, finding.why) == ("journal.number_taken", "Somebody wrote it by hand")
