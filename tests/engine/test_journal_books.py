"""Days posted to a ledger whose documents have no numbers: how they are named, taken back, and reported."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from tests.support.chain import OCTOBER, agree

from takings.connect.installation import Installation
from takings.domain.period import Period
from takings.engine import Engine
from takings.engine.printing import print_csv
from takings.host import PluginHost
from takings.store.secrets import KeyRing
from takings.testing import FakeSource, fake_host
from takings.views import LOCAL

DAYS = [date(2026, 10, 5), date(2026, 10, 6)]
NAME, LEDGER = "corner", "journal:beancount"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """An engine whose days go to a journal of text, with two of them posted."""
    ledger = [one for one in PluginHost.load(allow={"journal"}).records() if one.id == "journal"]
    host = PluginHost((*fake_host(FakeSource().declaration()).records(), *ledger))
    installation = Installation({LEDGER: {"folder": str(tmp_path)}})
    with Engine(tmp_path / "t.db", host, keys=KeyRing.generate(), installation=installation) as engine:
        engine.upgrade()
        engine.provision(LOCAL, name=NAME, source="fake:till", target=LEDGER)
        engine.connect_directly(LOCAL, NAME, side="target")
        engine.refresh_catalogue(LOCAL, NAME)
        places = (
            ("accounts", "SALES", "Income:Sales:Food"),
            ("methods", "CASH", "Assets:Clearing:Cash"),
            ("taxes", "GST", "GST"),
        )
        for dimension, code, to in places:
            engine.set_mapping(LOCAL, NAME, dimension=dimension, code=code, to=to)
        run = engine.sync(LOCAL, NAME, Period(*DAYS), confirm=agree)
        assert run.counts["documents"] == 2, run.findings
        yield engine


def test_a_document_without_a_number_is_named_by_the_ledgers_id(engine: Engine) -> None:
    checked = engine.verify(LOCAL, NAME).checked
    keys = [one.key for one in checked]
    assert (len(keys), [one.number for one in checked]) == (2, keys)
    assert [one.number for day in DAYS for one in engine.day(LOCAL, NAME, day).documents] == keys
    month = engine.month_summary(LOCAL, NAME, DAYS[0])
    assert [one.numbers for one in month.days] == [(key,) for key in keys]
    assert keys[0] in print_csv(month)
    assert [one.number for one in engine.days(LOCAL, NAME)] == keys
    (close,) = engine.day_sheet(LOCAL, NAME, DAYS[0]).closes
    assert [one.number for one in close.documents] == keys[:1]


def test_a_reversal_is_reported_and_verified_beside_what_it_reverses(engine: Engine) -> None:
    run = engine.undo(LOCAL, NAME, days=DAYS[:1], confirm=1)
    assert run.state == "done", run.findings
    checked = engine.verify(LOCAL, NAME)
    assert (checked.agrees, checked.documents) == (True, 3), checked.differences
    month = engine.month_summary(LOCAL, NAME, DAYS[0])
    assert (month.posted, month.documents, month.tax) == (Decimal(110), 3, Decimal(10))
    assert {one.account: one.amount for one in month.accounts} == {
        "Cash clearing": Decimal(110),
        "Food sales": Decimal(-110),
    }
    reversal = month.days[0].numbers[1]
    assert "/undo_transaction." in reversal
    clearing = engine.clearing_report(LOCAL, NAME, OCTOBER)
    assert [row.amount for one in clearing.accounts for row in one.rows] == [110, -110, 110]
    assert reversal in {row.document for one in clearing.accounts for row in one.rows}


def test_a_reversal_that_was_removed_from_the_journal_is_found(engine: Engine, tmp_path: Path) -> None:
    engine.undo(LOCAL, NAME, days=DAYS[:1], confirm=1)
    journal = tmp_path / "takings.beancount"
    text = journal.read_text()
    at = text.index("Reverses:")
    journal.write_text(text[: text.rindex("\n\n", 0, at)] + "\n")
    found = engine.verify(LOCAL, NAME)
    assert [one.code for one in found.differences] == ["verify.deleted"]


def test_an_empty_month_says_which_currency_its_nothing_is(engine: Engine) -> None:
    assert engine.month_summary(LOCAL, NAME, date(2025, 1, 1)).currency == "AUD"
    assert engine.clearing_report(LOCAL, NAME, Period(date(2025, 1, 1), date(2025, 1, 31))).currency == "AUD"
