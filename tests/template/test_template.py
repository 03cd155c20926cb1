"""The template is a real plugin: it loads, keeps to the contract, and its project is complete."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from takings.domain.mapping import MappingTable, map_day
from takings.host import PluginHost, suggest
from takings.plugin import (
    Chart,
    DaySummary,
    DimensionKind,
    LedgerAccount,
    LedgerTax,
    MappedDay,
    MappingEntry,
    MappingRow,
    Survey,
    Unit,
)


def test_it_loads_without_a_remark(host: PluginHost) -> None:
    record = host.record("example")
    assert record.is_loaded
    assert record.warnings == ()
    components = ["example:till", "example:paper", "example:shelves", "example:by_shop"]
    assert [one.id for one in record.components] == components


def test_source_and_target_have_a_flow_in_common(host: PluginHost) -> None:
    source, target = host.source("till"), host.target("paper")
    assert {one.key for one in source.flows} & {one.key for one in target.flows}


def sources(template: Path) -> list[Path]:
    return sorted((template / "src").rglob("*.py"))


def test_it_imports_nothing_of_the_core_but_the_contract(template: Path) -> None:
    for path in sources(template):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [one.name for one in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                assert name.split(".")[0] != "takings" or name == "takings.plugin", (path, name)


def test_its_sandbox_needs_the_standard_library_only(template: Path) -> None:
    for path in (template / "src" / "takings_example" / "sandbox").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                top = (node.module or "").split(".")[0]
                assert top in {*sys.stdlib_module_names, "takings_example"}, (path, top)


def test_loading_it_opens_no_client_and_no_server(template: Path) -> None:
    code = (
        "import sys, takings_example.plugin as p; p.takings_sources(); p.takings_targets();"
        "bad = {'httpx', 'http.server', 'takings_example.ledger_target'} & set(sys.modules);"
        "sys.exit(str(bad) if bad else 0)"
    )
    path = {"PYTHONPATH": str(template / "src")}
    done = subprocess.run([sys.executable, "-c", code], env=path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_its_project_file_has_both_bounds_and_the_entry_point(template: Path) -> None:
    project: dict[str, Any] = tomllib.loads((template / "pyproject.toml").read_text())["project"]
    assert project["dependencies"] == ["takings>=0.1,<0.2"]
    assert project["entry-points"]["takings.plugins"] == {"example": "takings_example.plugin"}
    for needed in ("README.md", "CHANGELOG.md", "src/takings_example/py.typed", "tests/conftest.py"):
        assert (template / needed).exists()


def test_every_module_of_it_is_small_and_says_what_it_is_for(template: Path) -> None:
    for path in sources(template):
        text = path.read_text()
        assert ast.get_docstring(ast.parse(text)), path
        assert len(text.splitlines()) <= 220, path


CHART = Chart(
    organisation="paper-1",
    organisation_name="Books",
    currency="AUD",
    accounts=(
        LedgerAccount(id="cash", code="1", name="Cash clearing", takes_payments=True, takes_lines=False),
        LedgerAccount(id="card", code="2", name="Card clearing", takes_payments=True, takes_lines=False),
        LedgerAccount(id="coffee", code="3", name="Coffee sales"),
        LedgerAccount(id="food", code="4", name="Food sales"),
    ),
    taxes=(LedgerTax(id="GST", name="GST", rate=10), LedgerTax(id="FREE", name="GST free", rate=0)),  # type: ignore[arg-type]
)


@pytest.fixture
def table(host: PluginHost) -> MappingTable:
    """The table that an owner gets who takes the first suggestion for every code."""
    from takings_example.sandbox.days import codes

    source = host.source("till")
    catalogue = source.reader.read_file(codes().encode(), "codes").catalogue
    builtin = PluginHost.load(allow=set())
    kinds: dict[str, DimensionKind] = {one.key: one.kind for one in source.dimensions}
    assert catalogue
    entries = []
    for code in catalogue.codes:
        best = suggest(builtin, MappingRow(code=code, kind=kinds[code.dimension]), CHART, target="example:paper")
        entries.append(MappingEntry(dimension=code.dimension, code=code.code, ref=best[0].ref))
    return MappingTable(source.dimensions, entries)


def test_a_day_goes_all_the_way_from_a_file_to_a_plan(host: PluginHost, table: MappingTable) -> None:
    from datetime import date

    from takings_example.sandbox.days import line

    reader, target = host.source("till").reader, host.target("paper")
    (record,) = reader.read_file(line(date(2026, 10, 5)).encode(), "day").records
    day = reader.parse(record)
    assert isinstance(day, DaySummary)
    mapped = map_day(day, table)
    assert isinstance(mapped, MappedDay)
    opened = target.open(target.installation(), None, "paper-1", None)  # type: ignore[arg-type]
    unit = Unit(key="example:till/corner-1/2026-10-05.1/g1", generation=1, number="S1", days=(mapped,))
    plan = opened.plan(unit, Survey(chart=CHART), target.integration())
    assert plan.findings == ()
    assert sum(one.amount for one in plan.movements) == 0
    assert {operation.kind for operation in plan.operations} <= {kind.key for kind in target.kinds}
