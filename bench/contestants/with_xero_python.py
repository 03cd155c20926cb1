"""xero-python (Xero's own SDK): a loop as its documentation shows, or lists of fifty; keeps no state.

Below the SDK, urllib3 waits out a 429 to a PUT by itself. `create_payment` is a POST, so there the SDK raises, and
the documentation's loop ends; here it waits as long as the reply says and goes on, as anybody would write next.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from bench.contestants.protocol import Figures, Job, Order, serve, timed

BATCH = 50


def prepare(order: Order) -> Job:
    """Import the SDK and point it at the sandbox."""
    took: list[float] = []
    with timed(took):
        from xero_python import accounting
        from xero_python.api_client import ApiClient
        from xero_python.api_client.configuration import Configuration
        from xero_python.api_client.oauth2 import OAuth2Token
    token = order["token"]
    client = ApiClient(
        Configuration(oauth2_token=OAuth2Token(client_id=order["client_id"], client_secret=order["client_secret"])),
        oauth2_token_getter=lambda: token,
        oauth2_token_saver=lambda changed: None,
    )
    api = accounting.AccountingApi(client)
    api.base_url = order["api_url"]
    days = json.loads(Path(order["days_file"]).read_text("utf-8"))
    work: Callable[..., Figures] = _naive if order["way"] == "naive" else _batched
    return Job(run=lambda: work(accounting, api, order["tenant"], days), import_ms=took[0])


def _naive(sdk: Any, api: Any, tenant: str, days: Sequence[Any]) -> Figures:
    raised_on: list[str] = []
    for day in days:
        body = sdk.Invoices(invoices=[_invoice(sdk, day)])
        made = api.create_invoices(tenant, invoices=body).invoices[0]
        for one in day["payments"]:
            payment = _payment(sdk, day, one, made.invoice_id)
            if not _patiently(lambda sent=payment: api.create_payment(tenant, payment=sent)):
                raised_on.append(day["day"])
    first = [day["day"] for day in days].index(raised_on[0]) if raised_on else None
    return {"docs": len(days), "raised": len(raised_on), "first_raised_after_days": first}


def _patiently(work: Callable[[], object]) -> bool:
    """Call, and wait out refusals for the rate; returns whether there was none."""
    from xero_python.exceptions import RateLimitException

    for attempt in range(5):
        try:
            work()
        except RateLimitException as refusal:
            time.sleep(float(refusal.http_resp.urllib3_response.headers.get("Retry-After", 1)))
        else:
            return attempt == 0
    raise RuntimeError("refused five times for the rate")


def _batched(sdk: Any, api: Any, tenant: str, days: Sequence[Any]) -> Figures:
    payments: list[Any] = []
    for start in range(0, len(days), BATCH):
        part = days[start : start + BATCH]
        body = sdk.Invoices(invoices=[_invoice(sdk, day) for day in part])
        made = api.create_invoices(tenant, invoices=body, summarize_errors=False).invoices
        for day, invoice in zip(part, made, strict=True):
            payments += [_payment(sdk, day, one, invoice.invoice_id) for one in day["payments"]]
    for start in range(0, len(payments), BATCH):
        body = sdk.Payments(payments=payments[start : start + BATCH])
        api.create_payments(tenant, payments=body, summarize_errors=False)
    return {"docs": len(days)}


def _invoice(sdk: Any, day: Any) -> Any:
    return sdk.Invoice(
        type="ACCREC",
        status="AUTHORISED",
        contact=sdk.Contact(name="POS sales"),
        date=date.fromisoformat(day["day"]),
        due_date=date.fromisoformat(day["day"]),
        line_amount_types=sdk.LineAmountTypes.INCLUSIVE,
        invoice_number=day["number"],
        reference=day["reference"],
        line_items=[
            sdk.LineItem(
                description=line["description"],
                quantity=1.0,
                unit_amount=line["amount"],
                account_code=line["account"],
                tax_type=line["tax"],
            )
            for line in day["lines"]
        ],
    )


def _payment(sdk: Any, day: Any, payment: Any, invoice_id: str) -> Any:
    return sdk.Payment(
        invoice=sdk.Invoice(invoice_id=invoice_id),
        account=sdk.Account(code=payment["account"]),
        date=date.fromisoformat(day["day"]),
        amount=payment["amount"],
        reference=payment["reference"],
    )


if __name__ == "__main__":
    serve(prepare)
