"""The part of the engine that posts payments of documents once these were approved in the ledger."""

from __future__ import annotations

from takings.domain.money import ZERO
from takings.engine.base import EngineBase
from takings.errors import UsageError
from takings.runner import queue
from takings.runner.port import Runner
from takings.setup.lookup import find_integration
from takings.sync import showing
from takings.sync.approving import Approval, Unpaid, inspect_unpaid, load_unpaid
from takings.sync.joint import ProgressCall, no_progress, open_target
from takings.sync.orders import Confirm, Order
from takings.sync.paying import ask_payments, period_of_documents, ready_of
from takings.sync.repaying import look_anew, with_kept
from takings.sync.running import Sync
from takings.views import IntegrationView, PaymentView, Principal, RunView
from takings.views.paying import UnpaidDocumentView, UnpaidView


class Payments(EngineBase):
    """Payments that wait for the approval of their documents."""

    _runner: Runner | None = None

    def unpaid(self, principal: Principal, ref: str) -> UnpaidView:
        """Show the documents that wait for approval or whose payments do, and ask the ledger which were approved."""
        with self.database.read() as session:
            joint = self._joint(session, principal, ref)
            joint.connected_target  # noqa: B018 - raises when there is none
            found = load_unpaid(session, joint)
        if found:
            target = open_target(self._services, joint)
            anew = look_anew(self._services, joint, target, unpaid=found)
            found = inspect_unpaid(
                self._services, joint, target, unpaid=with_kept(found, anew.kept) if anew else found
            )
        ready = ready_of(found)
        return UnpaidView(
            integration=joint.integration.name,
            organisation=joint.connected_target.name,
            automatic=joint.integration.pay_approved,
            currency=found[0].document.currency if found else "",
            count=len(ready),
            total=sum((one.document.sign * one.total for one in ready), ZERO),
            question=str(ask_payments(joint, ready)) if ready else "",
            documents=tuple(_shown(one) for one in found if one.payments or one.approval is not Approval.READY),
        )

    def post_payments(
        self,
        principal: Principal,
        ref: str,
        *,
        confirm: Confirm = None,
        progress: ProgressCall | None = None,
    ) -> RunView:
        """Post the payments of the documents that were approved; raises ConfirmationNeeded first.

        What was edited or removed in the ledger is told, and its payments are not posted.
        """
        with self.database.read() as session:
            joint = self._joint(session, principal, ref)
            found = load_unpaid(session, joint)
            period = period_of_documents([one.document.day for one in found], joint.today(self.clock.now()))
            order = Order(
                period=period,
                kind="payments",
                confirm=confirm,
                principal=principal.name,
                request_id=principal.request_id,
                pulling=False,
                progress=progress or no_progress,
            )
        row = Sync(self._services, joint.integration.id, order).run()
        with self.database.read() as session:
            return showing.show_run(session, row)

    def request_payments(self, principal: Principal, ref: str, *, confirm: int | None = None) -> RunView:
        """Put that into the queue; it needs the count of `unpaid`, since nobody is there to be asked."""
        if confirm is None:
            raise UsageError("Payments in the queue need the count of documents that is to be confirmed.")
        with self.database.write() as session:
            joint = self._joint(session, principal, ref)
            found = load_unpaid(session, joint)
            period = period_of_documents([one.document.day for one in found], joint.today(self.clock.now()))
            row = queue.enqueue(
                session,
                joint.integration,
                kind="payments",
                trigger="manual",
                principal=principal.name,
                order=queue.encode_order(period, confirm),
                now=self.clock.now(),
            )
            self._audit_run(session, principal, row)
            view, organisation = showing.show_run(session, row), queue.organisation_of(session, row)
        if self._runner is not None:
            self._runner.submit(row.id, organisation)
        return view

    def set_pay_approved(self, principal: Principal, ref: str, automatic: bool) -> IntegrationView:
        """Say whether each sync posts the payments of documents that were approved, or only who asks for it."""
        with self.database.write() as session:
            row = find_integration(session, principal.owner, ref)
            row.pay_approved = automatic
            session.add(row)
            action = "integration.pay_approved" if automatic else "integration.pay_asked"
            self._audit(session, principal, action, row=row)
            session.flush()
            return self._one(session, row)


def _shown(one: Unpaid) -> UnpaidDocumentView:
    document, found = one.document, one.inspection
    return UnpaidDocumentView(
        key=document.key,
        business_date=document.day,
        kind=document.kind,
        number=one.number or document.number or "",
        currency=document.currency,
        total=document.total,
        state=one.approval.value,
        status=found.status if found else "",
        link=found.link if found else "",
        payments=tuple(
            PaymentView(payment_method=payment.label, account=str(payment.account), amount=payment.amount)
            for payment in one.payments
        ),
        findings=(one.finding,) if one.finding else (),
    )
