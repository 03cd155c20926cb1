"""Which documents are drafts and so move nothing yet: kept with them from what the ledger says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from takings.plugin.documents import Document, Inspection, Standing
from takings.store.journal import OperationRow, UnitRow
from takings.store.query import ask, chunks, columns, fields
from takings.store.states import UnitState
from takings.sync.joint import Joint, Services

_UNIT = fields(UnitRow)
_UNAPPROVED = columns(_UNIT.id).where(
    _UNIT.integration_id == bindparam("of"),
    _UNIT.unapproved.is_(True),
    _UNIT.organisation == bindparam("organisation"),
    _UNIT.state.in_((UnitState.POSTED.value, UnitState.PARTLY.value)),
)


def unapproved_units(session: Session, joint: Joint) -> set[int]:
    """Return the units that have a draft in the ledger."""
    return set(ask(session, _UNAPPROVED, of=joint.integration.id, organisation=joint.organisation).scalars())


def keep_approvals(services: Services, joint: Joint, inspected: Iterable[tuple[Document, Inspection]]) -> None:
    """Keep of documents that were approved since that they are drafts no longer, and of others that they are."""
    drafts = {
        document.key: not found.payable
        for document, found in inspected
        if found.standing is Standing.STANDS and found.payable is document.draft
    }
    if not drafts:
        return
    with services.database.write() as session:
        for keys in chunks(drafts):
            _mark(session, joint, {key: drafts[key] for key in keys})


def _mark(session: Session, joint: Joint, drafts: Mapping[str, bool]) -> None:
    named = columns(OperationRow.unit_id).where(
        OperationRow.organisation == joint.organisation, col(OperationRow.key).in_(drafts)
    )
    # Locked, since an undo may write to the same documents: the list of drafts is read beside a run.
    for unit in session.exec(select(UnitRow).where(col(UnitRow.id).in_(named)).with_for_update()):
        unit.documents = [_marked(one, drafts.get(one["key"])) for one in unit.documents]
        unit.unapproved = any(one.get("draft") for one in unit.documents)
        session.add(unit)
    session.flush()


def _marked(stored: dict[str, Any], draft: bool | None) -> dict[str, Any]:
    if draft is None:
        return stored
    kept = {name: value for name, value in stored.items() if name != "draft"}
    return {**kept, "draft": True} if draft else kept
