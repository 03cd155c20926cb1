"""Posting: once only, whole or not at all, and nothing that Beancount or the chart would not take."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from beancount import loader

from takings.plugin import Done, Misconfigured, Period, Refused, Standing
from takings_journal.options import IntegrationSettings

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))


@pytest.fixture
def units(make: Any) -> list[Any]:
    return [make.unit(make.sold("11.00"), make.paid("11.00"), day=day, number=f"S{day}") for day in (1, 2, 3)]


def test_the_same_call_twice_leaves_each_transaction_once(journal: Any, units: list[Any]) -> None:
    call = journal.call([journal.operation(one) for one in units])
    first = journal.target.execute(call)
    text = journal.text
    assert journal.target.execute(call) == first
    assert journal.target.execute(replace(call, key="another key")) == first
    assert journal.text == text
    assert len(journal.transactions()) == 3
    assert journal.files.writes == ["takings.accounts.beancount", "takings.beancount"]


def test_only_what_is_absent_is_appended(journal: Any, units: list[Any]) -> None:
    call = journal.call([journal.operation(one) for one in units])
    journal.post(units[1])
    assert [type(one) for one in journal.target.execute(call)] == [Done] * 3
    assert [one.meta["number"] for one in journal.transactions()] == ["S1", "S2", "S3"]
    assert len(journal.transactions()) == 3


@pytest.mark.parametrize("dies_before", [1, 2])
def test_a_machine_that_dies_between_writes_leaves_whole_files_and_the_call_goes_again(
    journal: Any, make: Any, units: list[Any], dies_before: int
) -> None:
    call = journal.call([journal.operation(one) for one in units])
    journal.files.dies_before = dies_before
    with pytest.raises(make.lost):
        journal.target.execute(call)
    assert journal.text == ""
    assert [one.standing for one in journal.target.find("transaction", call.operations)] == [Standing.ABSENT] * 3
    journal.files.dies_before = 0
    journal.target.execute(call)
    assert len(journal.transactions()) == 3


def test_nothing_is_written_before_something_is_posted(journal: Any, units: list[Any]) -> None:
    target = journal.target
    assert target.check() == ()
    assert "Income:Sales:Food" in {one.id for one in target.chart().accounts}
    journal.plan(units[0])
    assert list(journal.files.path.iterdir()) == []
    before = target.chart()
    journal.post(units[0])
    assert journal.target.chart() == before


def test_operations_are_found_by_their_keys(journal: Any, make: Any, units: list[Any]) -> None:
    operations = [journal.operation(one) for one in units]
    journal.post(units[0], units[1])
    journal.edit(journal.text, journal.text + "\n" + journal.text[journal.text.index("2026-10-02") :])
    found = journal.target.find("transaction", operations)
    assert [one.standing for one in found] == [Standing.STANDS, Standing.SEVERAL, Standing.ABSENT]
    assert found[0].receipt == {"id": operations[0].key, "number": "S1"}


def test_what_stands_is_told_to_the_planning(journal: Any, units: list[Any]) -> None:
    keys = journal.post(*units)
    survey = journal.target.survey(OCTOBER, IntegrationSettings())
    assert [(one.key, one.number, str(one.total)) for one in survey.documents] == [
        (key, f"S{n}", "11.00") for n, key in enumerate(keys, start=1)
    ]


def test_a_number_is_not_given_twice(journal: Any, make: Any, units: list[Any]) -> None:
    other = make.unit(make.sold("5.00"), make.paid("5.00"), day=9, number="S1")
    planned = journal.call([journal.operation(other)])
    journal.post(units[0])
    assert [one.code for one in journal.plan(other).findings] == ["journal.number_taken"]
    (outcome,) = journal.target.execute(planned)
    assert isinstance(outcome, Refused)
    assert [one.code for one in outcome.findings] == ["journal.number_taken"]


def test_an_account_that_was_closed_after_planning_is_not_written_to(journal: Any, units: list[Any]) -> None:
    journal.post(units[0])
    call = journal.call([journal.operation(one) for one in units])
    journal.edit_chart(journal.chart_text + "\n2026-10-03 close Income:Sales:Food\n")
    outcomes = journal.target.execute(call)
    assert [type(one) for one in outcomes] == [Done, Done, Refused]
    assert [one.code for one in outcomes[2].findings] == ["journal.account_not_open"]
    assert len(journal.transactions()) == 2


def test_a_chart_that_is_gone_is_not_made_anew(journal: Any, units: list[Any]) -> None:
    journal.post(units[0])
    call = journal.call([journal.operation(units[1])])
    (journal.files.path / "takings.accounts.beancount").unlink()
    assert [one.code for one in journal.target.check()] == ["journal.chart_missing"]
    with pytest.raises(Misconfigured, match="accounts"):
        journal.target.execute(call)


def test_a_copied_chart_is_refused_until_it_says_whose_it_is(journal: Any, make: Any, units: list[Any]) -> None:
    journal.post(units[0])
    second = make.journal(journal.files, "second")
    second.edit_chart(journal.chart_text)
    assert [one.code for one in second.target.check()] == ["journal.other_journal"]
    second.edit_chart(journal.chart_text.replace('"journal" "takings"', '"journal" "second"'))
    second.post(units[0])
    assert len(second.transactions()) == 1


def test_settings_that_name_another_journal_than_was_connected_stop_the_posting(journal: Any) -> None:
    assert journal.open("beancount:takings").check() == ()
    assert [one.code for one in journal.open("beancount:other").check()] == ["journal.connected_to_another"]


HELD = {
    "journal.currency_differs": {"currency": "NZD"},
    "journal.locked": {"chart": '2026-10-02 custom "locked" 2026-10-01\n'},
    "journal.account_unknown": {"account": "Income:Sales:Gone"},
    "journal.tax_unknown": {"tax": "LUXURY"},
    "journal.unbalanced": {"paid": "10.00"},
    "journal.account_not_open": {"chart": "2026-10-02 open Income:Later\n", "account": "Income:Later"},
    "journal.account_other_currency": {"chart": "2000-01-01 open Income:NZ NZD\n", "account": "Income:NZ"},
    "journal.no_rounding_account": {"exclusive": "yes", "paid": "12.11"},
}


@pytest.mark.parametrize("code", HELD)
def test_what_the_journal_can_not_hold_is_said_before_anything_is_written(journal: Any, make: Any, code: str) -> None:
    given = HELD[code]
    default = journal.default().replace('role: "rounding"', "") if given.get("exclusive") else journal.default()
    journal.edit_chart(default + given.get("chart", ""))
    unit = make.unit(
        make.sold("11.00", given.get("account", "Income:Sales:Food"), given.get("tax", "GST")),
        make.paid(given.get("paid", "11.00")),
        site=replace(make.site, currency=given.get("currency", "AUD")),
    )
    if given.get("exclusive"):
        day = unit.days[0]
        unit = replace(unit, days=(replace(day, day=replace(day.day, prices_include_tax=False)),))
    plan = journal.plan(unit)
    assert [one.code for one in plan.findings] == [code]
    assert all(one.what and one.why and one.do and one.where for one in plan.findings)
    assert plan.operations == ()


def test_a_receivable_account_that_is_not_there_holds_only_what_needs_it(journal: Any, make: Any) -> None:
    closed = make.unit(make.sold("11.00"), make.paid("11.00"))
    open_ = make.unit(make.sold("11.00"), make.paid("11.00", None))
    assert journal.plan(closed, receivable="Assets:None").findings == ()
    (finding,) = journal.plan(open_, receivable="Assets:None").findings
    assert (finding.code, finding.where) == ("journal.account_unknown", "advanced")


def test_an_account_that_is_gone_is_refused_in_beancounts_own_words(
    journal: Any, make: Any, units: list[Any]
) -> None:
    call = journal.call([journal.operation(units[0])])
    journal.edit_chart(journal.default().replace("open Income:Sales:Food", "open Income:Sales:Foods"))
    (outcome,) = journal.target.execute(call)
    (finding,) = outcome.findings
    _, errors, _ = loader.load_string(journal.chart_text + call.body.decode())
    assert [one.message for one in errors] == [finding.verbatim]
    assert journal.text == ""
