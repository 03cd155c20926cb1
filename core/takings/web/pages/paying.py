"""Payments that wait until their documents are approved in the ledger: which, and posting those that are ready."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from takings.errors import NotFound, TakingsError
from takings.views.paying import UnpaidView
from takings.web.call import Call, Page
from takings.web.errors import problem_of


def show(call: Call) -> Response:
    """Show drafts and documents whose payments wait; the ledger is asked which were approved."""
    return _page(call, {})


def post(call: Call) -> Response:
    """Put the payments into the queue, where the number of documents was typed that the page showed."""
    view = call.engine.integration(call.principal, call.ref)
    typed, shown = call.text("typed"), call.text("count")
    if typed != shown or not (typed.isascii() and typed.isdigit()) or len(typed) > 9:
        return _page(call, {"typed": "Type the number of documents whose payments are to be posted."})
    run = call.engine.request_payments(call.principal, view.id, confirm=int(typed))
    return call.go("run", ref=call.ref, run=run.id)


def _page(call: Call, wrong: dict[str, str]) -> Response:
    integration = call.engine.integration(call.principal, call.ref)
    unpaid: UnpaidView | None = None
    status, problem = 422 if wrong else 200, ""
    try:
        if integration.target is not None:
            unpaid = call.engine.unpaid(call.principal, call.ref)
    except NotFound:
        raise
    except TakingsError as error:  # not connected, or the ledger does not answer
        told = problem_of(error)
        problem, status = told.text, told.status
    values: dict[str, Any] = {"view": integration, "unpaid": unpaid, "wrong": wrong, "problem": problem}
    return call.page("payments.html", values, status=status)


PAGES = (Page(path="/i/{ref}/payments", name="payments", get=show, post=post, act="sync"),)
