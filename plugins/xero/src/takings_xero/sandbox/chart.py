"""The chart of accounts of a seeded organisation: Xero's Australian default, and what a hospitality venue adds."""

from __future__ import annotations

import uuid
from typing import Any

CLASS_OF_TYPE = {
    "BANK": "ASSET",
    "CURRENT": "ASSET",
    "FIXED": "ASSET",
    "INVENTORY": "ASSET",
    "NONCURRENT": "ASSET",
    "PREPAYMENT": "ASSET",
    "CURRLIAB": "LIABILITY",
    "LIABILITY": "LIABILITY",
    "TERMLIAB": "LIABILITY",
    "EQUITY": "EQUITY",
    "DEPRECIATN": "EXPENSE",
    "DIRECTCOSTS": "EXPENSE",
    "EXPENSE": "EXPENSE",
    "OVERHEADS": "EXPENSE",
    "OTHERINCOME": "REVENUE",
    "REVENUE": "REVENUE",
    "SALES": "REVENUE",
}

# Payroll accounts (477, 478, 804, 825, 826) have types of their own at Xero, which the official SDK's list of
# types does not know and refuses to read; they are plain expenses and liabilities here.
# code, name, type, default tax, system account, payments enabled
_DEFAULT = """
200|Sales|REVENUE|OUTPUT
260|Other Revenue|REVENUE|OUTPUT
270|Interest Income|REVENUE|EXEMPTOUTPUT
310|Cost of Goods Sold|DIRECTCOSTS|INPUT
400|Advertising|EXPENSE|INPUT
404|Bank Fees|EXPENSE|EXEMPTEXPENSES
408|Cleaning|EXPENSE|INPUT
412|Consulting & Accounting|EXPENSE|INPUT
416|Depreciation|DEPRECIATN|BASEXCLUDED
420|Entertainment|EXPENSE|INPUT
429|General Expenses|EXPENSE|INPUT
433|Insurance|EXPENSE|INPUT
437|Interest Expense|EXPENSE|EXEMPTEXPENSES
441|Legal expenses|EXPENSE|INPUT
445|Light, Power, Heating|EXPENSE|INPUT
449|Motor Vehicle Expenses|EXPENSE|INPUT
453|Office Expenses|EXPENSE|INPUT
461|Printing & Stationery|EXPENSE|INPUT
469|Rent|EXPENSE|INPUT
473|Repairs and Maintenance|EXPENSE|INPUT
477|Wages and Salaries|EXPENSE|BASEXCLUDED
478|Superannuation|EXPENSE|BASEXCLUDED
485|Subscriptions|EXPENSE|INPUT
489|Telephone & Internet|EXPENSE|INPUT
493|Travel - National|EXPENSE|INPUT
494|Travel - International|EXPENSE|EXEMPTEXPENSES
497|Bank Revaluations|EXPENSE|BASEXCLUDED|BANKCURRENCYGAIN
498|Unrealised Currency Gains|EXPENSE|BASEXCLUDED|UNREALISEDCURRENCYGAIN
499|Realised Currency Gains|EXPENSE|BASEXCLUDED|REALISEDCURRENCYGAIN
505|Income Tax Expense|EXPENSE|BASEXCLUDED
610|Accounts Receivable|CURRENT|BASEXCLUDED|DEBTORS
620|Prepayments|CURRENT|BASEXCLUDED
630|Inventory|CURRENT|BASEXCLUDED
710|Office Equipment|FIXED|CAPEXINPUT
711|Less Accumulated Depreciation on Office Equipment|FIXED|BASEXCLUDED
720|Computer Equipment|FIXED|CAPEXINPUT
721|Less Accumulated Depreciation on Computer Equipment|FIXED|BASEXCLUDED
800|Accounts Payable|CURRLIAB|BASEXCLUDED|CREDITORS
801|Unpaid Expense Claims|CURRLIAB|BASEXCLUDED|UNPAIDEXPCLM
804|Wages Payable|CURRLIAB|BASEXCLUDED|WAGEPAYABLES
820|GST|CURRLIAB|BASEXCLUDED|GST
825|PAYG Withholdings Payable|CURRLIAB|BASEXCLUDED
826|Superannuation Payable|CURRLIAB|BASEXCLUDED
830|Income Tax Payable|CURRLIAB|BASEXCLUDED
840|Historical Adjustment|CURRLIAB|BASEXCLUDED|HISTORICAL
850|Suspense|CURRLIAB|BASEXCLUDED
860|Rounding|CURRLIAB|BASEXCLUDED|ROUNDING
877|Tracking Transfers|CURRLIAB|BASEXCLUDED|TRACKINGTRANSFERS
880|Owner A Drawings|EQUITY|BASEXCLUDED
881|Owner A Funds Introduced|EQUITY|BASEXCLUDED
900|Loan|NONCURRENT|BASEXCLUDED
960|Retained Earnings|EQUITY|BASEXCLUDED|RETAINEDEARNINGS
970|Owner A Share Capital|EQUITY|BASEXCLUDED
|Business Bank Account|BANK|BASEXCLUDED
"""

