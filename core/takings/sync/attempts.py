"""Reads the calls that were made to the ledger: for a unit's operations, or for a run."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence

from sqlalchemy import String, cast, func, or_
from sqlmodel import Session, col, select

from takings.connect.redaction import Secrets
from takings.store.journal import CallRow, OperationRow
from takings.store.query import chunks, columns, fields
from takings.views.history import AttemptView

#: How much of a call's body is shown, in characters.
BODY_SHOWN = 100_000

#: How many calls are shown at most.
SHOWN = 200

_CALL = fields(CallRow)
_IDS_AT_ONCE = 50

#: A call's operations as text in which each id stands between commas: 5 is not found in 15 or 52.
_LIST = func.replace(func.replace(cast(_CALL.operations, String), "[", ","), "]", ",", type_=String)


def load_attempts(session: Session, organisation: str, operations: Sequence[OperationRow]) -> tuple[AttemptView, ...]:
    """Read the last calls that carried one of these operations, the first first.

    The journal keeps a call's operations as a list of ids. Bodies, which may be large, are read of those only that
    are shown.
    """
    ids = [one.id for one in operations if one.id is not None]
    found: set[int] = set()
    for some in chunks(ids, _IDS_AT_ONCE):
        carried = or_(*(_LIST.contains(f",{id_},") for id_ in some))
        newest = columns(_CALL.id).where(_CALL.organisation == organisation, carried).order_by(_CALL.id.desc())
        found |= set(session.execute(newest.limit(SHOWN)).scalars())
    rows = session.exec(select(CallRow).where(col(CallRow.id).in_(sorted(found)[-SHOWN:])).order_by(col(CallRow.id)))
    return tuple(show_attempt(row, with_body=True) for row in rows)


def load_run_attempts(session: Session, run_id: str) -> tuple[AttemptView, ...]:
    """Read the calls of a run, the first first."""
    rows = session.exec(select(CallRow).where(CallRow.run_id == run_id).order_by(col(CallRow.id)).limit(SHOWN))
    return tuple(show_attempt(row, with_body=False) for row in rows)


def show_attempt(row: CallRow, *, with_body: bool) -> AttemptView:
    """Build the view of a call; the end of its idempotency key serves as a reference to quote."""
    assert row.id is not None
    return AttemptView(
        id=row.id,
        kind=row.kind,
        state=row.state,
        operations=len(row.operations),
        times_sent=row.times_sent,
        sent_at=row.first_sent_at,
        answered_at=row.answered_at,
        answer=Secrets().hide(row.answer),
        run=row.run_id,
        reference=f"{row.id}-{row.key[-8:]}",
        body=_readable(row.body) if with_body else "",
    )


def _readable(body: bytes) -> str:
    text = body.decode("utf-8", "replace")
    with contextlib.suppress(ValueError):
        text = json.dumps(json.loads(text), ensure_ascii=False, indent=1)
    return "\n".join(map(Secrets().hide, text[:BODY_SHOWN].splitlines()))
