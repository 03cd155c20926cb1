"""Settings that say how kinds of lines are posted, for targets to take over; the defaults are Australian.

A target's integration settings inherit `Treatments`. The core asks for these settings with the target's own, and
applies accounts and tax rates when it maps a day, so that a plan has them already. What is taken off the sales, or
stands apart, is the target's to do.
"""

from __future__ import annotations

from takings.plugin.settings import Settings, option

#: What becomes of discounts and refunds: they lessen their sale's line, or stand on lines of their own.
NET, APART = "net", "apart"

_ATO = "ATO, Restaurant tips (Issue 26)"


class Treatments(Settings):
    """How discounts, refunds, surcharges, tips, vouchers, deposits, paid-outs, rounding and differences are posted.

    An empty account or tax rate leaves it as the codes are matched. Another rate than a line's tax code is matched to
    makes the line `retaxed`: it is compared at the matched rate, and the change is shown apart.

    Example::

        from takings.plugin import Treatments, option


        class Integration(Treatments):
            '''A target's own settings, with those for the kinds of lines.'''

            memo: str = option("", title="Memo")


        assert Integration(tips_tax="OUTPUT").discounts == "net"
        assert "variance_account" in Integration.model_fields
    """

    discounts: str = option(
        NET,
        title="Discounts",
        help="A discount lowers the price, and its GST with it, so it is taken off the sales it belongs to. On "
        "lines of their own, with the sales' tax, you see what was given away",
        kind="choice",
        choices={NET: "Taken off the sales", APART: "Lines of their own"},
    )
    discounts_account: str = option(
        "",
        title="Account for discounts",
        help="An income account of their own; left empty they stay on the account of their sale, which keeps "
        "sales net",
        kind="ledger_account",
        show_when={"discounts": [APART]},
    )
    refunds: str = option(
        NET,
        title="Refunds",
        help="A refund undoes a sale of the same tax class, so it is taken off the day's sales. On lines of "
        "their own you see what was given back",
        kind="choice",
        choices={NET: "Taken off the sales", APART: "Lines of their own"},
    )
    refunds_account: str = option(
        "",
        title="Account for refunds",
        help="An income account of their own; left empty they stay on the account of their sale",
        kind="ledger_account",
        show_when={"refunds": [APART]},
    )
    surcharges_tax: str = option(
        "",
        title="Tax of surcharges",
        help="Left empty: as the point of sale says, which in Australia is GST on Income, since a public-"
        f"holiday, service or card surcharge is part of the price ({_ATO}, note 2; GSTR 2014/2 for cards)",
        kind="ledger_tax",
    )
    tips_tax: str = option(
        "",
        title="Tax of tips",
        help="Left empty: as the point of sale says, which is none, since voluntary tips that go to the staff "
        f"are owed to them ({_ATO}; ATO ID 2002/1062). Where the business keeps them they are income: choose"
        " GST on Income, and match tips to an income account",
        kind="ledger_tax",
    )
    vouchers_tax: str = option(
        "",
        title="Tax of vouchers sold",
        help="Left empty: as the point of sale says, which is none for a voucher of a face value, taxed when it "
        "is redeemed (Division 100; GSTR 2003/5). For vouchers for named goods choose GST on Income, and "
        "match them to an income account",
        kind="ledger_tax",
    )
    deposits_tax: str = option(
        "",
        title="Tax of deposits taken",
        help="Left empty: as the point of sale says, which is none, since a deposit held as security is taxed "
        "when it is applied or forfeited (Division 99). For a part payment choose GST on Income",
        kind="ledger_tax",
    )
    paid_outs_tax: str = option(
        "",
        title="Tax of cash paid out",
        help="Left empty: as the point of sale says, which is none, since a GST credit needs a tax invoice. "
        "Choose GST on Expenses only where you keep one for each",
        kind="ledger_tax",
    )
    rounding_account: str = option(
        "",
        title="Rounding account",
        help="For the five-cent rounding of cash, and for the cents by which tax differs where prices are "
        "without it. Left empty the one stays where it is matched, and the other goes to the ledger's own "
        "account for rounding, without tax: rounding is no supply",
        kind="ledger_account",
    )
    variance_account: str = option(
        "",
        title="Variance account",
        help="For what is over or short in the till, and for a difference that somebody decides to post. Left "
        "empty it is where the point of sale's code for it is matched. An expense is usual in Australia, "
        "some keep a liability; without tax, since nothing was supplied",
        kind="ledger_account",
    )
