"""What stands beside a code where it is matched: on the page, in the terminal and in JSON."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from click.testing import CliRunner
from tests.setup.conftest import NAME, MakeSetup, Setup, make_setup, schema_file
from tests.web.wizard import person_at

from takings.cli.mapping import mapping_table
from takings.plugin import Chart, LedgerTax
from takings.testing import FakeSource, FakeTarget
from takings.views import LOCAL
from takings.views.encoding import encode

__all__ = ["make_setup", "schema_file"]

FREE = LedgerTax(id="FREE", code="FREE", name="GST free", rate=Decimal(0))


class TwoRates(FakeTarget):
    """The fake ledger, with a rate of nothing beside its GST."""

    def chart(self) -> Chart:
        chart = super().chart()
        return replace(chart, taxes=(*chart.taxes, FREE))


@pytest.fixture
def matched(make_setup: MakeSetup) -> Setup:
    """A setup that knows two days, with GST matched to the rate of nothing."""
    source = FakeSource()
    setup = make_setup(source.declaration(), TwoRates().declaration())
    setup.answer("connect.target")
    setup.engine.refresh_catalogue(LOCAL, NAME)
    days = b"\n".join(source.record(date(2026, 11, day)) for day in (2, 3))
    assert setup.engine.import_file(LOCAL, NAME, days, name="days.txt").accepted
    assert setup.answer("map.taxes", GST="post:FREE").saved
    return setup


def test_the_page_says_what_a_code_stands_for_and_what_is_doubtful(matched: Setup) -> None:
    page = person_at(matched).open("map.taxes")
    assert "AUD 220.00 on 2 days" in page
    assert "GST is 10 % at the point of sale, and GST free is 0 %." in page
    assert "Match it to a rate of 10 %" in page
    assert "GST is 10 %" not in person_at(matched).open("map.methods")


def test_the_terminal_and_json_say_the_same(matched: Setup) -> None:
    rows = matched.engine.mapping(LOCAL, NAME, dimension="taxes")

    def show() -> str:
        with CliRunner().isolation() as (out, *_):
            mapping_table(rows)
            return out.getvalue().decode()

    shown = show()
    assert "220.00     2" in shown
    assert "warning: GST is 10 % at the point of sale, and GST free is 0 %" in shown
    (row,) = encode(rows)
    assert (row["amount"], row["days"], row["currency"]) == ("220.00", 2, "AUD")
    assert row["findings"][0]["code"] == "mapping.rate_differs"
