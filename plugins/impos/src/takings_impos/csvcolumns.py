"""Is responsible for the columns of a CSV file: which there are, and which of them each kind of row fills."""

from __future__ import annotations

from dataclasses import dataclass

#: Columns that say which day a row belongs to, the same on all rows of a day, and where they stand in a record.
DAY_COLUMNS = {
    "format": "$.format",
    "site_id": "$.site.id",
    "site_name": "$.site.name",
    "timezone": "$.site.timezone",
    "currency": "$.site.currency",
    "trading_day": "$.trading_day",
    "sequence": "$.sequence",
    "revision": "$.revision",
    "opened_at": "$.opened_at",
    "closed_at": "$.closed_at",
    "closed_by": "$.closed_by",
    "terminals": "$.terminals",
    "prices_include_tax": "$.prices_include_tax",
    "checks": "$.statistics.checks",
    "covers": "$.statistics.covers",
}

#: Day columns that identify a day and its revision.
KEY_COLUMNS = ("site_id", "trading_day", "sequence", "revision")

#: The column that says what a row is.
ROW = "row"

#: Columns with whole numbers; all others are text, amounts too.
WHOLE = frozenset({"sequence", "revision", "checks", "covers", "quantity", "count"})

#: What separates the tills in `terminals`.
BETWEEN_TERMINALS = ";"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowKind:
    """One kind of row: the record's field it goes to, and its columns, which are that field's own names."""

    field: str
    columns: tuple[str, ...]
    once: bool = False


_TAKEN = ("account", "amount", "reference", "customer")

#: What `row` can be, in the order in which rows are written.
ROWS = {
    "sale": RowKind(
        field="sales",
        columns=(
            *("account", "category", "department", "day_part", "tax_code"),
            *("quantity", "gross", "discount", "refund", "net", "tax"),
        ),
    ),
    "surcharge": RowKind(field="surcharges", columns=("account", "name", "type", "tax_code", "amount", "tax")),
    "tip": RowKind(field="tips", columns=("account", "paymethod", "amount")),
    "voucher_sold": RowKind(field="vouchers_sold", columns=_TAKEN),
    "deposit_taken": RowKind(field="deposits_taken", columns=_TAKEN),
    "account_payment": RowKind(field="account_payments", columns=_TAKEN),
    "rounding": RowKind(field="rounding", columns=("account", "amount"), once=True),
    "variance": RowKind(field="variance", columns=("account", "amount"), once=True),
    "cash_movement": RowKind(
        field="cash_movements", columns=("account", "reason", "direction", "amount", "tax_code", "tax")
    ),
    "payment": RowKind(field="payments", columns=("paymethod", "name", "count", "recorded", "counted")),
    "house_account_sale": RowKind(field="house_account_sales", columns=("customer", "amount")),
}

#: Columns of single rows, in the order in which they are written.
ROW_COLUMNS = tuple(dict.fromkeys(column for kind in ROWS.values() for column in kind.columns))

#: All columns, in the order in which they are written.
COLUMNS = (*DAY_COLUMNS, ROW, *ROW_COLUMNS)
