"""The kit, run on every mutant of the template's source and target. Collected by `test_mutants.py` only."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import broken_fake
import broken_paper
import broken_till
from shared import Mutant

from takings.testing import SourceConformance, TargetConformance
from takings_example.sandbox.books import Books
from takings_example.sandbox.ledger import LedgerSandbox
from takings_example.sandbox.till import TillSandbox


@contextmanager
def till_stand_in(test: object, sandbox: object, folder: Path) -> Iterator[dict[str, Any]]:
    with TillSandbox() as running:
        yield {**running.ready(), "token": "the key of the till"}


@contextmanager
def ledger_stand_in(test: object, sandbox: object, folder: Path) -> Iterator[dict[str, Any]]:
    with LedgerSandbox(Books()) as running:
        yield running.ready()


def classes(module: ModuleType, base: type, component: str, stand_in: Any) -> Iterator[tuple[str, type]]:
    for name, mutant in vars(module).items():
        if isinstance(mutant, Mutant):
            entry = EntryPoint(name="mutant", value=f"{module.__name__}:{name}", group="takings.plugins")
            body = {"component": component, "entry_points": (entry,), "stand_in": stand_in, "examples": 12}
            body["breaks"] = mutant.breaks
            if mutant.notification:
                body["notification"] = mutant.notification
            body |= mutant.given
            title = f"Test_{module.__name__}_{name}"
            yield title, type(title, (base,), {**body, "__module__": __name__})


globals().update(classes(broken_till, SourceConformance, "mutant:till", till_stand_in))
globals().update(classes(broken_fake, TargetConformance, "mutant:ledger", lambda *given: nullcontext({})))
globals().update(classes(broken_paper, TargetConformance, "mutant:paper", ledger_stand_in))
