"""Payments that the ledger refused after their document was approved: said at the end of a run, and in alerts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select
from sqlmodel import Session, col

from takings.domain.findings import Finding
from takings.domain.period import Period
from takings.store.journal import OperationRow, UnitRow
from takings.store.query import columns
from takings.store.states import OperationState, Purpose, UnitState
from takings.store.tables import Connection, Integration
from takings.sync.joint import Joint

#: How many documents' days a sentence names.
_NAMED = 5


def refused_payments(*wanted: Any) -> Select[Any]:
    """Return the query for what is wanted of refused payments of posted documents, of all integrations.

    It goes from each integration to what its organisation refused, which is little.
    """
    query: Select[Any] = (
        columns(*wanted)
        .select_from(Integration)
        .join(Connection, col(Connection.id) == Integration.target_connection_id)
        .join(
            OperationRow,
            (col(OperationRow.organisation) == col(Connection.component) + "/" + col(Connection.organisation))
            & (col(OperationRow.state) == OperationState.REFUSED.value)
            & (col(OperationRow.purpose) == Purpose.PAY.value),
        )
        .join(UnitRow, (col(UnitRow.id) == OperationRow.unit_id) & (col(UnitRow.integration_id) == Integration.id))
        .where(col(UnitRow.state) == UnitState.POSTED.value)
        .order_by(col(UnitRow.first), col(UnitRow.id), col(OperationRow.id))
    )
    return query


def tell_refused(session: Session, joint: Joint) -> list[Finding]:
    """Say how many payments the ledger refused, of which days, and what it said of the first."""
    query = refused_payments(UnitRow.first, UnitRow.last, OperationRow.findings)
    found = session.execute(query.where(col(Integration.id) == joint.integration.id)).all()
    if not found:
        return []
    days = list(dict.fromkeys(str(Period(first, last)) for first, last, _ in found))
    more = f" and {len(days) - _NAMED} more" if len(days) > _NAMED else ""
    told = found[0].findings[0] if found[0].findings else {}
    return [
        Finding(
            code="payments.refused",
            what=f"The ledger refused {len(found)} payment{'' if len(found) == 1 else 's'} for "
            f"{', '.join(days[:_NAMED])}{more}",
            why=told.get("what") or "It gave no reason",
            do=f"{told.get('do') or 'Mend what it names'}. Or map the payment method to another account: it is "
            "planned anew then. The next sync tries again, or offers the payments again",
            where="day",
            verbatim=told.get("verbatim", ""),
            subject=days[0] if len(days) == 1 else "",
        )
    ]
