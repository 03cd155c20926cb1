"""A month of records, and what it must come to in the ledger: computed from the JSON alone, by no code of ours."""

from __future__ import annotations

import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from takings_impos.simulator import Options, awkward_month

Record = dict[str, Any]

ZERO = Decimal(0)
CENT = Decimal("0.01")

#: The ledger account of each of the venue's codes, as its bookkeeper would choose it.
ACCOUNTS = {
    "FOOD-KIT": "201", "FOOD-BIS": "201", "FOOD-TAK": "201", "BEV-TAP": "202", "BEV-WIN": "202", "BEV-SPI": "202",
    "BEV-SOF": "202", "MERCH": "203", "SUR-SUN": "205", "SUR-CARD": "205", "TIPS": "807", "VOUCH-SOLD": "806",
    "DEPOSIT": "808", "ACCT-PAY": "615", "ROUND": "860", "VARIANCE": "422", "CASH-OUT": "616", "CASH-IN": "616",
}  # fmt: skip
TENDERS = {"CASH": "611", "EFTPOS": "612", "AMEX": "613", "UBER": "614", "VOUCH": "806", "ACCT": "615"}
TAXES = {"GST": "OUTPUT", "FRE": "EXEMPTOUTPUT", "N-T": "BASEXCLUDED"}
NO_TAX = "BASEXCLUDED"
RATES = {"GST": Decimal(10), "FRE": ZERO, "N-T": ZERO}


@dataclass(frozen=True)
class Row:
    """One amount of a record: tax included, signed by its effect on the takings."""

    account: str
    tax_code: str
    amount: Decimal


@dataclass(frozen=True)
class Expected:
    """What posting some records must come to, as invoices and credit notes with payments.

    A credit note counts below zero. A tender against its document's sign is a line, which `total` and `by_tax` have.
    """

    documents: int
    payments: int
    total: Decimal
    tax: Decimal
    balances: dict[str, Decimal]
    by_tax: dict[str, tuple[Decimal, Decimal]]


@dataclass(frozen=True)
class Month:
    """All records of a month, in every revision, with the venue's catalogue."""

    name: str
    catalogue: Record
    records: tuple[Record, ...]

    @property
    def first(self) -> list[Record]:
        """The first revision of every close."""
        return [one for one in self.records if one["revision"] == 1]

    @property
    def later(self) -> list[Record]:
        """The revisions that came later."""
        return [one for one in self.records if one["revision"] > 1]

    def why_held(self, record: Record) -> str:
        """The code of the finding that must hold a record; empty where it is to be posted."""
        known = {one["code"] for one in self.catalogue["paymethods"]}
        if any(one["paymethod"] not in known for one in record["payments"]):
            return "mapping.open"
        if sum((row.amount for row in self.rows(record)), on_top(record)) != counted(record):
            return "day.unbalanced"
        return ""

    def is_empty(self, record: Record) -> bool:
        """Whether there is nothing to post."""
        return not any(row.amount for row in self.rows(record)) and not counted(record)

    def posted(self, records: list[Record]) -> list[Record]:
        """Those that are to be posted."""
        return [one for one in records if not self.is_empty(one) and not self.why_held(one)]

    def rows(self, record: Record) -> Iterator[Row]:
        """Every amount of a record but the payments."""
        taxes = {one["code"]: one["tax_code"] for one in self.catalogue["accounts"]}

        def row(line: Mapping[str, Any], amount: str, sign: int = 1) -> Row:
            code = line.get("tax_code") or taxes[line["account"]]
            return Row(line["account"], code, sign * Decimal(amount))

        for line in record["sales"]:
            yield row(line, line["net"])
        for name in ("surcharges", "tips", "vouchers_sold", "deposits_taken", "account_payments"):
            for line in record[name]:
                yield row(line, line["amount"])
        for name in ("rounding", "variance"):
            if record.get(name):
                yield row(record[name], record[name]["amount"])
        for line in record["cash_movements"]:
            yield row(line, line["amount"], 1 if line["direction"] == "in" else -1)

    def expect(self, records: list[Record]) -> Expected:
        """Add up what posting these records must come to, by double entry."""
        balances: dict[str, Decimal] = defaultdict(lambda: ZERO)
        amounts: dict[str, Decimal] = defaultdict(lambda: ZERO)
        taxes: dict[str, Decimal] = defaultdict(lambda: ZERO)
        total, payments = ZERO, 0
        for record in records:
            lines: Counter[tuple[str, str]] = Counter()
            for row in self.rows(record):
                lines[row.account, row.tax_code] += row.amount  # type: ignore[assignment]
            for (account, code), amount in lines.items():
                tax = (amount * RATES[code] / (100 + RATES[code])).quantize(CENT, rounding=ROUND_HALF_UP)
                balances[ACCOUNTS[account]] -= amount - tax
                balances["820"] -= tax
                amounts[TAXES[code]] += amount
                taxes[TAXES[code]] += tax
                total += amount
            for tender in record["payments"]:
                balances[TENDERS[tender["paymethod"]]] += Decimal(tender["counted"])
            against = against_the_grain(record)
            amounts[NO_TAX] -= against
            total -= against
            payments += len(paid(record))
        return Expected(
            documents=len(records),
            payments=payments,
            total=total,
            tax=sum(taxes.values(), ZERO),
            balances={code: amount for code, amount in balances.items() if amount},
            by_tax={code: (amounts[code], taxes[code]) for code in amounts if amounts[code]},
        )

    def write(self, folder: Path) -> Path:
        """Write the month as a folder of files, as the sample is one."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "catalogue.json").write_text(json.dumps(self.catalogue))
        for one in self.records:
            (folder / file_name(one)).write_text(json.dumps(one, ensure_ascii=False, indent=1))
        return folder


def on_top(record: Record) -> Decimal:
    """The tax that comes on top of a record's rows, where they are without it."""
    if record["prices_include_tax"] or not record.get("charges_tax", True):
        return ZERO
    return sum((Decimal(one["tax"]) for one in (*record["sales"], *record["surcharges"])), ZERO)


