"""Keeps the codes that are to be mapped: those of a source's catalogue, and those first seen in a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session

from takings.domain.catalogue import Catalogue, DimensionKind
from takings.domain.day import DaySummary
from takings.store.bulk import upsert
from takings.store.query import ask, columns, fields
from takings.store.tables import CatalogueCode
from takings.sync.joint import Joint

_KEY = ("integration_id", "dimension", "code")


def store_catalogue(session: Session, joint: Joint, catalogue: Catalogue, *, now: datetime) -> int:
    """Keep all codes of a catalogue and return how many they are; a code that vanished stays known."""
    dimensions = {dimension.key for dimension in joint.source_type.dimensions}
    rows = [
        {
            "integration_id": joint.integration.id,
            "dimension": code.dimension,
            "code": code.code,
            "owner": joint.integration.owner,
            "name": code.name,
            "category": code.category,
            "rate": code.rate,
            "tax_code": code.tax_code,
            "role": code.role,
            "origin": "catalogue",
            "first_seen_at": now,
        }
        for code in catalogue.codes
        if code.dimension in dimensions
    ]
    upsert(session, CatalogueCode, rows, key=_KEY, update=("name", "category", "rate", "tax_code", "role", "origin"))
    return len(rows)


_CODE = fields(CatalogueCode)
_CODES = columns(_CODE.dimension, _CODE.code).where(_CODE.integration_id == bindparam("of"))


def note_codes(session: Session, joint: Joint, days: Iterable[DaySummary], *, now: datetime) -> None:
    """Add codes that these days use and that were not known before."""
    dimensions = {dimension.kind: dimension.key for dimension in joint.source_type.dimensions}
    seen: dict[tuple[str, str], dict[str, Any]] = {}
    for day in days:
        for kind, code, name, category, role in _codes_of(day):
            if code and kind in dimensions and (dimensions[kind], code) not in seen:
                seen[dimensions[kind], code] = {"name": name, "category": category, "role": role}
    known = set(map(tuple, ask(session, _CODES, of=joint.integration.id)))
    rows = [
        {
            "integration_id": joint.integration.id,
            "dimension": dimension,
            "code": code,
            "owner": joint.integration.owner,
            "rate": None,
            "tax_code": "",
            "origin": "day",
            "first_seen_at": now,
            **values,
        }
        for (dimension, code), values in seen.items()
        if (dimension, code) not in known
    ]
    upsert(session, CatalogueCode, rows, key=_KEY, update=())


def _codes_of(day: DaySummary) -> Iterable[tuple[DimensionKind, str, str, str, str]]:
    for line in day.lines:
        if line.amount:
            yield DimensionKind.ACCOUNT, line.account, line.department or line.name, line.category, line.kind.value
            yield DimensionKind.TAX, line.tax_code, "", "", ""
    for tender in day.tenders:
        yield DimensionKind.TENDER, tender.code, tender.name, "", ""
