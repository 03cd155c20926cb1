"""What is asked often, or kept for each run, stays small however long an integration has been running."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import select
from tests.sync.rows import NOW, Rows, opened

from takings.plugin.targets import Chart, StandingDocument, Survey
from takings.store.journal import CallRow, OperationRow
from takings.store.tables import Run
from takings.sync.attempts import SHOWN, load_attempts
from takings.sync.concerns import load_concerns
from takings.sync.encoding import summarise_survey
from takings.sync.surveys import KEPT, keep_survey


@pytest.fixture
def rows() -> Iterator[Rows]:
    with opened() as found:
        yield found


def run(rows: Rows, name: str, ago: float, state: str = "failed", **values: Any) -> str:
    """Keep a run that began so many days ago."""
    row = Run(
        **{
            "id": name, "integration_id": "int_1", "owner": "local", "trigger": "schedule", "principal": "schedule",
            "state": state, "started_at": NOW - timedelta(days=ago), "findings": [{"code": "run.x", "what": name}],
        } | values
    )  # fmt: skip
    rows.session.add(row)
    rows.session.flush()
    return name


def failed(rows: Rows) -> list[str]:
    rows.integration.state = "active"
    rows.session.flush()
    return [one.what for one in load_concerns(rows.session, NOW).get("local", []) if one.sort == "failed"]


def test_the_last_run_of_a_kind_is_told_of_where_it_failed(rows: Rows) -> None:
    run(rows, "first", 3)
    run(rows, "second", 2)
    assert failed(rows) == ["The last sync failed: second"]
    run(rows, "checked", 1, "done", kind="verify")
    run(rows, "waits", 0, "queued")
    run(rows, "taken back", 0, "cancelled")
    assert failed(rows) == ["The last sync failed: second"], "no other run of its kind went well"
    run(rows, "went well", 0.5, "problems")
    assert failed(rows) == []


def test_of_each_kind_one_failure_is_told_and_none_that_is_long_ago(rows: Rows) -> None:
    run(rows, "long ago", 36, kind="undo")
    run(rows, "killed", 2, "interrupted")
    run(rows, "check", 1, kind="verify")
    run(rows, "shown only", 1, kind="preview")
    assert sorted(failed(rows)) == [
        "The last check of the ledger failed: check",
        "The last sync did not finish: killed",
    ]


def test_concerns_read_no_run_that_went_well(rows: Rows) -> None:
    plans: list[str] = []

    def explain(connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "run.findings" in statement and "LIKE" not in statement and not statement.startswith("EXPLAIN"):
            found = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            plans.extend(row[-1] for row in found)

    bound = rows.session.get_bind()
    event.listen(bound, "before_cursor_execute", explain)
    failed(rows)
    event.remove(bound, "before_cursor_execute", explain)
    on_runs = [one for one in plans if " run" in one]
    assert on_runs
    assert not [one for one in on_runs if one.startswith("SCAN")], plans


def call(rows: Rows, *operations: int, organisation: str = "fake:ledger/1", body: bytes = b"{}") -> None:
    rows.session.add(
        CallRow(
            owner="local", organisation=organisation, run_id="r", kind="invoice", key=f"{operations}-{organisation}",
            operations=list(operations), body=body, state="done", first_sent_at=NOW,
        )
    )  # fmt: skip
    rows.session.flush()


def test_the_calls_of_an_operation_are_those_with_its_id_and_no_other(rows: Rows) -> None:
    for some in ((5,), (15,), (52,), (4, 5), (5, 6), (4, 5, 6), (51, 15, 55)):
        call(rows, *some)
    call(rows, 5, organisation="fake:ledger/2")
    wanted: Any = [OperationRow(id=5, owner="local", organisation="", key="", kind="", state="")]
    found = load_attempts(rows.session, "fake:ledger/1", wanted)
    assert [one.id for one in found] == [1, 4, 5, 6]
    assert load_attempts(rows.session, "fake:ledger/1", []) == ()


def test_of_many_calls_the_last_are_shown(rows: Rows) -> None:
    wanted: list[Any] = []
    for id_ in range(1, SHOWN + 61):
        call(rows, id_)
        wanted.append(OperationRow(id=id_, owner="local", organisation="", key="", kind="", state=""))
    found = load_attempts(rows.session, "fake:ledger/1", wanted)
    assert [one.id for one in found] == list(range(61, SHOWN + 61))


def a_survey() -> Survey:
    chart = Chart(organisation="1", organisation_name="Pub", accounts=(), taxes=(), currency="AUD")
    standing = StandingDocument(
        id="i-1", number="INV-7", key="k/invoice.1", day=date(2026, 10, 1), total=Decimal("11.00"), status="PAID"
    )
    return Survey(chart=chart, locked_through=date(2026, 6, 30), documents=(standing, standing))


def test_documents_are_kept_of_the_newest_surveys_only(rows: Rows) -> None:
    for n in range(KEPT + 5):
        keep_survey(rows.session, run(rows, f"r{n:02}", 90 - n, "done"), a_survey())
    kept = rows.session.exec(select(Run).order_by(Run.id)).all()
    told = [one.survey or {} for one in kept]
    assert [len(one["documents"]) for one in told] == [0] * 5 + [2] * KEPT
    assert {(one["count"], one["locked_through"]) for one in told} == {(2, "2026-06-30")}


def test_what_an_older_database_kept_of_all_surveys_is_let_go_within_some_nights(rows: Rows) -> None:
    for n in range(70):
        run(rows, f"old{n:02}", 300 - n, "done", survey=summarise_survey(a_survey()))
    for n in range(4):
        keep_survey(rows.session, run(rows, f"new{n}", 90 - n, "done"), a_survey())
        run(rows, f"preview{n}", 90 - n, "done", kind="preview", survey={"documents": 7})
    told = {one.id: (one.survey or {})["documents"] for one in rows.session.exec(select(Run))}
    full = [name for name, documents in told.items() if documents not in ([], 7)]
    assert sorted(full) == [*(f"new{n}" for n in range(4)), *(f"old{n}" for n in range(64, 70))]
    assert rows.session.get_one(Run, "old00").survey == summarise_survey(a_survey()) | {"documents": [], "count": 2}
