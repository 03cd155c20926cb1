"""What the engine shows of a setup: steps, fields, tables and the review, the same for every face.

The command line asks, the web draws and the JSON API sends exactly these values; plugins write no interface.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from takings.domain.findings import Finding
from takings.views.work import MappingView


class StepKind(StrEnum):
    """What a step is made of, and so how a face shows it."""

    CONNECT = "connect"
    FLOWS = "flows"
    TOKEN = "token"  # noqa: S105 - a kind's name
    MAPPING = "mapping"
    NOTICE = "notice"
    SETTINGS = "settings"
    REVIEW = "review"


class StepState(StrEnum):
    """Where a step stands; `cannot_start` has a reason, `problem` has findings."""

    COMPLETED = "completed"
    IN_PROGRESS = "in_progress"
    NOT_STARTED = "not_started"
    CANNOT_START = "cannot_start"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceView:
    """One choice of a field; choices of one `group` stand together."""

    value: str
    label: str
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """One field to be asked: `kind` is of the closed vocabulary of `takings.plugin.option`, or `time` or `zone`.

    `value` is what stands now, also where it was saved and not accepted (`error` says why then); a secret shows
    `value` as null and `is_set`. `show_when` names fields of the same step and the values at which this one counts.
    """

    name: str
    label: str
    kind: str
    help: str = ""
    required: bool = True
    value: Any = None
    default: Any = None
    is_set: bool = False
    choices: tuple[ChoiceView, ...] = ()
    group: str = ""
    show_when: dict[str, tuple[Any, ...]] | None = None
    error: str = ""

    def counts(self, values: Mapping[str, Any]) -> bool:
        """Tell whether the field counts, given the values of its step."""
        return all(values.get(name) in wanted for name, wanted in (self.show_when or {}).items())


@dataclass(frozen=True, slots=True, kw_only=True)
class TableView:
    """The codes of one dimension with their decisions, and what they can be mapped to.

    Rows that need a person come first. `choices` are the decisions that a row can take beside a reference. A row's
    answer is `post:REFERENCE`, `do_not_post`, `leave_open`, or empty text for none.
    """

    dimension: str
    title: str
    rows: tuple[MappingView, ...]
    candidates: tuple[ChoiceView, ...]
    choices: tuple[ChoiceView, ...]
    open: int
    suggested: int
    errors: dict[str, str]
    drafts: dict[str, str]
    can_undo: bool
    read_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectStepView:
    """One side to be connected: `how` is `consent`, `token` or `nothing`; `missing_scopes` must be consented to."""

    side: str
    system: str
    how: str
    state: str
    organisation: str = ""
    name: str = ""
    reason: str = ""
    help: str = ""
    scopes: tuple[str, ...] = ()
    missing_scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenStepView:
    """The Auth Token: `state` is `none`, `handed_out` or `used`; `token` is there once, right after it was made."""

    system: str
    title: str
    hand_to: str
    state: str
    hint: str = ""
    created_at: datetime | None = None
    last_used_at: datetime | None = None
    token: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberSample:
    """A number that the chosen strategy would give; `taken` says that a document has it already."""

    business_date: date
    sequence: int
    number: str
    taken: bool = False
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryRow:
    """One line of the review: what was decided, and the step that changes it."""

    step: str
    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewSummary:
    """What a first sync would post, by `run`, which fetched the days: confirmed by giving `documents` back."""

    run: str
    at: datetime
    organisation: str
    period: str
    currency: str
    documents: int
    payments: int
    total: Decimal
    tax: Decimal
    held: int
    nothing: int
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewStepView:
    """The review: what was decided, what a first sync would post, and what is worth knowing before it.

    `open_steps` must be completed first. `preview` is there once the days were fetched, `fetching` while a run is at
    it, `problems` where the last one could not. Where the start date is in the past, a first sync posts only with
    `preview.documents` as confirmation. `warnings` and `next_due` are of the answers that the step shows.
    """

    summary: tuple[SummaryRow, ...]
    open_steps: tuple[str, ...]
    preview: PreviewSummary | None
    fetching: str
    problems: tuple[Finding, ...]
    organisation: str
    organisation_timezone: str
    source_timezone: str
    warnings: tuple[Finding, ...]
    next_due: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSummary:
    """One step in the list of a setup."""

    key: str
    phase: str
    kind: StepKind
    title: str
    state: StepState
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """One step, whole. `version` goes back with what is submitted: where the step changed meanwhile, that is refused.

    `part` is what the kind of the step needs beside its fields: one of the other views here, or the notice's text.
    """

    integration: str
    integration_name: str
    key: str
    phase: str
    kind: StepKind
    title: str
    help: str
    state: StepState
    reason: str
    number: int
    total: int
    previous: str
    next: str
    version: str
    actions: tuple[str, ...]
    fields: tuple[FieldView, ...] = ()
    connect: ConnectStepView | None = None
    token: TokenStepView | None = None
    table: TableView | None = None
    numbers: tuple[NumberSample, ...] = ()
    review: ReviewStepView | None = None
    text: str = ""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupView:
    """The setup of one integration: its steps in order, and the one to go on with (empty when all are completed)."""

    integration: str
    integration_name: str
    state: str
    source: str
    target: str
    steps: tuple[StepSummary, ...]
    current: str
    complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """What became of a submission: `saved` and where to go `next`, or the step with an error at each wrong field.

    `run` is the run that was begun, where one was.
    """

    saved: bool
    step: StepView
    next: str
    errors: dict[str, str]
    run: str = ""
