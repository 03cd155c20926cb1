"""What the engine shows of integrations, days, documents and runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from takings.domain.durations import about
from takings.domain.findings import Finding
from takings.views.taxes import TaxComparison


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionView:
    """One side of an integration: what it is connected to and whether that works."""

    id: str
    component: str
    organisation: str
    name: str
    state: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationView:
    """One integration; `open_codes` counts codes without a decision, `token` says what became of the Auth Token.

    Its settings need the permissions of `missing_scopes`, which the ledger was not asked for: connect it again.
    """

    id: str
    owner: str
    name: str
    state: str
    reason: str
    source: ConnectionView
    target: ConnectionView | None
    target_component: str
    flows: tuple[str, ...]
    numbering: dict[str, Any]
    target_settings: dict[str, Any]
    start_date: date | None
    trailing_days: int
    late_changes: str
    combining: str
    week_starts: str
    closed: tuple[date, ...]
    pay_approved: bool
    schedule: dict[str, Any]
    next_due: datetime | None
    open_codes: int
    token: str
    days: dict[str, int]
    last_run: datetime | None
    last_run_state: str
    missing_scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionView:
    """A ledger reference that a provider suggests, with its reason and a score from 0 to 100."""

    id: str
    code: str
    name: str
    reason: str
    score: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingView:
    """One source code with its decision (`open`, `post`, `do_not_post`, `leave_open`) and suggestions, best first.

    `amount` is what the code stands for in the `days` seen lately, None where no day was seen; `findings` say what is
    doubtful about the decision.
    """

    dimension: str
    title: str
    code: str
    name: str
    category: str
    choice: str
    ref_id: str = ""
    ref_code: str = ""
    ref_name: str = ""
    suggestions: tuple[SuggestionView, ...] = ()
    amount: Decimal | None = None
    days: int = 0
    currency: str = ""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentView:
    """One payment method's total on a document."""

    payment_method: str
    account: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """One line of a document: tax included, with the tax that it contains."""

    description: str
    account: str
    tax: str
    amount: Decimal
    tax_amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentView:
    """A document that stands in the ledger or would be made, for one or more days.

    One whose `sign` is -1 takes its amounts from the takings, like a credit note. `period` names the dates of one
    that is for others than its own, like several or the one that it adjusts; `business_date` is the document's own.
    """

    key: str
    business_date: date
    sequence: int
    kind: str
    number: str
    currency: str
    total: Decimal
    tax: Decimal
    state: str
    lines: tuple[LineView, ...] = ()
    payments: tuple[PaymentView, ...] = ()
    link: str = ""
    period: str = ""
    customer: str = ""
    sign: int = 1
    findings: tuple[Finding, ...] = ()

    @property
    def signed_total(self) -> Decimal:
        """The total by its effect on the takings: a credit note's is below zero."""
        return self.sign * self.total

    @property
    def signed_tax(self) -> Decimal:
        """The tax by its effect on the takings."""
        return self.sign * self.tax


@dataclass(frozen=True, slots=True, kw_only=True)
class DayView:
    """Where one close of one business date stands.

    `number` is that of the document that it is in; `period` has that one's dates where they are more than one.
    """

    business_date: date
    sequence: int
    revision: int
    state: str
    currency: str
    total: Decimal
    number: str
    period: str = ""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewView:
    """What a sync would do now: documents it would make, days it would hold, days with nothing to post."""

    integration: str
    organisation: str
    period: str
    currency: str
    documents: tuple[DocumentView, ...]
    held: tuple[DayView, ...]
    nothing: tuple[DayView, ...]
    total: Decimal
    tax: Decimal
    payments: int
    findings: tuple[Finding, ...] = ()
    tax_compared: TaxComparison | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """What must be confirmed before days of the past are posted, or documents are taken back.

    `missing` closes usually come and did not, in the middle of the period or at its ends. `standing` documents are in
    the ledger already, and not counted. `calls` and the `seconds` that they take are given where they may be many.
    """

    integration: str
    organisation: str
    period: str
    currency: str
    count: int
    total: Decimal
    held: int
    missing: int = 0
    standing: int = 0
    verb: str = "posted to"
    calls: int = 0
    seconds: int = 0

    def __str__(self) -> str:
        documents = "document" if self.count == 1 else "documents"
        held = f"; {self.held} held" if self.held else ""
        if self.missing:
            held += f"; {self.missing} close{'s' if self.missing != 1 else ''} missing"
        if self.standing:
            held += f"; {self.standing} stand{'s' if self.standing == 1 else ''} there already"
        calls = f" It takes {self.calls:,} call{'s' if self.calls != 1 else ''}, about {about(self.seconds)}."
        return (
            f"{self.count} {documents} for {self.period}, {self.currency} {self.total:,} in all, "
            f"would be {self.verb} {self.organisation}{held}.{calls if self.calls else ''}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """One run, with what it counted: `received` records, `held` and `changed` days, `documents`, `calls`.

    `due_at` is the due time of a scheduled run, `position` the place of a queued one in the queue, from 1;
    `progress` is there while a worker is at it.
    """

    id: str
    integration: str
    kind: str
    trigger: str
    principal: str
    state: str
    period: str
    due_at: datetime | None
    position: int
    progress: Progress | None
    counts: dict[str, int]
    findings: tuple[Finding, ...]
    started_at: datetime
    ended_at: datetime | None
    documents: tuple[DocumentView, ...] = ()
    held: tuple[DayView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordResult:
    """What became of one record: `stored`, `unchanged`, `conflict`, with findings that concern it."""

    business_date: date
    sequence: int
    revision: int
    result: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeView:
    """What became of a pushed body or a file; with errors nothing of it was stored."""

    integration: str
    accepted: bool
    records: tuple[RecordResult, ...] = ()
    catalogue_codes: int = 0
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyView:
    """The ledger compared with what was posted: `agrees` only when nothing differs."""

    integration: str
    organisation: str
    currency: str
    agrees: bool
    documents: int
    payments: int
    total: Decimal
    tax: Decimal
    checked: tuple[DocumentView, ...] = ()
    differences: tuple[Finding, ...] = ()
    held: tuple[DayView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationView:
    """An organisation that a fresh authorisation reaches."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectView:
    """A finished authorisation: choose one of the organisations to join it to the integration."""

    integration: str
    authorisation_id: str
    component: str
    organisations: tuple[OrganisationView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who asks, for which owner; `name` goes into the audit trail, and so does the id of the request it came with."""

    owner: str = "local"
    name: str = "local"
    request_id: str = field(default="", compare=False)


LOCAL = Principal()


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a long piece of work is: `total` is 0 while it is not known."""

    phase: str
    done: int = 0
    total: int = 0
    note: str = field(default="")
