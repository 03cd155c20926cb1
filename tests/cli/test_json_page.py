"""The page about JSON says what is written: each shape has a table with exactly its fields."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from takings import views
from takings.domain.findings import Finding
from takings.domain.schedule import Schedule
from takings.engine.numbering import PreviewedNumber, UnusedNumber
from takings.views import alerts, checks, history, reports
from takings.views.keys import ApiKeyView
from takings.views.paying import UnpaidDocumentView, UnpaidView

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "reference" / "json.md").read_text()
SHAPES: dict[str, Any] = {
    "Integration": views.IntegrationView,
    "Connection": views.ConnectionView,
    "Mapping": views.MappingView,
    "Suggestion": views.SuggestionView,
    "Preview": views.PreviewView,
    "Document": views.DocumentView,
    "Line": views.LineView,
    "Payment": views.PaymentView,
    "Day": views.DayView,
    "Run": views.RunView,
    "Unpaid": UnpaidView,
    "UnpaidDocument": UnpaidDocumentView,
    "Progress": views.Progress,
    "Intake": views.IntakeView,
    "Result": views.RecordResult,
    "Verify": views.VerifyView,
    "Difference": views.DifferenceView,
    "DifferenceLine": views.DifferenceLineView,
    "Decision": views.DecisionView,
    "Decided": views.DecidedView,
    "UndoPreview": views.UndoPreview,
    "PreviewedNumber": PreviewedNumber,
    "UnusedNumber": UnusedNumber,
    "ApiKey": ApiKeyView,
    "RunDetail": history.RunDetailView,
    "Attempt": history.AttemptView,
    "AuditPage": history.AuditPage,
    "Event": history.AuditView,
    "Deleted": history.DeletedView,
    "Link": history.LinkView,
    "DaySheet": reports.DaySheet,
    "Close": reports.CloseView,
    "MonthSummary": reports.MonthSummary,
    "ClearingReport": reports.ClearingReport,
    "AccountSum": reports.AccountSum,
    "TaxSum": reports.TaxSum,
    "TenderSum": reports.TenderSum,
    "Drift": checks.DriftView,
    "Drifted": checks.DriftedView,
    "Alerts": alerts.AlertsView,
    "Digest": alerts.DigestView,
}


def documented(shape: str) -> list[str]:
    """Return the fields that the page names for a shape, in order."""
    section = PAGE.partition(f"\n## {shape}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)


@pytest.mark.parametrize("shape", SHAPES)
def test_each_view_is_documented_field_by_field(shape: str):
    assert documented(shape) == [one.name for one in fields(SHAPES[shape])]


def test_a_schedule_is_documented_field_by_field():
    assert documented("Schedule") == [*Schedule().as_dict(), "missing_after"]


def test_a_finding_is_documented_field_by_field():
    assert documented("Finding") == list(Finding(code="a.b", what="something").as_dict())
