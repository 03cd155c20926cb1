"""Posting to a Paper Ledger that runs on this machine, with all that can go wrong on the way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from takings.plugin import (
    AuthorisationExpired,
    Call,
    Done,
    Operation,
    Period,
    RateLimited,
    Refused,
    RefusedAsWhole,
    ReplyLost,
    Standing,
    Survey,
    Unavailable,
)

from takings_example.ledger import PaperInstallation, open_ledger
from takings_example.ledger_target import read_chart
from takings_example.planning import plan_unit
from takings_example.sandbox.books import Books
from takings_example.sandbox.ledger import KEY, LedgerSandbox

from .calling import context
from .made_days import made_day, unit

SURVEY = Survey(chart=read_chart(Books().describe()))
DAY = date(2026, 10, 5)
PERIOD = Period(DAY, DAY + timedelta(days=70))


@pytest.fixture
def sandbox() -> Iterator[LedgerSandbox]:
    with LedgerSandbox(Books()) as running:
        yield running


@pytest.fixture
def target(sandbox: LedgerSandbox) -> Iterator[Any]:
    with context(KEY) as given:
        yield open_ledger(PaperInstallation(ledger_url=sandbox.url), None, "paper-1", given)


@pytest.fixture
def stranger(sandbox: LedgerSandbox) -> Iterator[Any]:
    with context("not the key") as given:
        yield open_ledger(PaperInstallation(ledger_url=sandbox.url), None, "paper-1", given)


def resolved(operation: Operation, ids: dict[str, str]) -> Operation:
    """Put ids in place of references, as the core does before a call."""
    payload = {
        name: ids[value["$ref"]] if isinstance(value, dict) and "$ref" in value else value
        for name, value in operation.payload.items()
    }
    return replace(operation, payload=payload)


def call(target: Any, operations: list[Operation], key: str) -> Call:
    kind = operations[0].kind
    return Call(key=key, kind=kind, operations=tuple(operations), body=target.prepare(kind, operations))


def post(target: Any, day: date, number: str | None = None) -> dict[str, dict[str, str]]:
    """Post a day as the core does and return the receipts by key."""
    survey = target.survey(Period(day, day), None)
    plan = plan_unit(unit(made_day(day), number=number), survey, "Takings")
    assert plan.findings == ()
    sheet, *payments = plan.operations
    (done,) = target.execute(call(target, [sheet], f"sheet-{day}"))
    ids = {sheet.key: done.receipt["id"]}
    paid = target.execute(call(target, [resolved(one, ids) for one in payments], f"payments-{day}"))
    receipts = zip(plan.operations, [done, *paid], strict=True)
    return {operation.key: dict(outcome.receipt) for operation, outcome in receipts}


def sheets(day: date, number: str | None = None) -> list[Operation]:
    planned = plan_unit(unit(made_day(day), number=number), SURVEY, "Takings").operations
    return [one for one in planned if one.kind == "sheet"]


def test_a_day_stands_as_it_was_planned(target: Any) -> None:
    receipts = post(target, DAY, "S26100500")
    (found,) = target.inspect(receipts, PERIOD)
    day = made_day(DAY)
    assert (found.standing, found.number, found.day) == (Standing.STANDS, "S26100500", DAY)
    assert found.total == day.lines_total == sum(one.amount for one in found.payments)
    assert found.lines["a4000"] == Decimal("205.55")
    assert {one.key for one in found.payments} == {key for key in receipts if "/payment." in key}


def test_without_a_number_the_ledger_gives_its_own(target: Any) -> None:
    assert next(iter(post(target, DAY).values()))["number"] == "P-1001"


def test_the_survey_sees_what_stands_and_all_pages_of_it(target: Any) -> None:
    for offset in range(60):
        target.execute(call(target, sheets(DAY + timedelta(days=offset)), f"k{offset}"))
    survey = target.survey(PERIOD, None)
    assert len(survey.documents) == 60
    assert survey.documents[0].key.endswith("/sheet.1")


def test_a_lock_date_is_read(target: Any, sandbox: LedgerSandbox) -> None:
    sandbox.books.lock_through("2026-09-30")
    assert target.survey(PERIOD, None).locked_through == date(2026, 9, 30)


def test_a_reply_lost_after_the_ledger_accepted_leaves_one_document(target: Any, sandbox: LedgerSandbox) -> None:
    sending = call(target, sheets(DAY), "k1")
    sandbox.fault("lose_reply")
    with pytest.raises(ReplyLost):
        target.execute(sending)
    (found,) = target.find("sheet", sending.operations)
    assert found.standing is Standing.STANDS
    (again,) = target.execute(sending)
    assert again == Done(receipt=dict(found.receipt))
    assert len(sandbox.books.sheets()) == 1


def test_a_fault_of_the_ledger_after_it_accepted_counts_as_a_lost_reply(target: Any, sandbox: LedgerSandbox) -> None:
    sandbox.fault("broken")
    with pytest.raises(ReplyLost):
        target.execute(call(target, sheets(DAY), "k1"))


def test_one_key_with_another_body_is_refused(target: Any) -> None:
    target.execute(call(target, sheets(DAY), "k1"))
    (outcome,) = target.execute(call(target, sheets(DAY, "S2"), "k1"))
    assert isinstance(outcome, Refused)
    assert "another body" in outcome.findings[0].verbatim


def test_a_body_refused_as_a_whole_blames_no_operation_of_several(target: Any, sandbox: LedgerSandbox) -> None:
    both = sheets(DAY) + sheets(DAY + timedelta(days=1))
    with pytest.raises(RefusedAsWhole, match="the body can't be read"):
        target.execute(replace(call(target, both, "k1"), body=b"{"))
    assert sandbox.books.sheets() == []


def test_a_limit_says_when_it_opens_again(target: Any, sandbox: LedgerSandbox) -> None:
    sandbox.fault("busy")
    with pytest.raises(RateLimited) as limited:
        target.execute(call(target, sheets(DAY), "k1"))
    assert limited.value.after == timedelta(seconds=7)
    assert sandbox.books.sheets() == []


def test_a_closed_ledger_accepted_nothing(target: Any, sandbox: LedgerSandbox) -> None:
    sandbox.fault("closed")
    with pytest.raises(Unavailable):
        target.execute(call(target, sheets(DAY), "k1"))
    assert sandbox.books.sheets() == []


def test_a_wrong_key_asks_for_a_new_authorisation(stranger: Any) -> None:
    with pytest.raises(AuthorisationExpired):
        stranger.chart()
    assert stranger.check()[0].code == "example.ledger_unreachable"


def test_one_bad_sheet_of_a_batch_is_refused_alone(target: Any) -> None:
    good, bad = sheets(DAY, "S1"), sheets(DAY + timedelta(days=1), "S1")
    done, refused = target.execute(call(target, good + bad, "k1"))
    assert isinstance(done, Done)
    assert isinstance(refused, Refused)
    assert refused.findings[0].verbatim == "The number S1 is used already"


def test_find_tells_absent_from_standing_and_several(target: Any) -> None:
    (operation,) = sheets(DAY)
    assert target.find("sheet", [operation])[0].standing is Standing.ABSENT
    target.execute(call(target, [operation], "k1"))
    assert target.find("sheet", [operation])[0].standing is Standing.STANDS
    target.execute(call(target, [operation], "k2"))
    assert target.find("sheet", [operation])[0].standing is Standing.SEVERAL


def test_find_takes_more_keys_than_a_call_holds(target: Any) -> None:
    operations = [one for offset in range(60) for one in sheets(DAY + timedelta(days=offset))]
    target.execute(call(target, operations[-1:], "k1"))
    found = target.find("sheet", operations)
    assert [one.standing for one in found] == [Standing.ABSENT] * 59 + [Standing.STANDS]


def test_what_is_gone_is_told(target: Any) -> None:
    key = sheets(DAY)[0].key
    (found,) = target.inspect({key: {"id": "s9"}}, PERIOD)
    assert found.standing is Standing.ABSENT


def test_books_that_are_kept_are_there_again(target: Any, tmp_path: Any) -> None:
    path = tmp_path / "data" / "books.json"
    body = target.prepare("sheet", sheets(DAY))
    Books(path).post("sheets", body, "k1")
    again = Books(path)
    assert len(again.sheets()) == 1
    assert again.post("sheets", body, "k1")[1]["results"][0]["id"] == "s1"
    assert json.loads(path.read_text())["sheets"][0]["number"] == "P-1001"
