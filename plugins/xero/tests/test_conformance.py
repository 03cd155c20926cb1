"""The plugin passes the conformance kit, through its entry point and on its own sandbox."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import httpx

from takings.plugin import Chart, Document, Sandbox
from takings.testing import RunningSandbox, StaticConformance, TargetConformance
from takings_xero.notifying import signature


class TestPlugin(StaticConformance):
    component = "xero:accounting"


class Accounting(TargetConformance):
    """The target on its sandbox, without the limits of a minute."""

    component = "xero:accounting"
    as_drafts: ClassVar[Mapping[str, Any]] = {"status": "DRAFT"}
    for_customers: ClassVar[Mapping[str, Any]] = {"house_accounts": "customers"}

    def notification(self, secret: str, organisation: str, document: str) -> tuple[Mapping[str, str], bytes]:
        event = {"resourceId": document, "tenantId": organisation, "eventCategory": "INVOICE", "eventType": "UPDATE"}
        body = json.dumps({"events": [event], "firstEventSequence": 1, "lastEventSequence": 1}).encode()
        return {"x-xero-signature": signature(body, secret), "content-type": "application/json"}, body

    def made_by_hand(self, ready: Mapping[str, Any], chart: Chart, day: date, *, total: Decimal) -> str:
        account = next(one for one in chart.accounts if one.active and one.takes_lines and one.kind == "REVENUE")
        invoice = {
            "Type": "ACCREC",
            "Contact": {"Name": "Somebody"},
            "Date": day.isoformat(),
            "DueDate": day.isoformat(),
            "LineAmountTypes": "Inclusive",
            "Status": "AUTHORISED",
            "LineItems": [
                {"Description": "Takings", "Quantity": 1, "UnitAmount": str(total), "AccountID": account.id}
            ],
        }
        url = f"{ready['control']}/organisations/{chart.organisation}/invoices"
        return str(httpx.post(url, json=invoice).raise_for_status().json()["InvoiceID"])

    def approve(
        self, ready: Mapping[str, Any], document: Document, *, chart: Chart, receipt: Mapping[str, str]
    ) -> bool:
        part, status = ("manualjournals", "POSTED") if document.kind == "journal" else ("invoices", "AUTHORISED")
        url = f"{ready['control']}/organisations/{chart.organisation}/{part}/{receipt['id']}"
        return httpx.post(url, json={"Status": status}).raise_for_status().is_success

    def stand_in(self, sandbox: Sandbox | None, folder: Path) -> AbstractContextManager[Mapping[str, Any]]:
        # The tests make more calls in a minute than Xero allows; limits are tested by a reply that says so.
        assert sandbox
        return RunningSandbox(replace(sandbox, args=(*sandbox.args, "--no-limits")), folder)


class TestInvoicesWithPayments(Accounting):
    settings: ClassVar[Mapping[str, Any]] = {"shape": "payments"}


class TestBalancedInvoices(Accounting):
    settings: ClassVar[Mapping[str, Any]] = {"shape": "balanced"}


class TestDrafts(Accounting):
    settings: ClassVar[Mapping[str, Any]] = {"shape": "balanced", "status": "DRAFT", "grouping": "tax"}


class TestJournals(Accounting):
    settings: ClassVar[Mapping[str, Any]] = {"shape": "journal"}
