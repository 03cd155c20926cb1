"""The part of the engine that reports: the sheet of a day, the summary of a month, the clearing accounts."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session

from takings.domain.day import DaySummary, Line
from takings.domain.mapping import LedgerRef
from takings.domain.money import ZERO
from takings.domain.period import Period
from takings.engine.base import EngineBase
from takings.errors import NotFound
from takings.sync import reporting
from takings.sync.drift import drift_of
from takings.sync.in_books import load_dated, load_up_to
from takings.sync.joint import Joint, load_table
from takings.sync.missing import missing_days
from takings.sync.other_months import dated_elsewhere, dated_here, drafts_of, waiting
from takings.sync.overviews import currencies
from takings.sync.posted_places import load_received
from takings.sync.report_days import ReportDay, load_days
from takings.sync.tax_comparing import compare_taxes, stated_tax
from takings.views import Principal
from takings.views.reports import ClearingReport, DaySheet, MonthSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class _Book:
    """What every report is made of."""

    joint: Joint
    clearing: dict[str, LedgerRef]
    days: list[ReportDay]
    usual: str = ""

    @property
    def posted(self) -> list[tuple[DaySummary, list[Line]]]:
        """What was posted of each close that stands in the ledger, and which of its lines."""
        return [(one.was, one.places.posted_lines(one.was)) for one in self.days if one.was is not None]

    @property
    def venue(self) -> str:
        """The venue's name."""
        return self.joint.source_connection.name or self.joint.integration.name

    @property
    def organisation(self) -> str:
        """The ledger's name."""
        connection = self.joint.target_connection
        return connection.name if connection else ""

    @property
    def currency(self) -> str:
        """The currency of the days, or of the venue's other ones; empty where none is known."""
        return self.days[0].day.site.currency if self.days else self.usual


class Reporting(EngineBase):
    """Reports, from what is stored; nobody is asked."""

    def day_sheet(self, principal: Principal, ref: str, day: date) -> DaySheet:
        """Return everything about one trading day; raises NotFound where nothing of it is known."""
        with self.database.read() as session:
            book = self._book(session, principal, ref, period=Period(day, day))
        if not book.days:
            raise NotFound("day", day.isoformat())
        numbered = reporting.documents_of(book.days)
        documents = [document for document, _ in numbered]
        return DaySheet(
            integration=book.joint.integration.name,
            venue=book.venue,
            organisation=book.organisation,
            business_date=day,
            currency=book.currency,
            closes=tuple(reporting.close_view(one) for one in book.days),
            taxes=reporting.tax_sums(documents, book.clearing),
            accounts=reporting.account_sums(documents, book.clearing),
            total=sum((one.day.counted_total for one in book.days), ZERO),
            tax_compared=compare_taxes(numbered, stated_tax(book.posted)),
        )

    def month_summary(self, principal: Principal, ref: str, month: date) -> MonthSummary:
        """Return the summary of the month that `month` lies in."""
        first = month.replace(day=1)
        period = Period(first, first.replace(day=calendar.monthrange(first.year, first.month)[1]))
        with self.database.read() as session:
            book = self._book(session, principal, ref, period=period)
            today = book.joint.today(self.clock.now())
            missing = missing_days(session, book.joint.integration, period, today=today) if first <= today else ()
            dated = [one for one in load_dated(session, book.joint.integration.id, period) if not one.draft]
            drift = drift_of(session, book.joint.integration.id, book.days)
        numbered = reporting.documents_of(book.days)
        documents = [document for document, _ in numbered]
        days = reporting.month_days(book.days)
        taken, posted = sum((one.total for one in days), ZERO), sum((one.posted for one in days), ZERO)
        unapproved = sum((one.unapproved for one in days), ZERO)
        return MonthSummary(
            integration=book.joint.integration.name,
            venue=book.venue,
            organisation=book.organisation,
            month=first,
            currency=book.currency,
            days=days,
            missing=tuple(missing),
            accounts=reporting.account_sums(documents, book.clearing),
            taxes=reporting.tax_sums(documents, book.clearing),
            tenders=reporting.tender_sums(book.days),
            taken=taken,
            posted=posted,
            waiting=taken - posted - unapproved,
            tax=sum((one.tax for one in days), ZERO),
            documents=len(documents),
            tax_compared=compare_taxes(numbered, stated_tax(book.posted)),
            dated_elsewhere=dated_elsewhere(book.days, period),
            dated_here=dated_here(dated, book.days),
            drift=drift,
            unapproved=unapproved,
            drafts=drafts_of(book.days),
        )

    def clearing_report(
        self, principal: Principal, ref: str, period: Period | None = None, *, account: str = ""
    ) -> ClearingReport:
        """Return balances and movements of the accounts that payment methods are received in, or of one of them.

        Documents count at their own dates, as in the ledger: one that adjusts a day at the date of the adjustment.
        `account` is a code, a name or an id; the period is the last 31 days where none is given.
        """
        today = self._today(principal, ref)
        period = period or Period(today - timedelta(days=30), today)
        with self.database.read() as session:
            book = self._book(session, principal, ref, period=period, since_ever=True)
            chosen = _chosen(book.clearing, account)
            documents = load_dated(session, book.joint.integration.id, period)
            since_ever = load_up_to(session, book.joint.integration.id, period.last)
            accounts = reporting.clearing_accounts(since_ever, chosen, first=period.first)
        return ClearingReport(
            integration=book.joint.integration.name,
            venue=book.venue,
            organisation=book.organisation,
            first=period.first,
            last=period.last,
            currency=book.currency or next((one.currency for one in documents), ""),
            accounts=accounts,
            drafts=waiting(documents),
        )

    def _today(self, principal: Principal, ref: str) -> date:
        with self.database.read() as session:
            return self._joint(session, principal, ref).today(self.clock.now())

    def _book(
        self, session: Session, principal: Principal, ref: str, *, period: Period, since_ever: bool = False
    ) -> _Book:
        """Read what reports are made of; accounts that were posted to before the period count with `since_ever`."""
        joint = self._joint(session, principal, ref)
        table, id_ = load_table(session, joint), joint.integration.id
        return _Book(
            joint=joint,
            clearing=load_received(session, id_, table, period=None if since_ever else period),
            days=load_days(session, joint.integration, period, table=table),
            usual=currencies(session, [id_]).get(id_, ""),
        )


def _chosen(clearing: Mapping[str, LedgerRef], account: str) -> dict[str, LedgerRef]:
    """Return the clearing accounts, or the one with this code, name or id; raises NotFound where there is none."""
    wanted = account.casefold()
    chosen = {
        id_: one
        for id_, one in clearing.items()
        if not wanted or wanted in (id_.casefold(), one.code.casefold(), one.name.casefold(), str(one).casefold())
    }
    if account and not chosen:
        raise NotFound("clearing account", account, tuple(str(one) for one in clearing.values()))
    return chosen
