"""The course of the demonstration: start, set up, map, post, verify. Running it again re-uses everything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from takings.cli.demo.joining import join_side
from takings.cli.demo.picks import Pick, pick_source, pick_target
from takings.cli.demo.sandbox import RunningSandbox
from takings.cli.opening import open_engine
from takings.connect.installation import Installation
from takings.domain.period import Period
from takings.engine import Engine
from takings.errors import NotFound, TakingsError
from takings.host import PluginHost
from takings.store.keyfile import keys_of
from takings.views import LOCAL, DayView, IntegrationView, MappingView, Progress, RunView, VerifyView

NAME = "demo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the demonstration came to."""

    source: str
    target: str
    organisation: str
    run: RunView
    verified: VerifyView
    nothing: tuple[DayView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Everything that is running: the engine, and what the stand-in servers said when they were ready."""

    engine: Engine
    client: httpx.Client
    source: Pick
    target: Pick
    ready: dict[str, dict[str, Any]]


@contextmanager
def staged(plugins: PluginHost, folder: Path, *, source: str | None, target: str | None) -> Iterator[Stage]:
    """Start the stand-in servers and an engine that is set to them, with everything kept in `folder`."""
    picks = {"source": pick_source(plugins, source), "target": pick_target(plugins, target)}
    with ExitStack() as stack:
        running = {
            side: stack.enter_context(RunningSandbox(pick.component, pick.sandbox, folder / side))
            for side, pick in picks.items()
            if pick.sandbox is not None
        }
        # The child processes start while this process imports and builds what it needs.
        client = stack.enter_context(httpx.Client(trust_env=False, timeout=20))
        ready = {side: one.wait_until_ready() for side, one in running.items()}
        for side, pick in picks.items():
            if pick.sandbox is None:
                ready[side] = {"installation": {pick.folder_field: str(folder / side)}}
        installation = Installation(
            {pick.component: ready[side].get("installation", {}) for side, pick in picks.items()}
        )
        place = str(folder / "takings.db")
        engine = stack.enter_context(
            open_engine(
                place,
                keys=lambda database: keys_of(database, folder / "takings.key"),
                plugins=plugins,
                installation=installation,
            )
        )
        yield Stage(engine=engine, client=client, source=picks["source"], target=picks["target"], ready=ready)


def perform(
    stage: Stage, period: Period, *, tell: Callable[[str], None], progress: Callable[[Progress], None]
) -> Outcome:
    """Set up what is not set up yet, post the period and verify it; `tell` is given a sentence for each step."""
    engine = stage.engine
    view = _integration(stage, tell)
    for side, pick in (("source", stage.source), ("target", stage.target)):
        join_side(engine, stage.client, view, side=side, pick=pick, ready=stage.ready[side], tell=tell)
    if view.last_run is None:
        # Later a code without a decision is one that a day brought: it holds that day, which is to be seen.
        _map_everything(engine, tell)
    tell(f"Posting {period}.")
    run = engine.sync(LOCAL, NAME, period, confirm=lambda asked: True, progress=progress)
    tell("Reading everything back.")
    verified = engine.verify(LOCAL, NAME, period, progress=progress)
    return Outcome(
        source=stage.source.component,
        target=stage.target.component,
        organisation=verified.organisation,
        run=run,
        verified=verified,
        nothing=tuple(one for one in engine.days(LOCAL, NAME, period) if one.state == "nothing"),
    )


def _integration(stage: Stage, tell: Callable[[str], None]) -> IntegrationView:
    try:
        return stage.engine.integration(LOCAL, NAME)
    except NotFound:
        source, target = stage.source.component, stage.target.component
        tell(f"Creating an integration of {source} and {target}.")
        return stage.engine.provision(LOCAL, name=NAME, source=source, target=target)


def _map_everything(engine: Engine, tell: Callable[[str], None]) -> None:
    known = engine.refresh_catalogue(LOCAL, NAME)
    tell(f"Mapping {known} codes by the best suggestion for each.")
    engine.accept_suggestions(LOCAL, NAME, least_score=0)
    rows = engine.mapping(LOCAL, NAME)
    left = [one for one in rows if one.choice == "open"]
    if left:
        named = ", ".join(f"{one.code} ({one.name})" for one in left)
        tell(f"No suggestion was made for {named}; in a demonstration they go where most others go.")
    for one in left:
        taken = Counter(other.ref_id for other in rows if other.dimension == one.dimension and other.ref_id)
        to = taken.most_common(1)[0][0] if taken else _first_candidate(engine, one)
        engine.set_mapping(LOCAL, NAME, dimension=one.dimension, code=one.code, to=to)


def _first_candidate(engine: Engine, row: MappingView) -> str:
    found = engine.candidates(LOCAL, NAME, row.dimension)
    if not found:
        raise TakingsError(f"The ledger has nothing that {row.title}: {row.code} ({row.name}) could be mapped to.")
    return found[0].id
