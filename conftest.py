"""Is responsible for how tests are spread over workers, and for what a session should not pay for again and again."""

from __future__ import annotations

import gc
import signal
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from xdist.scheduler import Scheduling

#: Files that take long, the longest first: begun last, one of them would keep a single worker busy at the end.
LONG = (
    "tests/docs/test_author_tutorials.py",
    "tests/cli/test_setup_walk.py",
    "tests/faults/test_kills.py",
    "tests/faults/test_matrix.py",
    "tests/cli/test_setup_answers.py",
    "tests/testing/test_mutants.py",
    "tests/template/test_new.py",
    "tests/docs/test_tutorial.py",
    "tests/docs/test_setup_page.py",
    "tests/engine/test_deciding.py",
    "tests/faults/test_refusals.py",
    "tests/faults/test_lost_replies.py",
    "tests/cli/test_demo.py",
    "tests/runner/test_due.py",
    "tests/setup/test_wizard.py",
    # After all others, see the folder's conftest.py.
    "tests/e2e/test_afterwards.py",
    "tests/e2e/test_wizard.py",
)

#: What one file counts, another looks at: both go to one worker, in this order.
TOGETHER = {"tests/faults/test_which_struck.py": "tests/faults/test_kills.py"}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling | None:
    """Spread whole files, in the order in which they were collected."""
    from xdist.scheduler import LoadFileScheduling  # noqa: PLC0415 - not needed where all run in one process

    class InOrder(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return TOGETHER.get(file, file)

    if config.getvalue("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False
    return InOrder(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put long files first where there are several workers; the rest by how many tests they have."""
    if not hasattr(config, "workerinput"):
        return
    count: dict[str, int] = {}
    for item in items:
        file = item.nodeid.partition("::")[0]
        count[file] = count.get(file, 0) + 1
    place = {file: number for number, file in enumerate(LONG)}

    def order(item: pytest.Item) -> tuple[int, int, str]:
        file = item.nodeid.partition("::")[0]
        return place.get(file, len(LONG)), -count[file], file

    items.sort(key=order)


def pytest_configure() -> None:
    """Let Ctrl-C reach the programs that tests start, also where these run in the background of a shell."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """What was imported until now is never garbage, and need not be looked through each time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_sessionfinish() -> None:
    """Stop the PostgreSQL server that the tests of this process shared."""
    if (postgres := sys.modules.get("tests.support.postgres")) is not None:
        postgres.stop()
