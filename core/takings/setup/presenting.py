"""Shows steps: the list of them, and one whole, with what was typed and what is wrong with it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from takings.domain.findings import Finding
from takings.domain.schedule import next_due
from takings.host import PluginHost
from takings.plugin.connecting import OAuth2, TokenHandedOut, TokenTyped
from takings.plugin.steps import Capability
from takings.setup import reviewing
from takings.setup.assembly import ADVANCED, StepDef, assemble
from takings.setup.combining import approval_field, combining_fields
from takings.setup.facts import Facts, load_facts
from takings.setup.fields import describe, with_answers
from takings.setup.mapping import load_rows
from takings.setup.matching import answer_of, build_table
from takings.setup.numbering import numbering_fields
from takings.setup.standing import Stands, next_step, open_steps, stands
from takings.store.states import IntegrationState
from takings.sync.joint import Joint
from takings.views import (
    ConnectStepView,
    FieldView,
    NumberSample,
    SetupView,
    StepKind,
    StepState,
    StepSummary,
    StepView,
    TokenStepView,
)

TOKEN_FIELD = "token"  # noqa: S105 - a field's name
TRAILING = "trailing_days"

_ACTIONS = {
    StepKind.CONNECT: ("continue", "later", "refresh"),
    StepKind.FLOWS: ("continue", "later"),
    StepKind.TOKEN: ("continue", "make_token", "refresh"),
    StepKind.MAPPING: ("continue", "later", "match", "use_suggestions", "fill", "undo", "refresh"),
    StepKind.NOTICE: ("continue",),
    StepKind.SETTINGS: ("continue", "later", "show", "check_numbers"),
    StepKind.REVIEW: ("preview", "retrieve", "save", "continue", "later", "show"),
}


#: What can be done about a step that can't start yet.
_WAITING = {StepKind.MAPPING: ("refresh",)}


def shown_actions(step: StepDef) -> tuple[str, ...]:
    """Return what can be done on a step."""
    return _ACTIONS[step.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A setup as of one moment: what is known, the steps, and where each stands."""

    host: PluginHost
    facts: Facts
    steps: tuple[StepDef, ...]
    found: dict[str, Stands]
    now: datetime

    def step(self, key: str) -> StepDef | None:
        """Return a step by its key."""
        return next((one for one in self.steps if one.key == key), None)


def take(session: Session, host: PluginHost, joint: Joint, *, now: datetime) -> Picture:
    """Read a setup."""
    facts = load_facts(session, joint)
    steps = assemble(joint.source_type, joint.target_type)
    return Picture(host=host, facts=facts, steps=steps, found=stands(steps, facts), now=now)


def show_setup(picture: Picture) -> SetupView:
    """Return the list of the steps."""
    joint = picture.facts.joint
    complete = not open_steps(picture.steps, picture.found) and picture.facts.was_active
    attention = joint.integration.state == IntegrationState.NEEDS_ATTENTION.value
    return SetupView(
        integration=joint.integration.id,
        integration_name=joint.integration.name,
        state=joint.integration.state,
        source=joint.source_type.title,
        target=joint.target_type.title,
        steps=tuple(
            StepSummary(
                key=one.key,
                phase=one.phase.value,
                kind=one.kind,
                title=one.title,
                state=picture.found[one.key][0],
                reason=picture.found[one.key][1],
            )
            for one in picture.steps
        ),
        current=_concerned(picture) if attention else next_step(picture.steps, picture.found),
        complete=complete,
    )


