"""The contract of a source connector: a point of sale that gives day summaries."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from takings.domain.catalogue import Catalogue, Dimension
from takings.domain.day import DaySummary
from takings.domain.findings import Finding
from takings.domain.period import Period
from takings.plugin.connecting import Connecting
from takings.plugin.context import Context
from takings.plugin.declarations import Flow, Sandbox
from takings.plugin.settings import Migrate, NoSettings, Settings
from takings.plugin.steps import Capability, Step


class WayIn(StrEnum):
    """How records of a source come in."""

    PULL = "pull"
    PUSH = "push"
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRecord:
    """One record exactly as the source gave it; `where` says where it stood, like `line 3` or `[2]`."""

    body: bytes
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Records read together, and the cursor from which reading goes on after them.

    The core stores records and cursor in one transaction. The cursor is opaque text of at most 4,000
    characters; None means that the period is read to its end.
    """

    records: tuple[RawRecord, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a pushed body or a file holds: records, a catalogue, or findings that refuse it as a whole."""

    records: tuple[RawRecord, ...] = ()
    catalogue: Catalogue | None = None
    findings: tuple[Finding, ...] = ()


class RecordReader(ABC):
    """The pure half of a source: it reads bytes and touches nothing else."""

    @abstractmethod
    def parse(self, record: RawRecord) -> DaySummary | tuple[Finding, ...]:
        """Read one record, or say what is wrong with it, with path, value and what is expected.

        Where a line has no tax code of its own, leave it empty: the core takes the account's.
        """

    def read_body(self, body: bytes) -> Content:
        """Take a pushed body apart into records; declared with `WayIn.PUSH`."""
        raise NotImplementedError(f"{type(self).__name__} declares no push")

    def read_file(self, body: bytes, name: str) -> Content:
        """Take a file apart into records; declared with `WayIn.FILE`. `name` is the file's, or `-`."""
        raise NotImplementedError(f"{type(self).__name__} declares no files")


class Source(ABC):
    """The calling half of a source: one connection, opened for a few calls. It keeps nothing between calls."""

    @abstractmethod
    def check(self) -> Sequence[Finding]:
        """Say what stands in the way of reading; nothing when the source can be read now."""

    @abstractmethod
    def catalogue(self) -> Catalogue:
        """Return all codes to be mapped."""

    @abstractmethod
    def read(self, period: Period, cursor: str | None) -> Iterator[Batch]:
        """Yield the records of a period, from `cursor` on where one was stored for this period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceType:
    """One source connector as its plugin declares it; its component id is `plugin:key`.

    `open(installation, connection, context)` gives a `Source`; the first two are validated settings.
    """

    key: str
    title: str
    reader: RecordReader
    open: Callable[[Any, Any, Context], Source] | None = None
    ways_in: frozenset[WayIn]
    connecting: Connecting
    dimensions: tuple[Dimension, ...]
    flows: tuple[Flow, ...]
    installation: type[Settings] = NoSettings
    connection: type[Settings] = NoSettings
    integration: type[Settings] = NoSettings
    settings_version: tuple[int, int] = (1, 0)
    migrate: Migrate | None = None
    steps: tuple[Step, ...] = ()
    capabilities: frozenset[Capability] = frozenset()
    sandbox: Sandbox | None = None
    docs_url: str = ""
