"""Assembles the steps of a setup from what the two plugins of an integration declare. Pure.

The phases are fixed; each step in them exists because somebody declared something for it. An empty direction is a
step that says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from takings.plugin.connecting import NoConnection, OAuth2, TokenHandedOut, TokenTyped
from takings.plugin.settings import NoSettings
from takings.plugin.sources import SourceType
from takings.plugin.steps import NoticeStep, Phase, SettingsStep
from takings.plugin.targets import TargetType
from takings.plugin.treatments import Treatments
from takings.views import StepKind

SEND, TOKEN, OTHER, ADVANCED, REVIEW = "send", "token", "other_direction", "advanced.target", "review"

#: The order of the phases.
PHASES = tuple(Phase)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDef:
    """One step: `side` is whose connection or settings it is about, `fields` names what it asks of them."""

    key: str
    phase: Phase
    kind: StepKind
    title: str
    help: str = ""
    side: str = ""
    dimension: str = ""
    fields: tuple[str, ...] = ()
    text: str = ""


def assemble(source: SourceType, target: TargetType) -> tuple[StepDef, ...]:
    """Return the steps of joining these two, in order; keys are unique."""
    steps = [*_connect(source, target), _send(source, target), *_token(source), *_mapping(source, target)]
    steps += [_other_direction(source, target), *_advanced(source, target), *_declared(source, target), _review()]
    return tuple(sorted(steps, key=lambda one: PHASES.index(one.phase)))


def _connect(source: SourceType, target: TargetType) -> Iterator[StepDef]:
    yield _connect_one("target", target)
    declared = source.connecting
    if isinstance(declared, OAuth2 | TokenTyped) or (
        isinstance(declared, NoConnection) and source.connection is not NoSettings
    ):
        yield _connect_one("source", source)


def _connect_one(side: str, declared: SourceType | TargetType) -> StepDef:
    return StepDef(
        key=f"connect.{side}",
        phase=Phase.CONNECT,
        kind=StepKind.CONNECT,
        title=f"Connect {declared.title}",
        side=side,
        fields=tuple(declared.connection.model_fields),
    )


def _send(source: SourceType, target: TargetType) -> StepDef:
    return StepDef(
        key=SEND,
        phase=Phase.SEND,
        kind=StepKind.FLOWS,
        title="What to send",
        help=f"Choose what {source.title} sends to {target.title}.",
        fields=common_flows(source, target),
    )


def common_flows(source: SourceType, target: TargetType) -> tuple[str, ...]:
    """Return the keys of the flows that both declare, in the source's order."""
    taken = {flow.key for flow in target.flows}
    return tuple(flow.key for flow in source.flows if flow.key in taken)


def _token(source: SourceType) -> Iterator[StepDef]:
    if isinstance(source.connecting, TokenHandedOut):
        yield StepDef(
            key=TOKEN,
            phase=Phase.TOKEN,
            kind=StepKind.TOKEN,
            title=source.connecting.title,
            help=source.connecting.hand_to,
            side="source",
        )


def _mapping(source: SourceType, target: TargetType) -> Iterator[StepDef]:
    for one in source.dimensions:
        yield StepDef(
            key=f"map.{one.key}",
            phase=Phase.MAP,
            kind=StepKind.MAPPING,
            title=f"Match {one.title[:1].lower()}{one.title[1:]}",
            help=one.help or f"Choose what each of them is in {target.title}.",
            dimension=one.key,
        )


def _other_direction(source: SourceType, target: TargetType) -> StepDef:
    return StepDef(
        key=OTHER,
        phase=Phase.OTHER_DIRECTION,
        kind=StepKind.NOTICE,
        title=f"{target.title} to {source.title}",
        text=f"There is nothing to configure from {target.title} to {source.title}: "
        f"nothing of {target.title} is sent to {source.title}.",
    )


def _advanced(source: SourceType, target: TargetType) -> Iterator[StepDef]:
    yield StepDef(
        key=ADVANCED,
        phase=Phase.ADVANCED,
        kind=StepKind.SETTINGS,
        title=f"Advanced settings for {target.title}",
        help="The defaults are sound; look at the numbers of the documents first.",
        side="target",
        fields=unclaimed(target),
    )
    if rest := unclaimed(source):
        yield StepDef(
            key="advanced.source",
            phase=Phase.ADVANCED,
            kind=StepKind.SETTINGS,
            title=f"Advanced settings for {source.title}",
            side="source",
            fields=rest,
        )


def unclaimed(declared: SourceType | TargetType) -> tuple[str, ...]:
    """Return the integration settings that no declared step asks for; those for kinds of lines come last."""
    claimed = {name for step in declared.steps if isinstance(step, SettingsStep) for name in step.fields}
    own = [name for name in declared.integration.model_fields if name not in claimed]
    return tuple(sorted(own, key=lambda name: name in Treatments.model_fields))


def _declared(source: SourceType, target: TargetType) -> Iterator[StepDef]:
    for side, declared in (("target", target), ("source", source)):
        for step in declared.steps:
            if isinstance(step, NoticeStep):
                yield StepDef(
                    key=f"notice.{side}.{step.key}",
                    phase=step.phase,
                    kind=StepKind.NOTICE,
                    title=step.title,
                    text=step.text,
                )
            else:
                yield StepDef(
                    key=f"settings.{side}.{step.key}",
                    phase=step.phase,
                    kind=StepKind.SETTINGS,
                    title=step.title,
                    help=step.help,
                    side=side,
                    fields=step.fields,
                )


def _review() -> StepDef:
    return StepDef(
        key=REVIEW,
        phase=Phase.REVIEW,
        kind=StepKind.REVIEW,
        title="Review",
        help="Check the answers, then choose when to send.",
    )
