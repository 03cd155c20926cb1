"""Suggestions for mapping to Xero: what Australian bookkeepers do by convention, with the reason in words. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from takings.plugin import Chart, DimensionKind, LedgerAccount, LedgerRef, LedgerTax, LineKind, MappingRow, Suggestion


@dataclass(frozen=True, slots=True)
class Convention:
    """Where one sort of code usually goes; `words` are looked for in the code's texts, `names` in account names.

    Of a payment method only its code and name are such texts: its category says how the money comes, and only
    `categories` are looked for there.
    """

    role: str
    words: str
    names: tuple[str, ...]
    why: str
    kinds: tuple[str, ...] = ()
    categories: str = ""


_LINES = (
    Convention(
        LineKind.TIP, r"\btips?\b|gratuit", (r"tips? payable|tips? (?:liabilit|clearing|owing)", r"\btips?\b"),
        "tips are owed to the staff until they are paid out", ("LIABILITY",),
    ),
    Convention(
        LineKind.VOUCHER_SOLD, r"vouch.*sold|gift (?:card|voucher)|\bvouch", (r"gift (?:voucher|card)", r"voucher"),
        "a voucher sold is a liability until it is redeemed", ("LIABILITY",),
    ),
    Convention(
        LineKind.DEPOSIT, r"deposit", (r"(?:function|customer|event) deposit", r"deposit"),
        "a deposit is owed to the customer until the function takes place", ("LIABILITY",),
    ),
    Convention(
        LineKind.ACCOUNT_PAYMENT, r"account payment|acct.?pay|house account",
        (r"house account", r"(?:customer|debtors?) (?:account|clearing)", r"debtors? clearing"),
        "what customers pay on their house account lessens what they owe", ("ASSET", "LIABILITY"),
    ),
    Convention(
        LineKind.ROUNDING, r"\bround", (r"^rounding$", r"rounding"), "Xero keeps a rounding account for cents",
    ),
    Convention(
        LineKind.VARIANCE, r"varian|over.?/?.?short|till diff",
        (r"over.{0,3}short", r"(?:till|cash) (?:varian|diff)"),
        "what is missing or too much in the till is a cost of its own",
    ),
    Convention(
        LineKind.SURCHARGE, r"surcharge", (r"surcharge",), "surcharges are income with tax", ("REVENUE",),
    ),
    Convention(
        LineKind.PAID_OUT, r"cash.?out|paid.?out|petty", (r"petty cash", r"cash (?:out|expense)"),
        "cash taken from the till pays small expenses",
    ),
    Convention(
        LineKind.CASH_IN, r"cash.?in\b|float", (r"petty cash$", r"cash (?:clearing|float)"),
        "cash put in the till comes from petty cash or the float",
    ),
)  # fmt: skip

_TENDERS = (
    Convention("", r"\bcash\b", (r"cash clearing", r"^cash\b", r"cash on hand|undeposited|till"), "cash in the till"),
    Convention("", r"amex|american express", (r"amex|american express",), "paid out by American Express"),
    # Before cards: a gift card is a voucher.
    Convention(
        "", r"vouch|gift", (r"gift (?:voucher|card)", r"voucher"),
        "a redeemed voucher lessens what is owed to its holders", ("LIABILITY",),
    ),
    Convention(
        "", r"eftpos|\bcards?\b|visa|mastercard|tyro|(?<!outside )square|stripe|credit|debit",
        (r"eftpos (?:clearing|settle)", r"eftpos|(?:card|merchant) (?:clearing|settle)"),
        "card takings wait in a clearing account for the bank's payout", categories=r"\bcards?\b",
    ),
    Convention("", r"uber", (r"uber",), "paid out by Uber Eats later"),
    Convention("", r"door ?dash", (r"door ?dash",), "paid out by DoorDash later"),
    Convention("", r"menulog", (r"menulog",), "paid out by Menulog later"),
    Convention("", r"deliveroo", (r"deliveroo",), "paid out by Deliveroo later"),
    Convention(
        "", r"deposit", (r"(?:function|customer|event) deposit", r"deposit"),
        "a deposit that is used up lessens what is owed to the customer",
    ),
    Convention(
        "", r"\bacct\b|house account|on account|\baccount\b|room charge",
        (r"house account", r"debtors? clearing|customer account"), "the customer owes it to the house",
    ),
)  # fmt: skip

_FREE = ("EXEMPTOUTPUT", "ZERORATED", "ZERORATEDOUTPUT")

# words in the source's tax code, tax types in order of preference, why
_ZERO_RATES = (
    (r"\bexport", ("EXEMPTEXPORT", "ZERORATED", "ZERORATEDOUTPUT"), "exports are free of GST"),
    (r"input.?taxed", ("INPUTTAXED",), "input taxed supplies"),
    # Before no tax: what was sold belongs in the sales that are reported.
    (r"\b(?:sold|sales?) without tax\b", _FREE, "a sale without tax is reported as a sale"),
    (
        r"\bno.?tax\b|\bn-?t\b|\bn/?a\b|out of scope|bas exclu|not report|excluded|\bnone\b",
        ("BASEXCLUDED", "NONE"),
        "not subject to tax, and not reported",
    ),
    (
        r"free|\bfre\b|exempt|zero|\bgst0\b",
        _FREE,
        "free of tax and reported as a sale",
    ),
)
_SALES_RATES = ("OUTPUT", "OUTPUT2", "OUTPUT3", "RROUTPUT")


def suggest(row: MappingRow, chart: Chart) -> Sequence[Suggestion]:
    """Return what conventions say for one source code, best first; nothing where there is no convention."""
    if row.kind is DimensionKind.TAX:
        found = _taxes(row, chart)
    elif row.kind is DimensionKind.TENDER:
        found = _accounts(_TENDERS, row, [one for one in chart.accounts if one.active and one.takes_payments])
    else:
        found = _accounts(_LINES, row, [one for one in chart.accounts if one.active and one.takes_lines])
    best: dict[str, Suggestion] = {}
    for one in sorted(found, key=lambda one: -one.score):
        best.setdefault(one.ref.id, one)
    return tuple(best.values())


def _taxes(row: MappingRow, chart: Chart) -> list[Suggestion]:
    rates = {tax.id: tax for tax in chart.taxes if tax.active}
    rate = row.code.rate
    if rate is None:
        return []
    if rate:
        return [
            _tax(rates[one], f"{rates[one].name} has the same rate of {rates[one].rate.normalize():f} %", 92)
            for one in _SALES_RATES
            if one in rates and rates[one].rate == rate
        ]
    text = _text(row)
    for words, types, why in _ZERO_RATES:
        if re.search(words, text):
            chosen = next((one for one in types if one in rates and not rates[one].rate), None)
            return [_tax(rates[chosen], f"{row.code.name or row.code.code}: {why}", 88)] if chosen else []
    return []


def _accounts(conventions: Iterable[Convention], row: MappingRow, accounts: list[LedgerAccount]) -> list[Suggestion]:
    role = row.code.role
    for convention in conventions:
        # A source that knows what a code is for is believed; words are for those that don't.
        if convention.role != role if role else not _says(row, convention):
            continue
        return [
            Suggestion(
                ref=LedgerRef(id=account.id, code=account.code, name=account.name),
                reason=f"{account.name}: {convention.why}",
                score=(90 if role else 80) - 10 * place,
            )
            for place, pattern in enumerate(convention.names)
            for account in accounts
            if re.search(pattern, account.name.lower()) and (not convention.kinds or account.kind in convention.kinds)
        ]
    return []


def _says(row: MappingRow, convention: Convention) -> bool:
    if row.kind is not DimensionKind.TENDER:
        return bool(re.search(convention.words, _text(row)))
    if re.search(convention.words, f"{row.code.code} {row.code.name}".lower()):
        return True
    return bool(convention.categories and re.search(convention.categories, row.code.category.lower()))


def _text(row: MappingRow) -> str:
    return " ".join((row.code.code, row.code.name, row.code.category)).lower()


def _tax(tax: LedgerTax, reason: str, score: int) -> Suggestion:
    return Suggestion(ref=LedgerRef(id=tax.id, code=tax.code, name=tax.name), reason=reason, score=score)
