"""What the engine shows of payments that wait until their documents are approved in the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from takings.domain.findings import Finding
from takings.views.work import PaymentView


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpaidDocumentView:
    """A draft, or a document whose payments wait: its `state` is `waiting`, `ready`, `kept`, `changed` or `gone`.

    `status` is the ledger's own word.
    """

    key: str
    business_date: date
    kind: str
    number: str
    currency: str
    total: Decimal
    state: str
    status: str = ""
    link: str = ""
    payments: tuple[PaymentView, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpaidView:
    """All of them; `count` is how many are ready, which has to be confirmed, and `total` what is paid on these.

    `question` is what is asked before, where some are ready.

    With `automatic` each sync posts what is ready.
    """

    integration: str
    organisation: str
    automatic: bool
    currency: str
    count: int
    total: Decimal
    question: str = ""
    documents: tuple[UnpaidDocumentView, ...] = ()
