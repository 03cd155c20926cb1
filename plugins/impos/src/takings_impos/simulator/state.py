"""Is responsible for what a simulator knows: tokens entered, days amended, faults set, requests seen."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import RLock
from typing import Any, Literal

from .amend import NothingToAmendError
from .books import Books, Key
from .faults import Fault
from .venues import Record

Revisions = Literal["latest", "all", "later"]
KEPT_REQUESTS = 5000


class NoSuchDayError(LookupError):
    """A day was named that has no close to amend."""

    def __init__(self, key: Key) -> None:
        super().__init__(f"there is no close {key.sequence} on {key.day.isoformat()}")


class BlankTokenError(ValueError):
    """A token was entered that has no characters, or too many."""

    def __init__(self) -> None:
        super().__init__("an Auth Token is text of 1 to 500 characters without spaces")


@dataclass
class State:
    """The memory of one simulator; every method may be called from any thread.

    `revisions` says what is served of a day with several: the `latest`, `all` of them, or the first and the
    `later` ones only after an amendment. With `file`, tokens (as digests) and amendments outlive a restart.
    """

    books: Books
    revisions: Revisions = "latest"
    file: Path | None = None
    faults: list[Fault] = field(default_factory=list)
    requests: deque[Record] = field(default_factory=lambda: deque(maxlen=KEPT_REQUESTS))
    last_token: str = ""
    answered: int = 0
    refused: bool = False
    _digests: set[str] = field(default_factory=set)
    _amended: dict[Key, int] = field(default_factory=dict)
    _reads_left: dict[Key, int] = field(default_factory=dict)
    _lock: RLock = field(default_factory=RLock)

    def __post_init__(self) -> None:
        if self.file and self.file.exists():
            kept = json.loads(self.file.read_text(encoding="utf-8"))
            if kept["site"] != self._site():
                return
            self._digests = set(kept["tokens"])
            self._amended = {_key(text): revision for text, revision in kept["amended"].items()}

    @property
    def authorised(self) -> bool:
        """Whether anybody has entered a token."""
        return bool(self._digests)

    def enter_token(self, token: str) -> None:
        """Enter an Auth Token on the ImPOS side, as ImPOS support does; raises BlankTokenError."""
        token = token.strip()
        if not token or len(token) > 500 or any(character.isspace() for character in token):
            raise BlankTokenError
        with self._lock:
            self.last_token, self.answered, self.refused = token, 0, False
            self._digests.add(_digest(token))
            self._keep()

    def forget_tokens(self) -> None:
        """Take every token back, as if none had been entered."""
        with self._lock:
            self.last_token, self.answered, self.refused = "", 0, False
            self._digests.clear()
            self._keep()

    def knows(self, authorization: str) -> bool:
        """Say whether an Authorization header carries an entered token."""
        scheme, _, token = authorization.partition(" ")
        given = _digest(token.strip())
        known = [hmac.compare_digest(given, digest) for digest in tuple(self._digests)]
        return scheme.lower() == "bearer" and any(known)

    def amend(self, key: Key, *, after_reads: int = 0) -> int:
        """Let ImPOS change a closed day, now or after so many reads; gives the revision that comes of it.

        Raises NoSuchDayError, and NothingToAmendError for a day without sales.
        """
        if after_reads < 0:
            raise ValueError("after_reads is 0 or more")
        with self._lock:
            if key not in self.books.keys(key.day, key.day):
                raise NoSuchDayError(key)
            revision = self.revision(key) + 1
            if not self.books.record(key, revision)["sales"]:
                raise NothingToAmendError(key.day.isoformat())
            if after_reads:
                self._reads_left[key] = after_reads
            else:
                self._amended[key] = revision
                self._keep()
            return revision

    def revision(self, key: Key) -> int:
        """Give the revision of a close that is the newest by now."""
        later = self.revisions == "later"
        return self._amended.get(key) or (self.books.first_revision(key) if later else self.books.last_revision(key))

    def served(self, key: Key) -> list[Record]:
        """Give the records of a close that a reader gets; the reading is counted."""
        with self._lock:
            newest = self.revision(key)
            oldest = newest - self.count(key) + 1
            records = [self.books.record(key, revision) for revision in range(oldest, newest + 1)]
            self._count_reading(key)
            return records

    def count(self, key: Key) -> int:
        """Give how many records `served` would give."""
        return self.revision(key) - self.books.first_revision(key) + 1 if self.revisions == "all" else 1

    def _count_reading(self, key: Key) -> None:
        if key not in self._amended and self.books.amended_by_itself(key):
            self._reads_left.setdefault(key, 1)
        if key in self._reads_left:
            self._reads_left[key] -= 1
            if self._reads_left[key] == 0:
                del self._reads_left[key]
                self._amended[key] = self.revision(key) + 1
                self._keep()

    def add_fault(self, fault: Fault) -> None:
        """Set a fault that strikes from now on."""
        with self._lock:
            self.faults.append(fault)

    def clear_faults(self) -> None:
        """Take every fault away."""
        with self._lock:
            self.faults.clear()

    def struck(self, path: str) -> list[Fault]:
        """Give the faults that strike a request of this path, in the order they were set."""
        with self._lock:
            struck = [fault for fault in self.faults if fault.strikes(path)]
            self.faults[:] = [fault for fault in self.faults if fault.times != 0]
            return struck

    def saw(self, request: Mapping[str, Any]) -> None:
        """Remember a request that was answered."""
        self.requests.append(dict(request))
        if request["path"].startswith("/v1"):
            with self._lock:
                self.refused = request["status"] == 401
                self.answered += request["status"] < 400

    def _site(self) -> str:
        return str(self.books.catalogue()["site"]["id"])

    def _keep(self) -> None:
        if not self.file:
            return
        amended = {f"{key.day.isoformat()}/{key.sequence}": number for key, number in self._amended.items()}
        text = json.dumps({"site": self._site(), "tokens": sorted(self._digests), "amended": amended}, indent=1)
        self.file.parent.mkdir(parents=True, exist_ok=True)
        beside = self.file.with_suffix(".new")
        beside.write_text(text, encoding="utf-8")
        os.replace(beside, self.file)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _key(text: str) -> Key:
    day, _, sequence = text.partition("/")
    return Key(date.fromisoformat(day), int(sequence))
