"""An adjustment that moves nothing in the ledger makes no document there; any other plan stays as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from tests.support.days import mapped, ref
from tests.sync.rows import FIRST, Books, Rows, opened, sold
from tests.sync.test_planning import key, plan, stands

from takings.plugin.documents import Document, DocumentLine, DocumentPayment, Operation, Plan
from takings.plugin.targets import Chart, Survey
from takings.sync.planning import Candidate, Group, moves_nothing

CHART = Chart(organisation="1", organisation_name="Pub", accounts=(), taxes=(), currency="AUD")


@pytest.fixture
def rows() -> Iterator[Rows]:
    with opened() as found:
        yield found


def paper(*lines: tuple[str, str, str], sign: int = 1, paid: str = "") -> Document:
    """A document of lines of these options, tax codes and amounts; tax is a tenth where there is a code."""
    made = tuple(
        DocumentLine(
            account=ref("201"),
            tax=ref(tax) if tax else None,
            description="",
            amount=Decimal(amount),
            tax_amount=Decimal(amount) / 10 if tax else Decimal(0),
            option=ref(option) if option else None,
        )
        for option, tax, amount in lines
    )
    payments = (DocumentPayment(key="p", account=ref("611"), amount=Decimal(paid)),) if paid else ()
    return Document(
        key="d",
        kind="entry",
        number=None,
        day=FIRST,
        currency="AUD",
        total=Decimal(0),
        tax=Decimal(0),
        lines=made,
        payments=payments,
        sign=sign,
    )


IDLE = paper(("", "GST", "5.00"), ("", "GST", "-5.00"))


def test_a_plan_moves_nothing_where_its_lines_come_to_nothing_on_each_account_rate_and_option():
    assert moves_nothing(Plan())
    assert moves_nothing(Plan(documents=(IDLE,)))
    assert moves_nothing(Plan(documents=(paper(("bar", "", "5.00")), paper(("bar", "", "5.00"), sign=-1))))
    assert not moves_nothing(Plan(documents=(paper(paid="1.00"),)))


@pytest.mark.parametrize(
    "lines",
    [
        [("", "GST", "5.00")],
        [("bar", "GST", "5.00"), ("bistro", "GST", "-5.00")],
        [("bar", "GST", "5.00"), ("bar", "FRE", "-5.00")],
    ],
)
def test_what_goes_from_one_place_to_another_moves(lines: list[tuple[str, str, str]]):
    assert not moves_nothing(Plan(documents=(paper(*lines),)))


def test_a_cent_of_tax_moves_too():
    second = replace(IDLE.lines[1], tax_amount=Decimal("-0.49"))
    assert not moves_nothing(Plan(documents=(replace(IDLE, lines=(IDLE.lines[0], second)),)))


def candidate(**more: Any) -> Candidate:
    return Candidate(day_id=11, record_id=511, mapped=mapped(sold("1.00", 1)), **more)


def test_only_an_adjustment_that_begins_is_left_out_where_it_moves_nothing(rows: Rows):
    idle = Plan(documents=(IDLE,), operations=(Operation(key="d", kind="entry", payload={}),))
    adjusting = candidate(generation=2, adjusts=4)
    kept = [
        plan(rows, Group(candidates=(one,)), books=Books(idle), survey=Survey(chart=CHART, documents=there))[0].plan
        for one, there in (
            (adjusting, ()),
            (candidate(), ()),
            (replace(adjusting, dated=FIRST), ()),
            (adjusting, (stands(key(1, 2)),)),
        )
    ]
    assert [(len(one.documents), len(one.operations)) for one in kept] == [(0, 0), (1, 1), (1, 1), (1, 1)]
