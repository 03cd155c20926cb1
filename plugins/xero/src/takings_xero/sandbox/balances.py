"""The trial balance of an organisation, computed from its documents by double entry."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from takings_xero.sandbox import tax
from takings_xero.sandbox.books import Books
from takings_xero.sandbox.documents import CREDIT_NOTE, INVOICE, JOURNAL, PAYMENT, amount
from takings_xero.sandbox.wire import ZERO, Doc

# The sign of a debit to the debtors (or creditors) account when the document is approved.
_SIGNS = {"ACCREC": 1, "ACCRECCREDIT": -1, "ACCPAY": -1, "ACCPAYCREDIT": 1}
_PAYMENT_SIGNS = {"ACCRECPAYMENT": 1, "ARCREDITPAYMENT": -1, "ACCPAYPAYMENT": -1, "APCREDITPAYMENT": 1}


def trial_balance(books: Books) -> dict[str, Any]:
    """Return each account that moved, with debits positive; every sum is a decimal string, the total is 0.00."""
    moved: dict[str, Decimal] = defaultdict(lambda: ZERO)
    standing = "status in ('AUTHORISED', 'PAID')"
    for kind in (INVOICE, CREDIT_NOTE):
        for doc in books.documents.where(kind, standing):
            _document(books, moved, doc)
    for payment in books.documents.where(PAYMENT, "status = 'AUTHORISED'"):
        sign = _PAYMENT_SIGNS[payment["PaymentType"]]
        value = sign * amount(payment, "Amount")
        moved[payment["Account"]["AccountID"]] += value
        moved[_control_account(books, payment["PaymentType"])] -= value
    for journal in books.documents.where(JOURNAL, "status = 'POSTED'"):
        for line in journal["JournalLines"]:
            moved[line["AccountID"]] += tax.net_of_line(line, journal["LineAmountTypes"])
            moved[_system(books, "GST")] += amount(line, "TaxAmount")
    accounts = [
        {
            "AccountID": account["AccountID"],
            "Code": account.get("Code"),
            "Name": account["Name"],
            "Type": account["Type"],
            "balance": f"{moved[account['AccountID']]:.2f}",
        }
        for account in books.accounts
        if moved.get(account["AccountID"])
    ]
    return {"accounts": accounts, "total": f"{sum(moved.values(), ZERO):.2f}"}


def _document(books: Books, moved: dict[str, Decimal], doc: Doc) -> None:
    sign = _SIGNS[doc["Type"]]
    moved[_control_account(books, doc["Type"])] += sign * amount(doc, "Total")
    for line in doc["LineItems"]:
        if "LineAmount" in line and line.get("AccountID"):
            moved[line["AccountID"]] -= sign * tax.net_of_line(line, doc["LineAmountTypes"])
    moved[_system(books, "GST")] -= sign * amount(doc, "TotalTax")


def _control_account(books: Books, sort: str) -> str:
    return _system(books, "CREDITORS" if sort.startswith(("ACCPAY", "AP")) else "DEBTORS")


def _system(books: Books, name: str) -> str:
    account = books.system_account(name)
    assert account is not None
    return str(account["AccountID"])
