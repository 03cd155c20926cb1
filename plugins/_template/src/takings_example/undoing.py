"""How a posted unit is taken back in Paper Ledger: its sheet is voided, and the payments on it go with it. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from takings.plugin import Finding, Inspection, Operation, Plan, PostedUnit, Standing, Survey


def plan_undo(posted: PostedUnit, inspections: Mapping[str, Inspection], survey: Survey) -> Plan:
    """Void the sheet that stands: Paper Ledger voids its payments with it. In closed books nothing can be voided."""
    sheet = next((one for one in posted.operations if one.kind == "sheet"), None)
    found = inspections.get(sheet.key) if sheet else None
    if sheet is None or found is None or found.standing is not Standing.STANDS:
        return Plan()
    locked = survey.locked_through
    if locked and found.day and found.day <= locked:
        return Plan(
            findings=(
                Finding(
                    code="example.undo_locked",
                    what=f"{found.number} can't be voided",
                    why=f"The books are closed up to {locked}",
                    do="Open the books, then undo again",
                    where="ledger",
                    subject=posted.key,
                ),
            )
        )
    key = posted.operation_key("void")
    payload = {"key": key, "sheet": sheet.receipt["id"]}
    return Plan(operations=(Operation(key=key, kind="void", payload=payload, removes=(sheet.key,)),))
