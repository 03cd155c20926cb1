"""Is responsible for later revisions: a payment reversed on a paid check of a day that was already closed."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal
from random import Random

from .money import ZERO, amount_of, cents, contained_tax, rounded, text
from .venues import Record


class NothingToAmendError(ValueError):
    """The day sold nothing, so no payment of it can be reversed."""

    def __init__(self, trading_day: str) -> None:
        super().__init__(f"{trading_day} has no sale whose payment could be reversed")


def amended(record: Record, rates: dict[str, Decimal]) -> Record:
    """Give the next revision of a record: one sale refunded, its tender down by as much.

    Raises NothingToAmendError for a day without sales. `rates` is the tax rate of each tax code.
    """
    key = f"{record['site']['id']}|{record['trading_day']}|{record['sequence']}|{record['revision']}"
    chance = Random(key)  # noqa: S311
    after = deepcopy(record)
    lines = [line for line in after["sales"] if amount_of(line["net"]) > 1]
    if not lines or not after["payments"]:
        raise NothingToAmendError(record["trading_day"])
    line = chance.choice(lines)
    refund = min(cents(chance.randrange(600, 4200)), rounded(amount_of(line["net"]) / 2))
    refund_line(line, refund, rates)
    move_tender(largest_tender(after), -refund)
    after["revision"] += 1
    return after


def refund_line(line: Record, refund: Decimal, rates: dict[str, Decimal]) -> None:
    """Refund so much of a sales line, and bring its net and tax into step."""
    net = amount_of(line["net"]) - refund
    line["refund"] = text(amount_of(line["refund"]) - refund)
    line["net"] = text(net)
    line["tax"] = text(contained_tax(net, rates.get(line.get("tax_code", ""), ZERO)))


def largest_tender(record: Record) -> Record:
    """Give the tender that took most: the one a refund is paid from."""
    largest: Record = max(record["payments"], key=lambda tender: amount_of(tender["recorded"]))
    return largest


def move_tender(tender: Record, amount: Decimal) -> None:
    """Add so much to what a tender recorded and counted."""
    for name in ("recorded", "counted"):
        tender[name] = text(amount_of(tender[name]) + amount)
