"""Steering a sandbox: what tests and demonstrations do to it, in Python; /sandbox does the same over HTTP."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

from takings_xero.sandbox import (
    accounts,
    amend,
    balances,
    clients,
    connections,
    contacts,
    dates,
    invoices,
    journals,
    messages,
    papers,
    payments,
    seeds,
    tokens,
    webhooks,
    wire,
)
from takings_xero.sandbox.books import Books
from takings_xero.sandbox.call import Call
from takings_xero.sandbox.clients import Client, ClientKind
from takings_xero.sandbox.documents import ALL_KINDS, ORGANISATION, PAYMENT, amount
from takings_xero.sandbox.problems import Invalid, NotFound, PostDataInvalid
from takings_xero.sandbox.wire import Doc
from takings_xero.sandbox.world import World

_PAYMENT_FIELDS = ("amount", "date", "reference", "reconciled", "batch", "status")


class NoOrganisation(NotFound):
    """No organisation has this tenant id."""


class Control:
    """The control API of one sandbox. Organisations are named by their tenant id."""

    def __init__(self, world: World) -> None:
        self.world = world

    def state(self) -> dict[str, Any]:
        """Return an overview: time, switches, organisations, apps, connections."""
        store = self.world.store
        return {
            "now": dates.utc_string(self.world.now()),
            "switches": msgspec.to_builtins(self.world.switches),
            "organisations": self.organisations(),
            "clients": [
                {"client_id": one.client_id, "kind": one.kind, "client_secret": one.secret, "name": one.name}
                for one in clients.everyone(store)
            ],
            "connections": [
                {"id": ident, "tenant": tenant, "client_id": client}
                for ident, tenant, client in store.rows(
                    "select id, tenant, client_id from connections where live = 1 order by created"
                )
            ],
        }

    def organisations(self) -> list[dict[str, Any]]:
        """Return tenant id, name and settings of every organisation."""
        found = seeds.organisations(self.world.store)
        return [{"tenant": one["OrganisationID"], "name": one["Name"], "settings": one} for one in found]

    def add_organisation(self, name: str, settings: dict[str, Any] | None = None) -> str:
        """Create an organisation and return its tenant id; raises ValueError for an empty name."""
        if not name.strip():
            raise ValueError("An organisation needs a name.")
        tenant = seeds.add_organisation(self.world.store, name, self.world.now())
        if settings:
            self.change_organisation(tenant, settings)
        return tenant

    def change_organisation(self, tenant: str, changes: dict[str, Any]) -> Doc:
        """Change an organisation's record; lock dates as `YYYY-MM-DD`, null removes a field. Raises ValueError."""
        with self.world.store.transaction():
            books = self._books(tenant)
            record = dict(books.organisation)
            for key, value in changes.items():
                if value is None:
                    record.pop(key, None)
                elif key.endswith("LockDate"):
                    record[key] = dates.wire_day(dates.read_human(key, value))
                else:
                    record[key] = value
            books.documents.put(ORGANISATION, record, self.world.now())
        return record

    def disconnect(self, tenant: str) -> int:
        """Remove the app inside Xero: every connection of the organisation goes; returns how many."""
        return connections.cut_tenant(self.world.store, tenant, self.world.now())

    def register_client(
        self, kind: ClientKind, client_id: str | None = None, client_secret: str | None = None, **more: Any
    ) -> Client:
        """Register an app of kind web, pkce or custom; `name`, `redirect_uris` and `tenant` are optional."""
        made = Client(
            client_id=client_id or clients.new_id(),
            kind=kind,
            secret=None if kind == "pkce" else client_secret or clients.new_id(),
            name=str(more.get("name") or f"Sandbox {kind} app"),
            redirect_uris=tuple(more.get("redirect_uris") or ()),
            tenant=more.get("tenant"),
        )
        clients.register(self.world.store, made)
        return made

    def expire_access_tokens(self) -> int:
        """End every access token now; refresh tokens stay."""
        return tokens.expire_access(self.world.store, self.world.now())

    def change_account(self, tenant: str, key: str, changes: Doc) -> Doc:
        """Change an account (by id or code), for example `{"Status": "ARCHIVED"}`."""
        with self.world.store.transaction():
            call = self._call(tenant)
            found = call.books.account(ident=key) or call.books.account(code=key)
            if found is None:
                raise NotFound
            return accounts.update(call, found, changes)

    def change_contact(self, tenant: str, key: str, changes: Doc) -> Doc:
        """Change a contact, for example `{"ContactStatus": "ARCHIVED"}`; raises Invalid."""
        with self.world.store.transaction():
            call = self._call(tenant)
            found = call.books.contact(key.lower())
            if found is None:
                raise NotFound
            return contacts.update(call, found, changes)

    def change_invoice(self, tenant: str, key: str, changes: Doc) -> Doc:
        """Change an invoice (by id or number) as a person does in Xero; the same rules hold. Raises Invalid."""
        with self.world.store.transaction():
            call = self._call(tenant)
            return amend.update(call, papers.INVOICES, invoices.found(call, key), given=changes)

    def change_journal(self, tenant: str, key: str, changes: Doc) -> Doc:
        """Change a manual journal (by id) as a person does in Xero, for example `{"Status": "POSTED"}`."""
        with self.world.store.transaction():
            call = self._call(tenant)
            return journals.update(call, journals.found(call, key), changes)

    def add_invoice(self, tenant: str, given: Doc) -> Doc:
        """Make an invoice as a person or another program does, in the API's own fields. Raises Invalid."""
        with self.world.store.transaction():
            return papers.create(self._call(tenant), papers.INVOICES, given)

    def change_payment(self, tenant: str, key: str, changes: dict[str, Any]) -> Doc:
        """Change a payment as nobody can through the API.

        `amount`, `date`, `reference`, `reconciled`, `batch`, or `status` DELETED. Raises NotFound, Invalid, and
        ValueError for anything else.
        """
        unknown = sorted(changes.keys() - set(_PAYMENT_FIELDS))
        if unknown:
            raise ValueError(f"A payment has no {unknown[0]!r} to change; there are {', '.join(_PAYMENT_FIELDS)}.")
        with self.world.store.transaction():
            call = self._call(tenant)
            payment = payments.found(call, key)
            if payment["Status"] == "DELETED":
                raise Invalid([messages.PAYMENT_NOT_EDITABLE])
            if "status" in changes:
                if str(changes["status"]).upper() != "DELETED":
                    raise ValueError("The status of a payment can only become DELETED.")
                return payments.delete(call, payment)
            paper, doc = payments.target_of(call, payment)
            amend.apply_payment(call, paper, doc, line=payments.line_of(payment), sign=-1)
            _edit_payment(payment, changes, most=amount(doc, paper.left_key))
            call.books.documents.put(PAYMENT, call.stamp(payment), call.now)
            amend.apply_payment(call, *payments.target_of(call, payment), line=payments.line_of(payment), sign=1)
            return payment

    def dump(self, tenant: str) -> dict[str, list[Doc]]:
        """Return every document of an organisation, by plural, oldest first."""
        books = self._books(tenant)
        return {kind.plural: books.documents.where(kind) for kind in ALL_KINDS}

    def balances(self, tenant: str) -> dict[str, Any]:
        """Return the trial balance, computed by double entry from the documents; debits are positive."""
        with self.world.store.transaction():
            return balances.trial_balance(self._books(tenant))

    def overview(self, tenant: str) -> dict[str, Any]:
        """Return counts and the sum that is still open, for people."""
        books = self._books(tenant)
        standing = books.documents.where(papers.INVOICES.kind, "status in ('AUTHORISED', 'PAID')")
        due = sum((amount(one, "AmountDue") for one in standing), wire.ZERO)
        return {"invoices": len(standing), "amount_due": f"{due:.2f}"}

    def notify(self, tenant: str, url: str, key: str, *, documents: list[str] | None = None) -> int:
        """Send a webhook that these documents (all by default) changed, signed with the key; returns the status."""
        return webhooks.send(url, key, webhooks.events(self._books(tenant), documents or [], self.world.now()))

    def _books(self, tenant: str) -> Books:
        books = Books(self.world.store, tenant.lower())
        if books.documents.get(ORGANISATION, books.tenant) is None:
            raise NoOrganisation
        return books

    def _call(self, tenant: str) -> Call:
        return Call(
            method="POST",
            segments=[],
            args={},
            headers={},
            raw=b"",
            books=self._books(tenant),
            switches=self.world.switches,
            now=self.world.now(),
            app_name="Xero",
        )


def _edit_payment(payment: Doc, changes: dict[str, Any], *, most: Decimal) -> None:
    if "amount" in changes:
        payment["Amount"] = payment["BankAmount"] = _payable(changes["amount"], most)
    if "date" in changes:
        payment["Date"] = dates.wire_day(dates.read_human("The date of a payment", changes["date"]))
    if "reference" in changes:
        payment["Reference"] = str(changes["reference"])
    if "reconciled" in changes:
        payment["IsReconciled"] = bool(changes["reconciled"])
    if "batch" in changes:
        payment.pop("BatchPayment", None)
        if changes["batch"]:
            payment["BatchPayment"] = {"BatchPaymentID": wire.new_id(), "Type": "RECBATCH", "Status": "AUTHORISED"}


def _payable(given: object, most: Decimal) -> Decimal:
    try:
        value = wire.number(given, "amount")
    except PostDataInvalid:
        value = None
    if value is None or value <= 0:
        raise ValueError("The amount of a payment is a number above 0, such as 90.00.")
    if value > most:
        raise ValueError(f"The amount of this payment is at most {most:.2f}: the document leaves no more to pay.")
    if value != wire.cents(value):
        raise ValueError("The amount of a payment has at most two decimals.")
    return wire.cents(value)
