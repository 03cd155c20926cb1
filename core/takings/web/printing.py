"""Answers with a report as a file: CSV for a spreadsheet, or one page with its style inside that prints by itself."""

from __future__ import annotations

import base64
import hashlib
import re

from starlette.responses import Response

from takings.engine.printing import Report, print_csv, print_html
from takings.views.reports import ClearingReport, DaySheet, MonthSummary

CSV, HTML = "text/csv", "text/html"

_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def as_csv(report: Report) -> Response:
    """Answer with a report as a file for a spreadsheet."""
    headers = {"content-disposition": f'attachment; filename="{name_of(report)}.csv"'}
    return Response(print_csv(report), media_type=f"{CSV}; charset=utf-8", headers=headers)


def as_html(report: Report) -> Response:
    """Answer with a report as a page to print or keep; only its own style may be applied to it, and nothing run."""
    text = print_html(report)
    styles = " ".join(f"'sha256-{_digest(one)}'" for one in _STYLE.findall(text))
    policy = f"default-src 'none'; style-src {styles}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    headers = {
        "content-security-policy": policy,
        "content-disposition": f'inline; filename="{name_of(report)}.html"',
    }
    return Response(text, media_type=f"{HTML}; charset=utf-8", headers=headers)


def name_of(report: Report) -> str:
    """Return what a report's file is called, in letters that every system takes."""
    match report:
        case DaySheet():
            what = f"day-{report.business_date}"
        case MonthSummary():
            what = f"month-{report.month:%Y-%m}"
        case ClearingReport():
            what = f"clearing-{report.first}-{report.last}"
    safe = re.sub(r"[^A-Za-z0-9-]+", "-", report.integration).strip("-")
    return f"{safe or 'integration'}-{what}"


def _digest(style: str) -> str:
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
