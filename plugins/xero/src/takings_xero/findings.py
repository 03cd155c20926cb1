"""The findings that planning makes: each says what is wrong, why, what mends it and where."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from takings.plugin import Finding, LedgerAccount, LedgerRef, LedgerTax, show_amount

# Where findings are mended: the wizard's mapping steps by kind of dimension, a setting, the numbering.
MAP_ACCOUNTS, MAP_TENDERS, MAP_TAXES = "map:account", "map:tender", "map:tax"
CONTACT_SETTING, NUMBERING, DAY, CONNECT, LEDGER = "settings:contact_name", "numbering", "day", "connect", "ledger"


def contact_archived(name: str) -> Finding:
    """The contact exists and Xero lets no invoice use it."""
    return Finding(
        code="xero.contact_archived",
        what=f"The contact {name} is archived in Xero",
        why="Xero refuses invoices to an archived contact, and creates no other of the same name",
        do="Restore the contact in Xero (Contacts, Archived), or set another contact name",
        where=CONTACT_SETTING,
        subject=name,
    )


def currency_differs(day: str, currency: str, base: str) -> Finding:
    """The day is in another currency than the organisation."""
    return Finding(
        code="xero.currency",
        what=f"{day} is in {currency}, and the organisation keeps its books in {base}",
        why="Takings are posted in the organisation's own currency; nothing is converted",
        do=f"Connect the venue to an organisation in {currency}, or correct the venue's currency in the POS",
        where=CONNECT,
        subject=day,
    )


def prices_exclude_tax(day: str) -> Finding:
    """The source's amounts have no tax in them."""
    return Finding(
        code="xero.prices_exclude_tax",
        what=f"{day} has prices without tax",
        why="Invoices are posted with tax-inclusive lines, so that they come to what was counted to the cent",
        do="Have the POS send prices with tax",
        where=DAY,
        subject=day,
    )


def locked(day: date, lock: date, names: list[str]) -> Finding:
    """The document would be dated in a locked time."""
    which = " and ".join(f"{name} lock date" for name in names) or "lock date"
    return Finding(
        code="xero.locked",
        what=f"{day} is locked in Xero",
        why=f"The {which} is {lock}, and nothing dated on or before it can be posted",
        do="Ask whoever closed the books to move the lock date in Xero (Accounting, Advanced, Financial settings), "
        "or never post this day",
        where=LEDGER,
        subject=str(day),
    )


def account_unknown(ref: LedgerRef, where: str) -> Finding:
    """The mapping names an account that the organisation does not have."""
    return Finding(
        code="xero.account_unknown",
        what=f"The account {ref} is not in the chart of accounts",
        why="It was deleted in Xero, or belongs to another organisation",
        do="Map to another account",
        where=where,
        subject=ref.id,
    )


def account_archived(account: LedgerAccount, where: str) -> Finding:
    """The mapping names an archived account."""
    return Finding(
        code="xero.account_archived",
        what=f"The account {label(account)} is archived in Xero",
        why="Xero refuses lines and payments to an archived account",
        do="Restore the account in Xero, or map to another one",
        where=where,
        subject=account.id,
    )


def account_takes_no_payments(account: LedgerAccount, tender: str) -> Finding:
    """A tender is mapped to an account that Xero takes no payments to."""
    return Finding(
        code="xero.account_takes_no_payments",
        what=f"{tender} can't be received in the account {label(account)}",
        why="It is no bank account, and 'Enable payments to this account' is not ticked in Xero",
        do="Tick 'Enable payments to this account' at the account in Xero, or map to another account",
        where=MAP_TENDERS,
        subject=account.id,
    )


def account_takes_no_lines(account: LedgerAccount, line: str) -> Finding:
    """A line is mapped to an account that invoices can't name."""
    return Finding(
        code="xero.account_takes_no_lines",
        what=f"{line} can't be posted to the account {label(account)}",
        why="Bank, inventory and Xero's own system accounts (like Accounts Receivable) can't stand on an invoice",
        do="Map to another account, for example a clearing account",
        where=MAP_ACCOUNTS,
        subject=account.id,
    )


