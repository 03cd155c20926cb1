"""How documents will be numbered, in a row of the review: the strategy, and what its next number would be."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session, col, select

from takings.host import PluginHost
from takings.setup.assembly import ADVANCED
from takings.setup.facts import Facts
from takings.store.tables import Day
from takings.sync.numbers import Numberable, NumberBook
from takings.views import SummaryRow


def numbering_row(session: Session, host: PluginHost, facts: Facts) -> SummaryRow:
    """Return the row; the example is for the newest day that is known, or for the day before the setup was begun."""
    integration = facts.joint.integration
    strategy = host.numbering(integration.numbering.get("strategy", "builtin:ledger"))
    newest = session.exec(
        select(Day).where(Day.integration_id == integration.id).order_by(col(Day.business_date).desc()).limit(1)
    ).first()
    day = newest.business_date if newest else facts.joint.today(integration.created_at) - timedelta(days=1)
    subject = Numberable(business_date=day, site=newest.site if newest else "site", source_number="1")
    book = NumberBook(session, host, facts.joint, dates=[day])
    number = book.number_of(f"preview/{day.isoformat()}.1", subject).number
    value = f"{strategy.title}, like {number}" if number else strategy.title
    return SummaryRow(step=ADVANCED, label="Document numbers", value=value)
