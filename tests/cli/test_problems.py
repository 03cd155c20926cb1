"""How findings are told: where they help, and once where several days have the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from takings.cli.output import several
from takings.cli.problems import say_days, say_days_in_short, say_held, where
from takings.cli.showing import counts, days_table
from takings.domain.findings import Finding
from takings.views import DayView

OPEN = Finding(
    code="mapping.open",
    what="Payment methods: DIDI is not mapped",
    why="On a day it stands for 1.00",
    do="Map it",
    where="map:payment_methods",
    subject="DIDI",
)


def day(number: int, *findings: Finding) -> DayView:
    return DayView(
        business_date=date(2026, 10, number),
        sequence=1,
        revision=1,
        state="held",
        currency="AUD",
        total=Decimal(1),
        number="",
        findings=findings,
    )


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("day", ""),
        ("verify", ""),
        ("map", ""),
        ("client_id", ""),
        ("map:payment_methods", "With: takings map set anchor payment_methods DIDI ACCOUNT"),
        ("map:tax_codes", "With: takings map set anchor tax_codes DIDI RATE"),
        ("line 3, column 4", "Where: line 3, column 4."),
        ("$.format", "Where: $.format."),
        ("main.journal:12", "Where: main.journal:12."),
    ],
)
def test_a_place_is_told_where_it_helps(place: str, said: str):
    assert where(replace(OPEN, where=place), "anchor") == said


def test_a_code_that_no_command_is_known_for_has_no_place():
    assert where(OPEN) == ""


@pytest.mark.parametrize(
    ("code", "subject", "said"),
    [
        ("run.waits_for_confirmation", "2026-10-01", "takings sync anchor --from 2026-10-01 --to 2026-10-01"),
        (
            "run.waits_for_confirmation",
            "2026-10-01 to 2026-10-07",
            "takings sync anchor --from 2026-10-01 --to 2026-10-07",
        ),
        ("run.waits_for_confirmation", "", "takings sync anchor"),
        ("payments.ready", "pos:eod/1/2026-10-01.1/g1/invoice.1", "takings payments anchor"),
        ("unit.waits_for_missing", "2026-10-01 to 2026-10-07", "takings integrations set anchor --closed DATE"),
    ],
)
def test_what_a_command_mends_is_told_with_it(code: str, subject: str, said: str):
    finding = replace(OPEN, code=code, where="day", subject=subject)
    assert where(finding, "anchor") == f"With: {said}"
    assert where(finding) == ""


def test_several_codes_are_named_behind_the_command():
    said = "With: takings map set anchor payment_methods CODE ACCOUNT, for DIDI, UBER"
    assert where(replace(OPEN, subject="DIDI, UBER"), "anchor") == said
    assert where(replace(OPEN, subject=""), "anchor") == ""


def test_what_concerns_many_days_is_told_once(capsys: pytest.CaptureFixture[str]):
    days = [day(number, OPEN) for number in range(1, 31)]
    say_days_in_short(days, "anchor")
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "30 days, 2026-10-01 to 2026-10-30:",
        "  Payment methods: DIDI is not mapped. Map it. With: takings map set anchor payment_methods DIDI ACCOUNT",
    ]
    say_days(days, "anchor")
    assert capsys.readouterr().out.count("DIDI is not mapped") == 30


def test_of_a_code_that_says_something_else_each_day_some_are_told(capsys: pytest.CaptureFixture[str]):
    say_days_in_short([day(n, Finding(code="tax.differs", what=f"{n} cents differ")) for n in range(1, 21)], "anchor")
    out = capsys.readouterr().out
    assert "2026-10-05:\n  5 cents differ." in out
    assert "2026-10-06" not in out
    assert out.endswith("… and 15 more of tax.differs. All of them: takings days anchor --verbose\n")


def test_what_one_day_has_stands_below_its_name(capsys: pytest.CaptureFixture[str]):
    say_days_in_short([day(1), day(2, OPEN)], "anchor")
    assert capsys.readouterr().out.startswith("2026-10-02:\n  Payment methods: DIDI is not mapped. On a day")


def test_each_line_has_the_codes_of_its_findings(capsys: pytest.CaptureFixture[str]):
    days_table([day(1), day(2, OPEN, replace(OPEN, subject="ZIP"))])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("Findings")
    assert lines[2].endswith("mapping.open ×2")
    days_table([day(1)])
    assert "Findings" not in capsys.readouterr().out


def test_one_of_a_thing_has_no_plural():
    assert (several(1, "document"), several(0, "document")) == ("1 document", "0 documents")
    assert counts({"documents": 1, "payments": 7, "held": 1, "new": 0}) == "1 document, 7 payments, 1 held"


def test_what_holds_many_days_is_told_once_with_how_many_they_are(capsys: pytest.CaptureFixture[str]):
    other = Finding(code="tax.differs", what="The tax differs by 1.00")
    held = [day(n, replace(OPEN, why=f"On a day it stands for {n}.00")) for n in range(1, 28)]
    say_held([*held, day(28, OPEN, other), day(29, other)], "anchor")
    assert capsys.readouterr().out.splitlines() == [
        "Held: 28 days, 2026-10-01 to 2026-10-28. Nothing of them is posted.",
        "  Payment methods: DIDI is not mapped. Map it. With: takings map set anchor payment_methods DIDI ACCOUNT",
        "Held: 2 days, 2026-10-28 to 2026-10-29. Nothing of them is posted.",
        "  The tax differs by 1.00.",
    ]
    say_held(held[:2], "anchor", whole=True)
    assert capsys.readouterr().out.count("Held: 2026-10-0") == 2


def test_a_day_that_stands_in_part_is_not_told_as_held(capsys: pytest.CaptureFixture[str]):
    partly = [replace(day(n, OPEN), state="partly") for n in (2, 3, 4)]
    say_held([partly[0], day(5, OPEN)], "anchor")
    said = [one for one in capsys.readouterr().out.splitlines() if not one.startswith("  Payment methods: DIDI")]
    assert said == [
        "Held: 2026-10-05. Nothing of it is posted.",
        "Posted in part: 2026-10-02. What stands of it stays.",
    ]
    say_held(partly, "anchor")
    assert capsys.readouterr().out.splitlines()[0] == (
        "Posted in part: 3 days, 2026-10-02 to 2026-10-04. What stands of them stays."
    )


def test_what_holds_one_day_is_told_below_its_name(capsys: pytest.CaptureFixture[str]):
    other = Finding(code="tax.differs", what="The tax differs by 1.00", why="It was changed by hand")
    say_held([day(1, other), day(2, replace(other, what="The tax differs by 2.00")), day(3)], "anchor")
    assert capsys.readouterr().out.splitlines() == [
        "Held: 2026-10-01. Nothing of it is posted.",
        "  The tax differs by 1.00. It was changed by hand.",
        "Held: 2026-10-02. Nothing of it is posted.",
        "  The tax differs by 2.00. It was changed by hand.",
        "Held: 2026-10-03. Nothing of it is posted.",
    ]
