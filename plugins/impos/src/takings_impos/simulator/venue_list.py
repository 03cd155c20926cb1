"""Is responsible for the venues that can be simulated, each with a character of its own."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

from .venues import Account, Department, Surcharge, Tender, Venue

SUNDAY, SATURDAY, MONDAY, TUESDAY = 6, 5, 0, 1
# No surcharge on eftpos, Visa and Mastercard from 1 October 2026; American Express stays allowed.
LAST_DEBIT_SURCHARGE = date(2026, 9, 30)


def _other_accounts(tax_code: str, *codes: str) -> dict[str, Account]:
    purposes = (
        ("tips", "Tips", "Tips"),
        ("vouchers", "Vouchers", "Gift vouchers sold"),
        ("deposits", "Deposits", "Function deposits"),
        ("account_payments", "Accounts", "House account payments"),
        ("rounding", "Rounding", "Cash rounding"),
        ("variance", "Variance", "Till over/short"),
        ("cash_out", "Cash movements", "Cash out reasons"),
        ("cash_in", "Cash movements", "Cash in reasons"),
    )
    return {
        purpose: Account(code, category, name, tax_code)
        for (purpose, category, name), code in zip(purposes, codes, strict=True)
    }


def _sold(code: str, category: str, name: str, *, tax_code: str, share: int, price: int) -> Department:
    return Department(Account(code, category, name, tax_code), share, price)


_AUSTRALIAN = (("GST", "GST 10%", "10"), ("FRE", "GST Free", "0"), ("N-T", "No Tax", "0"))
_USUAL_OTHERS = (
    "TIPS", "VOUCH-SOLD", "DEPOSIT", "ACCT-PAY", "ROUND", "VARIANCE", "CASH-OUT", "CASH-IN",
)  # fmt: skip

ANCHOR = Venue(
    key="anchor",
    site_id="4417",
    name="The Anchor Hotel",
    timezone="Australia/Melbourne",
    tax_codes=_AUSTRALIAN,
    departments=(
        _sold("FOOD-KIT", "Food", "Kitchen", tax_code="GST", share=340, price=1450),
        _sold("FOOD-BIS", "Food", "Bistro & Grill", tax_code="GST", share=110, price=1450),
        _sold("FOOD-TAK", "Food", "Takeaway bread, milk", tax_code="FRE", share=30, price=1400),
        _sold("BEV-TAP", "Beverage", "Tap Beer", tax_code="GST", share=230, price=1450),
        _sold("BEV-WIN", "Beverage", "Wine – by the glass", tax_code="GST", share=120, price=1450),
        _sold("BEV-SPI", "Beverage", "Spirits", tax_code="GST", share=95, price=1450),
        _sold("BEV-SOF", "Beverage", "Soft drink", tax_code="GST", share=50, price=1450),
        _sold("MERCH", "Merchandise", "T-shirts", tax_code="GST", share=25, price=1450),
    ),
    tenders=(
        Tender("CASH", "Cash"),
        Tender("EFTPOS", "EFTPOS (Tyro)", 530),
        Tender("AMEX", "American Express", 55),
        Tender("UBER", "Uber Eats", 75),
        Tender("VOUCH", "Gift Voucher", 20),
        Tender("ACCT", "House Account", 40),
    ),
    others=_other_accounts("N-T", *_USUAL_OTHERS),
    surcharges=(
        Surcharge(
            account=Account("SUR-SUN", "Surcharges", "Sunday surcharge", "GST"),
            label="Sunday 10%",
            type="check",
            percent=Decimal(10),
            weekdays=frozenset({SUNDAY}),
        ),
        Surcharge(
            account=Account("SUR-CARD", "Surcharges", "AMEX surcharge", "GST"),
            label="AMEX 1.65%",
            type="payment",
            percent=Decimal("1.65"),
            tender="AMEX",
        ),
    ),
    takings=(5200, 5600, 6100, 6900, 11800, 12600, 7800),
    opens=time(10, 58, 12),
    closes=(time(0, 41, 5), time(1, 41, 5), time(2, 40, 0)),
    staff=("Zoë", "Mel", "Nguyễn"),
    terminals=("POS1", "POS2", "BAR"),
    shut_holidays=frozenset({"Christmas Day"}),
)

CAFE = Venue(
    key="cafe",
    site_id="5120",
    name="Wattle & Rye Café",
    timezone="Australia/Sydney",
    tax_codes=(
        ("TAXED", "Sales incl. GST", "10"),
        ("FREE", "GST free food", "0"),
        ("NONE", "Not sales", "0"),
    ),
    departments=(
        _sold("210", "Beverage", "Coffee & tea", tax_code="TAXED", share=460, price=560),
        _sold("220", "Food", "Breakfast", tax_code="TAXED", share=290, price=1890),
        _sold("230", "Food", "Cakes & sandwiches", tax_code="TAXED", share=130, price=990),
        _sold("240", "Food", "Bread loaves, beans 1kg", tax_code="FREE", share=120, price=1250),
    ),
    tenders=(
        Tender("1", "Cash"),
        Tender("2", "Card terminal", 720),
        Tender("5", "Uber Eats", 70),
        Tender("7", "Coffee card", 15),
    ),
    others=_other_accounts("NONE", "810", "820", "830", "840", "890", "895", "910", "920"),
    surcharges=(
        Surcharge(
            account=Account("710", "Surcharges", "Weekend surcharge", "TAXED"),
            label="Sunday 10%",
            type="check",
            percent=Decimal(10),
            weekdays=frozenset({SUNDAY}),
            on_holidays=True,
        ),
        Surcharge(
            account=Account("720", "Surcharges", "Card surcharge", "TAXED"),
            label="Card 1.2%",
            type="payment",
            percent=Decimal("1.2"),
            tender="2",
            until=LAST_DEBIT_SURCHARGE,
        ),
    ),
    takings=(1600, 1650, 1700, 1800, 2100, 3100, 2900),
    opens=time(6, 28, 40),
    closes=(time(14, 52, 10), time(15, 20, 33)),
    staff=("Priya", "Tom"),
    shut_weekdays=frozenset({MONDAY}),
    shut_holidays=frozenset({"Christmas Day", "Good Friday"}),
    tip_tender="2",
    cash="1",
    cash_reasons=("Milk run", "Float top-up"),
)

RESTAURANT = Venue(
    key="restaurant",
    site_id="6033",
    name="Saltbush & Tide",
    timezone="Australia/Adelaide",
    tax_codes=(("G10", "GST", "10"), ("G0", "GST free", "0"), ("X", "Outside GST", "0")),
    departments=(
        _sold("SALES-FOOD", "Food", "À la carte", tax_code="G10", share=520, price=3600),
        _sold("SALES-SET", "Food", "Chef's menu", tax_code="G10", share=160, price=14500),
        _sold("SALES-WINE", "Beverage", "Wine list", tax_code="G10", share=250, price=4200),
        _sold("SALES-COCK", "Beverage", "Cocktails", tax_code="G10", share=60, price=2300),
        _sold("SALES-PANTRY", "Pantry", "Olive oil & bread to take home", tax_code="G0", share=10, price=1900),
    ),
    tenders=(
        Tender("CASH", "Cash"),
        Tender("CARD", "Visa / Mastercard", 640),
        Tender("AMEX", "American Express", 130),
        Tender("DEP", "Deposit used", 40),
        Tender("HOUSE", "House account", 50),
    ),
    others=_other_accounts("X", *_USUAL_OTHERS),
    surcharges=(
        Surcharge(
            account=Account("SUR-HOL", "Surcharges", "Public holiday surcharge", "G10"),
            label="Public holiday 15%",
            type="holiday",
            percent=Decimal(15),
            on_holidays=True,
        ),
        Surcharge(
            account=Account("SUR-SVC", "Surcharges", "Weekend service charge", "G10"),
            label="Weekend service 8%",
            type="service",
            percent=Decimal(8),
            weekdays=frozenset({SATURDAY, SUNDAY}),
        ),
        Surcharge(
            account=Account("SUR-AMEX", "Surcharges", "American Express surcharge", "G10"),
            label="American Express 1.9%",
            type="payment",
            percent=Decimal("1.9"),
            tender="AMEX",
        ),
    ),
    takings=(0, 5400, 6800, 8200, 13900, 16400, 9100),
    opens=time(11, 30, 0),
    closes=(time(23, 12, 48), time(23, 47, 3), time(0, 20, 15)),
    staff=("Aïsha", "Luca", "Siobhán O'Neill"),
    terminals=("FLOOR", "BAR"),
    shut_weekdays=frozenset({MONDAY}),
    shut_holidays=frozenset({"Christmas Day", "New Year's Day"}),
    house_customers=("Harbour Legal Pty Ltd", "D'Angelo & Co"),
    tip_tender="CARD",
    house_tender="HOUSE",
    cash_reasons=("Fish market", "Staff till loan back"),
)

TAVERN = Venue(
    key="tavern",
    site_id="7208",
    name="Fremantle Harbour Tavern",
    timezone="Australia/Perth",
    tax_codes=_AUSTRALIAN,
    departments=(
        _sold("BEER", "Beverage", "Beer & cider", tax_code="GST", share=480, price=1300),
        _sold("SPIRITS", "Beverage", "Spirits & RTD", tax_code="GST", share=220, price=1500),
        _sold("PUBFOOD", "Food", "Counter meals", tax_code="GST", share=250, price=2700),
        _sold("BOTTLE", "Bottle shop", "Bottle shop", tax_code="GST", share=50, price=3300),
    ),
    tenders=(
        Tender("CASH", "Cash"),
        Tender("EFTPOS", "EFTPOS", 610),
        Tender("AMEX", "Amex", 30),
        Tender("MEMBER", "Member points", 25),
    ),
    others=_other_accounts("N-T", *_USUAL_OTHERS),
    takings=(3100, 3300, 4200, 5600, 13200, 15100, 8800),
    opens=time(11, 0, 5),
    closes=(time(1, 5, 0), time(2, 40, 0)),
    staff=("Kev", "Marlee"),
    terminals=("MAIN", "GARDEN", "BOTTLO"),
    shut_holidays=frozenset({"Christmas Day", "Good Friday"}),
    two_close_weekdays=frozenset({SATURDAY}),
    day_parts=(("Lunch", 350), ("Dinner", 650)),
    cash_reasons=("Band", "Jukebox"),
    cash_tax_code="N-T",
)

VENUES: dict[str, Venue] = {venue.key: venue for venue in (ANCHOR, CAFE, RESTAURANT, TAVERN)}