def _concerned(picture: Picture) -> str:
    """Return the step that has a problem, else the one that is next."""
    problem = (one.key for one in picture.steps if picture.found[one.key][0] is StepState.PROBLEM)
    return next(problem, "") or next_step(picture.steps, picture.found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What was just answered and is not stored: `errors` say by field what is wrong; `token` is shown this once."""

    given: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    token: str = ""


def show_step(
    session: Session,
    picture: Picture,
    step: StepDef,
    *,
    typed: Typed | None = None,
    numbers: tuple[NumberSample, ...] = (),
) -> StepView:
    """Return a step whole, with what was typed and what is wrong with it."""
    facts, typed = picture.facts, typed or Typed()
    shown = {**facts.drafts.get(step.key, {}), **typed.given}
    keys = [one.key for one in picture.steps]
    place = keys.index(step.key)
    state, reason = picture.found[step.key]
    view = StepView(
        integration=facts.joint.integration.id,
        integration_name=facts.joint.integration.name,
        key=step.key,
        phase=step.phase.value,
        kind=step.kind,
        title=step.title,
        help=step.help,
        state=StepState.PROBLEM if typed.errors and state is not StepState.CANNOT_START else state,
        reason=reason,
        number=place + 1,
        total=len(keys),
        previous=keys[place - 1] if place else "",
        next=keys[place + 1] if place + 1 < len(keys) else "",
        version=version_of(session, picture, step),
        actions=shown_actions(step) if state is not StepState.CANNOT_START else _WAITING.get(step.kind, ()),
        fields=with_answers(fields_of(picture, step), shown, typed.errors),
        numbers=numbers,
        text=step.text,
        findings=typed.findings,
    )
    return _with_part(session, picture, step, view=view, typed=typed)


def _with_part(session: Session, picture: Picture, step: StepDef, *, view: StepView, typed: Typed) -> StepView:
    facts = picture.facts
    if step.kind is StepKind.CONNECT:
        return replace(view, connect=_connect(facts, step))
    if step.kind is StepKind.TOKEN:
        return replace(view, token=_token(facts, typed.token))
    if step.kind is StepKind.MAPPING and facts.chart is not None:
        answers = {name: str(one) for name, one in typed.given.items()}
        table = build_table(session, picture.host, step, facts=facts, errors=typed.errors, typed=answers)
        return replace(view, table=table)
    if step.kind is StepKind.REVIEW:
        review = reviewing.build_review(session, picture.host, picture.steps, facts=facts, found=picture.found)
        today = facts.joint.today(picture.now)
        schedule, start, _ = reviewing.read_when({one.name: one.value for one in view.fields}, today)
        warnings = reviewing.start_warnings(start, facts)
        if schedule is None:
            return replace(view, review=replace(review, warnings=tuple(warnings)))
        warnings += reviewing.time_warnings(schedule, facts, picture.now)
        due = next_due(schedule, picture.now)
        return replace(view, review=replace(review, warnings=tuple(warnings), next_due=due))
    return view


def fields_of(picture: Picture, step: StepDef) -> tuple[FieldView, ...]:
    """Return the fields of a step with what is stored of them."""
    facts = picture.facts
    joint, chart = facts.joint, facts.chart.chart if facts.chart else None
    declared = joint.source_type if step.side == "source" else joint.target_type
    if step.kind is StepKind.CONNECT:
        connection = joint.source_connection if step.side == "source" else joint.target_connection
        kept = connection.settings if connection else {}
        return (*_typed_token(facts, step), *describe(declared.connection, kept))
    if step.kind is StepKind.FLOWS:
        return tuple(_flow_fields(facts, step))
    if step.kind is StepKind.REVIEW:
        return reviewing.review_fields(reviewing.stored_answers(facts, picture.now))
    if step.kind is not StepKind.SETTINGS:
        return ()
    integration = joint.integration
    kept = integration.source_settings if step.side == "source" else integration.target_settings
    own = describe(declared.integration, kept, names=step.fields, chart=chart, group=declared.title)
    if step.key != ADVANCED:
        return own
    numbering = numbering_fields(picture.host.numberings(), integration.numbering)
    approval = (approval_field(integration),) if Capability.DRAFTS in joint.target_type.capabilities else ()
    trailing = _trailing(integration.trailing_days)
    return (*numbering, *combining_fields(integration), *approval, *own, trailing)


def _trailing(days: int) -> FieldView:
    return FieldView(
        name=TRAILING,
        label="Days that are read again",
        kind="whole_number",
        help="Each sync reads so many days back once more, to see what changed after it was posted",
        value=days,
        default=35,
        group="Reading",
    )


def _typed_token(facts: Facts, step: StepDef) -> list[FieldView]:
    joint = facts.joint
    connecting = (joint.source_type if step.side == "source" else joint.target_type).connecting
    if not isinstance(connecting, TokenTyped):
        return []
    is_set = facts.sides[step.side].state == "connected"
    return [FieldView(name=TOKEN_FIELD, label=connecting.title, kind="secret", help=connecting.help, is_set=is_set)]


def _flow_fields(facts: Facts, step: StepDef) -> list[FieldView]:
    joint = facts.joint
    taken = {flow.key: flow for flow in joint.target_type.flows}
    on = set(joint.integration.flows)
    passed = step.key in facts.done or facts.was_active
    return [
        FieldView(
            name=flow.key,
            label=f"{flow.title} to {joint.target_type.title}",
            kind="switch",
            help=". ".join(part for part in (flow.help, taken[flow.key].help) if part),
            required=False,
            value=flow.key in on if passed else False,
            default=False,
        )
        for flow in joint.source_type.flows
        if flow.key in step.fields
    ]


def _connect(facts: Facts, step: StepDef) -> ConnectStepView:
    joint, side = facts.joint, facts.sides[step.side]
    connection = joint.source_connection if step.side == "source" else joint.target_connection
    declared = joint.source_type if step.side == "source" else joint.target_type
    connecting = declared.connecting
    how = (
        "consent" if isinstance(connecting, OAuth2) else "token" if isinstance(connecting, TokenTyped) else "nothing"
    )
    return ConnectStepView(
        side=step.side,
        system=declared.title,
        how=how,
        state=side.state,
        organisation=connection.organisation if connection else "",
        name=connection.name if connection else "",
        reason=side.reason,
        scopes=side.scopes,
        missing_scopes=side.missing_scopes,
    )


def _token(facts: Facts, token: str) -> TokenStepView:
    connecting = facts.joint.source_type.connecting
    assert isinstance(connecting, TokenHandedOut)
    newest = facts.tokens[0] if facts.tokens else None
    used = [one.last_used_at for one in facts.tokens if one.last_used_at]
    return TokenStepView(
        system=facts.joint.source_type.title,
        title=connecting.title,
        hand_to=connecting.hand_to,
        state=facts.handed.value,
        hint=newest.hint if newest else "",
        created_at=newest.created_at if newest else None,
        last_used_at=max(used) if used else None,
        token=token,
    )


def version_of(session: Session, picture: Picture, step: StepDef) -> str:
    """Return a text that changes whenever what a step stores changes, whoever changed it."""
    facts = picture.facts
    content: Any
    if step.kind is StepKind.MAPPING:
        content = [(row.code, answer_of(row)) for row in load_rows(session, facts.joint, step.dimension)]
    elif step.kind is StepKind.TOKEN:
        content = [one.id for one in facts.tokens]
    elif step.kind is StepKind.CONNECT:
        connection = facts.joint.source_connection if step.side == "source" else facts.joint.target_connection
        content = [connection.id, connection.organisation, connection.settings] if connection else []
    else:
        content = [(one.name, one.value) for one in fields_of(picture, step)]
    text = json.dumps([content, facts.drafts.get(step.key, {})], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
