"""The findings that planning makes: each says what is wrong, why, what mends it and where."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from takings.plugin import Finding, LedgerAccount, LedgerRef, LedgerTax, show_amount

# Where findings are mended: the wizard's mapping steps by kind of dimension, a setting, the numbering.
MAP_ACCOUNTS, MAP_TENDERS, MAP_TAXES = "map:account", "map:tender", "map:tax"
CONTACT_SETTING, NUMBERING, DAY, CONNECT, LEDGER = "contact_name", "numbering", "day", "connect", "ledger"


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


def customer_archived(name: str) -> Finding:
    """A customer's contact exists and Xero lets no invoice use it."""
    return Finding(
        code="xero.contact_archived",
        what=f"The contact {name} is archived in Xero, and is to have a document of its own",
        why="Xero refuses invoices to an archived contact, and a second one of this name would be another customer",
        do="Restore the contact in Xero (Contacts, Archived), then sync again",
        where=LEDGER,
        subject=name,
    )


def customer_twice(name: str) -> Finding:
    """More than one contact may be a customer's, and the invoice is for one of them."""
    return Finding(
        code="xero.contact_twice",
        what=f"More than one contact in Xero is the customer {name}",
        why="Account number or name of each say so; which of them owes what was put on account can't be told",
        do="Leave the account number on one of the contacts, or archive the others, then sync again",
        where=LEDGER,
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


def no_rounding_account() -> Finding:
    """Cents of tax have to be rounded, and there is no account for them."""
    return Finding(
        code="xero.no_rounding_account",
        what="There is no account for the cents by which Xero's tax differs from the point of sale's",
        why="The prices are without tax, so both add it and round; Xero's own rounding account is gone or archived",
        do="Restore the account Rounding in Xero, or choose a rounding account",
        where="rounding_account",
        subject="rounding_account",
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


def closed_late(day: str, closed: date) -> Finding:
    """The close is dated so long after its trading day that nobody looked what stands there already."""
    return Finding(
        code="xero.closed_late",
        what=f"{day} was closed on {closed}, and its document would get that date",
        why="That is more than a month after the days that are posted; what stands in Xero there was not read",
        do="Set the date of documents to the trading day, or correct the close in the POS",
        where="posting_date",
        subject=day,
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


def account_takes_no_lines(account: LedgerAccount, line: str, where: str = MAP_ACCOUNTS) -> Finding:
    """A line is mapped to an account that invoices can't name."""
    return Finding(
        code="xero.account_takes_no_lines",
        what=f"{line} can't be posted to the account {label(account)}",
        why="Bank, inventory and Xero's own system accounts (like Accounts Receivable) can't stand on an invoice",
        do="Map to another account, for example a clearing account",
        where=where,
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


def tender_needs_a_line(tender: str, account: LedgerAccount, day: str, *, opposite: bool) -> Finding:
    """A tender has to stand among the lines, and its account takes none."""
    why = (
        "It gave back what the day took, or the other way round; Xero takes no such payment, so it becomes a line, "
        "and bank accounts and Xero's own system accounts take none"
        if opposite
        else "In this shape payment methods are lines, and bank accounts and Xero's own system accounts take none"
    )
    return Finding(
        code="xero.tender_needs_a_line",
        what=f"{tender} of {day} can't stand on a line of the account {label(account)}",
        why=why,
        do="Map it to a clearing account (a current asset with 'Enable payments to this account'), from which the "
        "bank's lines are matched",
        where=MAP_TENDERS,
        subject=f"{account.id} {tender}",
    )


def open_opposite_sign(tender: str, amount: Decimal, currency: str, *, day: str) -> Finding:
    """What is left open has the opposite sign of the document."""
    return Finding(
        code="xero.open_opposite_sign",
        what=f"{tender} comes to {show_amount(amount, currency)} {currency} on {day}, and is left open",
        why="What is left open is collected later, and this would have to be given back on a document that is paid",
        do="Map the payment method to an account",
        where=MAP_TENDERS,
        subject=tender,
    )


def journal_leaves_nothing_open(tender: str) -> Finding:
    """A journal has no customer who could owe something."""
    return Finding(
        code="xero.journal_leaves_nothing_open",
        what=f"{tender} is left open, and a manual journal can't leave anything open",
        why="It has no customer, and Xero lets no journal touch Accounts Receivable",
        do="Map the payment method to a clearing account for debtors, or choose a shape with an invoice",
        where=MAP_TENDERS,
        subject=tender,
    )


def no_free_rate(account: LedgerAccount, line: str) -> Finding:
    """No rate of nothing goes with the account of a tender."""
    return Finding(
        code="xero.no_free_rate",
        what=f"{line} can't stand on a line of the account {label(account)}",
        why="A payment method's line carries no tax, and the organisation has no rate of 0 % for such an account",
        do="Map the payment method to another account, or restore the rate in Xero",
        where=MAP_TENDERS,
        subject=account.id,
    )


def tracking_gone(setting: str, chosen: str) -> Finding:
    """The tracking option or category that a setting chose is not in use; before connecting, any text was taken."""
    called = setting.replace("_", " ")
    return Finding(
        code="xero.tracking_gone",
        what=f"The {called} that was chosen is not in Xero, or not in use",
        why="Xero would drop it without a word, and the reports by it would miss these lines",
        do=f"Choose the {called} again",
        where=setting,
        subject=chosen,
    )


def tracking_unknown(name: str) -> Finding:
    """No option of the tracking category is called like the line wants it."""
    return Finding(
        code="xero.tracking_unknown",
        what=f"The tracking category has no option {name}",
        why="Xero would drop it without a word, and the reports by it would miss these lines",
        do=f"Add the option {name} to the tracking category in Xero, or choose another tracking",
        where="tracking_category",
        subject=name,
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


def customer_needs_a_line(account: LedgerAccount, customer: str) -> Finding:
    """A customer's invoice takes the amount off the clearing account, which takes no lines."""
    return Finding(
        code="xero.customer_needs_a_line",
        what=f"The invoice of {customer} can't stand on a line of the account {label(account)}",
        why="It moves the amount on from the account of the house accounts, and this one takes no lines of invoices",
        do="Map house accounts to a clearing account (a current asset), or leave them on it in the advanced settings",
        where=MAP_TENDERS,
        subject=f"{account.id} customers",
    )


def customer_left_open(tender: str) -> Finding:
    """Customers get invoices of their own, and the payment method is left open on the day's."""
    return Finding(
        code="xero.customer_left_open",
        what=f"{tender} is left open on the day's invoice, and its customers are to have invoices of their own",
        why="Both would say that the amount is owed",
        do="Map it to a clearing account, or leave house accounts on it in the advanced settings",
        where=MAP_TENDERS,
        subject=tender,
    )
