"""The review: a start date before the ledger's lock date, and how documents will be numbered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tests.setup.conftest import NAME, MakeSetup, Setup

from takings.plugin import Chart
from takings.testing import FakeSource, FakeTarget
from takings.views import LOCAL, ReviewStepView, StepView


class LockedTarget(FakeTarget):
    """A ledger whose books are closed through October."""

    def chart(self) -> Chart:
        return replace(super().chart(), locked_through=date(2026, 10, 31))


def review_of(step: StepView) -> ReviewStepView:
    assert step.review is not None
    return step.review


def test_a_start_date_in_a_locked_time_is_told_at_the_start_date_and_stands_not_in_the_way(make_setup: MakeSetup):
    setup = make_setup(FakeSource().declaration(), LockedTarget().declaration())
    setup.answer_all()
    for start, codes in (("2026-10-31", ["setup.start_locked"]), ("2026-11-01", [])):
        warnings = review_of(setup.answer("review", "show", start_date=start).step).warnings
        assert [one.code for one in warnings if one.where == "start_date"] == codes
    (told,) = [
        one
        for one in review_of(
            setup.answer("review", "show", start_date="2026-10-02", at="half past two").step
        ).warnings
        if one.where == "start_date"
    ]
    assert "locked through 2026-10-31, and the start date is 2026-10-02" in told.what
    assert "Begin on 2026-11-01 or later" in told.do
    assert setup.answer("review", "save", start_date="2026-10-31").saved


def test_the_review_names_the_numbering_with_an_example(setup: Setup):
    def told() -> str:
        (row,) = [one for one in review_of(setup.step("review")).summary if one.label == "Document numbers"]
        assert row.step == "advanced.target"
        return row.value

    assert "like" not in told()
    setup.answer_all()
    setup.engine.configure(LOCAL, NAME, numbering="builtin:dated", numbering_settings={"prefix": "ANC-"})
    assert told().endswith(", like ANC-26110400")
