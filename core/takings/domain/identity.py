"""Keys that say what a document is, built from the POS's identity and never from database ids.

A lost database that is set up anew against the same ledger builds the same keys again, finds the
documents by them, and posts nothing twice.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from takings.domain.day import DayKey

#: Longest unit key; an operation adds its kind and number, and ledgers keep 100 characters or more.
LONGEST = 96

_LONGEST_SOURCE = 20


def unit_key(source: str, days: Sequence[DayKey], generation: int) -> str:
    """Return the key of the document(s) for these days: `source/site/date.sequence/gN`.

    Several days give first and last with a digest of all, so that other days never share a key.
    """
    ordered = sorted(days)
    site = _plain(ordered[0].site)
    first = f"{ordered[0].business_date.isoformat()}.{ordered[0].sequence}"
    if len(ordered) > 1:
        digest = hashlib.sha256("|".join(str(day) for day in ordered).encode()).hexdigest()[:8]
        first += f"+{ordered[-1].business_date.isoformat()}.{ordered[-1].sequence}-{digest}"
    return f"{_short(source)}/{site}/{first}/g{generation}"


def _short(source: str) -> str:
    """Keep an ordinary component id; cut a long one to a readable start and a digest."""
    if len(source) <= _LONGEST_SOURCE:
        return source
    return f"{source[:10]}~{hashlib.sha256(source.encode()).hexdigest()[:9]}"


def operation_key(unit: str, kind: str, number: int) -> str:
    """Return the key of one operation of a unit: the n-th of its kind, counted from 1."""
    return f"{unit}/{kind}.{number}"


def _plain(site: str) -> str:
    """Keep an ordinary site id as it is; give any other a readable start and a digest."""
    if re.fullmatch(r"[A-Za-z0-9_.-]{1,32}", site):
        return site
    digest = hashlib.sha256(site.encode()).hexdigest()[:12]
    return re.sub(r"[^A-Za-z0-9_.-]", "", site)[:16] + "~" + digest


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadKey:
    """What a unit's key tells: its source and site, its first and last close, and its generation."""

    base: str
    first: tuple[date, int]
    last: tuple[date, int]
    generation: int

    @property
    def is_single(self) -> bool:
        """Whether the unit is for one close."""
        return self.first == self.last


def key_base(source: str, site: str) -> str:
    """Return how the keys of a source's site begin."""
    return f"{_short(source)}/{_plain(site)}"


def read_key(key: str) -> ReadKey | None:
    """Read a unit's key; None where it is no key of ours."""
    found = _UNIT.fullmatch(key)
    if found is None:
        return None
    base, first, last, generation = found.groups()
    return ReadKey(base=base, first=_close(first), last=_close(last or first), generation=int(generation))


_DATED = r"\d{4}-\d\d-\d\d\.\d+"
_UNIT = re.compile(rf"(.+)/({_DATED})(?:\+({_DATED})-[0-9a-f]{{8}})?/g(\d+)")


def _close(text: str) -> tuple[date, int]:
    day, _, sequence = text.partition(".")
    return date.fromisoformat(day), int(sequence)
