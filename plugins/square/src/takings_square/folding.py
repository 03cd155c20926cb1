"""Is responsible for folding a day's orders, payments and refunds into lines, tenders and tax totals.

Pure, and whole numbers of the smallest unit until the very end. The order of what is folded changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from takings.plugin import Finding, Line, LineKind, TaxTotal, Tender
from takings_square import codes, findings
from takings_square.shapes import (
    AppliedTax,
    DayRecord,
    LineItem,
    Money,
    Order,
    PaidBy,
    Payment,
    Refund,
    Return,
    ServiceCharge,
    SoldAs,
    Tax,
)

#: An apportioned charge stands in the lines, not beside them.
_APPORTIONED = "APPORTIONED_TREATMENT"
#: A refund that waits for the bank is on its way; one that was refused is not.
_REFUNDED = frozenset({"PENDING", "COMPLETED"})
_KINDS = list(LineKind)


class Fold:
    """One day while it is folded."""

    def __init__(self, record: DayRecord) -> None:
        self._currency = record.location.currency
        self._sold_as: Mapping[str, SoldAs] = record.categories
        self._subject = f"{record.business_date.isoformat()}/1"
        self._order = ""
        self._lines: dict[tuple[LineKind, str, str, str], int] = {}
        self._taxes: dict[str, tuple[int, int]] = {}
        self._tenders: dict[str, tuple[int, int]] = {}
        self.findings: dict[tuple[str, str], Finding] = {}
        for order in record.orders:
            self._fold_order(order)
        for payment in record.payments:
            self._fold_payment(payment)
        for refund in record.refunds:
            self._fold_refund(refund)

    def lines(self, amount: Callable[[int], Decimal]) -> tuple[Line, ...]:
        """Return the lines that are not zero, by kind and codes."""
        return tuple(
            Line(kind=kind, account=account, name=name, tax_code=tax, amount=amount(units))
            for (kind, account, name, tax), units in sorted(
                self._lines.items(), key=lambda one: (_KINDS.index(one[0][0]), one[0][1:])
            )
            if units
        )

    def tenders(self, amount: Callable[[int], Decimal]) -> tuple[Tender, ...]:
        """Return the payment methods: Square has no till count, so what it recorded counts."""
        return tuple(
            Tender(
                code=code, name=codes.tender_name(code), recorded=amount(units), counted=amount(units), count=count
            )
            for code, (units, count) in sorted(self._tenders.items())
        )

    def taxes(self, amount: Callable[[int], Decimal]) -> tuple[TaxTotal, ...]:
        """Return Square's own tax for each tax code."""
        return tuple(
            TaxTotal(tax_code=code, amount=amount(units), lines=count)
            for code, (units, count) in sorted(self._taxes.items())
        )

    def _fold_order(self, order: Order) -> None:
        self._order = order.id
        for line in order.line_items:
            self._fold_line(line, order.taxes)
        for charge in order.service_charges:
            self._fold_charge(charge, order.taxes, 1)
        self._add(LineKind.TIP, codes.TIPS, "Tips", tax=codes.OUT_OF_SCOPE, units=self._units(order.total_tip_money))
        if order.rounding_adjustment:
            self._round(self._units(order.rounding_adjustment.amount_money))
        for one in order.returns:
            self._fold_return(one)

    def _fold_line(self, line: LineItem, taxes: Sequence[Tax]) -> None:
        total, discount = self._units(line.total_money), self._units(line.total_discount_money)
        if line.item_type == "GIFT_CARD":
            self._gift_card(total)
            return
        account, name = self._account(line)
        tax, charge = self._tax(line.applied_taxes, taxes), self._units(line.total_service_charge_money)
        self._add(LineKind.SALE, account, name, tax=tax, units=total + discount - charge)
        self._add(LineKind.DISCOUNT, account, name, tax=tax, units=-discount)
        self._add(LineKind.SURCHARGE, codes.CHARGES, "Service charges", tax=tax, units=charge)
        self._count_tax(tax, self._units(line.total_tax_money))

    def _fold_return(self, back: Return) -> None:
        for line in back.return_line_items:
            total = self._units(line.total_money)
            if line.item_type == "GIFT_CARD":
                self._gift_card(-total)
                continue
            account, name = self._account(line)
            tax, charge = (
                self._tax(line.applied_taxes, back.return_taxes),
                self._units(line.total_service_charge_money),
            )
            self._add(LineKind.REFUND, account, name, tax=tax, units=charge - total)
            self._add(LineKind.SURCHARGE, codes.CHARGES, "Service charges", tax=tax, units=-charge)
            self._count_tax(tax, -self._units(line.total_tax_money))
        for charge_back in back.return_service_charges:
            self._fold_charge(charge_back, back.return_taxes, -1)
        for tip in back.return_tips:
            self._add(LineKind.TIP, codes.TIPS, "Tips", tax=codes.OUT_OF_SCOPE, units=-self._units(tip.applied_money))
        if back.rounding_adjustment:
            self._round(-self._units(back.rounding_adjustment.amount_money))

    def _fold_charge(self, charge: ServiceCharge, taxes: Sequence[Tax], sign: int) -> None:
        if charge.treatment_type == _APPORTIONED:
            return
        tax = self._tax(charge.applied_taxes, taxes)
        self._add(
            LineKind.SURCHARGE,
            codes.CHARGES,
            "Service charges",
            tax=tax,
            units=sign * self._units(charge.total_money),
        )
        self._count_tax(tax, sign * self._units(charge.total_tax_money))

    def _fold_payment(self, payment: Payment) -> None:
        if payment.status == "COMPLETED":
            self._order = payment.id
            self._take(codes.tender_code(payment), self._units(payment.total_money))

    def _fold_refund(self, refund: Refund) -> None:
        if refund.status in _REFUNDED:
            self._order = refund.id
            paid = refund.paid_by or PaidBy(source_type=refund.destination_type)
            self._take(codes.tender_code(paid), -self._units(refund.amount_money))

    def _take(self, code: str, units: int) -> None:
        so_far, count = self._tenders.get(code, (0, 0))
        self._tenders[code] = (so_far + units, count + 1)

    def _gift_card(self, units: int) -> None:
        self._add(LineKind.VOUCHER_SOLD, codes.GIFT_CARDS, "Gift cards sold", tax=codes.OUT_OF_SCOPE, units=units)

    def _round(self, units: int) -> None:
        self._add(LineKind.ROUNDING, codes.ROUNDING, "Cash rounding", tax=codes.OUT_OF_SCOPE, units=units)

    def _add(self, kind: LineKind, account: str, name: str, *, tax: str, units: int) -> None:
        key = (kind, account, name, tax)
        self._lines[key] = self._lines.get(key, 0) + units

    def _count_tax(self, code: str, units: int) -> None:
        so_far, count = self._taxes.get(code, (0, 0))
        self._taxes[code] = (so_far + units, count + 1)

    def _account(self, line: LineItem) -> tuple[str, str]:
        sold = self._sold_as.get(line.catalog_object_id or "")
        return (sold.id, sold.name or sold.id) if sold and sold.id else (codes.UNCATEGORISED, "Uncategorised")

    def _tax(self, applied: Sequence[AppliedTax], taxes: Sequence[Tax]) -> str:
        known = {one.uid: one for one in taxes}
        for one in applied:
            if one.tax_uid not in known:
                self.findings["tax", one.tax_uid] = findings.unknown_tax(one.tax_uid, self._order, self._subject)
        return codes.tax_code(known[one.tax_uid] for one in applied if one.tax_uid in known)

    def _units(self, money: Money | None) -> int:
        if money is None:
            return 0
        if money.currency != self._currency:
            self.findings["currency", money.currency] = findings.other_currency(
                money.currency, self._currency, self._order, subject=self._subject
            )
        return money.amount
