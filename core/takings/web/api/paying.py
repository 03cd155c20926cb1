"""Payments that wait until their documents are approved in the ledger: shown, posted, and posted by themselves."""

from __future__ import annotations

from takings.errors import ConfirmationNeeded, NotFound
from takings.views import IntegrationView, RunView
from takings.views.paying import UnpaidView
from takings.web.api.book_bodies import PostPayments, SetPayments
from takings.web.api.operation import Ask, Operation
from takings.web.api.shapes import Refusal, Unconfirmed


def show_payments(ask: Ask) -> UnpaidView:
    """Show drafts and documents whose payments wait, and ask the ledger which of them were approved."""
    return ask.engine.unpaid(ask.principal, ask.ref)


def post_payments(ask: Ask, body: PostPayments) -> RunView:
    """Put the payments of approved documents into the queue once their count is confirmed. The same twice is one."""
    waiting = ask.engine.unpaid(ask.principal, ask.ref)
    if not waiting.count:
        raise NotFound("approved document whose payments wait in", waiting.integration)
    if waiting.count != body.confirm:
        raise ConfirmationNeeded(waiting.count, waiting.question, given=body.confirm)
    return ask.engine.request_payments(ask.principal, ask.ref, confirm=waiting.count)


def set_payments(ask: Ask, body: SetPayments) -> IntegrationView:
    """Say whether each sync posts the payments of documents that were approved, or only who asks for it."""
    return ask.engine.set_pay_approved(ask.principal, ask.ref, body.automatic)


_PAYMENTS = "/integrations/{ref}/payments"
OPERATIONS = (
    Operation(method="GET", path=_PAYMENTS, answer=show_payments),
    Operation(
        method="POST",
        path=_PAYMENTS,
        answer=post_payments,
        status=202,
        act="sync",
        further={409: Unconfirmed | Refusal},
    ),
    Operation(method="PUT", path=_PAYMENTS, answer=set_payments, act="configure"),
)
