"""Prints reports: as a page of HTML that a browser prints well, and as CSV that a spreadsheet opens safely."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from takings.domain.money import format_amount, show_amount
from takings.views import spreadsheet
from takings.views.reports import ClearingReport, DaySheet, MonthSummary

Report = DaySheet | MonthSummary | ClearingReport

_TEMPLATES = {DaySheet: "day.html", MonthSummary: "month.html", ClearingReport: "clearing.html"}


def print_html(report: Report) -> str:
    """Return a report as one page, with its style inside, to be printed or kept."""
    return _environment().get_template(_TEMPLATES[type(report)]).render(report=report)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("takings.engine", "sheets"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {"money": show_amount, "plain": lambda text: str(text).replace("_", " ")}
    made.globals |= {"side": _side}
    return made


def _side(amount: Decimal, currency: str) -> tuple[str, str]:
    """Return an amount as debit and credit, one of which is empty."""
    shown = show_amount(abs(amount), currency)
    return (shown, "") if amount >= 0 else ("", shown)


def print_csv(report: Report) -> str:
    """Return a report as rows: a day's lines and payment methods, a month's dates, or an account's moves."""
    if isinstance(report, DaySheet):
        return spreadsheet.write(_DAY, _day_rows(report))
    if isinstance(report, MonthSummary):
        return spreadsheet.write(_MONTH, _month_rows(report))
    return spreadsheet.write(_CLEARING, _clearing_rows(report))


_DAY = ("Business date", "Close", "Kind", "Code", "Name", "Amount", "Recorded", "Account", "Tax")
_MONTH = ("Business date", "State", "Taken", "Posted", "Tax", "Documents", "Waiting for approval")
_CLEARING = ("Account", "Date", "Document", "About", "Amount", "Balance")


def _day_rows(sheet: DaySheet) -> Iterable[tuple[object, ...]]:
    for close in sheet.closes:
        key, currency = (sheet.business_date, close.sequence), sheet.currency
        for line in close.lines:
            amount = format_amount(line.amount, currency)
            yield (*key, line.kind.replace("_", " "), line.code, line.name, amount, "", line.account, line.tax)
        for one in close.tenders:
            counted, recorded = format_amount(one.counted, currency), format_amount(one.recorded, currency)
            yield (*key, "payment method", one.code, one.name, counted, recorded, one.account, "")
    for change in sheet.tax_compared.changes if sheet.tax_compared else ():
        tax, was = (format_amount(amount, sheet.currency) for amount in (change.posted_tax, change.matched_tax))
        about = f"{change.setting}: {change.line}"
        yield (
            sheet.business_date,
            "",
            "tax changed",
            change.document,
            about,
            tax,
            was,
            change.account,
            change.posted,
        )


def _month_rows(month: MonthSummary) -> Iterable[tuple[object, ...]]:
    known = {one.business_date: one for one in month.days}
    for when in sorted({*known, *month.missing}):
        one = known.get(when)
        if one is None:
            yield (when, "missing", "", "", "", "", "")
            continue
        sums = (format_amount(amount, month.currency) for amount in (one.total, one.posted, one.tax))
        waits = format_amount(one.unapproved, month.currency)
        yield (when, one.state.replace("_", " "), *sums, ", ".join(one.numbers), waits)


def _clearing_rows(report: ClearingReport) -> Iterable[tuple[object, ...]]:
    for account in report.accounts:
        yield (
            account.account,
            report.first,
            "",
            "Opening balance",
            "",
            format_amount(account.opening, report.currency),
        )
        for row in account.rows:
            amount, balance = format_amount(row.amount, report.currency), format_amount(row.balance, report.currency)
            yield (account.account, row.business_date, row.document, row.about, amount, balance)
