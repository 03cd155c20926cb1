"""Which codes of the source a ledger's finding is about, when it names a thing of the ledger."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from tests.support.days import DIMENSIONS, a_day, a_table, entry, line, mapped, tender

from takings.domain.catalogue import DimensionKind
from takings.domain.findings import Finding
from takings.domain.mapping import Choice, MappingTable
from takings.plugin.documents import Found, Standing
from takings.sync.placing import codes_of, placed, placed_found

DAY = mapped(
    a_day(
        line("11.00", "MERCH"), line("22.00"), line("5.00", "BEER", "FRE"), tender("30.00"), tender("8.00", "UBER")
    ),
    a_table(entry("accounts", "MERCH", "201"), entry("tenders", "UBER", "611")),
)


@pytest.mark.parametrize(
    ("kind", "subject", "codes"),
    [
        (DimensionKind.ACCOUNT, "id-201", ("MERCH", "FOOD")),
        (DimensionKind.ACCOUNT, "id-202 id-EXEMPT", ("BEER",)),
        (DimensionKind.TENDER, "id-611", ("CASH", "UBER")),
        (DimensionKind.TENDER, "id-611 Uber", ("UBER",)),
        (DimensionKind.TENDER, "id-611 customers", ("CASH", "UBER")),
        (DimensionKind.TENDER, "Uber", ("UBER",)),
        (DimensionKind.TAX, "id-EXEMPT", ("FRE",)),
        (DimensionKind.ACCOUNT, "id-20", ()),
        (DimensionKind.TENDER, "POS-12", ()),
        (DimensionKind.TENDER, "", ()),
    ],
)
def test_a_finding_names_the_codes_that_go_where_it_says(
    kind: DimensionKind, subject: str, codes: tuple[str, ...]
) -> None:
    assert codes_of(subject, kind, [DAY, DAY]) == codes


def test_of_codes_that_go_to_one_account_those_with_the_rate_in_question_are_named() -> None:
    table = a_table(entry("accounts", "BEER", "201"))
    day = mapped(a_day(line("22.00"), line("5.00", "BEER", "FRE"), tender("27.00")), table)
    assert codes_of("id-201 id-EXEMPT", DimensionKind.ACCOUNT, [day]) == ("BEER",)
    assert codes_of("id-201 id-OTHER", DimensionKind.ACCOUNT, [day]) == ("FOOD", "BEER")


def test_a_code_is_found_by_what_the_source_calls_it_where_it_goes_nowhere_in_the_ledger() -> None:
    table = a_table(entry("tenders", "OPEN", choice=Choice.LEAVE_OPEN))
    day = mapped(a_day(line("11.00", name="Meals"), tender("11.00", "OPEN")), table)
    assert codes_of("Open", DimensionKind.TENDER, [day]) == ("OPEN",)
    assert codes_of("id-611", DimensionKind.TENDER, [day]) == ()
    assert codes_of("Meals", DimensionKind.ACCOUNT, [day]) == ("FOOD",)


def test_a_source_without_tax_codes_has_accounts_to_name_all_the_same() -> None:
    dimensions = [one for one in DIMENSIONS if one.kind is not DimensionKind.TAX]
    table = MappingTable(dimensions, [entry("accounts", "FOOD", "201"), entry("tenders", "CASH", "611")])
    day = mapped(a_day(line("11.00", tax=""), tender("11.00")), table)
    assert codes_of("id-201", DimensionKind.ACCOUNT, [day]) == ("FOOD",)
    assert codes_of("id-201 id-OUTPUT", DimensionKind.ACCOUNT, [day]) == ("FOOD",)


def test_a_finding_leads_to_the_step_of_the_source_and_names_the_codes_there() -> None:
    joint: Any = SimpleNamespace(source_type=SimpleNamespace(dimensions=DIMENSIONS))
    finding = Finding(code="x.y", what="Odd", where="map:tender", subject="id-611")
    found = placed(finding, joint, [DAY])
    assert (found.where, found.subject) == ("map:tenders", "CASH, UBER")
    assert placed(finding, joint).subject == ""


def test_what_a_ledger_says_of_one_that_was_looked_up_names_the_step_of_the_source() -> None:
    joint: Any = SimpleNamespace(source_type=SimpleNamespace(dimensions=DIMENSIONS))
    told = Finding(
        code="l.gone", what="It is gone", why="So it is", do="Map it", where="map:tender", subject="id-611"
    )
    stands = Found(standing=Standing.STANDS, receipt={"id": "7"})
    first, second = placed_found([stands, Found(standing=Standing.VOIDED, findings=(told,))], joint)
    assert first is stands
    assert [(one.code, one.where) for one in second.findings] == [("l.gone", "map:tenders")]
