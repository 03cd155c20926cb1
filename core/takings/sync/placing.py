"""Names where a ledger's findings are mended: steps and codes are the source's, which a ledger plugin can't know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from takings.domain.catalogue import DimensionKind
from takings.domain.findings import Finding
from takings.domain.mapping import MappedDay
from takings.plugin.documents import Found, Outcome, Refused
from takings.sync.joint import Joint


@dataclass(frozen=True, slots=True)
class _Used:
    """A code of the source that a day uses: its name, where in the ledger it goes, and what goes there with it."""

    code: str
    name: str
    place: str
    beside: str = ""


def placed(finding: Finding, joint: Joint, days: Iterable[MappedDay] = ()) -> Finding:
    """Name the mapping step, and the codes of these days that are to be mapped anew, in the source's words.

    A ledger plugin names a step by its kind of dimension, and what is wrong by the ledger's id, alone or with what
    goes there behind it. Where the days use no such code the finding names none.
    """
    for dimension in joint.source_type.dimensions:
        if finding.where == f"map:{dimension.kind.value}":
            codes = codes_of(finding.subject, dimension.kind, days)
            return replace(finding, where=f"map:{dimension.key}", subject=", ".join(codes))
    return finding


def codes_of(subject: str, kind: DimensionKind, days: Iterable[MappedDay]) -> tuple[str, ...]:
    """Return the codes that go to the ledger's thing of this id, or are called so, each once. Pure."""
    used = [one for day in days for one in _used(day, kind)]
    there = [one for one in used if one.place and f"{subject} ".startswith(f"{one.place} ")]
    exact = [one for one in there if one.beside and subject == f"{one.place} {one.beside}"]
    named = [one for one in used if subject in (one.code, one.name)]
    return tuple(dict.fromkeys(one.code for one in exact or there or named))


def _used(day: MappedDay, kind: DimensionKind) -> Iterator[_Used]:
    if kind is DimensionKind.TENDER:
        for tender in day.tenders:
            name, account = tender.tender.name, tender.account
            yield _Used(tender.tender.code, name, account.id if account else "", name)
        return
    for line in day.lines:
        tax = line.tax.id if line.tax else ""
        if kind is DimensionKind.TAX:
            yield _Used(line.tax_code, "", tax)
        else:
            yield _Used(line.line.account, line.line.name, line.account.id, tax)


def placed_outcomes(outcomes: Sequence[Outcome], joint: Joint) -> tuple[Outcome, ...]:
    """Name the steps in what was refused."""
    return tuple(
        Refused(findings=tuple(placed(finding, joint) for finding in one.findings))
        if isinstance(one, Refused)
        else one
        for one in outcomes
    )


def placed_found(found: Sequence[Found], joint: Joint) -> tuple[Found, ...]:
    """Name the steps in what the ledger says of those that were looked up."""
    return tuple(
        replace(one, findings=tuple(placed(finding, joint) for finding in one.findings)) if one.findings else one
        for one in found
    )
