"""What helps to match a code: what it stands for in the days seen lately, and what is doubtful about its decision."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Any

import msgspec
from sqlmodel import Session, col

from takings.domain.catalogue import DimensionKind
from takings.domain.findings import Finding, Severity
from takings.domain.money import ZERO
from takings.plugin.targets import Chart, LedgerAccount, LedgerTax
from takings.setup.mapping import load_rows
from takings.store.query import columns
from takings.store.states import Standing
from takings.store.tables import CatalogueCode, MappingRow, Record
from takings.sync.joint import Joint
from takings.views import MappingView

#: How many closes are added up: about a quarter of a year.
LATEST = 92


@dataclass(slots=True)
class Volumes:
    """What codes stand for in some closes, by dimension and code: the sum, and the dates on which they are used."""

    amounts: dict[tuple[str, str], Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))
    dates: dict[tuple[str, str], set[date]] = field(default_factory=lambda: defaultdict(set))
    currency: str = ""
    seen: int = 0


def add_notes(
    session: Session, joint: Joint, views: Sequence[MappingView], *, chart: Chart | None
) -> list[MappingView]:
    """Return the rows with their volumes and findings."""
    volumes = load_volumes(session, joint)
    rates = _rates(session, joint)
    kinds = {one.key: one.kind for one in joint.source_type.dimensions}
    noted = []
    for view in views:
        key = (view.dimension, view.code)
        kind, findings = kinds[view.dimension], list[Finding]()
        if chart is not None and view.ref_id and kind is DimensionKind.TAX:
            chosen = _rate_of(view.ref_id, chart.taxes)
            findings += check_rate(view.dimension, view.code, view.name, rate=rates.get(key), chosen=chosen)
        if chart is not None and view.ref_id and kind is DimensionKind.TENDER:
            findings += check_tender(view, chart.accounts, as_lines=joint.tenders_as_lines)
        amount = volumes.amounts.get(key, ZERO) if volumes.seen else None
        noted.append(
            replace(
                view,
                amount=amount,
                days=len(volumes.dates.get(key, ())),
                currency=volumes.currency,
                findings=tuple(findings),
            )
        )
    return noted


def mapping_findings(session: Session, joint: Joint, chart: Chart) -> tuple[Finding, ...]:
    """Return what is doubtful about the decisions of an integration, for whoever is about to post."""
    rows = add_notes(session, joint, load_rows(session, joint), chart=chart)
    return tuple(finding for row in rows if row.days or row.amount is None for finding in row.findings)


def rate_findings(session: Session, joint: Joint, chart: Chart) -> tuple[Finding, ...]:
    """Return where tax codes are matched to rates of another percentage; cheap, for every run."""
    query = (
        columns(
            CatalogueCode.dimension, CatalogueCode.code, CatalogueCode.name, CatalogueCode.rate, MappingRow.ref_id
        )
        .join(
            MappingRow,
            (col(MappingRow.integration_id) == CatalogueCode.integration_id)
            & (col(MappingRow.dimension) == CatalogueCode.dimension)
            & (col(MappingRow.code) == CatalogueCode.code),
        )
        .where(CatalogueCode.integration_id == joint.integration.id, col(CatalogueCode.rate).is_not(None))
        .order_by(col(CatalogueCode.code))
    )
    kinds = {one.key: one.kind for one in joint.source_type.dimensions}
    rows = [row for row in session.execute(query) if row[4] and kinds.get(row[0]) is DimensionKind.TAX]
    return tuple(
        finding
        for dimension, code, name, rate, ref in rows
        for finding in check_rate(dimension, code, name, rate=rate, chosen=_rate_of(ref, chart.taxes))
    )


def load_volumes(session: Session, joint: Joint) -> Volumes:
    """Add up the newest closes that are known, whatever became of them."""
    query = (
        columns(Record.business_date, Record.canonical)
        .where(Record.integration_id == joint.integration.id, Record.standing == Standing.CURRENT.value)
        .order_by(col(Record.business_date).desc(), col(Record.sequence).desc())
        .limit(LATEST)
    )
    dimensions = {one.kind: one.key for one in joint.source_type.dimensions}
    taxes = dict(
        session.execute(
            columns(CatalogueCode.code, CatalogueCode.tax_code).where(
                CatalogueCode.integration_id == joint.integration.id
            )
        ).all()
    )
    found = Volumes()
    for on, canonical in session.execute(query):
        day: dict[str, Any] = msgspec.json.decode(canonical)
        found.currency = found.currency or day["site"]["currency"]
        found.seen += 1
        taxed = ((one.get("tax_code") or taxes.get(one["account"], ""), one["amount"]) for one in day["lines"])
        amounts = chain(
            ((DimensionKind.TENDER, one["code"], one["counted"]) for one in day["tenders"]),
            ((DimensionKind.ACCOUNT, one["account"], one["amount"]) for one in day["lines"]),
            ((DimensionKind.TAX, code, amount) for code, amount in taxed if code),
        )
        _add(found, on, amounts, dimensions=dimensions)
    return found


def _add(
    found: Volumes,
    on: date,
    amounts: Iterable[tuple[DimensionKind, str, str]],
    *,
    dimensions: dict[DimensionKind, str],
) -> None:
    for kind, code, amount in amounts:
        if kind in dimensions and (value := Decimal(amount)):
            found.amounts[dimensions[kind], code] += value
            found.dates[dimensions[kind], code].add(on)


def _rates(session: Session, joint: Joint) -> dict[tuple[str, str], Decimal]:
    query = columns(CatalogueCode.dimension, CatalogueCode.code, CatalogueCode.rate).where(
        CatalogueCode.integration_id == joint.integration.id, col(CatalogueCode.rate).is_not(None)
    )
    return {(dimension, code): rate for dimension, code, rate in session.execute(query)}


def _rate_of(id_: str, taxes: Iterable[LedgerTax]) -> LedgerTax | None:
    return next((one for one in taxes if one.id == id_), None)


def check_rate(
    dimension: str, code: str, name: str, *, rate: Decimal | None, chosen: LedgerTax | None
) -> list[Finding]:
    """Say that a tax code is matched to a rate of another percentage, where the point of sale tells its own."""
    if rate is None or chosen is None or chosen.rate == rate:
        return []
    ours, theirs = f"{rate.normalize():f} %", f"{chosen.rate.normalize():f} %"
    return [
        Finding(
            code="mapping.rate_differs",
            what=f"{name or code} is {ours} at the point of sale, and {chosen.name} is {theirs}",
            why="The ledger computes the tax at its own rate, so the tax that is reported would be another than the "
            "point of sale's. A day on which that is more than rounding is held",
            do=f"Match it to a rate of {ours}, or have the rate corrected where it is wrong",
            where=f"map:{dimension}",
            severity=Severity.WARNING,
            subject=code,
        )
    ]


def check_tender(view: MappingView, accounts: Iterable[LedgerAccount], *, as_lines: bool) -> list[Finding]:
    """Say that a payment method's account takes no payments, or no lines where it has to be one or may have to."""
    account = next((one for one in accounts if one.id == view.ref_id), None)
    if account is None:
        return []
    label = f"{account.code} {account.name}".strip()
    if not as_lines and not account.takes_payments:
        return [_takes_no_payments(view, label)]
    if account.takes_lines:
        return []
    why = (
        "Payment methods are lines of the document with the settings as they are, so each day with it would be held"
        if as_lines
        else "On a day on which it gives back more than it takes it has to be a line, and that day would be held"
    )
    return [
        Finding(
            code="mapping.takes_no_lines",
            what=f"{view.name or view.code} is matched to {label}, which takes no lines of documents",
            why=why,
            do="Match it to a clearing account that payments are enabled for, and match the bank's lines from there",
            where=f"map:{view.dimension}",
            severity=Severity.ERROR if as_lines else Severity.WARNING,
            subject=view.code,
        )
    ]


def _takes_no_payments(view: MappingView, label: str) -> Finding:
    """It was matched while payment methods were lines, or payments were disabled since."""
    return Finding(
        code="mapping.takes_no_payments",
        what=f"{view.name or view.code} is matched to {label}, which payments are not enabled for",
        why="Payment methods become payments with the settings as they are, so each day with it would be held",
        do="Match it to a clearing account, or enable payments to this account in the ledger",
        where=f"map:{view.dimension}",
        subject=view.code,
    )
