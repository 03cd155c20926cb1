"""What a target is given to take a posted unit back: what was done for it, and what an undo was refused before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from takings.domain.findings import Finding
from takings.domain.identity import operation_key
from takings.plugin.documents import Document

#: How the kinds in the keys of operations begin that take something back.
UNDO = "undo_"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedOperation:
    """An operation that stands in the ledger: what was sent, references replaced, and the receipt that came."""

    key: str
    kind: str
    payload: Mapping[str, Any]
    receipt: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedUnit:
    """A unit as it was posted; `dated` is for what has to be made anew, like a document that reverses another one.

    `operations` are in the order in which they were planned. `refused` has what the ledger said of operations of an
    undo that it refused before, by their keys: another way may be left.

    Example::

        from datetime import date

        from takings.plugin import Operation, PostedOperation, PostedUnit

        posted = PostedUnit(
            key="till:eod/1/2026-11-22.1/g1",
            generation=1,
            operations=(
                PostedOperation(
                    key="till:eod/1/2026-11-22.1/g1/entry.1", kind="entry", payload={}, receipt={"id": "7"}
                ),
            ),
            documents=(),
            dated=date(2026, 11, 25),
        )
        removal = Operation(
            key=posted.operation_key("removal"), kind="removal", payload={"id": posted.operations[0].receipt["id"]}
        )
        assert removal.key == "till:eod/1/2026-11-22.1/g1/undo_removal.1"
    """

    key: str
    generation: int
    operations: tuple[PostedOperation, ...]
    documents: tuple[Document, ...]
    dated: date
    refused: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)

    def operation_key(self, kind: str, number: int = 1) -> str:
        """Return the key of the n-th operation of a kind of an undo; the kind begins with `undo_`."""
        return operation_key(self.key, kind if kind.startswith(UNDO) else UNDO + kind, number)
