"""What a run is asked to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from takings.domain.period import Period
from takings.sync.joint import ProgressCall, no_progress
from takings.sync.undoing import UndoScope
from takings.views import Confirmation

#: How what must be confirmed is: by a person who is asked, or by the count that somebody has seen.
Confirm = Callable[[Confirmation], bool] | int | None


@dataclass(slots=True, kw_only=True)
class Order:
    """What a run is asked to do.

    `kind` is `sync`; `fetch` reads the source and posts nothing; `preview` does so and counts what a sync would post;
    `undo` takes back what `scope` names.

    `run_id` and `worker` are those of a queued run that was claimed. `watching`, where nobody named a period, posts
    what waits from before it too, and tells of closes that are missing. `request_id` is that of the request in which
    somebody asked for it.
    """

    period: Period
    kind: str = "sync"
    scope: UndoScope = field(default_factory=UndoScope)
    confirm: Confirm = None
    trigger: str = "manual"
    principal: str = "local"
    request_id: str = ""
    pulling: bool = True
    watching: bool = False
    progress: ProgressCall = no_progress
    run_id: str = ""
    worker: str = ""
