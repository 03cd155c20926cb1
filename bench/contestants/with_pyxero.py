"""pyxero: a loop, or lists of fifty; writes XML, keeps no state, ends at the first refusal for the rate."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from bench.contestants.protocol import Figures, Job, NotPossible, Order, serve, timed

BATCH = 50


def prepare(order: Order) -> Job:
    """Import the library and point it at the sandbox."""
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
    took: list[float] = []
    with timed(took):
        from xero import Xero
        from xero.auth import OAuth2Credentials
        from xero.exceptions import XeroBadRequest, XeroExceptionUnknown, XeroRateLimitExceeded
    credentials = OAuth2Credentials(
        order["client_id"], order["client_secret"], token=order["token"], tenant_id=order["tenant"]
    )
    credentials.base_url = order["api_url"].removesuffix("/api.xro/2.0")
    xero = Xero(credentials)
    days = json.loads(Path(order["days_file"]).read_text("utf-8"))
    work = _naive if order["way"] == "naive" else _batched

    def run() -> Figures:
        posted: list[str] = []
        try:
            work(xero, days, posted.append)
        except (XeroBadRequest, XeroExceptionUnknown) as refusal:
            if posted:
                raise
            raise NotPossible("writes XML only") from refusal
        except XeroRateLimitExceeded:
            return {"docs": len(posted), "ended": f"stopped at the rate limit after {len(posted)} days"}
        return {"docs": len(posted)}

    return Job(run=run, import_ms=took[0])


def _naive(xero: Any, days: Sequence[Any], done: Callable[[str], None]) -> None:
    for day in days:
        made = xero.invoices.put(_invoice(day))[0]
        for one in day["payments"]:
            xero.payments.put(_payment(day, one, made["InvoiceID"]))
        done(day["day"])


def _batched(xero: Any, days: Sequence[Any], done: Callable[[str], None]) -> None:
    payments: list[Any] = []
    for start in range(0, len(days), BATCH):
        part = days[start : start + BATCH]
        made = xero.invoices.put([_invoice(day) for day in part], summarize_errors=False)
        for day, invoice in zip(part, made, strict=True):
            payments += [_payment(day, one, invoice["InvoiceID"]) for one in day["payments"]]
            done(day["day"])
    for start in range(0, len(payments), BATCH):
        xero.payments.put(payments[start : start + BATCH], summarize_errors=False)


def _invoice(day: Any) -> dict[str, Any]:
    moment = date.fromisoformat(day["day"])
    return {
        "Type": "ACCREC",
        "Status": "AUTHORISED",
        "Contact": {"Name": "POS sales"},
        "Date": moment,
        "DueDate": moment,
        "LineAmountTypes": "Inclusive",
        "InvoiceNumber": day["number"],
        "Reference": day["reference"],
        "LineItems": [
            {
                "Description": line["description"],
                "Quantity": 1,
                "UnitAmount": line["amount"],
                "AccountCode": line["account"],
                "TaxType": line["tax"],
            }
            for line in day["lines"]
        ],
    }


def _payment(day: Any, payment: Any, invoice_id: str) -> dict[str, Any]:
    return {
        "Invoice": {"InvoiceID": invoice_id},
        "Account": {"Code": payment["account"]},
        "Date": date.fromisoformat(day["day"]),
        "Amount": payment["amount"],
        "Reference": payment["reference"],
    }


if __name__ == "__main__":
    serve(prepare)
