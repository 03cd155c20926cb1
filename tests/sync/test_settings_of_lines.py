"""What settings say of kinds of lines: accounts and taxes of their own, and what is told of a changed tax."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from tests.support.days import DIMENSIONS, a_day, entry, line, mapped, ref, tax, tender
from tests.sync.rows import FIRST
from tests.sync.test_planning import CHART

from takings.domain.day import LineKind
from takings.domain.findings import Finding, Severity
from takings.domain.mapping import LedgerRef, MappedDay, MappingTable, Treatment, map_day
from takings.domain.money import tax_added
from takings.plugin.documents import Document, DocumentLine, Plan, Retaxed, Unit
from takings.plugin.settings import Settings
from takings.plugin.targets import LedgerAccount, LedgerTax
from takings.plugin.treatments import Treatments
from takings.sync.checking import check_plan
from takings.sync.treating import treatments_of

LEDGER = replace(
    CHART,
    accounts=(LedgerAccount(id="a-1", code="860", name="Rounding"), LedgerAccount(id="a-2", code="861", name="Gone")),
    taxes=(LedgerTax(id="OUTPUT", code="OUT", name="GST on Income", rate=Decimal(10)),),
)
TAXED = {
    LineKind.SURCHARGE: ("surcharges_tax", "Tax of surcharges"),
    LineKind.TIP: ("tips_tax", "Tax of tips"),
    LineKind.VOUCHER_SOLD: ("vouchers_tax", "Tax of vouchers sold"),
    LineKind.DEPOSIT: ("deposits_tax", "Tax of deposits taken"),
    LineKind.PAID_OUT: ("paid_outs_tax", "Tax of cash paid out"),
}


@pytest.mark.parametrize("kind", TAXED)
def test_a_setting_gives_a_kind_of_line_another_tax(kind: LineKind):
    name, title = TAXED[kind]
    known = LedgerRef(id="OUTPUT", code="OUT", name="GST on Income")
    assert treatments_of(Treatments(**{name: "OUTPUT"}), LEDGER) == {
        kind: Treatment(tax=known, tax_setting=name, tax_title=title)
    }
    assert treatments_of(Treatments(**{name: "OTHER"}), None)[kind].tax == LedgerRef(id="OTHER")


def test_settings_give_kinds_of_lines_accounts_of_their_own():
    rounding = LedgerRef(id="a-1", code="860", name="Rounding")
    assert treatments_of(Treatments(rounding_account="a-1", variance_account="a-9"), LEDGER) == {
        LineKind.ROUNDING: Treatment(account=rounding, takes_open=True),
        LineKind.VARIANCE: Treatment(account=LedgerRef(id="a-9"), takes_open=True),
    }
    apart = Treatments(
        discounts="apart", discounts_account="a-1", refunds="apart", refunds_account="a-2", tips_tax=""
    )
    assert treatments_of(apart, LEDGER) == {
        LineKind.DISCOUNT: Treatment(account=rounding),
        LineKind.REFUND: Treatment(account=LedgerRef(id="a-2", code="861", name="Gone")),
    }
    assert treatments_of(Treatments(discounts="apart", refunds_account="a-2"), LEDGER) == {}
    assert treatments_of(Treatments(discounts_account="a-1"), LEDGER) == {}
    assert treatments_of(Settings(), LEDGER) == {}


def retaxing(*, on_top: bool) -> MappedDay | tuple[Finding, ...]:
    day = a_day(line("10.00", kind=LineKind.TIP), tender("10.00"), prices_include_tax=not on_top)
    treatment = Treatment(tax=ref("EXEMPT"), tax_setting="tips_tax", tax_title="Tax of tips")
    usual = [entry("accounts", "FOOD", "201"), entry("tenders", "CASH", "611"), entry("taxes", "GST", "OUTPUT")]
    return map_day(day, MappingTable(DIMENSIONS, usual, {}, treatments={LineKind.TIP: treatment}))


def test_a_tax_on_top_is_not_changed_by_a_setting():
    assert retaxing(on_top=True) == (
        Finding(
            code="mapping.retaxed_on_top",
            what="2026-10-01/1 has its tax on top of its amounts, and 'Tax of tips' would change it",
            why="With another tax on top the day would come to something else than was counted",
            do="Empty the setting, and have the point of sale send these lines with the tax code that is meant",
            where="tips_tax",
            subject="tips_tax",
        ),
    )
    found = retaxing(on_top=False)
    assert isinstance(found, MappedDay)
    (one,) = found.lines
    assert (one.tax, one.retaxed_by, one.matched_tax, one.tax_code) == (
        ref("EXEMPT"), "Tax of tips", ref("OUTPUT"), "GST"
    )  # fmt: skip


def test_a_tax_that_settings_changed_is_told_with_what_it_comes_to():
    def posted(amount: str, taxed: str, matched: str, description: str, *, sign: int = 1) -> Document:
        retaxed = Retaxed(setting="Tax of tips", tax=ref("OUTPUT"), tax_amount=Decimal(matched))
        made = DocumentLine(
            account=ref("201"), tax=ref("EXEMPT"), description=description, amount=Decimal(amount),
            tax_amount=Decimal(taxed), retaxed=retaxed,
        )  # fmt: skip
        return Document(
            key=description, kind="invoice", number=None, day=FIRST, currency="AUD", total=Decimal(amount),
            tax=Decimal(taxed), lines=(made,), payments=(), sign=sign,
        )  # fmt: skip

    plain = replace(posted("3.00", "0", "0", "Food").lines[0], retaxed=None)
    documents = (
        posted("11.00", "0.50", "1.00", "Tips"),
        posted("11.00", "0.50", "1.00", "Tips"),
        replace(posted("4.00", "0.25", "0.36", "Back", sign=-1)),
        replace(posted("3.00", "0", "0", "Food"), lines=(plain,)),
    )
    unit = Unit(key="x", generation=1, number=None, days=(mapped(a_day(tax("0.00"))),))
    (found,) = [one for one in check_plan(unit, Plan(documents=documents)) if one.code == "tax.changed"]
    assert found == Finding(
        code="tax.changed",
        what="'Tax of tips' gives 18.00 AUD of 2026-10-01/1 another tax: 0.75 in place of 1.64",
        why="The setting says so, whatever the tax codes are matched to: Tips, Back",
        severity=Severity.INFO,
        where="day",
        subject="Tax of tips",
    )


@pytest.mark.parametrize(
    ("amount", "rate", "currency", "added"),
    [("10.05", "10", "AUD", "1.01"), ("1.005", "10", "KWD", "0.101"), ("105", "10", "JPY", "11")],
)
def test_the_tax_on_top_is_rounded_half_up(amount: str, rate: str, currency: str, added: str):
    assert tax_added(Decimal(amount), Decimal(rate), currency) == Decimal(added)
