"""Is responsible for records to test with: one correct record, the sample month, and made-up ones."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from takings.plugin import DaySummary, Finding, RawRecord
from takings_impos.plugin import END_OF_DAY

SAMPLE = Path(__file__).resolve().parents[4] / "shared" / "data" / "anchor-hotel-2026-10"
READER = END_OF_DAY.reader

RECORD: dict[str, Any] = {
    "format": "impos.end_of_day/1",
    "site": {"id": "4417", "name": "The Anchor Hotel", "timezone": "Australia/Melbourne", "currency": "AUD"},
    "trading_day": "2026-10-09",
    "sequence": 1,
    "revision": 1,
    "opened_at": "2026-10-09T10:58:12+11:00",
    "closed_at": "2026-10-10T02:41:05+11:00",
    "closed_by": "Zoë",
    "terminals": ["POS1", "BAR"],
    "prices_include_tax": True,
    "sales": [
        {
            "account": "FOOD-KIT", "category": "Food", "department": "Kitchen", "tax_code": "GST",
            "quantity": 43, "gross": "632.40", "discount": "-10.00", "refund": "-5.40", "net": "617.00",
            "tax": "56.09", "day_part": "Dinner",
        },
        {
            "account": "FOOD-TAK", "category": "Food", "department": "Takeaway bread, milk",
            "quantity": 2, "gross": "9.00", "discount": "0.00", "refund": "0.00", "net": "9.00", "tax": "0.00",
        },
    ],
    "surcharges": [
        {"account": "SUR-SUN", "name": "Sunday", "type": "check", "tax_code": "GST", "amount": "11.00", "tax": "1.00"}
    ],
    "tips": [{"account": "TIPS", "paymethod": "EFTPOS", "amount": "20.00"}],
    "vouchers_sold": [{"account": "VOUCH-SOLD", "amount": "150.00"}],
    "deposits_taken": [{"account": "DEPOSIT", "reference": "Function 88", "amount": "500.00"}],
    "account_payments": [{"account": "ACCT-PAY", "customer": "O'Brien & Sons", "amount": "12.00"}],
    "rounding": {"account": "ROUND", "amount": "0.02"},
    "variance": {"account": "VARIANCE", "amount": "-5.00"},
    "cash_movements": [
        {
            "account": "CASH-OUT", "reason": "Window cleaner", "direction": "out", "amount": "45.00",
            "tax_code": "GST", "tax": "4.09",
        },
        {"account": "CASH-IN", "reason": "Float", "direction": "in", "amount": "5.00"},
    ],
    "payments": [
        {"paymethod": "CASH", "name": "Cash", "count": 9, "recorded": "100.02", "counted": "95.02"},
        {"paymethod": "EFTPOS", "name": "EFTPOS (Tyro)", "count": 20, "recorded": "1179.00", "counted": "1179.00"},
    ],
    "house_account_sales": [],
    "statistics": {"checks": 26, "covers": 43},
}  # fmt: skip


def a_record() -> dict[str, Any]:
    """Give a record of its own that is correct and balances."""
    return copy.deepcopy(RECORD)


def change(path: str, value: Any) -> dict[str, Any]:
    """Give the correct record with one field set, like `sales.0.net`."""
    record = a_record()
    *above, last = path.split(".")
    inside: Any = record
    for name in above:
        inside = inside[int(name) if name.isdigit() else name]
    inside[int(last) if last.isdigit() else last] = value
    return record


def leave_out(path: str) -> dict[str, Any]:
    """Give the correct record without one field."""
    record = a_record()
    *above, last = path.split(".")
    inside: Any = record
    for name in above:
        inside = inside[int(name) if name.isdigit() else name]
    del inside[last]
    return record


def encoded(record: Any) -> bytes:
    """Write a record as ImPOS would."""
    return json.dumps(record, ensure_ascii=False, indent=1).encode()


def parse(record: Any) -> DaySummary | tuple[Finding, ...]:
    """Read a record given as data, text or bytes."""
    if isinstance(record, str):
        record = record.encode()
    return READER.parse(RawRecord(body=record if isinstance(record, bytes) else encoded(record)))


def read_day(record: Any) -> DaySummary:
    """Read a record that is correct."""
    day = parse(record)
    assert isinstance(day, DaySummary), day
    return day


def refused(record: Any) -> tuple[Finding, ...]:
    """Read a record that is not correct."""
    found = parse(record)
    assert isinstance(found, tuple), "the record was read"
    assert found
    return found


def sample_files() -> list[Path]:
    """Name the records of the sample month; none where the sample is not at hand."""
    return sorted(SAMPLE.glob("2026-*.json"))


needs_sample = pytest.mark.skipif(not sample_files(), reason="the sample month of the Anchor Hotel is not at hand")


# --- Made-up records ---------------------------------------------------------------------------------------

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)
cents = st.integers(-10_000_000, 10_000_000)


def amount(value: int) -> str:
    """Write cents as ImPOS writes an amount."""
    return f"{Decimal(value).scaleb(-2):.2f}"


amounts = cents.map(amount)
counts = st.integers(0, 100_000)


@st.composite
def sales(draw: st.DrawFn) -> dict[str, Any]:
    """Make up a sale."""
    gross, discount, refund = draw(cents), -abs(draw(cents)), -abs(draw(cents))
    row = {
        "account": draw(texts),
        "category": draw(texts),
        "department": draw(texts),
        "quantity": draw(counts),
        "gross": amount(gross),
        "discount": amount(discount),
        "refund": amount(refund),
        "net": amount(gross + discount + refund),
        "tax": draw(amounts),
    }
    return row | draw(st.fixed_dictionaries({}, optional={"tax_code": texts, "day_part": texts}))


def _taken() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"account": texts, "amount": amounts}, optional={"reference": texts, "customer": texts}
    )


def _rows(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(strategy, max_size=3)


_correction = st.fixed_dictionaries({"account": texts, "amount": amounts})
_surcharge = st.fixed_dictionaries(
    {
        "account": texts,
        "name": texts,
        "type": st.sampled_from(["check", "payment", "holiday", "service"]),
        "amount": amounts,
        "tax": amounts,
    },
    optional={"tax_code": texts},
)
_movement = st.fixed_dictionaries(
    {
        "account": texts,
        "reason": texts,
        "direction": st.sampled_from(["in", "out"]),
        "amount": st.integers(1, 10_000_000).map(amount),
    },
    optional={"tax_code": texts, "tax": amounts},
)
_payment = st.fixed_dictionaries(
    {"paymethod": texts, "name": texts, "count": counts, "recorded": amounts, "counted": amounts}
)

made_up = st.fixed_dictionaries(
    {
        "format": st.just("impos.end_of_day/1"),
        "site": st.fixed_dictionaries(
            {
                "id": texts,
                "name": texts,
                "timezone": st.sampled_from(["Australia/Melbourne", "Pacific/Auckland"]),
                "currency": st.sampled_from(["AUD", "NZD"]),
            }
        ),
        "trading_day": st.dates().map(lambda day: f"2026-{day.month:02}-{min(day.day, 28):02}"),
        "sequence": st.integers(1, 9),
        "revision": st.integers(1, 9),
        "opened_at": st.just("2026-10-09T10:58:12+11:00"),
        "closed_at": st.just("2026-10-10T02:41:05+11:00"),
        "closed_by": texts,
        "terminals": _rows(texts),
        "prices_include_tax": st.booleans(),
        "sales": _rows(sales()),
        "surcharges": _rows(_surcharge),
        "tips": _rows(st.fixed_dictionaries({"account": texts, "paymethod": texts, "amount": amounts})),
        "vouchers_sold": _rows(_taken()),
        "deposits_taken": _rows(_taken()),
        "account_payments": _rows(_taken()),
        "rounding": _correction,
        "variance": _correction,
        "cash_movements": _rows(_movement),
        "payments": _rows(_payment),
        "statistics": st.fixed_dictionaries({"checks": counts, "covers": counts}),
    }
)