def counted(record: Record) -> Decimal:
    """What was counted in all."""
    return sum((Decimal(one["counted"]) for one in record["payments"]), ZERO)


def sign_of(record: Record) -> int:
    """Whether a record becomes an invoice, or with -1 a credit note."""
    return -1 if counted(record) < 0 else 1


def paid(record: Record) -> list[tuple[str, Decimal]]:
    """The tenders that become payments of the document, or refunds: code, and amount without its sign."""
    amounts = [(one["paymethod"], sign_of(record) * Decimal(one["counted"])) for one in record["payments"]]
    return [(code, amount) for code, amount in amounts if amount > 0]


def against_the_grain(record: Record) -> Decimal:
    """The sum of the tenders that become lines."""
    return counted(record) - sign_of(record) * sum((amount for _, amount in paid(record)), ZERO)


def file_name(record: Record) -> str:
    """The name of a record's file, as in the sample."""
    later = f"-rev{record['revision']}" if record["revision"] > 1 else ""
    return f"{record['trading_day']}-{record['sequence']}{later}.json"


def key(record: Record) -> str:
    """The identity of a record's day."""
    return f"{record['trading_day']}/{record['sequence']}"


def sample_folder() -> Path | None:
    """The sample month, where it is at hand: `TAKINGS_SHARED`, or beside the repository."""
    root = Path(__file__).parents[2]
    folder = Path(os.environ.get("TAKINGS_SHARED") or root.parent / "shared") / "data" / "anchor-hotel-2026-10"
    return folder if (folder / "catalogue.json").exists() else None


def sample_month(folder: Path) -> Month:
    """Read the sample month."""
    paths = folder.glob("2026-*.json")
    records = sorted((json.loads(path.read_text()) for path in paths), key=lambda one: (key(one), one["revision"]))
    return Month("sample", json.loads((folder / "catalogue.json").read_text()), tuple(records))


def made_up_month() -> Month:
    """A month with every awkward day, from the simulator."""
    options = Options()
    catalogue = options.state(options.clock()).books.catalogue()
    return Month("made up", catalogue, tuple(awkward_month(2026, 10)))
