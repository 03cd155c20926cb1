"""The plugin is found by its entry point, and its chart's roles are suggested."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from takings import PluginHost
from takings.plugin import DimensionKind, MappingRow, SourceCode
from takings_journal.suggesting import suggest


def test_it_loads_without_a_remark() -> None:
    record = PluginHost.load().record("journal")
    assert (record.state.value, record.warnings) == ("loaded", ())
    assert {one.id for one in record.components} == {"journal:beancount", "journal:roles"}


def test_an_account_is_suggested_for_the_role_that_its_chart_gives_it(journal: Any) -> None:
    chart = journal.target.chart()
    row = MappingRow(code=SourceCode(dimension="accounts", code="T", role="tip"), kind=DimensionKind.ACCOUNT)
    assert [one.ref.id for one in suggest(row, chart)] == ["Liabilities:Tips"]
    assert suggest(replace(row, kind=DimensionKind.TENDER), chart) == ()
    assert suggest(replace(row, code=replace(row.code, role="")), chart) == ()
