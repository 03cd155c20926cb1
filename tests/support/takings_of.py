"""What a venue took on some days, and what a ledger must hold for it: worked out here from the records alone."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from takings_impos.simulator import Options

TENDERS = ("CASH", "EFTPOS", "AMEX")
FIRST = date(2026, 10, 1)


@dataclass(frozen=True)
class Expected:
    """Keys of invoices and payments, and how much invoices and payments move on each account, tax included."""

    invoices: list[str]
    payments: list[str]
    lines: dict[str, Decimal]
    paid: dict[str, Decimal]


@dataclass(frozen=True)
class Takings:
    """Days of one venue, as records of its point of sale."""

    catalogue: dict[str, Any]
    records: tuple[dict[str, Any], ...]
    last: date
    first: date = FIRST

    def catalogue_file(self) -> bytes:
        """Return the catalogue as a file."""
        return json.dumps(self.catalogue).encode()

    def file(self) -> bytes:
        """Return the records as a file."""
        return json.dumps(list(self.records)).encode()

    def expected(self, accounts: Mapping[tuple[str, str], str]) -> Expected:
        """Return what must stand in the ledger; `accounts` has ledger accounts by dimension and code."""
        lines: dict[str, Decimal] = defaultdict(Decimal)
        paid: dict[str, Decimal] = defaultdict(Decimal)
        for record in self.records:
            for code, value in _lines(record):
                lines[accounts["accounts", code]] += value
            for tender in record["payments"]:
                paid[accounts["payment_methods", tender["paymethod"]]] += Decimal(tender["counted"])
        keys = [_key(record) for record in self.records]
        return Expected(
            invoices=sorted(f"{key}/invoice.1" for key in keys),
            payments=sorted(f"{key}/payment.{n}" for key in keys for n in range(1, len(TENDERS) + 1)),
            lines={account: value for account, value in lines.items() if value},
            paid=dict(paid),
        )


@lru_cache(maxsize=8)
def takings_of(days: int, seed: int = 1) -> Takings:
    """Return some days from the first of October, three tenders on each."""
    last = FIRST + timedelta(days=days - 1)
    options = Options(tenders=TENDERS, seed=seed, stopped_at=datetime(2028, 1, 1, tzinfo=UTC))
    state = options.state(options.clock())
    records = tuple(record for key in state.books.keys(FIRST, last) for record in state.served(key))
    return Takings(catalogue=state.books.catalogue(), records=records, last=last)


def _key(record: Mapping[str, Any]) -> str:
    return f"impos:eod/{record['site']['id']}/{record['trading_day']}.{record['sequence']}/g1"


def _lines(record: Mapping[str, Any]) -> Iterable[tuple[str, Decimal]]:
    for sale in record["sales"]:
        yield sale["account"], Decimal(sale["net"])
    for part in ("surcharges", "tips", "vouchers_sold", "deposits_taken", "account_payments"):
        for one in record[part]:
            yield one["account"], Decimal(one["amount"])
    for part in ("rounding", "variance"):
        yield record[part]["account"], Decimal(record[part]["amount"])
    for one in record["cash_movements"]:
        yield one["account"], Decimal(one["amount"]) * (1 if one["direction"] == "in" else -1)
