"""The mapping as people see and set it: rows with suggestions, and decisions by code, name or id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col, select

from takings.domain.catalogue import Dimension, DimensionKind, SourceCode
from takings.domain.mapping import Choice, LedgerRef, MappingEntry
from takings.errors import NotFound, UsageError
from takings.host import PluginHost
from takings.host.suggestions import suggest, usable_ids
from takings.plugin.mappings import MappingRow as ProviderRow
from takings.plugin.targets import Chart
from takings.store import audit
from takings.store.bulk import upsert
from takings.store.tables import CatalogueCode, Integration, MappingRow
from takings.sync.joint import Joint, entry_of
from takings.views import MappingView, Principal, SuggestionView

#: What a row without a decision is called.
OPEN = "open"


def load_rows(session: Session, joint: Joint, dimension: str | None = None) -> list[MappingView]:
    """Return all codes with their decisions, in the order of the source's dimensions."""
    dimensions = _dimensions(joint, dimension)
    codes = session.exec(
        select(CatalogueCode)
        .where(CatalogueCode.integration_id == joint.integration.id)
        .order_by(col(CatalogueCode.category), col(CatalogueCode.code))
    ).all()
    decided = _decided(session, joint.integration)
    return [
        _view(one, code, decided.get((one.key, code.code)))
        for one in dimensions
        for code in codes
        if code.dimension == one.key
    ]


def _dimensions(joint: Joint, key: str | None) -> Sequence[Dimension]:
    declared = joint.source_type.dimensions
    found = [one for one in declared if key in (None, one.key)]
    if not found:
        raise NotFound("dimension", key, tuple(one.key for one in declared))
    return found


def _decided(session: Session, integration: Integration) -> dict[tuple[str, str], MappingRow]:
    rows = session.exec(select(MappingRow).where(MappingRow.integration_id == integration.id)).all()
    return {(row.dimension, row.code): row for row in rows}


def _view(dimension: Dimension, code: CatalogueCode, row: MappingRow | None) -> MappingView:
    return MappingView(
        dimension=dimension.key,
        title=dimension.title,
        code=code.code,
        name=code.name,
        category=code.category,
        choice=row.choice if row else OPEN,
        ref_id=row.ref_id if row else "",
        ref_code=row.ref_code if row else "",
        ref_name=row.ref_name if row else "",
    )


def add_suggestions(
    session: Session, host: PluginHost, joint: Joint, *, views: Sequence[MappingView], chart: Chart
) -> list[MappingView]:
    """Return the rows with what the mapping providers suggest for them."""
    kinds = {dimension.key: dimension.kind for dimension in joint.source_type.dimensions}
    codes = {
        (code.dimension, code.code): code
        for code in session.exec(select(CatalogueCode).where(CatalogueCode.integration_id == joint.integration.id))
    }
    earlier = _earlier(session, joint.integration)
    shown = []
    for view in views:
        code = codes[view.dimension, view.code]
        row = ProviderRow(
            code=_source_code(code),
            kind=kinds[view.dimension],
            earlier=earlier.get((view.dimension, view.code), ()),
        )
        found = suggest(host, row, chart, target=joint.integration.target_component, as_lines=joint.tenders_as_lines)
        suggestions = tuple(
            SuggestionView(id=one.ref.id, code=one.ref.code, name=one.ref.name, reason=one.reason, score=one.score)
            for one in found
        )
        shown.append(replace(view, suggestions=suggestions))
    return shown


def _source_code(code: CatalogueCode) -> SourceCode:
    return SourceCode(
        dimension=code.dimension,
        code=code.code,
        name=code.name,
        category=code.category,
        rate=code.rate,
        tax_code=code.tax_code,
        role=code.role,
    )


def _earlier(session: Session, integration: Integration) -> dict[tuple[str, str], tuple[MappingEntry, ...]]:
    """Return what this owner chose for the same codes in other integrations of the same pair."""
    rows = session.exec(
        select(MappingRow)
        .join(Integration, col(Integration.id) == MappingRow.integration_id)
        .where(
            MappingRow.owner == integration.owner,
            MappingRow.integration_id != integration.id,
            Integration.source_component == integration.source_component,
            Integration.target_component == integration.target_component,
        )
        .order_by(col(MappingRow.decided_at))
    )
    found: dict[tuple[str, str], tuple[MappingEntry, ...]] = {}
    for row in rows:
        key = (row.dimension, row.code)
        found[key] = (*found.get(key, ()), entry_of(row))
    return found


def find_ref(chart: Chart, kind: DimensionKind, wanted: str, *, as_lines: bool = False) -> LedgerRef:
    """Resolve a code, name or id to one usable reference of the ledger; none or several is refused in words."""
    usable = usable_ids(kind, chart, as_lines=as_lines)
    things = chart.taxes if kind is DimensionKind.TAX else chart.accounts
    refs = [LedgerRef(id=one.id, code=one.code, name=one.name) for one in things]
    exact = [ref for ref in refs if wanted in (ref.id, ref.code) or ref.name.casefold() == wanted.casefold()]
    if not exact:
        raise NotFound("ledger tax rate" if kind is DimensionKind.TAX else "ledger account", wanted)
    fitting = [ref for ref in exact if ref.id in usable]
    if not fitting:
        raise UsageError(f"{exact[0]} can't be used here: {_why_not(chart, kind, exact[0].id, as_lines=as_lines)}.")
    if len(fitting) > 1:
        names = ", ".join(f"{ref} ({ref.id})" for ref in fitting)
        raise UsageError(f"{wanted!r} names several: {names}. Give the id.")
    return fitting[0]


