"""Made-up months of records with awkward days of every kind, as a hypothesis strategy; nothing of ours is used."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from tests.support.month import CENT, RATES, ZERO, Record, on_top

#: Sales accounts of the pub with the tax code that its rows state.
SALES = {
    "FOOD-KIT": "GST", "FOOD-BIS": "GST", "FOOD-TAK": "FRE", "BEV-TAP": "GST", "BEV-WIN": "GST", "BEV-SPI": "GST",
    "BEV-SOF": "GST", "MERCH": "GST",
}  # fmt: skip
TENDERS = ("CASH", "EFTPOS", "AMEX", "UBER", "VOUCH", "ACCT")
SITE = {"id": "4417", "name": "The Anchor Hotel", "timezone": "Australia/Melbourne", "currency": "AUD"}

#: Surcharges as the pub has them: on cards, on Sundays and holidays, for service, on the whole check.
_SURCHARGES = (
    ("SUR-CARD", "AMEX 1.65%", "payment"), ("SUR-SUN", "Sunday 10%", "holiday"), ("SUR-SUN", "Service", "service"),
    ("SUR-SUN", "Large tables", "check"),
)  # fmt: skip

Made = dict[str, Any]
Maker = Callable[[random.Random, Made], None]


def months(days: int = 31) -> st.SearchStrategy[list[Record]]:
    """Return a strategy of months: a kind for each close, and a seed for its amounts."""
    kinds = st.lists(st.sampled_from(list(KINDS)), min_size=4, max_size=days)
    prices = st.sampled_from(["inclusive", "inclusive", *PRICES])
    return st.builds(_month, kinds, st.integers(0, 2**32 - 1), prices)


def every_kind(seed: int = 1, prices: str = "inclusive") -> list[Record]:
    """Return a month with each kind of day in it."""
    return _month(list(KINDS), seed, prices)


#: How a venue prices what it sells, as its records say it; a mixed one changes from day to day.
PRICES: dict[str, Made] = {
    "inclusive": {},
    "exclusive": {"prices_include_tax": False},
    "no tax": {"charges_tax": False},
    "mixed": {},
}


def _month(kinds: Iterable[str], seed: int, prices: str) -> list[Record]:
    rng = random.Random(seed)
    records: list[Record] = []
    day = date(2026, 10, 1)
    for kind in kinds:
        again = bool(records) and rng.random() < 0.05  # a venue that closes twice on a day
        if records and not again:
            day += timedelta(days=1)
        record = _blank(day, records[-1]["sequence"] + 1 if again else 1)
        record.update(PRICES[rng.choice(list(PRICES)) if prices == "mixed" else prices])
        KINDS[kind](rng, record)
        records.append(record)
    return records


def _blank(day: date, sequence: int) -> Made:
    hour = 10 + sequence
    return {
        "format": "impos.end_of_day/1",
        "site": SITE,
        "trading_day": day.isoformat(),
        "sequence": sequence,
        "revision": 1,
        "opened_at": f"{day.isoformat()}T{hour}:00:00+11:00",
        "closed_at": f"{(day + timedelta(days=1)).isoformat()}T01:4{sequence % 10}:00+11:00",
        "closed_by": "Mel",
        "terminals": ["POS1"],
        "prices_include_tax": True,
        "sales": [],
        "surcharges": [],
        "tips": [],
        "vouchers_sold": [],
        "deposits_taken": [],
        "account_payments": [],
        "rounding": {"account": "ROUND", "amount": "0.00"},
        "cash_movements": [],
        "variance": {"account": "VARIANCE", "amount": "0.00"},
        "payments": [],
        "statistics": {"checks": 1, "covers": 1},
    }


def _money(rng: random.Random, most: int = 250_000, least: int = 1) -> Decimal:
    return Decimal(rng.randint(least, most)).scaleb(-2)


def _sell(record: Made, account: str, *, gross: Decimal, discount: Decimal = ZERO, refund: Decimal = ZERO) -> None:
    code, net = SALES[account], gross - discount - refund
    amounts = {"gross": gross, "discount": -discount, "refund": -refund, "net": net}
    record["sales"].append(
        {
            "account": account,
            "category": account.partition("-")[0].title(),
            "department": account,
            "tax_code": code,
            "quantity": 1,
            **{name: f"{amount + ZERO:.2f}" for name, amount in amounts.items()},
            "tax": f"{tax_of(record, net, code):.2f}",
        }
    )


def tax_in(amount: Decimal, code: str) -> Decimal:
    """Return the tax in an amount, rounded half up, as offices do."""
    return _half_up(amount * RATES[code] / (100 + RATES[code]))


def tax_of(record: Made, amount: Decimal, code: str) -> Decimal:
    """Return the tax in an amount of a record, or on top of it; none where the venue charges none."""
    if not record.get("charges_tax", True):
        return ZERO
    return tax_in(amount, code) if record["prices_include_tax"] else _half_up(amount * RATES[code] / 100)


def _half_up(exact: Decimal) -> Decimal:
    # Written out: the sign goes, half a cent is added, what is below a cent is cut.
    whole = (abs(exact) + CENT / 2) // CENT * CENT
    return whole.copy_sign(exact) if whole else ZERO


def _trade(rng: random.Random, record: Made, *, most: int = 250_000) -> None:
    """Fill a day with what days have: sales, discounts, refunds, and some of everything else."""
    for account in rng.sample(list(SALES), rng.randint(1, len(SALES))):
        gross = _money(rng, most)
        off = _money(rng, max(1, most // 20)) if rng.random() < 0.4 else ZERO
        back = _money(rng, max(1, most // 20)) if rng.random() < 0.3 else ZERO
        _sell(record, account, gross=gross, discount=min(off, gross), refund=back)
    for account, name, kind in _SURCHARGES:
        if rng.random() < 0.7:
            continue
        amount = _money(rng, 2_000)
        record["surcharges"].append(
            {"account": account, "name": name, "type": kind, "tax_code": "GST",
             "amount": f"{amount:.2f}", "tax": f"{tax_of(record, amount, 'GST'):.2f}"}
        )  # fmt: skip
    for name, account in (
        ("vouchers_sold", "VOUCH-SOLD"),
        ("deposits_taken", "DEPOSIT"),
        ("account_payments", "ACCT-PAY"),
    ):
        if rng.random() < 0.3:
            record[name].append({"account": account, "amount": f"{_money(rng, 30_000):.2f}"})
    if rng.random() < 0.5:
        record["tips"].append({"account": "TIPS", "paymethod": "EFTPOS", "amount": f"{_money(rng, 20_000):.2f}"})
    if rng.random() < 0.5:
        out = rng.random() < 0.6
        record["cash_movements"].append(
            {"account": "CASH-OUT" if out else "CASH-IN", "reason": "Ice", "direction": "out" if out else "in",
             "amount": f"{_money(rng, 8_000):.2f}"}
        )  # fmt: skip
    for name in ("rounding", "variance"):
        if rng.random() < 0.5:
            record[name]["amount"] = f"{Decimal(rng.randint(-2_000, 2_000)).scaleb(-2):.2f}"


def lines_total(record: Made) -> Decimal:
    """Return what the lines of a record come to."""
    lists = ("surcharges", "tips", "vouchers_sold", "deposits_taken", "account_payments")
    moved = sum(
        (Decimal(one["amount"]) * (1 if one["direction"] == "in" else -1) for one in record["cash_movements"]), ZERO
    )
    return (
        sum((Decimal(one["net"]) for one in record["sales"]), ZERO)
        + sum((Decimal(one["amount"]) for name in lists for one in record[name]), ZERO)
        + sum((Decimal(record[name]["amount"]) for name in ("rounding", "variance")), ZERO)
        + moved
        + on_top(record)
    )


def _count(record: Made, amounts: dict[str, Decimal], *, rest: str) -> None:
    """Write the tenders; one takes the rest, so that the day balances."""
    amounts = dict(amounts)
    amounts[rest] = lines_total(record) - sum((one for code, one in amounts.items() if code != rest), ZERO)
    for code, amount in amounts.items():
        text = f"{amount:.2f}"
        record["payments"].append(
            {"paymethod": code, "name": code.title(), "count": 1, "recorded": text, "counted": text}
        )


def _ordinary(rng: random.Random, record: Made) -> None:
    _trade(rng, record)
    total, shares = lines_total(record), [rng.random() for _ in TENDERS]
    parts = {
        code: (total * Decimal(share / sum(shares))).quantize(CENT)
        for code, share in zip(TENDERS, shares, strict=True)
    }
    chosen = rng.sample(list(TENDERS), rng.randint(1, len(TENDERS)))
    _count(record, {code: parts[code] for code in chosen}, rest=chosen[0])


def _against_the_grain(rng: random.Random, record: Made) -> None:
    _trade(rng, record)
    back = {code: -_money(rng, 9_000) for code in rng.sample(["AMEX", "UBER", "VOUCH", "ACCT"], rng.randint(1, 3))}
    _count(record, {**back, "EFTPOS": _money(rng), "CASH": ZERO}, rest="CASH")


def _below_zero(rng: random.Random, record: Made) -> None:
    _trade(rng, record)
    _sell(record, "FOOD-KIT", gross=ZERO, refund=_money(rng, 2_000_000, 1_000_000))
    taken = {code: _money(rng, 90_000) for code in rng.sample(["AMEX", "UBER", "VOUCH", "ACCT"], rng.randint(0, 4))}
    _count(record, {**taken, "CASH": _money(rng, 90_000), "EFTPOS": ZERO}, rest="EFTPOS")


def _everything_given_back(rng: random.Random, record: Made) -> None:
    for account in rng.sample(list(SALES), rng.randint(1, 5)):
        _sell(record, account, gross=ZERO, refund=_money(rng))
    total = lines_total(record)
    _count(
        record, {"CASH": (total / 3).quantize(CENT), "ACCT": (total / 5).quantize(CENT), "AMEX": ZERO}, rest="AMEX"
    )


def _nothing_in_all(rng: random.Random, record: Made) -> None:
    one, amount = rng.choice(list(SALES)), _money(rng)
    _sell(record, one, gross=amount)
    _sell(record, one, gross=ZERO, refund=amount)
    moved = _money(rng)
    _count(record, {"CASH": -moved, rng.choice(["EFTPOS", "AMEX", "ACCT"]): moved}, rest="CASH")


def _between_rates(rng: random.Random, record: Made) -> None:
    amount = _money(rng)
    _sell(record, "FOOD-KIT", gross=amount)
    _sell(record, "FOOD-TAK", gross=ZERO, refund=amount)
    if rng.random() < 0.5:
        _count(record, {"CASH": ZERO, "EFTPOS": ZERO}, rest="CASH")


def _cash_out_on_cards(rng: random.Random, record: Made) -> None:
    """What is paid out in cash on a card moves money from the till to the card, and is no sale."""
    _trade(rng, record)
    out = _money(rng, 50_000)
    _count(record, {"CASH": -out, "EFTPOS": ZERO}, rest="EFTPOS")


def _cents(rng: random.Random, record: Made) -> None:
    for _ in range(rng.randint(2, 14)):
        _sell(record, rng.choice(list(SALES)), gross=_money(rng, 12))
    _count(record, {"CASH": ZERO}, rest="CASH")


def _no_sales(rng: random.Random, record: Made) -> None:
    record["deposits_taken"].append({"account": "DEPOSIT", "amount": f"{_money(rng, 90_000):.2f}"})
    record["tips"].append({"account": "TIPS", "paymethod": "EFTPOS", "amount": f"{-_money(rng, 20_000):.2f}"})
    _count(record, {"CASH": -_money(rng, 20_000), "EFTPOS": ZERO}, rest="EFTPOS")


def _vouchers_for_vouchers(rng: random.Random, record: Made) -> None:
    amount = _money(rng, 50_000)
    record["vouchers_sold"].append({"account": "VOUCH-SOLD", "amount": f"{amount:.2f}"})
    _count(record, {"VOUCH": ZERO}, rest="VOUCH")


def _closed(rng: random.Random, record: Made) -> None:
    if rng.random() < 0.5:
        _count(record, {"CASH": ZERO, "EFTPOS": ZERO}, rest="CASH")


def _unbalanced(rng: random.Random, record: Made) -> None:
    _ordinary(rng, record)
    tender = record["payments"][0]
    tender["counted"] = f"{Decimal(tender['counted']) + rng.choice([1, -1]) * _money(rng, 500):.2f}"


def _new_method(rng: random.Random, record: Made) -> None:
    _trade(rng, record)
    _count(record, {"DIDI": _money(rng, 90_000), "CASH": ZERO}, rest="CASH")


#: What a close can be like.
KINDS: dict[str, Maker] = {
    "ordinary": _ordinary,
    "against the grain": _against_the_grain,
    "below zero": _below_zero,
    "everything given back": _everything_given_back,
    "nothing in all": _nothing_in_all,
    "between rates": _between_rates,
    "cash out on cards": _cash_out_on_cards,
    "cents": _cents,
    "no sales": _no_sales,
    "vouchers for vouchers": _vouchers_for_vouchers,
    "closed": _closed,
    "unbalanced": _unbalanced,
    "new method": _new_method,
}
