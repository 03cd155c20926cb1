"""The mapping steps: a table of codes with suggestions, and answers to it read into decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from takings.domain.catalogue import DimensionKind
from takings.domain.findings import errors as errors_of
from takings.domain.mapping import Choice, LedgerRef, MappingEntry
from takings.errors import TakingsError
from takings.host import PluginHost
from takings.host.suggestions import usable_ids
from takings.plugin.targets import Chart
from takings.setup.assembly import StepDef
from takings.setup.facts import Facts
from takings.setup.mapping import OPEN, add_suggestions, find_ref, load_rows
from takings.setup.mapping_notes import add_notes
from takings.views import ChoiceView, MappingView, TableView

#: What answers begin with that name a reference of the ledger.
POST = "post:"

_CHOICES = {
    DimensionKind.TAX: (),
    DimensionKind.TENDER: (
        ChoiceView(value=Choice.LEAVE_OPEN.value, label="Leave it open on the document"),
        ChoiceView(value=Choice.DO_NOT_POST.value, label="Do not post"),
    ),
    DimensionKind.ACCOUNT: (ChoiceView(value=Choice.DO_NOT_POST.value, label="Do not post"),),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """What became of the answers to a table: decisions, and what is wrong, by code."""

    entries: tuple[MappingEntry, ...]
    errors: dict[str, str]


def kind_of(step: StepDef, facts: Facts) -> DimensionKind:
    """Return what the codes of a mapping step are."""
    return next(one.kind for one in facts.joint.source_type.dimensions if one.key == step.dimension)


def build_table(
    session: Session,
    host: PluginHost,
    step: StepDef,
    *,
    facts: Facts,
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> TableView:
    """Return the table of a dimension: rows that need a person first, each with its suggestions."""
    assert facts.chart is not None, "a table is built only where the ledger was read"
    kind, chart, wrong = kind_of(step, facts), facts.chart.chart, dict(errors or {})
    rows = load_rows(session, facts.joint, step.dimension)
    rows = add_notes(
        session, facts.joint, add_suggestions(session, host, facts.joint, views=rows, chart=chart), chart=chart
    )
    gone = set(facts.codes[step.dimension].gone)
    drafts = {**facts.drafts.get(step.key, {}), **(typed or {})}
    wrong |= {code: "What it was matched to is gone; choose again." for code in gone if code not in wrong}
    for row in rows:
        for finding in errors_of(row.findings):
            wrong.setdefault(row.code, f"{finding.what}. {finding.do}.")
    ranked = sorted(rows, key=lambda row: (row.code not in wrong, row.choice != OPEN, not row.suggestions))
    waiting = [row for row in rows if row.choice == OPEN]
    return TableView(
        dimension=step.dimension,
        title=rows[0].title if rows else step.title,
        rows=tuple(ranked),
        candidates=candidates(kind, chart, as_lines=facts.joint.tenders_as_lines),
        choices=_CHOICES[kind],
        open=len(waiting),
        suggested=sum(1 for row in waiting if row.suggestions),
        errors={row.code: wrong[row.code] for row in rows if row.code in wrong},
        drafts={code: str(value) for code, value in drafts.items()},
        can_undo=step.key in facts.undo,
        read_at=facts.chart.read_at,
    )


def candidates(kind: DimensionKind, chart: Chart, *, as_lines: bool = False) -> tuple[ChoiceView, ...]:
    """Return what codes of a kind can be mapped to, as the ledger orders it."""
    usable = usable_ids(kind, chart, as_lines=as_lines)
    if kind is DimensionKind.TAX:
        return tuple(
            ChoiceView(value=one.id, label=f"{one.name} ({one.rate.normalize():f} %)")
            for one in chart.taxes
            if one.id in usable
        )
    return tuple(
        ChoiceView(value=one.id, label=f"{one.code} {one.name}".strip(), group=one.kind)
        for one in chart.accounts
        if one.id in usable
    )


def answer_of(row: MappingView) -> str:
    """Return a row's decision as an answer."""
    return f"{POST}{row.ref_id}" if row.choice == Choice.POST.value else "" if row.choice == OPEN else row.choice


def match(
    step: StepDef, facts: Facts, rows: Sequence[MappingView], *, given: Mapping[str, str], complete: bool
) -> Matched:
    """Read answers by code; with `complete` each code that stays without a decision is an error."""
    assert facts.chart is not None
    kind, chart = kind_of(step, facts), facts.chart.chart
    known = {row.code: row for row in rows}
    entries: list[MappingEntry] = []
    errors = {code: "There is no such code here." for code in given if code not in known}
    for code, row in known.items():
        answer = str(given.get(code, answer_of(row))).strip()
        if not answer:
            if complete:
                errors[code] = f"Choose what {row.name or code} is matched to."
            continue
        try:
            entry = _entry(
                step.dimension, code, answer, kind=kind, chart=chart, as_lines=facts.joint.tenders_as_lines
            )
        except TakingsError as problem:
            errors[code] = str(problem)
            continue
        if answer_of(row) != written(entry):
            entries.append(entry)
    return Matched(entries=tuple(entries), errors=errors)


def _entry(
    dimension: str, code: str, answer: str, *, kind: DimensionKind, chart: Chart, as_lines: bool
) -> MappingEntry:
    if answer in {one.value for one in _CHOICES[kind]}:
        return MappingEntry(dimension=dimension, code=code, choice=Choice(answer))
    ref: LedgerRef = find_ref(chart, kind, answer.removeprefix(POST), as_lines=as_lines)
    return MappingEntry(dimension=dimension, code=code, ref=ref)


def written(entry: MappingEntry) -> str:
    """Return a decision in the form in which it is answered."""
    return f"{POST}{entry.ref.id}" if entry.ref else entry.choice.value
