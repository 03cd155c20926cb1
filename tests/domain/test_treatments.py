"""What settings say of kinds of lines: another account, another tax, in place of what the codes are matched to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from tests.support.days import DIMENSIONS, a_day, entry, line, ref, tender

from takings.domain.day import LineKind
from takings.domain.findings import Finding
from takings.domain.mapping import Choice, MappedDay, MappedLine, MappingTable, Treatment, map_day

TIPS = Treatment(tax=ref("OUTPUT"), tax_setting="tips_tax", tax_title="Tax of tips")
OVER = Treatment(account=ref("422"), takes_open=True)
APART = Treatment(account=ref("209"))
USUAL = (
    entry("accounts", "FOOD", "201"), entry("accounts", "TIPS", "807"), entry("tenders", "CASH", "611"),
    entry("taxes", "GST", "OUTPUT"), entry("taxes", "NT", "EXCLUDED"),
)  # fmt: skip


def see(*parts: Any, treatments: Mapping[LineKind, Treatment], entries: Any = USUAL, **more: Any) -> Any:
    return map_day(a_day(*parts, **more), MappingTable(DIMENSIONS, entries, treatments=treatments))


def only(found: MappedDay | tuple[Finding, ...]) -> MappedLine:
    assert isinstance(found, MappedDay), found
    (mapped,) = found.lines
    return mapped


def test_a_line_of_the_kind_gets_the_tax_and_says_which_setting_gave_it() -> None:
    tip = line("5.00", "TIPS", "NT", LineKind.TIP)
    mapped = only(see(tip, tender("5.00"), treatments={LineKind.TIP: TIPS}))
    assert (mapped.account, mapped.tax, mapped.tax_code) == (ref("807"), ref("OUTPUT"), "NT")
    assert (mapped.retaxed_by, mapped.matched_tax) == ("Tax of tips", ref("EXCLUDED"))


@pytest.mark.parametrize("kind", [one for one in LineKind if one is not LineKind.TIP])
def test_no_other_kind_is_touched(kind: LineKind) -> None:
    mapped = only(see(line("5.00", "TIPS", "NT", kind), tender("5.00"), treatments={LineKind.TIP: TIPS}))
    assert (mapped.tax, mapped.retaxed_by, mapped.matched_tax) == (ref("EXCLUDED"), "", None)


def test_the_rate_that_it_has_anyway_is_no_change() -> None:
    mapped = only(see(line("5.00", "TIPS", "GST", LineKind.TIP), tender("5.00"), treatments={LineKind.TIP: TIPS}))
    assert (mapped.tax, mapped.retaxed_by) == (ref("OUTPUT"), "")


def test_a_line_without_a_tax_code_takes_the_rate_of_the_setting() -> None:
    mapped = only(see(line("5.00", "TIPS", "", LineKind.TIP), tender("5.00"), treatments={LineKind.TIP: TIPS}))
    assert (mapped.tax, mapped.retaxed_by, mapped.matched_tax) == (ref("OUTPUT"), "Tax of tips", None)


def test_a_venue_without_tax_gets_none_by_a_setting() -> None:
    tip = line("5.00", "TIPS", "NT", LineKind.TIP)
    mapped = only(see(tip, tender("5.00"), treatments={LineKind.TIP: TIPS}, charges_tax=False))
    assert (mapped.tax, mapped.retaxed_by) == (None, "")


def test_a_day_without_tax_in_its_prices_is_held_where_a_setting_would_change_it() -> None:
    tip = line("5.00", "TIPS", "NT", LineKind.TIP)
    (finding,) = see(tip, tender("5.00"), treatments={LineKind.TIP: TIPS}, prices_include_tax=False)
    assert (finding.code, finding.where, finding.subject) == ("mapping.retaxed_on_top", "tips_tax", "tips_tax")
    assert "'Tax of tips' would change it" in finding.what
    same = line("5.00", "TIPS", "GST", LineKind.TIP)
    assert only(see(same, tender("5.00"), treatments={LineKind.TIP: TIPS}, prices_include_tax=False))


@pytest.mark.parametrize("code", ["TIPS", "NEW", ""])
def test_an_account_for_differences_takes_them_matched_or_not(code: str) -> None:
    short = line("-5.00", code, "", LineKind.VARIANCE)
    mapped = only(see(short, tender("-5.00"), treatments={LineKind.VARIANCE: OVER}))
    assert (mapped.account, mapped.tax) == (ref("422"), None)


def test_what_is_not_to_be_posted_stays_out_whatever_a_setting_says() -> None:
    short = line("-5.00", "LOST", "NT", LineKind.VARIANCE)
    entries = (*USUAL, entry("accounts", "LOST", choice=Choice.DO_NOT_POST))
    (finding,) = see(short, tender("-5.00"), treatments={LineKind.VARIANCE: OVER}, entries=entries)
    assert finding.code == "mapping.left_out_does_not_cancel"


def test_an_account_for_discounts_takes_those_of_matched_sales_only() -> None:
    parts = (line("-5.00", kind=LineKind.DISCOUNT), tender("-5.00"))
    assert only(see(*parts, treatments={LineKind.DISCOUNT: APART})).account == ref("209")
    new = (line("-5.00", "NEW", kind=LineKind.DISCOUNT), tender("-5.00"))
    (finding,) = see(*new, treatments={LineKind.DISCOUNT: APART})
    assert (finding.code, finding.subject) == ("mapping.open", "NEW")
