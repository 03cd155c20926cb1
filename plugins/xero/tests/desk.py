"""What tests do in one organisation of the sandbox: our operations with a change, and calls that we never make."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import msgspec

from takings.plugin import Done, Finding, Operation, Period, Refused
from takings_xero.messages import explain
from takings_xero.options import IntegrationSettings
from takings_xero.shapes import Element

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
LINE = {"Description": "Kitchen", "LineAmount": "110.00", "AccountCode": "201", "TaxType": "OUTPUT"}


class Desk:
    """What the tests do in one organisation."""

    def __init__(self, ledger: Any, build: Any) -> None:
        self.ledger, self.build = ledger, build
        self.control, self.tenant = ledger.sandbox.control, ledger.organisation.id
        first = self._plan()
        self.contact_operation = first.operations[0]
        ledger.execute("contact", first.operations[:1], "contact")
        self.operations = {one.kind: one for one in reversed(self._plan().operations)}
        self._keys = iter(range(10_000))

    def _plan(self) -> Any:
        settings = IntegrationSettings()
        survey = self.ledger.target.survey(OCTOBER, settings)
        return self.ledger.target.plan(self.ledger.mapped(self.build), survey, settings)

    def posts(self, kind: str, **changes: Any) -> list[Finding]:
        """Post one of our operations with some fields changed, through the target."""
        return self.sends(replace(self.operations[kind], payload={**self.operations[kind].payload, **changes}))

    def sends(self, operation: Operation, key: str = "") -> list[Finding]:
        (outcome,) = self.ledger.execute(operation.kind, [operation], key or f"k{next(self._keys)}")
        return list(outcome.findings) if isinstance(outcome, Refused) else []

    def line(self, **changes: Any) -> list[Finding]:
        """Post our invoice with one line, which has some fields changed; None takes one out."""
        line = {name: value for name, value in {**LINE, **changes}.items() if value is not None}
        return self.posts("invoice", LineItems=[line])

    def whole_line(self, **amounts: Any) -> list[Finding]:
        """Ask for our invoice with a line of other amounts than we send."""
        line = {**{name: value for name, value in LINE.items() if name != "LineAmount"}, **amounts}
        return self.asks("PUT", "Invoices", {**self.operations["invoice"].payload, "LineItems": [line]})

    def done(self, kind: str = "invoice", **changes: Any) -> str:
        operation = self.operations[kind]
        operation = replace(operation, payload={**operation.payload, **changes})
        (outcome,) = self.ledger.execute(kind, [operation], f"k{next(self._keys)}")
        assert isinstance(outcome, Done), outcome
        return str(outcome.receipt["id"])

    def asks(self, method: str, path: str, body: Any) -> list[Finding]:
        """Ask the API for what our operations of this kind don't, and read the reply as they are read."""
        reply = self.ledger.context.request(
            method,
            f"{self.ledger.installation.api_url}/{path}?summarizeErrors=false",
            headers={"xero-tenant-id": self.tenant, "Accept": "application/json"},
            content=json.dumps(body).encode(),
        )
        body = json.loads(reply.content)
        listed = body.get("Elements") or [one for value in body.values() if isinstance(value, list) for one in value]
        said = [text for one in listed for text in msgspec.convert(one, Element).messages()]
        said = said or [one["Message"] for element in listed for one in element.get("Warnings", ())]
        return [explain(text, path) for text in said]

    def locks(self, which: str) -> None:
        self.control.change_organisation(self.tenant, {which: "2026-10-31"})

    def account(self, code: str, **changes: Any) -> None:
        self.control.change_account(self.tenant, code, changes)

    def invoice(self, status: str = "AUTHORISED") -> str:
        return self.done(Status=status)

    def paid(self) -> tuple[str, str]:
        """Our invoice with our payment on it: the ids of both."""
        invoice = self.invoice()
        return invoice, self.done("payment", Invoice={"InvoiceID": invoice})

    def note(self, kind: str = "ACCRECCREDIT", amount: str = "110.00") -> str:
        contact = self.operations["invoice"].payload["Contact"]
        body = {"Type": kind, "Contact": contact, "Date": "2026-10-01", "Status": "AUTHORISED"}
        body |= {"LineAmountTypes": "Inclusive", "LineItems": [{**LINE, "LineAmount": amount}]}
        return str(self.ledger.call("PUT", "CreditNotes", body)["CreditNotes"][0]["CreditNoteID"])

    def pays(self, **changes: Any) -> list[Finding]:
        """Post our payment to our invoice, with some fields changed; None takes one out."""
        payload = {**self.operations["payment"].payload, "Invoice": {"InvoiceID": self.invoice()}, **changes}
        left = {name: value for name, value in payload.items() if value is not None}
        return self.sends(replace(self.operations["payment"], payload=left))

    def allocates(self, note: str, invoice: str, amount: str) -> list[Finding]:
        body = {"Allocations": [{"Amount": amount, "Invoice": {"InvoiceID": invoice}, "Date": "2026-10-01"}]}
        return self.asks("PUT", f"CreditNotes/{note}/Allocations", body)
