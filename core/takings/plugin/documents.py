"""What a target will hold for a unit of days, and what it holds now: plans, operations, inspections.

Everything here crosses the database as JSON, so each type says how it becomes a dict and comes back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from takings.domain.day import Prices
from takings.domain.findings import Finding
from takings.domain.identity import operation_key
from takings.domain.mapping import LedgerRef, MappedDay
from takings.domain.money import ZERO


class UnitRole(StrEnum):
    """What a unit is for: the takings of its days, or what has to be added to those posted before.

    An `ADJUST` unit's one day holds the difference between what the source says now and what was posted.
    """

    DAY = "day"
    ADJUST = "adjust"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One or more mapped days that become one document; `number` is reserved, or None to leave it to the ledger.

    `dated` is the date of what is made for it, where that is not the days' own: an adjustment is dated today, or on
    the first date that is open.
    """

    key: str
    generation: int
    number: str | None
    days: tuple[MappedDay, ...]
    role: UnitRole = UnitRole.DAY
    dated: date | None = None

    def operation_key(self, kind: str, number: int = 1) -> str:
        """Return the key of the n-th operation of a kind, which is to be kept in the ledger."""
        return operation_key(self.key, kind, number)

    @property
    def counted(self) -> Decimal:
        """What the payment methods of all its days were counted at: what the document has to come to."""
        return sum((one.tender.counted for mapped in self.days for one in mapped.tenders), ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref:
    """Stands in a payload for a value that an earlier operation's receipt will give."""

    key: str
    field: str

    def as_json(self) -> dict[str, str]:
        """Return how the reference stands in a payload."""
        return {"$ref": self.key, "field": self.field}


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One durable write: `payload` is JSON with money as text and `Ref.as_json()` for ids not yet known.

    One that `waits` is a payment on a document that the ledger takes as a draft: the core sends it when an inspection
    says that the document is `payable`, and the unit is posted without it. One that `looks_first` may stand already,
    made by others, and is looked up before it is sent. One of an undo `removes` documents or payments from the
    ledger, by their keys; a document's payments go with it. What is removed counts in no report from then on, also
    while the rest of the unit still stands.
    """

    key: str
    kind: str
    payload: Mapping[str, Any]
    depends_on: tuple[str, ...] = ()
    waits: bool = False
    looks_first: bool = False
    removes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """How much one ledger account moves, tax included, debit positive, in the unit's currency."""

    account: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Retaxed:
    """Why a line has another tax than its code is matched to: the setting's title, and that rate and its tax."""

    setting: str
    tax: LedgerRef | None
    tax_amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLine:
    """A line of the document: amount tax included, with the tax that the ledger will compute in it.

    `tax_codes` names the source codes that it stands for, for comparing tax; `option` is the tracking option on it.
    Where a document's prices are without tax, one line without tax `rounds` its total to what was counted. One
    that is `retaxed` is for lines that a setting gave another rate, and for no others.
    """

    account: LedgerRef
    tax: LedgerRef | None
    description: str
    amount: Decimal
    tax_amount: Decimal
    tax_codes: tuple[str, ...] = ()
    option: LedgerRef | None = None
    rounds: bool = False
    retaxed: Retaxed | None = None

    def turned(self) -> DocumentLine:
        """Return the line with all its amounts turned round, as on a credit note or on what reverses a document."""
        retaxed = replace(self.retaxed, tax_amount=-self.retaxed.tax_amount) if self.retaxed else None
        return replace(self, amount=-self.amount, tax_amount=-self.tax_amount, retaxed=retaxed)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentPayment:
    """A payment on the document: its key, account and amount; `label` is the payment method's name."""

    key: str
    account: LedgerRef
    amount: Decimal
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What the ledger will hold: shown in the preview, compared in `verify`.

    A document whose `sign` is -1 takes its amounts from the takings, like a credit note. `prices` says how the ledger
    is told the lines' amounts; here they are with their tax whichever it is. One for a `customer` moves on what the
    day's own document took to a clearing account; it comes after that one, and is no part of the `movements`. One
    that an undo makes in place of voiding `reverses` the document of that key: both stand. A `draft` waits for
    somebody's approval there and moves no account before; the core notices by an inspection that it is `payable`.
    """

    key: str
    kind: str
    number: str | None
    day: date
    currency: str
    total: Decimal
    tax: Decimal
    lines: tuple[DocumentLine, ...]
    payments: tuple[DocumentPayment, ...]
    sign: int = 1
    prices: Prices = Prices.INCLUSIVE
    customer: str = ""
    reverses: str = ""
    draft: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What will be done for a unit: nothing at all, findings that hold it, or operations.

    `movements` is checked by the core against the days, account by account. Of an undo, `documents` are those that
    reverse others; they count in reports and are verified like what was posted.
    """

    operations: tuple[Operation, ...] = ()
    documents: tuple[Document, ...] = ()
    movements: tuple[Movement, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call as the journal keeps it: `key` is the idempotency key, `body` the exact bytes.

    `operations` are in order, references already replaced by values.
    """

    key: str
    kind: str
    operations: tuple[Operation, ...]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The operation stands in the ledger; `receipt` has its ids, like `{"id": …, "number": …}`."""

    receipt: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The ledger refused the operation, for these reasons."""

    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Whether the operation was carried out can't be told from the reply; `find` will tell."""

    reason: str


#: What became of one operation of a call.
Outcome = Done | Refused | Unknown


class Standing(StrEnum):
    """How a document or payment stands in the ledger."""

    STANDS = "stands"
    VOIDED = "voided"
    ABSENT = "absent"
    SEVERAL = "several"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The answer of `find` for one operation; only `STANDS` counts as done.

    Of one that is voided or stands several times the core says so, and that a day can be posted again. Where other
    words are needed, as for a customer's contact, `findings` has them: they take the place of the core's.
    """

    standing: Standing
    receipt: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectedPayment:
    """A payment as the ledger holds it now; `key` is empty where it was not made by us.

    `fixed` says what may keep it from being removed there, in a word, like `reconciled`.
    """

    id: str
    key: str
    account: str
    amount: Decimal
    fixed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """A document as the ledger holds it now, for comparing with what was planned.

    `lines` sums the line amounts, tax included, per ledger account id. An account of a payment is empty where
    the ledger's list does not tell it. `credited` is what other documents settle of it, like credit notes. One that
    waits for somebody's approval is not `payable`. `reference` is what stands where our key was put, given where the
    ledger finds the document without it: that somebody changed a key is told. `rated` sums the lines as `lines` does,
    by account and tax rate, and `tracked` by account and each tracking option, both where the ledger tells them.
    """

    key: str
    standing: Standing
    number: str = ""
    day: date | None = None
    total: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)
    status: str = ""
    lines: Mapping[str, Decimal] = field(default_factory=dict)
    payments: tuple[InspectedPayment, ...] = ()
    link: str = ""
    credited: Decimal = Decimal(0)
    payable: bool = True
    reference: str | None = None
    rated: Mapping[tuple[str, str], Decimal] | None = None
    tracked: Mapping[tuple[str, str], Decimal] | None = None
