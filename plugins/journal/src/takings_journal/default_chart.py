"""The chart that a new journal begins with: an Australian hospitality venue's, ready for its first month."""

from __future__ import annotations

from takings_journal.syntax import quote

_HEAD = """\
;; -*- mode: beancount; coding: utf-8 -*-
;; The accounts and tax rates that takings can post to. takings wrote this file once; from now on it is yours.
;; A new account is a new `open`. `name` is what people see, `tax` the rate of lines that bring none,
;; `role` what kind of line the account is for.

"""

_TAXES = """\
;; Tax rates: id, name, per cent, and the account that takes the tax.
2000-01-01 custom "tax" "GST" "GST on sales" 10 Liabilities:GST
2000-01-01 custom "tax" "GST-FREE" "GST free sales" 0
2000-01-01 custom "tax" "NONE" "No tax" 0

;; Nothing is posted on or before such a date:
;; 2026-07-01 custom "locked" 2026-06-30
"""

# account, name, tax, role
_ACCOUNTS = (
    ("Income:Sales:Food", "Food sales", "GST", ""),
    ("Income:Sales:Beverage", "Beverage sales", "GST", ""),
    ("Income:Sales:Merchandise", "Merchandise sales", "GST", ""),
    ("Income:Sales:Other", "Other sales", "GST", ""),
    ("Income:Surcharges", "Surcharges", "GST", "surcharge"),
    ("Expenses:CashRounding", "Cash rounding", "NONE", "rounding"),
    ("Expenses:TillVariance", "Till over and short", "NONE", "variance"),
    ("Expenses:PettyCash", "Petty cash expenses", "NONE", "paid_out"),
    ("Assets:Clearing:Cash", "Cash clearing", "NONE", ""),
    ("Assets:Clearing:EFTPOS", "EFTPOS and card clearing", "NONE", ""),
    ("Assets:Clearing:AMEX", "American Express clearing", "NONE", ""),
    ("Assets:Clearing:Delivery", "Delivery clearing (Uber Eats, DoorDash, Menulog)", "NONE", ""),
    ("Assets:CashFloat", "Cash float", "NONE", "cash_in"),
    ("Assets:HouseAccounts", "House accounts", "NONE", "account_payment"),
    ("Assets:Receivable", "Left open, collected elsewhere", "NONE", ""),
    ("Liabilities:GiftVouchers", "Gift vouchers", "NONE", "voucher_sold"),
    ("Liabilities:Tips", "Tips owed to staff", "NONE", "tip"),
    ("Liabilities:Deposits", "Function deposits", "NONE", "deposit"),
    ("Liabilities:GST", "GST collected", "", ""),
    ("Equity:Opening-Balances", "Opening balances", "", ""),
)


def default_chart(journal: str) -> str:
    """Return the text of a new journal's chart file."""
    opened = []
    for account, name, tax, role in _ACCOUNTS:
        opened.append(f"2000-01-01 open {account}\n  name: {quote(name)}\n")
        opened += [f"  {key}: {quote(value)}\n" for key, value in (("tax", tax), ("role", role)) if value]
    title = f'option "title" {quote("Takings" if journal == "takings" else f"Takings: {journal}")}\n\n'
    owner = f';; The journal that this chart is for.\n2000-01-01 custom "journal" {quote(journal)}\n\n'
    return _HEAD + title + owner + _TAXES + "\n" + "".join(opened)
