"""The course of the demonstration: start, set up, map, post, verify. Running it again re-uses everything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from takings.cli.demo.consent import REDIRECT_URI, follow
from takings.cli.demo.picks import pick_source, pick_target
from takings.cli.demo.sandbox import RunningSandbox
from takings.cli.opening import open_engine
from takings.connect.installation import Installation
from takings.domain.period import Period
from takings.engine import Engine
from takings.errors import NotFound, TakingsError
from takings.host import PluginHost
from takings.store.keyfile import keys_of
from takings.views import LOCAL, DayView, IntegrationView, Progress, RunView, VerifyView

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
    """Everything that is running: the engine, and what the two sandboxes said when they were ready."""

    engine: Engine
    client: httpx.Client
    source: str
    target: str
    source_keeps_data: bool
    source_ready: dict[str, Any]


@contextmanager
def staged(plugins: PluginHost, folder: Path, *, source: str | None, target: str | None) -> Iterator[Stage]:
    """Start both sandboxes and an engine that is set to them, with everything kept in `folder`."""
    from_component, from_sandbox = pick_source(plugins, source)
    to_component, to_sandbox = pick_target(plugins, target)
    with ExitStack() as stack:
        one = stack.enter_context(RunningSandbox(from_component, from_sandbox, folder / "source"))
        other = stack.enter_context(RunningSandbox(to_component, to_sandbox, folder / "target"))
        keys = lambda database: keys_of(database, folder / "takings.key")  # noqa: E731
        # The child processes start while this process imports and builds what it needs.
        client = stack.enter_context(httpx.Client(trust_env=False, timeout=20))
        ready = {from_component: one.wait_until_ready(), to_component: other.wait_until_ready()}
        installation = Installation({name: line.get("installation", {}) for name, line in ready.items()})
        place = str(folder / "takings.db")
        opening = open_engine(place, keys=keys, plugins=plugins, installation=installation)
        engine = stack.enter_context(opening)
        yield Stage(
            engine=engine,
            client=client,
            source=from_component,
            target=to_component,
            source_keeps_data=from_sandbox.keeps_data,
            source_ready=ready[from_component],
        )


def perform(
    stage: Stage, period: Period, *, tell: Callable[[str], None], progress: Callable[[Progress], None]
) -> Outcome:
    """Set up what is not set up yet, post the period and verify it; `tell` is given a sentence for each step."""
    engine = stage.engine
    view = _integration(stage, tell)
    _hand_over_token(stage, view, tell)
    organisation = _connect(stage, view, tell)
    if view.last_run is None:
        # Later a code without a decision is one that a day brought: it holds that day, which is to be seen.
        _map_everything(engine, tell)
    tell(f"Posting {period}.")
    run = engine.sync(LOCAL, NAME, period, confirm=lambda asked: True, progress=progress)
    tell("Reading everything back.")
    verified = engine.verify(LOCAL, NAME, period, progress=progress)
    return Outcome(
        source=stage.source,
        target=stage.target,
        organisation=organisation,
        run=run,
        verified=verified,
        nothing=tuple(one for one in engine.days(LOCAL, NAME, period) if one.state == "nothing"),
    )


def _integration(stage: Stage, tell: Callable[[str], None]) -> IntegrationView:
    try:
        return stage.engine.integration(LOCAL, NAME)
    except NotFound:
        tell(f"Creating an integration of {stage.source} and {stage.target}.")
        return stage.engine.provision(LOCAL, name=NAME, source=stage.source, target=stage.target)


def _hand_over_token(stage: Stage, view: IntegrationView, tell: Callable[[str], None]) -> None:
    entry = stage.source_ready.get("enter_token")
    if not isinstance(entry, dict) or (stage.source_keeps_data and view.last_run is not None):
        return
    tell("Handing the Auth Token over to the point of sale.")
    token = stage.engine.new_token(LOCAL, NAME)
    stage.client.post(entry["url"], json={"token": token}).raise_for_status()


def _connect(stage: Stage, view: IntegrationView, tell: Callable[[str], None]) -> str:
    if view.target is not None and view.target.state == "connected":
        return view.target.name
    tell("Connecting the ledger.")
    answer = follow(stage.client, stage.engine.begin_connect(LOCAL, NAME, REDIRECT_URI))
    found = stage.engine.finish_connect(LOCAL, **answer)
    if not found.organisations:
        raise TakingsError("The ledger's stand-in server has no organisation.")
    chosen = found.organisations[0]
    stage.engine.choose_organisation(LOCAL, found, chosen.id)
    return chosen.name


def _map_everything(engine: Engine, tell: Callable[[str], None]) -> None:
    known = engine.refresh_catalogue(LOCAL, NAME)
    tell(f"Mapping {known} codes by the best suggestion for each.")
    engine.accept_suggestions(LOCAL, NAME, least_score=0)
    left = [one for one in engine.mapping(LOCAL, NAME) if one.choice == "open"]
    if left:
        named = ", ".join(f"{one.title}: {one.code} ({one.name})" for one in left)
        raise TakingsError(f"No suggestion was made for {named}.")
