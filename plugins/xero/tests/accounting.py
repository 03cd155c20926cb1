"""What Xero makes of a plan's payloads, by double entry, and what the days say: shared by the tests of planning."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

from takings.domain.findings import errors
from takings.sync.checking import check_plan
from takings_xero.ledger_index import LedgerIndex
from takings_xero.options import IntegrationSettings
from takings_xero.planning import plan_unit

ZERO = Decimal(0)
SHAPES = {shape: IntegrationSettings(shape=shape) for shape in ("payments", "balanced", "journal")}
RATES = {"OUTPUT": Decimal(10), "EXEMPTOUTPUT": ZERO, "BASEXCLUDED": ZERO}


def plan(unit, survey, settings):
    return plan_unit(unit, LedgerIndex(survey), settings)


def codes(planned):
    return sorted({one.code for one in planned.findings})


def without_zeros(amounts):
    return {account: amount for account, amount in amounts.items() if amount}


def said(unit):
    """What the days say of each account, debits positive: with tax where their amounts contain it."""
    moved: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for day in unit.days:
        for one in day.lines:
            moved[one.account.id] -= one.line.amount
        for one in day.tenders:
            if one.account:
                moved[one.account.id] += one.tender.counted
    return without_zeros(moved)


def tax_in(amount, rate):
    return (amount * rate / (100 + rate)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def tax_on(amount, rate, types):
    if types == "Exclusive":
        return (amount * rate / 100).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return tax_in(amount, rate) if types == "Inclusive" else ZERO


class Posted:
    """What Xero would make of a plan's payloads, by double entry, tax apart.

    `moved` is without what rounds, which `rounding` has; `added` is the tax on top of the lines.
    """

    def __init__(self, planned):
        self.rounding = self.added = ZERO
        self.kind, self.moved, self.open = "", defaultdict(lambda: ZERO), ZERO
        self.total = self.tax = self.gross = ZERO
        for one in planned.operations:
            getattr(self, f"_{one.kind}")(one.payload)
        self.moved = without_zeros(self.moved)

    def _contact(self, payload):
        raise AssertionError("the contact is there already")

    def _invoice(self, payload, sign=1):
        self.kind, self.sign = "invoice" if sign > 0 else "creditnote", sign
        self._lines(payload, payload["LineItems"], -sign)
        assert self.total >= 0, "Xero refuses a document below zero"
        self.open = self.total

    def _creditnote(self, payload):
        assert payload["Type"] == "ACCRECCREDIT"
        assert "DueDate" not in payload
        self._invoice(payload, -1)

    def _journal(self, payload):
        self.kind = "journal"
        self._lines(payload, payload["JournalLines"], 1)
        assert len(payload["JournalLines"]) >= 2
        assert self.total == 0, "debits and credits differ"

    def _payment(self, payload):
        amount = Decimal(payload["Amount"])
        assert payload.keys() & {"Invoice", "CreditNote"} == {"Invoice" if self.sign > 0 else "CreditNote"}
        assert 0 < amount <= self.open, "Xero takes no such payment"
        self.open -= amount
        self.moved[payload["Account"]["AccountID"]] += self.sign * amount

    def _lines(self, payload, lines, sign):
        types = self.types = payload["LineAmountTypes"]
        for one in lines:
            assert one["Description"]
            assert "TaxAmount" not in one
            amount = Decimal(one["LineAmount"])
            assert amount
            assert ("TaxType" in one) == (types != "NoTax")
            tax = tax_on(amount, RATES[one.get("TaxType", "BASEXCLUDED")], types)
            added = tax if types == "Exclusive" else ZERO
            self.total += amount + added
            self.tax += tax
            self.added -= sign * added
            if one["Description"] == "Rounding of tax":
                assert (one["AccountID"], one["TaxType"], types) == ("a-round", "BASEXCLUDED", "Exclusive")
                self.rounding -= sign * amount
            else:
                self.moved[one["AccountID"]] += sign * amount


def prices(unit):
    return unit.days[0].day.prices.value


def check(planned, unit):
    """Hold a plan that is not held against its days and against what Xero computes."""
    assert not errors(check_plan(unit, planned))
    if not planned.documents:
        assert not planned.operations
        assert said(unit) == {}
        return
    (document,) = planned.documents
    posted = Posted(planned)
    assert posted.kind == document.kind
    assert posted.moved == said(unit)
    assert posted.types == {"inclusive": "Inclusive", "exclusive": "Exclusive", "no_tax": "NoTax"}[prices(unit)]
    counted = sum((one.tender.counted for day in unit.days for one in day.tenders), ZERO)
    lines = sum((one.line.amount for day in unit.days for one in day.lines), ZERO)
    assert posted.rounding == (counted - lines - posted.added if prices(unit) == "exclusive" else ZERO)
    left = sum((day.open_total for day in unit.days), ZERO)
    assert (posted.total, posted.open) == (document.total, document.sign * left)
    assert posted.tax == (-document.tax if posted.kind == "journal" else document.tax)
    assert document.sign == (-1 if posted.kind == "creditnote" else 1)
    assert all(one.key.startswith(unit.key) for one in planned.operations)
