"""Is responsible for turning one decoded record `impos.end_of_day/1` into a day summary, or into findings.

Whether the day balances is not looked at here: the core does that, and keeps a day that does not.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

from takings.plugin import ZERO, CustomerShare, DaySummary, Finding, Line, LineKind, Site, TaxTotal, Tender

from . import findings
from .fields import Fields, Notes
from .jsontext import Decoded

SURCHARGE_TYPES = ("check", "payment", "holiday", "service")
DIRECTIONS = ("in", "out")

_READ = re.compile(r"impos\.end_of_day/1(?:\.[0-9]{1,4})?")

#: Arrays of amounts taken that are no sales, and the kind of line each of them is.
_TAKEN = {
    "vouchers_sold": LineKind.VOUCHER_SOLD,
    "deposits_taken": LineKind.DEPOSIT,
    "account_payments": LineKind.ACCOUNT_PAYMENT,
}

_CORRECTIONS = {"rounding": LineKind.ROUNDING, "variance": LineKind.VARIANCE}


def read_record(decoded: Decoded) -> DaySummary | tuple[Finding, ...]:
    """Read a record; every problem of it is told, up to fifty."""
    notes = Notes()
    data = decoded.value
    for path, literal in decoded.constants:
        notes.add(findings.not_a_number(path, literal))
    if not isinstance(data, dict):
        notes.add(findings.wrong_type("$", data, "an object, the record"))
    elif "format" not in data:
        notes.add(findings.missing_field("$.format", f'"{findings.FORMAT}"'))
    elif not isinstance(data["format"], str) or not _READ.fullmatch(data["format"]):
        notes.add(findings.format_unknown(data["format"]))
    if notes:
        # Another format may mean anything by its fields: nothing else of it is judged.
        return notes.told()
    for path in decoded.repeated:
        notes.add(findings.duplicate_key(path))
    day = _Record(data, notes).read()
    return notes.told(_subject(data)) if notes or day is None else day


def _subject(data: dict[str, Any]) -> str:
    """Name the day as far as it can be told, the way a day's key is written."""
    probe = Fields(data, "$", Notes())
    day = probe.day("trading_day")
    return f"{day.isoformat()}/{probe.number('sequence', 1)}" if day else ""


