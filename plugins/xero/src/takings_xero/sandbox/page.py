"""A page for people: organisations, invoices with their payments, account balances. No script, strict policy."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template

from takings_xero.sandbox import dates
from takings_xero.sandbox.control import Control
from takings_xero.sandbox.problems import NotFound
from takings_xero.sandbox.wire import Doc
from takings_xero.sandbox.world import World

_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"
HEADERS = {
    "Content-Security-Policy": f"{_POLICY}; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
# The consent form's answer leads to the app's own address, which browsers check against form-action.
CONSENT_HEADERS = HEADERS | {"Content-Security-Policy": f"{_POLICY}; form-action *"}
MOST_SHOWN = 200


def blueprint(world: World, control: Control) -> Blueprint:
    """Return the routes of the page."""
    routes = Blueprint("page", __name__)

    def shown(template: str, **values: Any) -> Response:
        return Response(render_template(template, **values), headers=HEADERS)

    @routes.get("/")
    def start() -> Any:
        return redirect("/sandbox/ui")

    @routes.get("/sandbox/ui")
    def overview() -> Response:
        rows = [one | control.overview(one["tenant"]) for one in control.organisations()]
        return shown("overview.html", organisations=rows, counters=world.counters.snapshot(), state=control.state())

    @routes.get("/sandbox/ui/<tenant>")
    def organisation(tenant: str) -> Response:
        try:
            documents = control.dump(tenant)
        except NotFound:
            abort(404)
        invoices = [_row(doc) for doc in reversed(documents["Invoices"])][:MOST_SHOWN]
        notes = [_row(doc) for doc in reversed(documents["CreditNotes"])][:MOST_SHOWN]
        return shown(
            "organisation.html",
            organisation=documents["Organisations"][0],
            invoices=invoices,
            notes=notes,
            count=len(documents["Invoices"]),
            balances=control.balances(tenant),
            accounts={one["AccountID"]: one["Name"] for one in documents["Accounts"]},
            payments={one["PaymentID"]: one["Account"] for one in documents["Payments"]},
        )

    @routes.get("/sandbox/style.css")
    def style() -> Response:
        return Response(render_template("style.css"), content_type="text/css; charset=utf-8")

    return routes


def _row(doc: Doc) -> dict[str, Any]:
    return {
        "number": doc.get("InvoiceNumber") or doc.get("CreditNoteNumber") or "",
        "reference": doc.get("Reference", ""),
        "day": dates.read_day(doc["Date"]).isoformat(),
        "contact": doc["Contact"]["Name"],
        "status": doc["Status"],
        "total": _money(doc["Total"]),
        "left": _money(doc.get("AmountDue", doc.get("RemainingCredit", 0))),
        "lines": [one | {"amount": _money(one.get("LineAmount"))} for one in doc["LineItems"]],
        "payments": [
            one | {"day": dates.read_day(one["Date"]).isoformat(), "amount": _money(one["Amount"])}
            for one in doc["Payments"]
        ],
    }


def _money(value: object) -> str:
    return "" if value is None else f"{Decimal(str(value)):,.2f}"