def _why_not(chart: Chart, kind: DimensionKind, id_: str, *, as_lines: bool) -> str:
    if kind is DimensionKind.TAX:
        return "it is not active"
    account = next(one for one in chart.accounts if one.id == id_)
    if not account.active:
        return "it is archived"
    if kind is DimensionKind.TENDER and as_lines:
        return "payment methods are lines of the document here, and it takes none; choose a clearing account"
    if kind is DimensionKind.TENDER:
        return "payments are not enabled for it; enable payments to this account in the ledger"
    return "the ledger does not take document lines on it"


def decide(
    session: Session,
    joint: Joint,
    principal: Principal,
    *,
    entries: Sequence[MappingEntry],
    now: datetime,
) -> None:
    """Store decisions on codes, with an audit event for each."""
    _check_known(session, joint, entries)
    before = _decided(session, joint.integration)
    upsert(
        session,
        MappingRow,
        [_row(joint.integration, entry, principal, now=now) for entry in entries],
        key=("integration_id", "dimension", "code"),
        update=("choice", "ref_id", "ref_code", "ref_name", "decided_by", "decided_at"),
    )
    for entry in entries:
        old = before.get((entry.dimension, entry.code))
        audit.record(
            session,
            at=now,
            owner=principal.owner,
            principal=principal.name,
            request_id=principal.request_id,
            action="mapping.decided",
            integration_id=joint.integration.id,
            details={
                "dimension": entry.dimension,
                "code": entry.code,
                "choice": entry.choice.value,
                "to": entry.ref.id if entry.ref else "",
                "before": (old.ref_id or old.choice) if old else OPEN,
            },
        )


def undecide(
    session: Session,
    joint: Joint,
    principal: Principal,
    *,
    dimension: str,
    codes: Sequence[str],
    now: datetime,
) -> int:
    """Take decisions back that this principal made, with an audit event for each; returns how many."""
    decided = _decided(session, joint.integration)
    rows = [row for code in codes if (row := decided.get((dimension, code))) and row.decided_by == principal.name]
    for row in rows:
        session.delete(row)
        audit.record(
            session,
            at=now,
            owner=principal.owner,
            principal=principal.name,
            request_id=principal.request_id,
            action="mapping.taken_back",
            integration_id=joint.integration.id,
            details={"dimension": dimension, "code": row.code, "before": row.ref_id or row.choice},
        )
    return len(rows)


def _check_known(session: Session, joint: Joint, entries: Sequence[MappingEntry]) -> None:
    dimensions = {dimension.key for dimension in joint.source_type.dimensions}
    known = set(
        session.exec(
            select(CatalogueCode.dimension, CatalogueCode.code).where(
                CatalogueCode.integration_id == joint.integration.id
            )
        ).all()
    )
    for entry in entries:
        if entry.dimension not in dimensions:
            raise NotFound("dimension", entry.dimension, tuple(sorted(dimensions)))
        if (entry.dimension, entry.code) not in known:
            codes = tuple(sorted(code for dimension, code in known if dimension == entry.dimension))
            raise NotFound(f"code in {entry.dimension}", entry.code, codes[:20])


def _row(integration: Integration, entry: MappingEntry, principal: Principal, *, now: datetime) -> dict[str, object]:
    ref = entry.ref or LedgerRef(id="")
    return {
        "integration_id": integration.id,
        "dimension": entry.dimension,
        "code": entry.code,
        "owner": integration.owner,
        "choice": entry.choice.value,
        "ref_id": ref.id,
        "ref_code": ref.code,
        "ref_name": ref.name,
        "decided_by": principal.name,
        "decided_at": now,
    }


def parse_choice(text: str, kind: DimensionKind) -> Choice:
    """Read a choice; only a payment method can be left open, and a tax code is always posted."""
    try:
        choice = Choice(text)
    except ValueError:
        raise UsageError(f"{text!r} is no choice; there are: {', '.join(Choice)}.") from None
    if choice is Choice.LEAVE_OPEN and kind is not DimensionKind.TENDER:
        raise UsageError("Only a payment method can be left open on the document.")
    if choice is not Choice.POST and kind is DimensionKind.TAX:
        raise UsageError("A tax code must be mapped to a tax rate.")
    return choice


def accepted(view: MappingView) -> MappingEntry:
    """Return the decision that takes a row's best suggestion."""
    best = view.suggestions[0]
    ref = LedgerRef(id=best.id, code=best.code, name=best.name)
    return MappingEntry(dimension=view.dimension, code=view.code, choice=Choice.POST, ref=ref)
