"""The Australian tax rates that a new organisation has."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

# tax type, name, rate, report type, where it can be applied: Assets Equity eXpenses Liabilities Revenue
_RATES = (
    ("OUTPUT", "GST on Income", "10", "OUTPUT", "AELR"),
    ("INPUT", "GST on Expenses", "10", "INPUT", "AEXL"),
    ("EXEMPTOUTPUT", "GST Free Income", "0", "EXEMPTOUTPUT", "AELR"),
    ("EXEMPTEXPENSES", "GST Free Expenses", "0", "EXEMPTEXPENSES", "AEXL"),
    ("EXEMPTEXPORT", "GST Free Exports", "0", "EXEMPTEXPORT", "AELR"),
    ("BASEXCLUDED", "BAS Excluded", "0", "BASEXCLUDED", "AEXLR"),
    ("INPUTTAXED", "Input Taxed", "0", "INPUTTAXED", "AEXLR"),
    ("CAPEXINPUT", "GST on Capital", "10", "CAPEXINPUT", "AEXL"),
    ("EXEMPTCAPITAL", "GST Free Capital", "0", "EXEMPTCAPITAL", "AEXL"),
    ("GSTONIMPORTS", "GST on Imports", "0", "GSTONIMPORTS", "AEXL"),
    ("GSTONCAPIMPORTS", "GST on Capital Imports", "0", "GSTONCAPIMPORTS", "AEXL"),
)

_FLAGS = {
    "A": "CanApplyToAssets",
    "E": "CanApplyToEquity",
    "X": "CanApplyToExpenses",
    "L": "CanApplyToLiabilities",
    "R": "CanApplyToRevenue",
}

CLASS_FLAG = {
    "ASSET": "CanApplyToAssets",
    "EQUITY": "CanApplyToEquity",
    "EXPENSE": "CanApplyToExpenses",
    "LIABILITY": "CanApplyToLiabilities",
    "REVENUE": "CanApplyToRevenue",
}


def tax_rate(*, tax_type: str, name: str, rate: Decimal, report: str, where: str) -> dict[str, Any]:
    """Return a rate in Xero's shape; `where` holds the letters of the account classes it can be used on."""
    return {
        "Name": name,
        "TaxType": tax_type,
        "ReportTaxType": report,
        **{flag: letter in where for letter, flag in _FLAGS.items()},
        "DisplayTaxRate": rate,
        "EffectiveRate": rate,
        "Status": "ACTIVE",
        "TaxComponents": [{"Name": "GST", "Rate": rate, "IsCompound": False, "IsNonRecoverable": False}],
    }


def australian_rates() -> list[dict[str, Any]]:
    """Return the default rates of an Australian organisation."""
    return [
        tax_rate(tax_type=code, name=name, rate=Decimal(rate).quantize(Decimal("0.0001")), report=report, where=w)
        for code, name, rate, report, w in _RATES
    ]
