"""Line items of a sales document: amounts, accounts, tax types, tracking, and every rule about them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from decimal import Decimal

from takings_xero.sandbox import messages, tax, tracking, wire
from takings_xero.sandbox.call import Call
from takings_xero.sandbox.problems import PostDataInvalid
from takings_xero.sandbox.rates import CLASS_FLAG
from takings_xero.sandbox.wire import ZERO, Doc

_SYSTEM_REFUSED = frozenset({"DEBTORS", "CREDITORS", "RETAINEDEARNINGS"})


@dataclass
class Lines:
    """Lines as they will be stored, with what Xero has to say about them."""

    items: list[Doc] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def say(self, message: str) -> None:
        """Add an error once: Xero repeats no sentence."""
        if message not in self.errors:
            self.errors.append(message)


@dataclass(frozen=True)
class Terms:
    """What the document says about all its lines."""

    amount_types: str
    approved: bool
    discounts: bool
    path: str


def build(call: Call, raw: object, terms: Terms) -> Lines:
    """Read the lines of a document; raises PostDataInvalid when they are no lines at all."""
    lines = Lines()
    if raw is None:
        raw = []
    if not isinstance(raw, list) or not all(isinstance(one, dict) for one in raw):
        raise PostDataInvalid(f"Cannot deserialize the current JSON. Path '{terms.path}.LineItems'.")
    for index, given in enumerate(raw):
        lines.items.append(_line(call, given, lines, terms=terms, path=f"{terms.path}.LineItems[{index}]"))
    return lines


def _line(call: Call, given: Doc, lines: Lines, *, terms: Terms, path: str) -> Doc:
    line: Doc = {"Description": given.get("Description") or ""}
    amounts = _amounts(call, given, lines, terms=terms, path=path)
    if not line["Description"] and (amounts is not None or terms.approved):
        lines.say(messages.DESCRIPTION_NEEDED)
    if amounts is None:
        # A line that only describes has no amounts and no tax.
        return line | {"Tracking": [], "LineItemID": _line_id(given), "ValidationErrors": []}
    line |= amounts
    account = _account(call, given, lines, terms=terms)
    if account is not None:
        if account.get("Code"):
            line["AccountCode"] = account["Code"]
        line["AccountID"] = account["AccountID"]
    _tax(call, given, line, account=account, lines=lines, terms=terms, path=path)
    line["Tracking"] = tracking.resolve(call.books, given.get("Tracking"))
    return line | {"LineItemID": _line_id(given), "ValidationErrors": []}


def _line_id(given: Doc) -> str:
    return str(given.get("LineItemID") or uuid.uuid4())


def _amounts(call: Call, given: Doc, lines: Lines, *, terms: Terms, path: str) -> Doc | None:
    quantity = wire.number(given.get("Quantity"), f"{path}.Quantity")
    unit = wire.number(given.get("UnitAmount"), f"{path}.UnitAmount")
    total = wire.number(given.get("LineAmount"), f"{path}.LineAmount")
    if unit is None and total is None:
        return None
    if quantity is None:
        quantity = Decimal(1)
    if quantity < 0:
        lines.say(messages.quantity_negative(quantity))
        quantity = Decimal(1)
    discount = _discount(given, lines, terms, unit=unit, quantity=quantity, path=path)
    if unit is None:
        assert total is not None
        unit = total / quantity if quantity else total
    unit = wire.rounded(unit, call.unit_places)
    expected = wire.cents(quantity * unit * (1 - discount.get("DiscountRate", Decimal(0)) / 100))
    if "DiscountAmount" in discount:
        expected = wire.cents(quantity * unit - discount["DiscountAmount"])
    if total is None:
        total = expected
    elif given.get("UnitAmount") not in (None, "") and wire.cents(total) != expected:
        lines.say(messages.line_total(total, expected))
    return {"UnitAmount": unit, "Quantity": quantity, "LineAmount": wire.cents(total), **discount}


def _discount(
    given: Doc, lines: Lines, terms: Terms, *, unit: Decimal | None, quantity: Decimal, path: str
) -> dict[str, Decimal]:
    if not terms.discounts or not (given.get("DiscountRate") or given.get("DiscountAmount")):
        return {}
    rate = wire.number(given.get("DiscountRate"), f"{path}.DiscountRate")
    fixed = wire.number(given.get("DiscountAmount"), f"{path}.DiscountAmount")
    if not (rate or fixed):
        return {}
    if unit is None:
        lines.say(messages.DISCOUNT_NEEDS_UNIT)
        return {}
    if (rate and rate > 100) or (fixed and fixed > abs(quantity * unit)):
        lines.say(messages.DISCOUNT_TOO_LARGE.format(rate=wire.plain(rate or ZERO)))
        return {}
    if rate:
        return {"DiscountRate": rate}
    assert fixed is not None
    return {"DiscountAmount": wire.cents(fixed)}


def _account(call: Call, given: Doc, lines: Lines, *, terms: Terms) -> Doc | None:
    ident, code = given.get("AccountID"), given.get("AccountCode")
    if not ident and not code:
        if terms.approved:
            lines.say(messages.ACCOUNT_NEEDED)
        return None
    account = call.books.account(ident=ident, code=code)
    label = str(code or ident)
    if account is None:
        if terms.approved:
            lines.say(messages.account_invalid(label))
        else:
            lines.warnings.append(messages.account_removed(label))
        return None
    label = str(account.get("Code") or label)
    if account["Status"] != "ACTIVE":
        lines.say(messages.account_archived(label))
    elif account["Type"] == "BANK" or account.get("SystemAccount") in _SYSTEM_REFUSED:
        lines.say(messages.account_invalid(label))
    return account


def _tax(call: Call, given: Doc, line: Doc, *, account: Doc | None, lines: Lines, terms: Terms, path: str) -> None:
    books = call.books
    if terms.amount_types == "NoTax":
        line |= {"TaxType": books.no_tax_type, "TaxAmount": ZERO}
        return
    tax_type = given.get("TaxType") or (account or {}).get("TaxType")
    rate = books.tax_rates.get(str(tax_type)) if tax_type else None
    if tax_type and (rate is None or rate.get("Status") != "ACTIVE"):
        lines.say(messages.tax_unknown(str(tax_type)))
        rate = None
    elif rate is not None and account is not None and not rate.get(CLASS_FLAG[account["Class"]], True):
        lines.say(messages.tax_not_for_account(str(tax_type), str(account.get("Code") or account["Name"])))
    if not tax_type and terms.approved and account is not None:
        lines.say(messages.TAX_NEEDED)
    if tax_type:
        line["TaxType"] = tax_type
    percent = Decimal(rate["EffectiveRate"]) if rate else Decimal(0)
    computed = tax.of_line(line["LineAmount"], percent, terms.amount_types)
    line["TaxAmount"] = _tax_amount(call, given, computed, lines=lines, path=path)


def _tax_amount(call: Call, given: Doc, computed: Decimal, *, lines: Lines, path: str) -> Decimal:
    override = wire.number(given.get("TaxAmount"), f"{path}.TaxAmount")
    mode = call.switches.tax_amount
    if override is None or mode == "ignore" or wire.cents(override) == computed:
        return computed
    if mode == "refuse":
        lines.say(messages.TAX_AMOUNT_REFUSED.format(given=wire.plain(override), expected=wire.plain(computed)))
    return wire.cents(override)
