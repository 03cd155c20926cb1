"""How plans and surveys become JSON in the database and come back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from takings.domain.day import Prices
from takings.domain.findings import Finding
from takings.domain.mapping import LedgerRef
from takings.plugin.documents import Document, DocumentLine, DocumentPayment, Retaxed
from takings.plugin.targets import Survey


def encode_findings(findings: tuple[Finding, ...]) -> list[dict[str, str]]:
    """Write findings."""
    return [finding.as_dict() for finding in findings]


def decode_findings(data: list[dict[str, str]]) -> tuple[Finding, ...]:
    """Read findings."""
    return tuple(Finding.from_dict(one) for one in data)


def _ref(ref: LedgerRef | None) -> dict[str, str] | None:
    return {"id": ref.id, "code": ref.code, "name": ref.name} if ref else None


def _retaxed(retaxed: Retaxed) -> dict[str, Any]:
    return {"setting": retaxed.setting, "tax": _ref(retaxed.tax), "tax_amount": f"{retaxed.tax_amount:f}"}


def _read_retaxed(data: dict[str, Any] | None) -> Retaxed | None:
    if not data:
        return None
    tax = LedgerRef(**data["tax"]) if data["tax"] else None
    return Retaxed(setting=data["setting"], tax=tax, tax_amount=Decimal(data["tax_amount"]))


def encode_document(document: Document) -> dict[str, Any]:
    """Write a planned document."""
    return {
        "key": document.key,
        "kind": document.kind,
        "number": document.number,
        "day": document.day.isoformat(),
        "currency": document.currency,
        "sign": document.sign,
        **({} if document.prices is Prices.INCLUSIVE else {"prices": document.prices.value}),
        **({"customer": document.customer} if document.customer else {}),
        **({"reverses": document.reverses} if document.reverses else {}),
        **({"draft": True} if document.draft else {}),
        "total": f"{document.total:f}",
        "tax": f"{document.tax:f}",
        "lines": [
            {
                "account": _ref(line.account),
                "tax": _ref(line.tax),
                "description": line.description,
                "amount": f"{line.amount:f}",
                "tax_amount": f"{line.tax_amount:f}",
                "tax_codes": list(line.tax_codes),
                "option": _ref(line.option),
                **({"rounds": True} if line.rounds else {}),
                **({"retaxed": _retaxed(line.retaxed)} if line.retaxed else {}),
            }
            for line in document.lines
        ],
        "payments": [
            {"key": one.key, "account": _ref(one.account), "amount": f"{one.amount:f}", "label": one.label}
            for one in document.payments
        ],
    }


def decode_document(data: dict[str, Any], *, lines: bool = True) -> Document:
    """Read a planned document, without its lines where only its totals are shown."""
    return Document(
        key=data["key"],
        kind=data["kind"],
        number=data["number"],
        day=date.fromisoformat(data["day"]),
        currency=data["currency"],
        sign=data.get("sign", 1),
        prices=Prices(data.get("prices", Prices.INCLUSIVE)),
        customer=data.get("customer", ""),
        reverses=data.get("reverses", ""),
        draft=data.get("draft", False),
        total=Decimal(data["total"]),
        tax=Decimal(data["tax"]),
        lines=tuple(
            DocumentLine(
                account=LedgerRef(**line["account"]),
                tax=LedgerRef(**line["tax"]) if line["tax"] else None,
                description=line["description"],
                amount=Decimal(line["amount"]),
                tax_amount=Decimal(line["tax_amount"]),
                tax_codes=tuple(line["tax_codes"]),
                option=LedgerRef(**line["option"]) if line.get("option") else None,
                rounds=line.get("rounds", False),
                retaxed=_read_retaxed(line.get("retaxed")),
            )
            for line in (data["lines"] if lines else ())
        ),
        payments=tuple(
            DocumentPayment(
                key=one["key"], account=LedgerRef(**one["account"]), amount=Decimal(one["amount"]), label=one["label"]
            )
            for one in data["payments"]
        ),
    )


def summarise_survey(survey: Survey) -> dict[str, Any]:
    """Write what a run must be able to show later of its survey: whose ledger, locks, and what stood there."""
    return {
        "organisation": survey.chart.organisation,
        "organisation_name": survey.chart.organisation_name,
        "currency": survey.chart.currency,
        "locked_through": survey.locked_through.isoformat() if survey.locked_through else None,
        "accounts": len(survey.chart.accounts),
        "taxes": len(survey.chart.taxes),
        "documents": [
            {"id": one.id, "number": one.number, "key": one.key, "status": one.status} for one in survey.documents
        ],
        "findings": encode_findings(survey.findings),
    }
