"""Shows the tax that the point of sale states beside the tax that is posted, and what lies between them."""

from __future__ import annotations

from takings.cli.output import money, say, table
from takings.views.taxes import TaxComparison


def say_taxes(compared: TaxComparison | None, currency: str) -> None:
    """Write what is stated and posted, and each line that a setting gave another tax rate."""
    if compared is None or (compared.stated is None and not compared.changes):
        return
    say()
    if compared.stated is not None and compared.rounding is not None:
        say(
            f"Tax: {money(compared.stated, currency)} stated by the point of sale, "
            f"{money(compared.changed, currency)} changed by settings, "
            f"{money(compared.rounding, currency)} rounding, "
            f"{money(compared.posted, currency)} in the documents."
        )
    rows = [
        (
            one.document,
            one.line,
            one.setting,
            f"{one.matched or 'none'}: {money(one.matched_tax, currency)}",
            f"{one.posted or 'none'}: {money(one.posted_tax, currency)}",
            money(one.amount, currency),
        )
        for one in compared.changes
    ]
    if rows:
        table(("Document", "Line", "Setting", "Matched", "Posted", "Amount"), rows, right=("Amount",))
