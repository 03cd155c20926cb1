"""Finds an owner's integration by id or name; nobody sees another owner's."""

from __future__ import annotations

from sqlmodel import Session, col, or_, select

from takings.errors import NotFound
from takings.store.tables import Integration


def find_integration(session: Session, owner: str, ref: str) -> Integration:
    """Return the integration with this id or name; raises NotFound with the names there are."""
    found = session.exec(
        select(Integration).where(Integration.owner == owner, or_(Integration.id == ref, Integration.name == ref))
    ).first()
    if found is None:
        names = session.exec(
            select(Integration.name).where(Integration.owner == owner).order_by(col(Integration.name)).limit(20)
        ).all()
        raise NotFound("integration", ref, tuple(names))
    return found