class _Record:
    """One record while it is read: lines and taxes gather here."""

    def __init__(self, data: dict[str, Any], notes: Notes) -> None:
        self._notes = notes
        self._fields = Fields(data, "$", notes)
        self._lines: list[Line] = []
        self._taxes: dict[tuple[str, str], tuple[Decimal, int]] = {}

    def read(self) -> DaySummary | None:
        fields = self._fields
        place = fields.object("site")
        site = read_site(place) if place else None
        fields.use_currency(site.currency if site else "")
        business_date = fields.day("trading_day")
        sequence, revision = fields.number("sequence", 1), fields.number("revision", 1)
        opened_at, closed_at = fields.instant("opened_at"), fields.instant("closed_at")
        closed_by, inclusive = fields.text("closed_by"), fields.switch("prices_include_tax")
        charges_tax = fields.switch("charges_tax") if "charges_tax" in fields else True
        fields.texts("terminals")
        self._read_lines()
        tenders = self._house_account(self._tenders())
        statistics = self._statistics()
        if self._notes or site is None or business_date is None:
            return None
        return DaySummary(
            site=site,
            business_date=business_date,
            sequence=sequence,
            revision=revision,
            lines=tuple(self._lines),
            tenders=tenders,
            taxes=tuple(
                TaxTotal(tax_code=code, amount=amount, lines=count, account=account)
                for (code, account), (amount, count) in self._taxes.items()
            ),
            prices_include_tax=inclusive,
            charges_tax=charges_tax,
            opened_at=opened_at,
            closed_at=closed_at,
            closed_by=closed_by,
            statistics=statistics,
        )

    def _read_lines(self) -> None:
        for row in self._fields.rows("sales"):
            self._sale(row)
        for row in self._fields.rows("surcharges"):
            self._surcharge(row)
        for row in self._fields.rows("tips"):
            self._line(LineKind.TIP, row, row.money("amount"), payment_method=row.text("paymethod"))
        for name, kind in _TAKEN.items():
            for row in self._fields.rows(name):
                reference, customer = row.optional("reference"), row.optional("customer")
                self._line(kind, row, row.money("amount"), reference=reference, customer=customer)
        for name, kind in _CORRECTIONS.items():
            if correction := self._fields.object(name):
                self._line(kind, correction, correction.money("amount"))
        for row in self._fields.rows("cash_movements"):
            self._cash_movement(row)

    def _line(self, kind: LineKind, row: Fields, amount: Decimal, **more: Any) -> None:
        self._keep(kind, amount, account=row.text("account"), **more)

    def _keep(self, kind: LineKind, amount: Decimal, **more: Any) -> None:
        if amount:
            self._lines.append(Line(kind=kind, amount=amount, **more))

    def _sale(self, row: Fields) -> None:
        gross, discount = row.money("gross"), row.not_positive("discount")
        refund, net = row.not_positive("refund"), row.money("net")
        if gross + discount + refund != net and not self._notes.about_any(
            row.path, "gross", "discount", "refund", "net"
        ):
            self._notes.add(findings.arithmetic(f"{row.path}.net", net, gross + discount + refund))
        department, tax_code = row.text("department"), row.optional("tax_code")
        same = {
            "account": row.text("account"),
            "name": department,
            "tax_code": tax_code,
            "category": row.text("category"),
            "department": department,
            "day_part": row.optional("day_part"),
        }
        self._keep(LineKind.SALE, gross, quantity=row.count("quantity"), **same)
        self._keep(LineKind.DISCOUNT, discount, **same)
        self._keep(LineKind.REFUND, refund, **same)
        self._tax(tax_code, same["account"], row.money("tax"))

    def _surcharge(self, row: Fields) -> None:
        same = {"account": row.text("account"), "name": row.text("name"), "tax_code": row.optional("tax_code")}
        subtype = row.choice("type", SURCHARGE_TYPES)
        self._keep(LineKind.SURCHARGE, row.money("amount"), subtype=subtype, **same)
        self._tax(same["tax_code"], same["account"], row.money("tax"))

    def _cash_movement(self, row: Fields) -> None:
        sign = -1 if row.choice("direction", DIRECTIONS) == "out" else 1
        kind = LineKind.CASH_IN if sign > 0 else LineKind.PAID_OUT
        same = {"account": row.text("account"), "name": row.text("reason"), "tax_code": row.optional("tax_code")}
        self._keep(kind, sign * row.positive("amount"), **same)
        if "tax" in row:
            self._tax(same["tax_code"], same["account"], sign * row.money("tax"))

    def _tax(self, tax_code: str, account: str, amount: Decimal) -> None:
        key = (tax_code, "" if tax_code else account)
        so_far, lines = self._taxes.get(key, (ZERO, 0))
        self._taxes[key] = (so_far + amount, lines + 1)

    def _tenders(self) -> tuple[Tender, ...]:
        return tuple(
            Tender(
                code=row.text("paymethod"),
                name=row.text("name"),
                recorded=row.money("recorded"),
                counted=row.money("counted"),
                count=row.count("count"),
            )
            for row in self._fields.rows("payments")
        )

    def _house_account(self, tenders: tuple[Tender, ...]) -> tuple[Tender, ...]:
        """Return the tenders, with its customers beside the one that they come to; where two do, beside neither."""
        if "house_account_sales" not in self._fields:
            return tenders
        shares = tuple(
            CustomerShare(customer=row.text("customer"), amount=row.money("amount"))
            for row in self._fields.rows("house_account_sales")
        )
        total = sum((one.amount for one in shares), ZERO)
        places = [place for place, one in enumerate(tenders) if one.counted == total]
        if total and not self._notes and not places:
            self._notes.add(findings.house_account_sum(total))
        if not total or len(places) != 1:
            return tenders
        return tuple(replace(one, customers=shares) if place in places else one for place, one in enumerate(tenders))

    def _statistics(self) -> dict[str, int]:
        row = self._fields.object("statistics")
        return {name: row.count(name) for name in ("checks", "covers")} if row else {}


def read_site(place: Fields) -> Site:
    """Read who the venue is; what is wrong goes to the notes of `place`."""
    return Site(
        id=place.text("id"),
        name=place.text("name"),
        timezone=place.zone("timezone"),
        currency=place.currency("currency"),
    )
