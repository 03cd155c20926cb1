"""The contract of a further check for `takings plugins doctor`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from takings.domain.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckType:
    """A check that needs no connection: `run()` returns what it found."""

    key: str
    title: str
    run: Callable[[], Sequence[Finding]]
