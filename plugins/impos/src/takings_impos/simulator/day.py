"""Is responsible for making up one close of one venue: pure, and always the same for the same seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from .holidays import holiday_on
from .money import ZERO, cents, contained_tax, portion, rounded, text
from .venues import Department, Record, Surcharge, Tender, Venue

FORMAT = "impos.end_of_day/1"
FIVE_CENTS = Decimal("0.05")
SEASON = (104, 97, 100, 98, 95, 92, 93, 94, 99, 102, 106, 118)
FIRST_CLOSE = time(15, 58, 30)
VARIANCES = (0, 0, 0, 0, 0, 235, -500, -2000, 5000)


@dataclass(frozen=True, kw_only=True)
class Close:
    """Which close of which day is wanted, of how many the day has, and what it is paid with."""

    day: date
    sequence: int
    closes: int
    seed: int
    tenders: tuple[Tender, ...]

    def random(self, venue: Venue) -> Random:
        """Give the source of chance of this close alone, so that the asked period changes nothing."""
        return Random(f"{self.seed}|{venue.site_id}|{self.day.isoformat()}|{self.sequence}")  # noqa: S311


def opening_hours(venue: Venue, close: Close) -> tuple[datetime, datetime]:
    """Give when the close's till was opened and closed, with the venue's offset from UTC."""
    late = close.random(venue).choice(venue.closes)
    last = _local(venue, close.day + timedelta(days=late < venue.opens), late)
    first = _local(venue, close.day, venue.opens)
    if close.closes == 1:
        return first, last
    between = _local(venue, close.day, FIRST_CLOSE)
    return (first, between) if close.sequence == 1 else (between, last)


def _local(venue: Venue, day: date, at: time) -> datetime:
    # Through UTC, because 02:40 does not exist in the night when daylight saving starts.
    return datetime.combine(day, at, venue.zone).astimezone(UTC).astimezone(venue.zone)


def empty_record(venue: Venue, close: Close) -> Record:
    """Give the record of a day on which the till was closed without a sale."""
    opened, closed = opening_hours(venue, close)
    return {
        "format": FORMAT,
        "site": venue.site(),
        "trading_day": close.day.isoformat(),
        "sequence": close.sequence,
        "revision": 1,
        "opened_at": opened.isoformat(),
        "closed_at": closed.isoformat(),
        "closed_by": close.random(venue).choice(venue.staff),
        "terminals": list(venue.terminals),
        "prices_include_tax": True,
        "sales": [],
        "surcharges": [],
        "tips": [],
        "vouchers_sold": [],
        "deposits_taken": [],
        "account_payments": [],
        "rounding": {"account": venue.others["rounding"].code, "amount": "0.00"},
        "cash_movements": [],
        "variance": {"account": venue.others["variance"].code, "amount": "0.00"},
        "payments": [],
        "statistics": {"checks": 0, "covers": 0},
    }


def make_record(venue: Venue, close: Close) -> Record:
    """Make the record of a close that traded; it satisfies the feed's balance identity."""
    chance = close.random(venue)
    record = empty_record(venue, close)
    record["sales"] = _sales(venue, close, chance)
    net = sum((Decimal(line["net"]) for line in record["sales"]), ZERO)
    parts = {tender.code: _part(net, tender.share, chance) for tender in close.tenders[1:]}
    record["surcharges"] = _surcharges(venue, close, net=net, parts=parts)
    # Everything that is not a sale is paid by card, so it is added to the tender that carries tips.
    card = venue.tip_tender if venue.tip_tender in parts else ""
    extras = _extras(venue, chance, card=card)
    record.update(extras)
    lines = ("tips", "vouchers_sold", "deposits_taken", "account_payments")
    extra = sum((Decimal(line["amount"]) for name in lines for line in extras[name]), ZERO)
    if card:
        parts[card] += extra
    owed = net + extra + sum((Decimal(line["amount"]) for line in record["surcharges"]), ZERO)
    cash = owed - sum(parts.values(), ZERO)
    if close.tenders[0].code == venue.cash:
        record["cash_movements"] = _cash_movements(venue, chance, cash)
    for movement in record["cash_movements"]:
        cash += Decimal(movement["amount"]) * (1 if movement["direction"] == "in" else -1)
    amounts = {close.tenders[0].code: cash, **parts}
    _settle(venue, close, record=record, amounts=amounts, chance=chance)
    if venue.house_tender in parts:
        record["house_account_sales"] = _house_sales(venue, parts[venue.house_tender])
    checks = max(1, int(net / 52))
    record["statistics"] = {"checks": checks, "covers": checks * 168 // 100}
    return record


def _sales(venue: Venue, close: Close, chance: Random) -> list[Record]:
    dollars = venue.takings[close.day.weekday()] or max(venue.takings) // 2
    season = SEASON[close.day.month - 1] + (25 if holiday_on(close.day) else 0)
    gross = cents(dollars * season * chance.randrange(840, 1160) // 1000)
    if close.closes > 1:
        gross = portion(gross, 620 if close.sequence == 1 else 380)
    lines = []
    for department in venue.departments:
        whole = portion(gross, department.share * chance.randrange(850, 1150) // 1000)
        for name, share in venue.day_parts or (("", 1000),):
            line = _sale(department, portion(whole, share) + cents(chance.randrange(100)), venue=venue, chance=chance)
            lines.append({**line, "day_part": name} if name else line)
    return lines


def _sale(department: Department, gross: Decimal, *, venue: Venue, chance: Random) -> Record:
    account = department.account
    discount = -portion(gross, 20) if chance.randrange(100) < 55 else ZERO
    refunded = chance.randrange(100) < 12
    refund = -min(cents(chance.randrange(800, 4000)), portion(gross, 300)) if refunded else ZERO
    net = gross + discount + refund
    return {
        "account": account.code,
        "category": account.category,
        "department": account.name,
        "tax_code": account.tax_code,
        "quantity": max(1, int(gross * 100 / department.price)),
        "gross": text(gross),
        "discount": text(discount),
        "refund": text(refund),
        "net": text(net),
        "tax": text(contained_tax(net, venue.rates[account.tax_code])),
    }


def _part(net: Decimal, share: int, chance: Random) -> Decimal:
    return portion(net, share * chance.randrange(900, 1100) // 1000)


def _surcharges(venue: Venue, close: Close, *, net: Decimal, parts: dict[str, Decimal]) -> list[Record]:
    lines = []
    for rule in venue.surcharges:
        if not rule.applies(close.day) or (rule.tender and rule.tender not in parts):
            continue
        amount = rounded((parts[rule.tender] if rule.tender else net) * rule.percent / 100)
        if rule.tender:
            parts[rule.tender] += amount
        lines.append(_surcharge_line(rule, amount, venue))
    return lines


def _surcharge_line(rule: Surcharge, amount: Decimal, venue: Venue) -> Record:
    return {
        "account": rule.account.code,
        "name": rule.label,
        "type": rule.type,
        "tax_code": rule.account.tax_code,
        "amount": text(amount),
        "tax": text(contained_tax(amount, venue.rates[rule.account.tax_code])),
    }


def _extras(venue: Venue, chance: Random, *, card: str) -> Record:
    code = {purpose: account.code for purpose, account in venue.others.items()}
    tips, vouchers, deposits, paid = (chance.randrange(100) for _ in range(4))
    tip = text(cents(chance.randrange(1500, 16000)))
    function = chance.randrange(60, 999)
    return {
        "tips": [{"account": code["tips"], "paymethod": card, "amount": tip}] if card and tips < 90 else [],
        "vouchers_sold": [{"account": code["vouchers"], "amount": "150.00"}] if vouchers < 25 else [],
        "deposits_taken": [{"account": code["deposits"], "reference": f"Function {function}", "amount": "500.00"}][
            : deposits < 15
        ],
        "account_payments": [
            {"account": code["account_payments"], "customer": "O'Brien & Sons Pty Ltd", "amount": "320.00"}
        ][: paid < 6],
    }


def _cash_movements(venue: Venue, chance: Random, cash: Decimal) -> list[Record]:
    out, into = chance.randrange(100) < 25, chance.randrange(100) < 12
    tax = {"tax_code": venue.cash_tax_code, "tax": "0.00"} if venue.cash_tax_code else {}
    lines = []
    if out and cash > 180:
        account, reason = venue.others["cash_out"].code, venue.cash_reasons[0]
        lines.append({"account": account, "reason": reason, "direction": "out", "amount": "45.00", **tax})
    if into:
        account, reason = venue.others["cash_in"].code, venue.cash_reasons[1]
        lines.append({"account": account, "reason": reason, "direction": "in", "amount": "60.00", **tax})
    return lines


def _settle(venue: Venue, close: Close, *, record: Record, amounts: dict[str, Decimal], chance: Random) -> None:
    variance = cents(chance.choice(VARIANCES))
    first = close.tenders[0].code
    if first == venue.cash:
        paid = rounded(amounts[first], FIVE_CENTS)
        record["rounding"]["amount"] = text(paid - amounts[first])
        amounts[first] = paid
    if first != venue.cash or amounts[first] < 200:
        variance = ZERO
    record["variance"]["amount"] = text(variance)
    for tender in close.tenders:
        recorded = amounts[tender.code]
        counted = recorded + (variance if tender.code == first else ZERO)
        record["payments"].append(
            {
                "paymethod": tender.code,
                "name": tender.name,
                "count": max(1, int(abs(recorded) / 47)),
                "recorded": text(recorded),
                "counted": text(counted),
            }
        )


def _house_sales(venue: Venue, amount: Decimal) -> list[Record]:
    first = portion(amount, 600)
    parts = (first, amount - first)
    return [
        {"customer": customer, "amount": text(part)}
        for customer, part in zip(venue.house_customers, parts, strict=True)
    ]
