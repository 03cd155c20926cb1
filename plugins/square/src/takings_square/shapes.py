"""Is responsible for the shape of a record: what a day's orders, payments and refunds must look like to be read."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

#: Smallest units; more than this in one amount is a misplaced point, not takings.
Units = Annotated[int, Meta(ge=-(10**14), le=10**14)]


class Money(Struct, frozen=True):
    """An amount in the currency's smallest unit."""

    amount: Units
    currency: str


class AppliedTax(Struct, frozen=True):
    """Which tax of the order is in a line."""

    tax_uid: str


class Tax(Struct, frozen=True):
    """A tax of an order or return."""

    uid: str
    catalog_object_id: str | None = None
    name: str | None = None
    percentage: str | None = None


class LineItem(Struct, frozen=True):
    """A line sold or taken back; `total_money` has tax in it, whether Square added it or the price included it."""

    total_money: Money
    item_type: str | None = None
    catalog_object_id: str | None = None
    applied_taxes: tuple[AppliedTax, ...] = ()
    total_tax_money: Money | None = None
    total_discount_money: Money | None = None
    total_service_charge_money: Money | None = None


class ServiceCharge(Struct, frozen=True):
    """A charge on a whole order; an apportioned one stands in the lines already."""

    total_money: Money
    treatment_type: str | None = None
    applied_taxes: tuple[AppliedTax, ...] = ()
    total_tax_money: Money | None = None


class Rounding(Struct, frozen=True):
    """What cash rounding added to a total."""

    amount_money: Money | None = None


class ReturnTip(Struct, frozen=True):
    """A tip given back."""

    applied_money: Money | None = None


class Return(Struct, frozen=True):
    """What an order takes back of another one."""

    return_line_items: tuple[LineItem, ...] = ()
    return_taxes: tuple[Tax, ...] = ()
    return_service_charges: tuple[ServiceCharge, ...] = ()
    return_tips: tuple[ReturnTip, ...] = ()
    rounding_adjustment: Rounding | None = None


class Order(Struct, frozen=True):
    """A completed order: a sale, a return, or both."""

    id: str
    line_items: tuple[LineItem, ...] = ()
    taxes: tuple[Tax, ...] = ()
    service_charges: tuple[ServiceCharge, ...] = ()
    returns: tuple[Return, ...] = ()
    total_tip_money: Money | None = None
    rounding_adjustment: Rounding | None = None


class Card(Struct, frozen=True):
    """A card; of a gift card the brand says so."""

    card_brand: str | None = None


class CardDetails(Struct, frozen=True):
    """How a card paid."""

    card: Card | None = None


class ExternalDetails(Struct, frozen=True):
    """How something outside Square paid."""

    type: str | None = None


class PaidBy(Struct, frozen=True):
    """How the payment behind a refund was made."""

    source_type: str | None = None
    card_details: CardDetails | None = None
    external_details: ExternalDetails | None = None


class Payment(PaidBy, frozen=True, kw_only=True):
    """A payment, tip included."""

    id: str
    total_money: Money
    status: str | None = None


class Refund(Struct, frozen=True):
    """Money given back."""

    id: str
    amount_money: Money
    status: str | None = None
    destination_type: str | None = None
    paid_by: PaidBy | None = None


class Site(Struct, frozen=True):
    """The location."""

    id: str
    name: str
    timezone: str
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")]


class SoldAs(Struct, frozen=True):
    """The category of something sold; both empty where it has none."""

    id: str = ""
    name: str = ""


class DayRecord(Struct, frozen=True):
    """One business date of one location."""

    format: str
    location: Site
    business_date: date
    day_ends_at: Annotated[str, Meta(pattern=r"^(0\d|1[01]):[0-5]\d$")]
    revision: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    orders: tuple[Order, ...]
    payments: tuple[Payment, ...]
    refunds: tuple[Refund, ...]
    categories: dict[str, SoldAs]
