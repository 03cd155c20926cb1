"""What days must come to in a ledger, by Beancount: from their JSON and the mapping alone, by no code of ours.

Each close is written as a transaction that Beancount itself has to find balanced. A cent that the rules lose is an
error there, before any ledger is looked at.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal

from beancount import loader
from beancount.core import realization
from tests.support.made_months import tax_of
from tests.support.month import ACCOUNTS, TENDERS, ZERO, Month, Record, counted, on_top, sign_of

RECEIVABLE, GST, ROUNDING, BANK = "610", "820", "860", ""


@dataclass(frozen=True)
class Rules:
    """How a venue wants its days: the shape of documents, and where each payment method goes; None is left open."""

    shape: str
    tenders: tuple[tuple[str, str | None], ...] = tuple(TENDERS.items())

    def mapped(self, **changed: str | None) -> Rules:
        """Return other rules, with these payment methods elsewhere."""
        return replace(self, tenders=tuple({**dict(self.tenders), **changed}.items()))

    def held(self, month: Month, record: Record) -> bool:
        """Say whether a close must be held, by what the documentation says."""
        if month.why_held(record):
            return True
        places, sign = dict(self.tenders), sign_of(record)
        amounts = {one["paymethod"]: Decimal(one["counted"]) for one in record["payments"]}
        left_open = [amount for code, amount in amounts.items() if places[code] is None and amount]
        if self.shape == "journal" and left_open:
            return True
        if self.shape == "balanced":
            sign = -1 if sum(left_open) < 0 else 1
        if any(amount * sign < 0 for amount in left_open):
            return True
        at_the_bank = [amount for code, amount in amounts.items() if places[code] == BANK]
        return any(amount * sign < 0 if self.shape == "payments" else amount for amount in at_the_bank)


def balances(month: Month, records: list[Record], rules: Rules) -> dict[str, Decimal]:
    """Return the trial balance that these closes imply, by account code, debits positive."""
    entries, errors, _ = loader.load_string("\n".join(_book(month, record, rules) for record in records) + _OPEN)
    assert not errors, errors
    found = {}
    for one in realization.iter_children(realization.realize(entries)):
        amount = one.balance.get_currency_units("AUD").number
        if amount:
            found[one.account.rpartition(":A")[2]] = amount
    return found


_CODES = {*ACCOUNTS.values(), *TENDERS.values(), RECEIVABLE, GST, BANK}
_OPEN = "".join(f"\n2020-01-01 open Assets:A{code} AUD" for code in sorted(_CODES)) + "\n"


def _book(month: Month, record: Record, rules: Rules) -> str:
    sums: Counter[tuple[str, str]] = Counter()
    for row in month.rows(record):
        sums[row.account, row.tax_code] += row.amount  # type: ignore[assignment]
    lines = [f'{record["trading_day"]} * "close {record["sequence"]}"']
    inside, posted = record["prices_include_tax"] or not record.get("charges_tax", True), ZERO
    for (account, code), amount in sums.items():
        # The ledger computes tax for each line: what one account of the point of sale took under one tax code.
        tax = tax_of(record, Decimal(amount), code)
        lines.append(f"  Assets:A{ACCOUNTS[account]}  {(tax if inside else ZERO) - amount:.2f} AUD")
        lines.append(f"  Assets:A{GST}  {ZERO - tax:.2f} AUD")
        posted += amount + (ZERO if inside else tax)
    if not inside:
        lines.append(f"  Assets:A{ROUNDING}  {posted - counted(record):.2f} AUD")
    places = dict(rules.tenders)
    for tender in record["payments"]:
        place = places[tender["paymethod"]]
        lines.append(f"  Assets:A{RECEIVABLE if place is None else place}  {Decimal(tender['counted']):.2f} AUD")
    assert counted(record) == sum(sums.values()) + on_top(record), "a close that does not balance is to be held"
    return "\n".join(lines) + "\n"