def tax_unknown(ref: LedgerRef) -> Finding:
    """The mapping names a rate that the organisation does not have, or no longer uses."""
    return Finding(
        code="xero.tax_unknown",
        what=f"The tax rate {ref} can't be used",
        why="It was deleted in Xero, or belongs to another organisation",
        do="Map to another tax rate",
        where=MAP_TAXES,
        subject=ref.id,
    )


def tax_not_for_account(tax: LedgerTax, account: LedgerAccount, line: str) -> Finding:
    """Rate and account don't go together."""
    return Finding(
        code="xero.tax_not_for_account",
        what=f"{line}: the tax rate {tax.name} can't be used with the account {label(account)}",
        why=f"In Xero it is for {_kinds(tax)} accounts, and this is a {account.kind.lower()} account",
        do="Map the line to another account, or its tax code to another rate",
        where=MAP_ACCOUNTS,
        subject=f"{account.id} {tax.id}",
    )


def no_tax(account: LedgerAccount, line: str) -> Finding:
    """The source has no taxes, and the account has no usable default."""
    return Finding(
        code="xero.no_tax",
        what=f"{line} has no tax rate",
        why=f"The POS sends no tax codes, and the account {label(account)} has no default tax rate in Xero",
        do="Give the account a default tax rate in Xero",
        where=LEDGER,
        subject=account.id,
    )


def tender_opposite_sign(tender: str, amount: Decimal, currency: str, day: str) -> Finding:
    """More was given back by a payment method than was taken."""
    return Finding(
        code="xero.tender_opposite_sign",
        what=f"{tender} comes to {show_amount(amount, currency)} {currency} on {day}",
        why="Xero takes only positive payments on an invoice, so this one can't be posted",
        do="Enter the day in Xero by hand and choose never to post it here, or correct it in the POS",
        where=DAY,
        subject=tender,
    )


def negative_total(total: Decimal, currency: str, day: str) -> Finding:
    """The day comes to less than nothing."""
    return Finding(
        code="xero.negative_total",
        what=f"{day} comes to {show_amount(total, currency)} {currency}",
        why="Xero takes no invoice with a total below zero",
        do="Enter the day in Xero by hand, as a credit note, and choose never to post it here",
        where=DAY,
        subject=day,
    )


def zero_total(day: str) -> Finding:
    """The lines of the day cancel out, so that there is nothing to pay."""
    return Finding(
        code="xero.zero_total",
        what=f"The lines of {day} cancel out to 0.00",
        why="An invoice of 0.00 can't be paid, and Xero does not say what becomes of an approved one",
        do="Enter the day in Xero by hand, as a manual journal, and choose never to post it here",
        where=DAY,
        subject=day,
    )


def number_taken(number: str, status: str) -> Finding:
    """Another invoice has the number."""
    state = f"; it is {status.lower()}" if status else ""
    return Finding(
        code="xero.number_taken",
        what=f"The invoice number {number} is in use in Xero already",
        why=f"Another invoice of this organisation carries it{state}, and a voided or deleted one keeps its number",
        do="Change the number of the other invoice in Xero, or change the numbering of this integration",
        where=NUMBERING,
        subject=number,
    )


def number_invalid(number: str) -> Finding:
    """Xero would not take the number."""
    return Finding(
        code="xero.number_invalid",
        what=f"The invoice number {number!r} can't be used in Xero",
        why="A number has 1 to 255 characters, and only letters, digits and signs of ASCII",
        do="Change the numbering of this integration",
        where=NUMBERING,
        subject=number,
    )


def label(account: LedgerAccount) -> str:
    """Return an account as people know it."""
    return f"{account.code} {account.name}".strip()


def _kinds(tax: LedgerTax) -> str:
    return " and ".join(kind.lower() for kind in tax.kinds) or "no"
