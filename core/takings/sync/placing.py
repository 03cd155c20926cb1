"""Names where a ledger's findings are mended: mapping steps are the source's, which a ledger plugin can't know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from takings.domain.findings import Finding
from takings.plugin.documents import Outcome, Refused
from takings.sync.joint import Joint


def placed(finding: Finding, joint: Joint) -> Finding:
    """Name the mapping step by the source's dimension where a ledger plugin could only name its kind."""
    for dimension in joint.source_type.dimensions:
        if finding.where == f"map:{dimension.kind.value}":
            return replace(finding, where=f"map:{dimension.key}")
    return finding


def placed_outcomes(outcomes: Sequence[Outcome], joint: Joint) -> tuple[Outcome, ...]:
    """Name the steps in what was refused."""
    return tuple(
        Refused(findings=tuple(placed(finding, joint) for finding in one.findings))
        if isinstance(one, Refused)
        else one
        for one in outcomes
    )