_VENUE = """
201|Food Sales|REVENUE|OUTPUT
202|Beverage Sales|REVENUE|OUTPUT
203|Merchandise Sales|REVENUE|OUTPUT
204|GST Free Sales|REVENUE|EXEMPTOUTPUT
205|Surcharge Income|REVENUE|OUTPUT
206|Discounts Given|REVENUE|OUTPUT
422|Till Over/Short|EXPENSE|BASEXCLUDED||pay
421|Petty Cash Expenses|EXPENSE|INPUT
611|Cash Clearing|CURRENT|BASEXCLUDED||pay
612|EFTPOS Clearing|CURRENT|BASEXCLUDED||pay
613|AMEX Clearing|CURRENT|BASEXCLUDED||pay
614|Uber Eats Clearing|CURRENT|BASEXCLUDED||pay
615|House Accounts|CURRENT|BASEXCLUDED||pay
616|Petty Cash|CURRENT|BASEXCLUDED||pay
617|Other Tenders Clearing|CURRENT|BASEXCLUDED||pay
806|Gift Vouchers|CURRLIAB|BASEXCLUDED||pay
807|Tips Payable|CURRLIAB|BASEXCLUDED||pay
808|Function Deposits|CURRLIAB|BASEXCLUDED||pay
"""


def account(tenant: str, **fields: Any) -> dict[str, Any]:
    """Return an account in Xero's shape; the id follows from organisation, code and name."""
    seed = f"{tenant}/account/{fields.get('Code') or ''}/{fields['Name']}"
    made: dict[str, Any] = {
        "AccountID": str(uuid.uuid5(uuid.NAMESPACE_URL, seed)),
        "Status": "ACTIVE",
        "Class": CLASS_OF_TYPE[fields["Type"]],
        "EnablePaymentsToAccount": False,
        "ShowInExpenseClaims": False,
        "HasAttachments": False,
        "AddToWatchlist": False,
    }
    if fields["Type"] == "BANK":
        made |= {"BankAccountNumber": "062000123456789", "BankAccountType": "BANK", "CurrencyCode": "AUD"}
    return made | {key: value for key, value in fields.items() if value is not None and value != ""}


def australian_chart(tenant: str) -> list[dict[str, Any]]:
    """Return the accounts of a new Australian hospitality organisation."""
    rows = [[*line.split("|"), "", ""] for line in (_DEFAULT + _VENUE).strip().splitlines() if line]
    return [
        account(
            tenant,
            Code=code,
            Name=name,
            Type=kind,
            TaxType=tax,
            SystemAccount=rest[0],
            EnablePaymentsToAccount=rest[1] == "pay",
        )
        for code, name, kind, tax, *rest in rows
    ]
