"""Level target: documents that are left to be approved, and their payments, on the ledger's stand-in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from takings.plugin import Capability, Chart, Document, Done, Plan, Standing
from takings.testing.base import needs
from takings.testing.target_base import TargetBase
from takings.testing.target_bench import TargetBench, resolved


class TargetDrafts(TargetBase):
    """The tests of a target that can leave documents as drafts; `as_drafts` are the settings under which it does."""

    as_drafts: ClassVar[Mapping[str, Any]] = {}

    def approve(
        self, ready: Mapping[str, Any], document: Document, *, chart: Chart, receipt: Mapping[str, str]
    ) -> bool:
        """Have the stand-in approve a draft, for targets with `Capability.DRAFTS`; False where it can't."""
        return False

    def test_only_payments_of_drafts_wait(self, bench: TargetBench) -> None:
        """What `waits` is a payment on a `draft`, and there are none of these without `Capability.DRAFTS`."""
        plan = bench.plan()
        drafts = [one for one in plan.documents if one.draft]
        payments = {payment.key for one in drafts for payment in one.payments}
        strange = [one.kind for one in plan.operations if one.waits and one.key not in payments]
        assert not strange, f"the {strange[0]} waits, and is no payment on a draft"
        declared = Capability.DRAFTS in bench.declaration.capabilities
        assert declared or not drafts, "a document is a draft, and Capability.DRAFTS is not declared"

    def test_drafts_are_told_and_their_payments_wait(self, bench: TargetBench) -> None:
        """With the settings `as_drafts` each document says that it is a `draft`, and each payment `waits`."""
        plan = self._drafting(bench).plan()
        told = [one.kind for one in plan.documents if not one.draft]
        assert not told, f"the {told[0]} is to be approved first, and the plan does not say so by `draft`"
        payments = {payment.key for one in plan.documents for payment in one.payments}
        sent = [one.kind for one in plan.operations if one.key in payments and not one.waits]
        assert not sent, f"the {sent[0]} is sent before its document is approved: it has to wait"

    def test_a_draft_is_payable_once_it_is_approved(self, bench: TargetBench) -> None:
        """A draft is not `payable` until somebody approves it; then its payments are taken, and read back."""
        drafting = self._drafting(bench)
        plan = drafting.plan()
        receipts = drafting.post(_of(plan, waits=False))
        document = plan.documents[0]
        found = drafting.inspected(receipts, document.key)
        assert found.standing is Standing.STANDS, f"a draft stands, and inspect says that it is {found.standing}"
        assert not found.payable, "it is a draft, and inspect says that it takes payments"
        approved = self.approve(
            drafting.ready, document, chart=drafting.chart, receipt=receipts.get(document.key, {})
        )
        needs(approved, "approve() approves nothing: give it to have this tested")
        assert drafting.inspected(receipts, document.key).payable, "it was approved, and inspect says that it was not"
        for operation in _of(plan, waits=True).operations:
            (outcome,) = drafting.execute(drafting.call(resolved(operation, receipts)))
            assert isinstance(outcome, Done), f"the document was approved, and its {operation.kind} is not done"
        there, planned = (
            sorted(one.amount for one in side.payments)
            for side in (drafting.inspected(receipts, document.key), document)
        )
        assert there == planned, f"payments: inspect says {there}, and {planned} was planned"

    def _drafting(self, bench: TargetBench) -> TargetBench:
        """Return the bench with the settings that make drafts."""
        needs(Capability.DRAFTS in bench.declaration.capabilities, "Capability.DRAFTS is not declared")
        needs(self.as_drafts, "as_drafts is empty: name the settings under which documents are drafts")
        given = {**self.settings, **self.as_drafts}
        return replace(bench, settings=bench.declaration.integration.model_validate(given))


def _of(plan: Plan, *, waits: bool) -> Plan:
    return replace(plan, operations=tuple(one for one in plan.operations if one.waits is waits))
