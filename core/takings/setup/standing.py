"""Decides where each step of a setup stands, and which one is next. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from takings.plugin.connecting import TokenHandedOut
from takings.plugin.sources import WayIn
from takings.setup.assembly import REVIEW, StepDef
from takings.setup.facts import Facts, Handed
from takings.setup.fields import check, describe
from takings.setup.ledger_fields import why_not
from takings.store.states import ConnectionState
from takings.views import StepKind, StepState

#: A state with its reason in words, empty where there is nothing to say.
Stands = tuple[StepState, str]


def stands(steps: Sequence[StepDef], facts: Facts) -> dict[str, Stands]:
    """Return the state of each step, with its reason."""
    found: dict[str, Stands] = {}
    for step in steps:
        if step.kind is StepKind.REVIEW:
            found[step.key] = _review(steps, facts, found)
        else:
            found[step.key] = _BY_KIND[step.kind](step, facts)
    return found


def next_step(steps: Sequence[StepDef], found: dict[str, Stands], after: str = "") -> str:
    """Return the first step that can be worked on and is not completed, looked for behind `after` first."""
    keys = [step.key for step in steps]
    start = keys.index(after) + 1 if after else 0
    for key in (*keys[start:], *keys[:start]):
        if found[key][0] not in (StepState.COMPLETED, StepState.CANNOT_START):
            return key
    return ""


def open_steps(steps: Sequence[StepDef], found: dict[str, Stands]) -> tuple[str, ...]:
    """Return the steps before the review that are not completed."""
    return tuple(one.key for one in steps if one.key != REVIEW and found[one.key][0] is not StepState.COMPLETED)


def _connect(step: StepDef, facts: Facts) -> Stands:
    side = facts.sides[step.side]
    if side.state in (ConnectionState.EXPIRED.value, ConnectionState.REVOKED.value):
        return StepState.PROBLEM, side.reason or f"{side.title} must be connected again."
    if side.missing_scopes:
        return StepState.PROBLEM, (
            f"What was chosen in the settings needs a further permission of {side.title}: "
            f"{', '.join(side.missing_scopes)}. Connect again to give it."
        )
    if side.state != ConnectionState.CONNECTED.value:
        return _begun(step, facts), ""
    if side.invalid:
        return StepState.IN_PROGRESS, next(iter(side.invalid.values()))
    return (StepState.IN_PROGRESS if step.key in facts.drafts else StepState.COMPLETED), ""


def _begun(step: StepDef, facts: Facts) -> StepState:
    return StepState.IN_PROGRESS if step.key in facts.drafts else StepState.NOT_STARTED


def _flows(step: StepDef, facts: Facts) -> Stands:
    if step.key in facts.drafts:
        return StepState.IN_PROGRESS, ""
    passed = step.key in facts.done or facts.was_active
    return (StepState.COMPLETED if passed and facts.joint.integration.flows else StepState.NOT_STARTED), ""


def _token(step: StepDef, facts: Facts) -> Stands:
    source = facts.joint.source_type
    if facts.handed is Handed.USED or (facts.handed is Handed.OUT and facts.codes_known):
        return StepState.COMPLETED, ""
    waiting = f"Waiting for {source.title} to use it."
    if facts.handed is Handed.OUT:
        return (StepState.COMPLETED if step.key in facts.done else StepState.IN_PROGRESS), waiting
    if facts.codes_known and WayIn.FILE in source.ways_in and step.key in facts.done:
        return StepState.COMPLETED, "No Auth Token: the days come from files."
    return StepState.NOT_STARTED, ""


def _mapping(step: StepDef, facts: Facts) -> Stands:
    codes = facts.codes[step.dimension]
    target = facts.sides["target"]
    if target.state == ConnectionState.NEW.value:
        return StepState.CANNOT_START, f"Connect {target.title} first."
    if facts.chart is None:
        return StepState.CANNOT_START, f"What {target.title} offers was not read yet: refresh."
    if not facts.codes_known:
        return StepState.CANNOT_START, why_no_codes(facts)
    if codes.gone:
        shown = ", ".join(codes.gone[:5])
        return StepState.PROBLEM, f"What {shown} is matched to is not in {target.title} any more, or not in use."
    if codes.unfit:
        shown = ", ".join(codes.unfit[:5])
        kind = "lines of the document" if facts.joint.tenders_as_lines else "payments"
        return StepState.PROBLEM, f"{shown} would be {kind}, and the accounts chosen take none."
    if step.key in facts.drafts:
        return StepState.IN_PROGRESS, ""
    if codes.open == 0:
        return StepState.COMPLETED, "" if codes.total else "There is nothing to match here."
    return (StepState.IN_PROGRESS if codes.open < codes.total else StepState.NOT_STARTED), ""


def why_no_codes(facts: Facts) -> str:
    """Say what the codes of the source are waiting for."""
    source = facts.joint.source_type
    if isinstance(source.connecting, TokenHandedOut) and facts.handed is not Handed.USED:
        if facts.handed is Handed.NONE:
            return f"{source.title} can't be asked for its codes yet: make the {source.connecting.title} first."
        return f"Waiting for {source.title}: {source.connecting.hand_to}".rstrip(": ")
    if not facts.sides["source"].connected and WayIn.PULL in source.ways_in:
        return f"Connect {source.title} first."
    if WayIn.PULL in source.ways_in:
        return f"The codes of {source.title} were not read yet: refresh."
    return f"{source.title} has not sent its codes yet; a file with them will do as well."


def _notice(step: StepDef, facts: Facts) -> Stands:
    return (StepState.COMPLETED if step.key in facts.done or facts.was_active else StepState.NOT_STARTED), ""


def _settings(step: StepDef, facts: Facts) -> Stands:
    integration = facts.joint.integration
    declared = facts.joint.target_type if step.side == "target" else facts.joint.source_type
    stored = integration.target_settings if step.side == "target" else integration.source_settings
    wrong = {name: text for name, text in check(declared.integration, stored).items() if name in step.fields}
    chart = facts.chart.chart if facts.chart and step.side == "target" else None
    fields = describe(declared.integration, stored, names=declared.integration.model_fields.keys() & {*step.fields})
    asked = {one.name: one.value for one in fields}
    # What is not asked any more names nothing: nobody could mend it.
    counting = [name for name in step.fields if any(one.name == name and one.counts(asked) for one in fields)]
    gone = {name: why_not(declared.integration, name, stored.get(name), chart=chart) for name in counting}
    wrong |= {name: text for name, text in gone.items() if text}
    passed = step.key in facts.done or facts.was_active
    if wrong and passed:
        return StepState.PROBLEM, next(iter(wrong.values()))
    if step.key in facts.drafts:
        return StepState.IN_PROGRESS, ""
    return (StepState.COMPLETED if passed and not wrong else StepState.NOT_STARTED), ""


def _review(steps: Sequence[StepDef], facts: Facts, found: dict[str, Stands]) -> Stands:
    titles = {one.key: one.title for one in steps}
    missing = [titles[one.key] for one in steps if one.key in found and found[one.key][0] is not StepState.COMPLETED]
    if missing and not facts.was_active:
        return StepState.CANNOT_START, f"Complete first: {', '.join(missing)}."
    if REVIEW in facts.drafts:
        return StepState.IN_PROGRESS, ""
    return (StepState.COMPLETED if facts.was_active else StepState.NOT_STARTED), ""


_BY_KIND: dict[StepKind, Callable[[StepDef, Facts], Stands]] = {
    StepKind.CONNECT: _connect,
    StepKind.FLOWS: _flows,
    StepKind.TOKEN: _token,
    StepKind.MAPPING: _mapping,
    StepKind.NOTICE: _notice,
    StepKind.SETTINGS: _settings,
}
