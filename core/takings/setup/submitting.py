"""Takes answers to a step: valid ones are stored where they belong, the others are kept as they were typed.

Each function works inside the caller's write transaction and calls nobody: what needs the ledger or the point of
sale is done by the engine before or after.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlmodel import Session

from takings.domain.findings import Finding
from takings.errors import TakingsError
from takings.setup import mapping as mapping_setup
from takings.setup import provisioning, reviewing
from takings.setup.assembly import ADVANCED, StepDef
from takings.setup.combining import NAMES
from takings.setup.drafts import note_answers
from takings.setup.fields import Answers, check, read
from takings.setup.ledger_fields import why_not
from takings.setup.matching import answer_of, match, written
from takings.setup.numbering import CHOICE, read_numbering
from takings.setup.presenting import TRAILING, Picture, fields_of
from takings.setup.standing import stands
from takings.store import audit
from takings.store.setup_tables import SetupSession
from takings.views import Principal, StepKind, StepState

#: A code shown as the field itself in an answer to a table: what is meant for all rows without a decision.
FILL = "fill"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of answers: `wrong` by field, what of them was not stored, and findings about what was."""

    wrong: dict[str, str] = field(default_factory=dict)
    rest: dict[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """What somebody answers to one step."""

    step: StepDef
    given: Mapping[str, Any]
    principal: Principal


def keep_for_later(session: Session, picture: Picture, asked: Submitted) -> None:
    """Keep answers as they are; a secret is not kept, it must be given again."""
    _note(session, picture, asked, drafts=_without_secrets(picture, asked), done=False)


def submit(session: Session, picture: Picture, asked: Submitted) -> Outcome:
    """Store the answers to a step; what is wrong is kept as a draft with the rest of its step."""
    state, reason = picture.found[asked.step.key]
    if state is StepState.CANNOT_START:
        return Outcome(wrong={"": reason})
    outcome = _BY_KIND[asked.step.kind](session, picture, asked)
    _note(session, picture, asked, drafts=outcome.rest, done=not outcome.wrong)
    return outcome


def _note(session: Session, picture: Picture, asked: Submitted, *, drafts: Mapping[str, Any], done: bool) -> None:
    integration = picture.facts.joint.integration
    principal = asked.principal.name
    note_answers(session, integration, asked.step.key, drafts=drafts, done=done, principal=principal, now=picture.now)


def _connect(session: Session, picture: Picture, asked: Submitted) -> Outcome:
    """The connection itself is made elsewhere; here it only has to be there, and whole."""
    side = picture.facts.sides[asked.step.side]
    if side.connected:
        return Outcome()
    reason = picture.found[asked.step.key][1] or f"{side.title} is not connected yet."
    return Outcome(wrong={**side.invalid} or {"": reason})


def _flows(session: Session, picture: Picture, asked: Submitted) -> Outcome:
    answers = read(fields_of(picture, asked.step), asked.given)
    chosen = [name for name, value in answers.values.items() if value]
    wrong = dict(answers.errors)
    if not wrong and not chosen:
        wrong = dict.fromkeys(list(answers.values)[:1], "Tick what is to be sent.")
    if wrong:
        return Outcome(wrong=wrong, rest=dict(asked.given))
    integration = picture.facts.joint.integration
    integration.flows = sorted(chosen)
    session.add(integration)
    audit.record(
        session,
        at=picture.now,
        owner=asked.principal.owner,
        principal=asked.principal.name,
        request_id=asked.principal.request_id,
        action="integration.configured",
        integration_id=integration.id,
        details={"flows": ", ".join(chosen)},
    )
    return Outcome()


def _token(session: Session, picture: Picture, asked: Submitted) -> Outcome:
    facts, step = picture.facts, asked.step
    after = stands((step,), replace(facts, done={**facts.done, step.key: ""}))[step.key][0]
    if after is StepState.COMPLETED:
        return Outcome()
    return Outcome(wrong={"": "Make the token first, and hand it over."})


def _mapping(session: Session, picture: Picture, asked: Submitted) -> Outcome:
    kept = _decide_rows(session, picture, asked, complete=True)
    return replace(kept, rest={code: answer for code, answer in kept.rest.items() if answer})


def _decide_rows(session: Session, picture: Picture, asked: Submitted, *, complete: bool) -> Outcome:
    facts = picture.facts
    rows = mapping_setup.load_rows(session, facts.joint, asked.step.dimension)
    known = {row.code for row in rows}
    given = _with_drafts(picture, asked, known)
    found = match(asked.step, facts, rows, given=given, complete=complete)
    if found.entries:
        mapping_setup.decide(session, facts.joint, asked.principal, entries=found.entries, now=picture.now)
    # Not all codes with an error were answered, and not all that was answered is a code.
    rest = {code: given[code] for code in found.errors if code in known and code in given}
    return Outcome(wrong=found.errors, rest=rest)


def _notice(session: Session, picture: Picture, asked: Submitted) -> Outcome:
    return Outcome()


def _settings(session: Session, picture: Picture, asked: Submitted) -> Outcome:
    facts, host = picture.facts, picture.host
    fields = fields_of(picture, asked.step)
    given = _with_drafts(picture, asked, {one.name for one in fields})
    answers = read(fields, given)
    asked = replace(asked, given=given)
    wrong, changes = _check_settings(picture, asked, answers)
    if wrong:
        return Outcome(wrong=wrong, rest=_without_secrets(picture, asked))
    try:
        joint = facts.joint
        today = joint.today(picture.now)
        provisioning.configure(
            session,
            host,
            asked.principal,
            integration=joint.integration,
            changes=changes,
            today=today,
            now=picture.now,
        )
    except TakingsError as problem:
        place = getattr(problem, "field", "").rpartition(".")[2]
        return Outcome(wrong={place: str(problem)}, rest=_without_secrets(picture, asked))
    return Outcome()


def _check_settings(picture: Picture, asked: Submitted, answers: Answers) -> tuple[dict[str, str], dict[str, Any]]:
    """Return what is wrong with settings, and the changes that are right."""
    joint, step = picture.facts.joint, asked.step
    target = step.side == "target"
    declared = joint.target_type if target else joint.source_type
    stored = joint.integration.target_settings if target else joint.integration.source_settings
    own = {name: value for name, value in answers.values.items() if name in step.fields}
    chart = picture.facts.chart.chart if picture.facts.chart else None
    wrong = {
        name: why_not(declared.integration, name, asked.given.get(name), chart=chart) or text
        for name, text in answers.errors.items()
    }
    refused = check(declared.integration, {**stored, **own})
    wrong |= {name: text for name, text in refused.items() if name in ("", *step.fields) and name not in wrong}
    changes: dict[str, Any] = {"target_settings" if target else "source_settings": own}
    if step.key == ADVANCED and CHOICE in answers.values:
        numbering, bad = read_numbering(picture.host.numberings(), answers.values)
        wrong = {**bad, **wrong}
        changes |= {"numbering": numbering["strategy"], "numbering_settings": numbering["settings"]}
        changes |= {name: answers.values[name] for name in NAMES if name in answers.values}
        try:
            changes[TRAILING] = provisioning.check_window(int(answers.values.get(TRAILING) or 0))
        except TakingsError as problem:
            wrong.setdefault(TRAILING, str(problem))
    return wrong, changes


def _with_drafts(picture: Picture, asked: Submitted, known: Collection[str]) -> dict[str, Any]:
    """Put what was kept of a step below its answers; a name that it no longer has can't be mended, and is let go."""
    kept = picture.facts.drafts.get(asked.step.key, {})
    return {**{name: value for name, value in kept.items() if name in known}, **asked.given}


def _without_secrets(picture: Picture, asked: Submitted) -> dict[str, Any]:
    secrets = {one.name for one in fields_of(picture, asked.step) if one.kind == "secret"}
    return {name: value for name, value in asked.given.items() if name not in secrets}


def _review(session: Session, picture: Picture, asked: Submitted) -> Outcome:
    fields = fields_of(picture, asked.step)
    given = _with_drafts(picture, asked, {one.name for one in fields})
    answers = read(fields, given)
    values = {one.name: one.value for one in fields} | answers.values
    _, _, wrong = reviewing.read_when(values, picture.facts.joint.today(picture.now))
    wrong = {**wrong, **answers.errors}
    return Outcome(wrong=wrong, rest=dict(given) if wrong else {})


_BY_KIND: dict[StepKind, Callable[[Session, Picture, Submitted], Outcome]] = {
    StepKind.CONNECT: _connect,
    StepKind.FLOWS: _flows,
    StepKind.TOKEN: _token,
    StepKind.MAPPING: _mapping,
    StepKind.NOTICE: _notice,
    StepKind.SETTINGS: _settings,
    StepKind.REVIEW: _review,
}


def keep_rows(session: Session, picture: Picture, asked: Submitted) -> Outcome:
    """Store the rows of a table that are answered rightly, and keep the others; none has to be answered."""
    kept = _decide_rows(session, picture, asked, complete=False)
    _note(session, picture, asked, drafts=kept.rest, done=False)
    return kept


def still_wrong(session: Session, picture: Picture, step: StepDef, *, kept: Outcome) -> Outcome:
    """Return what of the kept rows is wrong after others were decided for them."""
    open_ = _session_row(session, picture).drafts.get(step.key, {})
    return replace(kept, wrong={code: text for code, text in kept.wrong.items() if code in open_})


def take_suggestions(session: Session, picture: Picture, step: StepDef, *, principal: Principal) -> int:
    """Give each row without a decision its best suggestion; what stood before can be put back."""
    facts = picture.facts
    assert facts.chart is not None
    rows = mapping_setup.load_rows(session, facts.joint, step.dimension)
    shown = mapping_setup.add_suggestions(session, picture.host, facts.joint, views=rows, chart=facts.chart.chart)
    entries = [mapping_setup.accepted(row) for row in shown if row.choice == mapping_setup.OPEN and row.suggestions]
    return _decide_many(session, picture, step, entries=entries, principal=principal)


def fill(session: Session, picture: Picture, step: StepDef, *, answer: str, principal: Principal) -> Outcome:
    """Give every row without a decision the same one."""
    facts = picture.facts
    rows = mapping_setup.load_rows(session, facts.joint, step.dimension)
    given = {row.code: answer for row in rows if row.choice == mapping_setup.OPEN}
    if not answer:
        return Outcome(wrong={FILL: "Choose what all of them are matched to."})
    found = match(step, facts, rows, given=given, complete=False)
    if found.errors:
        return Outcome(wrong={FILL: next(iter(found.errors.values()))})
    _decide_many(session, picture, step, entries=list(found.entries), principal=principal)
    return Outcome()


def _decide_many(
    session: Session, picture: Picture, step: StepDef, *, entries: list[Any], principal: Principal
) -> int:
    facts = picture.facts
    if not entries:
        return 0
    mapping_setup.decide(session, facts.joint, principal, entries=entries, now=picture.now)
    row = _session_row(session, picture)
    decided = {entry.code: written(entry) for entry in entries}
    row.undo = {**row.undo, step.key: decided}
    drafts = {code: value for code, value in row.drafts.get(step.key, {}).items() if code not in decided}
    others = {name: value for name, value in row.drafts.items() if name != step.key}
    row.drafts = {**others, step.key: drafts} if drafts else others
    session.add(row)
    return len(entries)


def undo(session: Session, picture: Picture, step: StepDef, *, principal: Principal) -> int:
    """Take back what the last bulk action decided, where it was not changed since."""
    row, joint = _session_row(session, picture), picture.facts.joint
    bulk = row.undo.get(step.key, {})
    rows = mapping_setup.load_rows(session, joint, step.dimension)
    codes = [one.code for one in rows if one.code in bulk and answer_of(one) == bulk[one.code]]
    taken = mapping_setup.undecide(session, joint, principal, dimension=step.dimension, codes=codes, now=picture.now)
    row.undo = {name: value for name, value in row.undo.items() if name != step.key}
    session.add(row)
    return taken


def _session_row(session: Session, picture: Picture) -> SetupSession:
    integration = picture.facts.joint.integration
    row = session.get(SetupSession, integration.id)
    if row is None:
        row = SetupSession(integration_id=integration.id, owner=integration.owner, updated_at=picture.now)
        session.add(row)
        session.flush()
    return row


def keep_token(session: Session, picture: Picture, sealed: str) -> None:
    """Keep a sealed token until it is shown, once; empty forgets it."""
    row = _session_row(session, picture)
    row.sealed_token = sealed
    session.add(row)
