"""Documents of one organisation in the store: by id, by number, by name, by a filter."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from takings_xero.sandbox import wire
from takings_xero.sandbox.dates import read_day
from takings_xero.sandbox.store import Store
from takings_xero.sandbox.wire import Doc


@dataclass(frozen=True)
class Kind:
    """One sort of document: where its id and number live, and what lists of it are called."""

    key: str
    id_key: str
    plural: str
    number_key: str | None = None


ORGANISATION = Kind("organisation", "OrganisationID", "Organisations")
ACCOUNT = Kind("account", "AccountID", "Accounts", "Code")
TAX_RATE = Kind("taxrate", "TaxType", "TaxRates", "TaxType")
TRACKING = Kind("tracking", "TrackingCategoryID", "TrackingCategories")
CONTACT = Kind("contact", "ContactID", "Contacts", "ContactNumber")
INVOICE = Kind("invoice", "InvoiceID", "Invoices", "InvoiceNumber")
CREDIT_NOTE = Kind("creditnote", "CreditNoteID", "CreditNotes", "CreditNoteNumber")
PAYMENT = Kind("payment", "PaymentID", "Payments")
JOURNAL = Kind("journal", "ManualJournalID", "ManualJournals")
HISTORY = Kind("history", "HistoryID", "HistoryRecords", "DocumentID")

ALL_KINDS = (
    ORGANISATION,
    ACCOUNT,
    TAX_RATE,
    TRACKING,
    CONTACT,
    INVOICE,
    CREDIT_NOTE,
    PAYMENT,
    JOURNAL,
    HISTORY,
)


class Documents:
    """The documents of one organisation."""

    def __init__(self, store: Store, tenant: str) -> None:
        self.store = store
        self.tenant = tenant

    def get(self, kind: Kind, ident: str) -> Doc | None:
        """Return a document by its id."""
        return self._one("id = ?", kind, ident)

    def numbered(self, kind: Kind, number: str) -> list[Doc]:
        """Return the documents with this number, oldest first."""
        return self.where(kind, "number = ?", [number])

    def named(self, kind: Kind, name: str) -> list[Doc]:
        """Return the documents with this name, letter case ignored."""
        return self.where(kind, "name = ?", [name.strip().lower()])

    def where(self, kind: Kind, sql: str = "1", values: list[object] | None = None) -> list[Doc]:
        """Return the documents that match a condition over the indexed columns, oldest first."""
        rows = self.store.rows(
            f"select body from documents where tenant = ? and kind = ? and ({sql}) order by seq",  # noqa: S608
            self.tenant,
            kind.key,
            *(values or []),
        )
        return [wire.decode(body) for (body,) in rows]

    def number_used(self, kind: Kind, number: str) -> bool:
        """Tell whether any document carries the number."""
        return bool(
            self.store.row(
                "select 1 from documents where tenant = ? and kind = ? and number = ? limit 1",
                self.tenant,
                kind.key,
                number,
            )
        )

    def put(self, kind: Kind, doc: Doc, now: float) -> None:
        """Insert or replace a document; its place in the order of creation stays."""
        number = doc.get(kind.number_key) if kind.number_key else None
        name = doc.get("Name")
        self.store.run(
            "insert into documents (tenant, kind, id, number, name, reference, status, type, day, updated, body)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (tenant, kind, id) do update set"
            " number = excluded.number, name = excluded.name, reference = excluded.reference,"
            " status = excluded.status, type = excluded.type, day = excluded.day, updated = excluded.updated,"
            " body = excluded.body",
            self.tenant,
            kind.key,
            doc[kind.id_key],
            number,
            name.strip().lower() if name else None,
            doc.get("Reference"),
            doc.get("Status"),
            doc.get("Type"),
            read_day(doc["Date"]).isoformat() if "Date" in doc else None,
            now,
            wire.encode(doc),
        )

    def remove(self, kind: Kind, ident: str) -> None:
        """Remove a document for good (tracking, accounts)."""
        self.store.run("delete from documents where tenant = ? and kind = ? and id = ?", self.tenant, kind.key, ident)

    def _one(self, sql: str, kind: Kind, *values: object) -> Doc | None:
        found = self.store.row(
            f"select body from documents where tenant = ? and kind = ? and {sql}",  # noqa: S608
            self.tenant,
            kind.key,
            *values,
        )
        return None if found is None else wire.decode(found[0])


def amount(doc: Doc, key: str) -> Decimal:
    """Return a stored amount as Decimal; whole numbers are stored as integers by JSON."""
    return Decimal(doc.get(key) or 0)
